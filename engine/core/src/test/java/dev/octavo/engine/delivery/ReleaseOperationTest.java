package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.git.GitHttpServer;
import dev.octavo.engine.git.TestRepository;
import dev.octavo.engine.image.registry.StubRegistry;
import dev.octavo.engine.quality.QualityResult;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.release.FakeForge;
import dev.octavo.engine.release.ForgeKind;
import dev.octavo.engine.release.ForgeRelease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Stage 7 with a registry, git over HTTP with a login, and a forge, all on loopback. */
@EnabledIf("dev.octavo.engine.git.GitHttpServer#isPossible")
class ReleaseOperationTest {
    private static final String PASSWORD = "pa55-w0rd-of-git";
    private static final String MANIFEST =
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"layers\":[]}";

    @TempDir
    Path folder;

    private final List<String> progress = new ArrayList<>();
    private Cancellation cancellation = new Cancellation();
    private StubRegistry registry;
    private GitHttpServer git;
    private TestRepository repository;
    private Path remote;
    private String commit;
    private String digest;

    @BeforeEach
    void makeAll() throws IOException {
        registry = new StubRegistry();
        remote = TestRepository.bare(folder.resolve("remotes/shop/orders.git"));
        git = GitHttpServer.start(folder.resolve("remotes"), PASSWORD);
        repository = TestRepository.create(Files.createDirectory(folder.resolve("work")));
        repository.commit(".gitignore", ".octavo/\ncache/\n");
        repository.commit("pom.xml", """
                <project>
                    <modelVersion>4.0.0</modelVersion>
                    <groupId>shop</groupId><artifactId>shop</artifactId><version>1</version>
                    <packaging>pom</packaging>
                    <modules><module>common</module><module>orders</module><module>stock</module></modules>
                </project>
                """);
        repository.commit("common/pom.xml", module("common", ""));
        repository.commit("orders/pom.xml", module("orders", """
                <dependencies><dependency>
                    <groupId>shop</groupId><artifactId>common</artifactId><version>1</version>
                </dependency></dependencies>
                """));
        repository.commit("orders/Dockerfile", "FROM eclipse-temurin:17-jre\n");
        repository.commit("stock/pom.xml", module("stock", ""));
        repository.commit("stock/Dockerfile", "FROM eclipse-temurin:17-jre\n");
        repository.lightTag("v1.0.0");
        repository.lightTag("orders/v1.0.0");
        repository.commit("common/src/main/java/Money.java", "class Money {}");
        repository.commit("stock/src/main/java/Stock.java", "class Stock {}");
        commit = repository.commit("orders/src/main/java/Orders.java", "class Orders {}");
        digest = digest(MANIFEST);
        for (String service : List.of("orders", "stock")) {
            registry.put("/v2/shop/" + service + "/manifests/" + digest, MANIFEST.getBytes(StandardCharsets.UTF_8));
        }
        record();
    }

    @AfterEach
    void closeAll() {
        repository.close();
        git.close();
        registry.close();
    }

    private static String module(String name, String more) {
        return """
                <project>
                    <modelVersion>4.0.0</modelVersion>
                    <parent><groupId>shop</groupId><artifactId>shop</artifactId><version>1</version></parent>
                    <artifactId>%s</artifactId>
                    %s
                </project>
                """.formatted(name, more);
    }

    private static String digest(String text) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As stages 1 to 5 leave it. */
    private void record() {
        RunRecord record = RunRecord.begin(repository.directory());
        record.put(
                SourceOperation.PART,
                new SourceResult(
                        remoteUrl(),
                        "main",
                        commit,
                        commit.substring(0, 8),
                        Instant.EPOCH,
                        "Ada",
                        "x",
                        true,
                        "v1.1.0"));
        for (Microservice service : Catalog.scan(repository.directory()).services()) {
            record.put(service.name(), Chosen.PART, service);
            record.put(
                    service.name(),
                    PushOperation.PART,
                    new PushResult.Pushed(
                            service.name(),
                            registry.address() + "/shop/" + service.name(),
                            digest,
                            List.of(),
                            0,
                            "",
                            ""));
            record.put(
                    service.name(),
                    AnalyzeOperation.PART,
                    new QualityResult(
                            QualityResult.Status.OK, "", List.of(), "https://sonar.example/x", "orders", "A", "25.1"));
        }
        assertThat(record.services()).containsExactly("orders", "stock");
    }

    private String remoteUrl() {
        return git.url() + "/shop/orders.git";
    }

