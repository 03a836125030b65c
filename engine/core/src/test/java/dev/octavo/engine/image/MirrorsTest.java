package dev.octavo.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.StubRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bases that are far away and have a mirror nearby. */
@Timeout(60)
class MirrorsTest {
    private static final String BASE = "registry.example.invalid/library/site:1";

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final Builds.Heard heard = new Builds.Heard();
    private StubRegistry mirror;

    @BeforeEach
    void fill() throws IOException {
        mirror = new StubRegistry();
        environment.put("HOME", folder.toString());
        Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\nENV OF=base\nUSER 10001\n");
        BuiltImage base = build("base");
        for (String repository : List.of("library/site", "cache/library/site")) {
            new ImagePusher()
                    .push(
                            new PushRequest(
                                    base.layout(),
                                    ImageReference.parse(mirror.address() + "/" + repository),
                                    List.of("1"),
                                    List.of(),
                                    "",
                                    RegistryAccess.standard()),
                            context());
        }
        Files.writeString(folder.resolve("Dockerfile"), "FROM " + BASE + "\n");
    }

    @AfterEach
    void stop() {
        mirror.close();
    }

    private EngineContext context() {
        return new EngineContext(
                folder,
                folder.resolve("cache-" + environment.hashCode()),
                environment,
                heard,
                new Cancellation(),
                Clock.systemUTC());
    }

    private BuiltImage build(String name) {
        return new ImageBuilder()
                .build(
                        ImageSpec.dockerfile(name, Path.of("Dockerfile"), Path.of(""), Builds.ORIGIN)
                                .withOffline(Offline.NEVER),
                        context());
    }

    private BuiltImage buildWith(String mirrors) {
        environment.put("REGISTRY_MIRRORS", mirrors);
        return build("site");
    }

    @Test
    void giveTheBaseUnderItsOwnName() throws IOException {
        BuiltImage image = buildWith("registry.example.invalid=http://" + mirror.address());

        assertThat(image.baseReference()).isEqualTo(BASE);
        assertThat(Builds.config(image).path("config").path("Env").toString()).contains("OF=base");
    }

    @Test
    void mayHaveAFolderForIt() {
        buildWith("docker.io=https://other.example.invalid registry.example.invalid=http://" + mirror.address()
                + "/cache/");

        assertThat(mirror.seen()).anyMatch(each -> each.path().equals("/v2/cache/library/site/manifests/1"));
    }

    @Test
    void arePassedByWhereTheyHaveItNot() {
        mirror.behave(exchange ->
                exchange.getRequestURI().getPath().startsWith("/v2/empty/") && StubRegistry.answer(exchange, 403, ""));

        buildWith("registry.example.invalid=http://" + mirror.address() + "/empty,registry.example.invalid=http://"
                + mirror.address());

        assertThat(heard.progress).anyMatch(each -> each.startsWith("The mirror " + mirror.address() + " has no "));
    }

    @Test
    void getNoLoginOfTheRegistry() {
        environment.put("REGISTRY_USERNAME", "amy");
        environment.put("REGISTRY_PASSWORD", "secret");
        mirror.behave(exchange -> {
            if (exchange.getRequestHeaders().getFirst("Authorization") != null) {
                return false;
            }
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
            return StubRegistry.answer(exchange, 401, "");
        });

        assertThatThrownBy(() -> buildWith("registry.example.invalid=http://" + mirror.address()))
                .isInstanceOf(EngineException.class);
        assertThat(mirror.seen())
                .filteredOn(each ->
                        each.path().contains("/manifests/1") && each.method().equals("GET"))
                .allMatch(each -> each.authorization().isEmpty());
    }

    @Test
    void areRefusedWithALoginInTheirAddress() {
        assertThatThrownBy(() -> buildWith("docker.io=https://amy:secret@mirror.example.invalid"))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
                    assertThat(e.describe()).doesNotContain("secret");
                });
    }
}
