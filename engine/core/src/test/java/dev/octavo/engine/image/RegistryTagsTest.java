package dev.octavo.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.StubRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RegistryTagsTest {
    private static final byte[] MANIFEST = "{}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private StubRegistry registry;

    @BeforeEach
    void start() throws IOException {
        registry = new StubRegistry().put("/v2/mysql/manifests/8", MANIFEST);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private RegistryTags.Answers find(String loginRegistry, String... references) {
        Map<String, String> environment =
                Map.of("HOME", folder.toString(), "REGISTRY_USERNAME", "amy", "REGISTRY_PASSWORD", "secret");
        return new RegistryTags(loginRegistry, StubRegistry.context(folder, environment, new Cancellation()))
                .find(List.of(references));
    }

    @Test
    void tellTheDigestWithoutReadingTheImage() {
        String reference = registry.address() + "/mysql:8";

        RegistryTags.Answers answers = find("", reference);

        assertThat(answers.digests()).containsEntry(reference, Digests.of(MANIFEST));
        assertThat(registry.seen()).extracting(StubRegistry.Seen::method).containsOnly("HEAD");
    }

    @Test
    void tellWhyOneIsNotKnown() {
        String missing = registry.address() + "/mysql:9";

        RegistryTags.Answers answers =
                find("", missing, registry.address() + "/mysql:8", "127.0.0.1:1/a:1", "127.0.0.1:1/b:1", "No Image");

        assertThat(answers.digests()).hasSize(1);
        assertThat(answers.unknown())
                .containsEntry(missing, "the registry has no such image")
                .containsEntry("127.0.0.1:1/a:1", "The registry cannot be reached")
                .containsEntry("127.0.0.1:1/b:1", "The registry cannot be reached")
                .containsKey("No Image");
    }

    @Test
    void giveTheLoginToTheRegistryThatItIsFor() {
        registry.behave(exchange -> {
            if (exchange.getRequestHeaders().getFirst("Authorization") != null) {
                return false;
            }
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
            return StubRegistry.answer(exchange, 401, "");
        });
        String reference = registry.address() + "/mysql:8";

        assertThat(find("other.example.org", reference).digests()).isEmpty();
        assertThat(registry.seen()).allMatch(each -> each.authorization().isEmpty());
        assertThat(find(registry.address(), reference).digests()).hasSize(1);
    }
}