    private ReleaseResult release(Map<String, ?> more, Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(
                Map.of("GIT_USERNAME", "deployer", "GIT_PASSWORD", PASSWORD, "FORGE_TOKEN", FakeForge.TOKEN));
        environment.putAll(variables);
        EngineListener listener = new EngineListener() {
            @Override
            public void progress(String message) {
                progress.add(message);
            }

            @Override
            public void warning(String message) {}

            @Override
            public void output(String line) {}
        };
        EngineContext context = new EngineContext(
                repository.directory(),
                folder.resolve("cache"),
                environment,
                listener,
                cancellation,
                Clock.fixed(Instant.parse("2026-06-01T12:00:00Z"), ZoneOffset.UTC));
        Map<String, Object> inputs = new HashMap<>(Map.of(
                "version", "v1.1.0", "registry", registry.address(), "namespace", "shop", "remote", remoteUrl()));
        inputs.putAll(more);
        return new ReleaseOperation().run(Requests.bind("release", ReleaseRequest.class, inputs, environment), context);
    }

    private static Map<String, String> at(FakeForge forge) {
        return Map.of("forge", forge.project().kind().id(), "forgeUrl", forge.url());
    }

    private EngineException failure(Map<String, ?> more, Map<String, String> variables) {
        try {
            throw new AssertionError("released " + release(more, variables));
        } catch (EngineException e) {
            return e;
        }
    }

    private boolean isPromoted(String service) {
        return registry.get("/v2/shop/" + service + "/manifests/v1.1.0").isPresent();
    }

    private Optional<RevTag> remoteTag(String name) throws IOException {
        try (Repository bare = TestRepository.open(remote);
                RevWalk walk = new RevWalk(bare)) {
            Ref ref = bare.exactRef("refs/tags/" + name);
            if (ref == null) {
                return Optional.empty();
            }
            RevTag tag = walk.parseTag(ref.getObjectId());
            walk.parseBody(tag);
            return Optional.of(tag);
        }
    }

    private String notes(String name) throws IOException {
        return Files.readString(repository.directory().resolve(".octavo/release-" + name + ".md"));
    }

    @Test
    void promotesThenTagsThenMakesTheForgesRelease() throws IOException {
        try (FakeForge forge = FakeForge.start(ForgeKind.GITHUB, "v1.1.0")) {
            ReleaseResult result = release(at(forge), Map.of());

            assertThat(isPromoted("orders") && isPromoted("stock")).isTrue();
            assertThat(remoteTag("v1.1.0").orElseThrow().getObject().name()).isEqualTo(commit);
            assertThat(remoteTag("v1.1.0").orElseThrow().getFullMessage()).isEqualTo("Release v1.1.0");
            assertThat(result.tags()).containsExactly("v1.1.0");
            assertThat(result.releases())
                    .extracting(ForgeRelease::outcome)
                    .containsExactly(ForgeRelease.Outcome.CREATED);
            assertThat(notes("v1.1.0"))
                    .contains("after `v1.0.0`", "Change common/", "Change stock/", "Change orders/")
                    .contains(registry.address() + "/shop/orders:v1.1.0", digest, "the quality gate is green");
            assertThat(forge.notes("v1.1.0")).contains("Change orders/", digest).doesNotStartWith("#");
            assertThat(RunRecord.open(repository.directory()).get("release", ReleaseResult.class))
                    .contains(result);
        }
    }

    @Test
    void givesEachMicroserviceItsOwnTagAndNotes() throws IOException {
        try (FakeForge forge = FakeForge.start(ForgeKind.GITLAB, "orders/v1.1.0", "stock/v1.1.0")) {
            Map<String, Object> inputs = new HashMap<>(at(forge));
            inputs.put("perService", true);
            inputs.put("notesInTag", true);
            inputs.put("taggerName", "Release Bot");
            inputs.put("taggerMail", "bot@example.org");

            ReleaseResult result = release(inputs, Map.of());

            assertThat(result.tags()).containsExactly("orders/v1.1.0", "stock/v1.1.0");
            RevTag tag = remoteTag("orders/v1.1.0").orElseThrow();
            assertThat(tag.getFullMessage())
                    .startsWith("Release orders/v1.1.0\n\n")
                    .contains("after `orders/v1.0.0`", "Change common/", "Change orders/")
                    .doesNotContain("Change stock/");
            assertThat(tag.getTaggerIdent().getName()).isEqualTo("Release Bot");
            assertThat(tag.getTaggerIdent().getEmailAddress()).isEqualTo("bot@example.org");
            // v1.0.0 was no version of stock's own: all that it has seen is new
            assertThat(notes("stock-v1.1.0"))
                    .startsWith("# stock v1.1.0\n")
                    .contains("the first version", "Change stock/src")
                    .doesNotContain("Change orders/");
            assertThat(forge.releases()).containsOnlyKeys("orders/v1.1.0", "stock/v1.1.0");
            assertThat(remoteTag("v1.1.0")).isEmpty();
        }
    }

