package dev.octavo.engine.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.git.SelfSignedServer;
import dev.octavo.engine.git.TestRepository;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForgeTest {
    private static final String TAG = "orders/v1.2.0";
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private final List<Duration> waits = new ArrayList<>();

    private Forge forge(ForgeProject project, String token) {
        return new Forge(
                project, new SecretValue(token), new Cancellation(), Clock.fixed(NOW, ZoneOffset.UTC), waits::add);
    }

    private Forge forge(FakeForge fake) {
        return forge(fake.project(), FakeForge.TOKEN);
    }

    private EngineException failure(ForgeProject project, String token) {
        try {
            Forge forge = forge(project, token);
            forge.check();
            throw new AssertionError("made " + forge.publish(TAG, "orders v1.2.0", "notes\n", false));
        } catch (EngineException e) {
            assertThat(e.describe()).contains("where", "why", "fix").doesNotContain(token);
            return e;
        }
    }

    private EngineException failure(FakeForge fake) {
        return failure(fake.project(), FakeForge.TOKEN);
    }

    @ParameterizedTest
    @EnumSource(ForgeKind.class)
    void makesAReleaseOnceAndKeepsItUpToDate(ForgeKind kind) {
        try (FakeForge fake = FakeForge.start(kind, TAG)) {
            forge(fake).check();

            ForgeRelease made = forge(fake).publish(TAG, "orders v1.2.0", "one\n", false);
            ForgeRelease again = forge(fake).publish(TAG, "orders v1.2.0", "one\n", false);
            ForgeRelease other = forge(fake).publish(TAG, "orders v1.2.0", "two\n", false);

            assertThat(List.of(made.outcome(), again.outcome(), other.outcome()))
                    .containsExactly(
                            ForgeRelease.Outcome.CREATED, ForgeRelease.Outcome.UNCHANGED, ForgeRelease.Outcome.UPDATED);
            assertThat(fake.releases()).hasSize(1);
            assertThat(fake.notes(TAG)).startsWith("two\n");
            assertThat(made.url()).startsWith("https://").endsWith(TAG).isEqualTo(again.url());
            assertThat(fake.seen()).noneMatch(line -> line.contains(FakeForge.TOKEN));
            assertThat(waits).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(ForgeKind.class)
    void leavesNotesAloneThatAPersonHasChanged(ForgeKind kind) {
        try (FakeForge fake = FakeForge.start(kind, TAG)) {
            forge(fake).publish(TAG, "orders v1.2.0", "one\n", false);
            fake.edit(TAG, "Thanks to Ada!\n\n" + fake.notes(TAG));

            ForgeRelease release = forge(fake).publish(TAG, "orders v1.2.0", "two\n", false);

            assertThat(release.outcome()).isEqualTo(ForgeRelease.Outcome.LEFT);
            assertThat(release.describe()).contains("a person has written");
            assertThat(fake.notes(TAG)).startsWith("Thanks to Ada!");
        }
    }

    @ParameterizedTest
    @EnumSource(ForgeKind.class)
    void goesOnWhereAnotherRunWasFaster(ForgeKind kind) {
        try (FakeForge fake = FakeForge.start(kind, TAG)) {
            forge(fake).publish(TAG, "orders v1.2.0", "one\n", false);

            ForgeRelease release = forge(fake.hideOnce()).publish(TAG, "orders v1.2.0", "one\n", false);

            assertThat(release.outcome()).isEqualTo(ForgeRelease.Outcome.UNCHANGED);
        }
    }

    @Test
    void marksWhatComesBeforeARelease() {
        try (FakeForge fake = FakeForge.start(ForgeKind.GITHUB, "v1.0.0-rc.1")) {
            forge(fake).publish("v1.0.0-rc.1", "v1.0.0-rc.1", "x\n", true);

            assertThat(fake.releases().get("v1.0.0-rc.1")).containsEntry("prerelease", true);
        }
    }

    @Test
    void waitsAsLongAsTheForgeSays() {
        try (FakeForge fake = FakeForge.start(ForgeKind.GITHUB, TAG)) {
            fake.next(429, "{}", Map.of("Retry-After", "7"))
                    .next(
                            403,
                            "{\"message\":\"API rate limit exceeded\"}",
                            Map.of(
                                    "X-RateLimit-Remaining",
                                    "0",
                                    "X-RateLimit-Reset",
                                    "" + NOW.plusSeconds(30).getEpochSecond()))
                    .next(403, "{\"message\":\"You have exceeded a secondary rate limit\"}", Map.of());

            forge(fake).check();

            assertThat(waits).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(30), Duration.ofMinutes(1));
        }
    }

    @Test
    void waitsForGitLabsLimitToo() {
        try (FakeForge fake = FakeForge.start(ForgeKind.GITLAB, TAG)) {
            fake.next(
                    429, "", Map.of("RateLimit-Reset", "" + NOW.plusSeconds(12).getEpochSecond()));

            forge(fake).check();

            assertThat(waits).containsExactly(Duration.ofSeconds(12));
        }
    }

    @Test
    void waitsForNoHour() {
        try (FakeForge fake = FakeForge.start(ForgeKind.GITHUB, TAG)) {
            fake.next(
                    403,
                    "{\"message\":\"API rate limit exceeded\"}",
                    Map.of(
                            "X-RateLimit-Remaining",
                            "0",
                            "X-RateLimit-Reset",
                            "" + NOW.plusSeconds(3600).getEpochSecond()));

            EngineException e = failure(fake);

            assertThat(e.code()).isEqualTo(ErrorCode.FORGE_LIMIT);
            assertThat(e.why()).contains("3600 s", "API rate limit exceeded");
            assertThat(waits).isEmpty();
        }
    }

    @Test
    void outlastsAnAnswerThatIsLostAndMakesNothingTwice() {
        try (FakeForge fake = FakeForge.start(ForgeKind.GITHUB, TAG)) {
            fake.next(502, "<html>bad gateway</html>", Map.of());

            assertThat(forge(fake).publish(TAG, "orders v1.2.0", "x\n", false).outcome())
                    .isEqualTo(ForgeRelease.Outcome.CREATED);
            assertThat(waits).hasSize(1);
            assertThat(fake.releases()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"GITHUB,contents", "GITLAB,scope api", "GITEE,projects"})
    void tellsATokenThatIsRefused(ForgeKind kind, String permission) {
        try (FakeForge fake = FakeForge.start(kind, TAG)) {
            EngineException e = failure(fake.project(), "expired-token");

            assertThat(e.code()).isEqualTo(ErrorCode.FORGE_UNAUTHORIZED);
            assertThat(e.why()).contains("401", "Bad credentials");
            assertThat(e.fix()).contains("expired", permission);
        }
    }

    @Test
    void tellsATokenThatMayNotWrite() {
        try (FakeForge fake = FakeForge.start(ForgeKind.GITHUB, TAG)) {
            fake.next(200, "{\"id\":7}", Map.of())
                    .next(404, "{}", Map.of())
                    .next(403, "{\"message\":\"Resource not accessible by personal access token\"}", Map.of());

            EngineException e = failure(fake);

            assertThat(e.code()).isEqualTo(ErrorCode.FORGE_UNAUTHORIZED);
            assertThat(e.why()).contains("not accessible");
        }
    }

    @ParameterizedTest
    @EnumSource(ForgeKind.class)
    void tellsAProjectThatIsNotThere(ForgeKind kind) {
        try (FakeForge fake = FakeForge.start(kind, TAG)) {
            EngineException e = failure(new ForgeProject(kind, URI.create(fake.url()), "shop/other"), FakeForge.TOKEN);

            assertThat(e.code()).isEqualTo(ErrorCode.FORGE_REFUSED);
            assertThat(e.why()).contains("404");
            assertThat(e.fix()).contains("may see the project");
        }
    }

    @Test
    void repeatsWhyAReleaseIsRefused() {
        try (FakeForge fake = FakeForge.start(ForgeKind.GITHUB)) {
            EngineException e = failure(fake);

            assertThat(e.code()).isEqualTo(ErrorCode.FORGE_REFUSED);
            assertThat(e.why()).contains("422", "Ref is not specified");
        }
    }

    @Test
    void tellsWhatIsNoForge() {
        try (FakeForge fake = FakeForge.start(ForgeKind.GITHUB, TAG)) {
            fake.next(200, "<html>Log in first</html>", Map.of());
            assertThat(failure(fake).why()).contains("no API of GitHub");
            fake.next(302, "", Map.of("Location", "https://login.example/?token=x"));
            assertThat(failure(fake).why()).contains("sends on");
        }
    }

    @ParameterizedTest
    @EnumSource(ForgeKind.class)
    void tellsAForgeThatDoesNotAnswer(ForgeKind kind) {
        FakeForge fake = FakeForge.start(kind, TAG);
        ForgeProject project = fake.project();
        fake.close();

        EngineException e = failure(project, FakeForge.TOKEN);

        assertThat(e.code()).isEqualTo(ErrorCode.FORGE_UNREACHABLE);
        assertThat(waits).isEmpty();
    }

    @Test
    void tellsACertificateThatNobodyTrusts(@TempDir Path folder) throws Exception {
        try (SelfSignedServer server = SelfSignedServer.start(folder)) {
            EngineException e = failure(
                    new ForgeProject(ForgeKind.GITLAB, URI.create(server.url()), "shop/orders"), FakeForge.TOKEN);

            assertThat(e.code()).isEqualTo(ErrorCode.FORGE_UNREACHABLE);
            assertThat(e.why()).contains("its certificate is not trusted");
            assertThat(e.fix()).contains("trust store");
            assertThat(server.seen()).isZero();
        }
    }

    @Test
    void wantsATokenThatIsOne() {
        try (FakeForge fake = FakeForge.start(ForgeKind.GITHUB, TAG)) {
            for (String token : new String[] {"", "t0ken\nof two lines"}) {
                assertThatThrownBy(() -> Forge.of(
                                fake.project(), TestRepository.context(Path.of("."), Map.of("FORGE_TOKEN", token))))
                        .isInstanceOfSatisfying(EngineException.class, e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_CREDENTIALS);
                            assertThat(e.describe()).doesNotContain("t0ken");
                        });
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://github.com/shop/orders.git, GITHUB, https://api.github.com, shop/orders",
        "git@github.com:shop/orders.git, GITHUB, https://api.github.com, shop/orders",
        "https://github.example.org/shop/orders, GITHUB, https://github.example.org/api/v3, shop/orders",
        "ssh://git@gitlab.example.org:2222/group/sub/orders.git, GITLAB, https://gitlab.example.org/api/v4,"
                + " group/sub/orders",
        "https://bot:p4ss@gitee.com/shop/orders.git, GITEE, https://gitee.com/api/v5, shop/orders",
    })
    void findsTheProjectInTheRemotesAddress(String remote, ForgeKind kind, String api, String path) {
        assertThat(ForgeProject.of(Optional.empty(), "", remote))
                .contains(new ForgeProject(kind, URI.create(api), path));
    }

    @Test
    void takesTheForgeThatIsNamed() {
        assertThat(ForgeProject.of(
                        ForgeKind.named("GitLab"), "http://127.0.0.1:8080/api/v4/", "https://git.example.org/a/b.git"))
                .contains(new ForgeProject(ForgeKind.GITLAB, URI.create("http://127.0.0.1:8080/api/v4"), "a/b"));
        assertThat(ForgeKind.named("sourcehut")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://git.example.org/shop/orders.git", "/srv/git/shop/orders.git"})
    void knowsNoForgeWhereNothingTellsOne(String remote) {
        assertThat(ForgeProject.of(Optional.empty(), "", remote)).isEmpty();
    }

    @Test
    void refusesAddressesThatAreNone() {
        for (String url : new String[] {"github.example.org", "https://bot:p4ss@github.example.org/api/v3"}) {
            assertThatThrownBy(() -> ForgeProject.of(Optional.empty(), url, "https://github.com/shop/orders"))
                    .isInstanceOfSatisfying(EngineException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
                        assertThat(e.describe()).doesNotContain("p4ss");
                    });
        }
        assertThatThrownBy(() -> ForgeProject.of(Optional.of(ForgeKind.GITHUB), "", "/srv/git/orders.git"))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
    }
}