    @Test
    void aRunThatWasStoppedBetweenTagAndForgeIsFinishedByTheNext() throws IOException {
        try (FakeForge forge = FakeForge.start(ForgeKind.GITHUB, "v1.1.0")) {
            forge.stopAtRelease(cancellation::cancel);
            assertThat(failure(at(forge), Map.of()).code()).isEqualTo(ErrorCode.CANCELLED);
            assertThat(remoteTag("v1.1.0")).isPresent();
            assertThat(forge.releases()).isEmpty();
            String tag = remoteTag("v1.1.0").orElseThrow().name();
            String written = notes("v1.1.0");
            cancellation = new Cancellation();

            ReleaseResult result = release(at(forge), Map.of());

            assertThat(result.releases())
                    .extracting(ForgeRelease::outcome)
                    .containsExactly(ForgeRelease.Outcome.CREATED);
            assertThat(remoteTag("v1.1.0").orElseThrow().name()).isEqualTo(tag);
            assertThat(notes("v1.1.0")).isEqualTo(written);
            assertThat(release(at(forge), Map.of()).releases())
                    .extracting(ForgeRelease::outcome)
                    .containsExactly(ForgeRelease.Outcome.UNCHANGED);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aTagThatIsProtectedIsToldAndTheNextRunFinishes() throws IOException {
        Path hook = Files.createDirectories(remote.resolve("hooks")).resolve("pre-receive");
        Files.writeString(hook, "#!/bin/sh\necho 'tags are protected'\nexit 1\n");
        assertThat(hook.toFile().setExecutable(true)).isTrue();
        try (FakeForge forge = FakeForge.start(ForgeKind.GITHUB, "v1.1.0")) {
            EngineException e = failure(at(forge), Map.of());
            assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_TAG_PUSH);
            assertThat(e.why()).contains("tags are protected");
            assertThat(forge.releases()).isEmpty();
            Files.delete(hook);

            assertThat(release(at(forge), Map.of()).releases()).hasSize(1);
        }
    }

    @Test
    void promotesNothingWhereItCannotEndWell() {
        try (FakeForge forge = FakeForge.start(ForgeKind.GITHUB, "v1.1.0")) {
            assertThat(failure(at(forge), Map.of("FORGE_TOKEN", "expired")).code())
                    .isEqualTo(ErrorCode.FORGE_UNAUTHORIZED);
            assertThat(failure(at(forge), Map.of("FORGE_TOKEN", "")).code()).isEqualTo(ErrorCode.CONFIG_CREDENTIALS);
            assertThat(failure(at(forge), Map.of("GIT_PASSWORD", "wr0ng")).code())
                    .isEqualTo(ErrorCode.SOURCE_TAG_PUSH);
            assertThat(failure(Map.of("forge", "sourcehut"), Map.of()).code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        }
        assertThat(isPromoted("orders")).isFalse();
    }

    @Test
    void makesNoForgeReleaseWhereNoneIsWantedOrKnown() throws IOException {
        assertThat(release(Map.of("forge", "none"), Map.of()).releases()).isEmpty();
        assertThat(release(Map.of(), Map.of("FORGE_TOKEN", "")).releases()).isEmpty();
        assertThat(release(Map.of(), Map.of()).releases()).isEmpty();
        assertThat(progress).anyMatch(line -> line.startsWith("no release at a forge"));
        assertThat(remoteTag("v1.1.0")).isPresent();
    }

    @Test
    void writesNoSecretAnywhere() throws IOException {
        repository.write("orders/src/main/java/Orders.java", "class Orders { int one; }");
        commitWith("fix: no longer log " + PASSWORD + " and " + FakeForge.TOKEN);
        record();
        try (FakeForge forge = FakeForge.start(ForgeKind.GITEE, "v1.1.0")) {
            ReleaseResult result = release(at(forge), Map.of());

            assertThat(notes("v1.1.0")).contains("no longer log");
            for (String text : List.of(
                    notes("v1.1.0"),
                    String.valueOf(forge.notes("v1.1.0")),
                    String.join("\n", progress),
                    RunRecord.open(repository.directory()).json(),
                    result.toString(),
                    remoteTag("v1.1.0").orElseThrow().getFullMessage())) {
                assertThat(text).doesNotContain(PASSWORD, FakeForge.TOKEN);
            }
            assertThat(forge.seen()).noneMatch(line -> line.contains(FakeForge.TOKEN));
            assertThat(git.seen()).noneMatch(line -> line.contains(PASSWORD));
        }
    }

    private void commitWith(String message) {
        try {
            commit = repository
                    .git()
                    .commit()
                    .setAll(true)
                    .setMessage(message)
                    .setAuthor("Ada", "ada@example.org")
                    .setCommitter("Ada", "ada@example.org")
                    .setSign(false)
                    .setNoVerify(true)
                    .call()
                    .name();
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        }
    }
}
