package dev.octavo.engine.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io/library/nginx, latest",
        "nginx:1.29, docker.io/library/nginx:1.29, 1.29",
        "team/app, docker.io/team/app, latest",
        "index.docker.io/team/app:1, docker.io/team/app:1, 1",
        "localhost/app:1, localhost/app:1, 1",
        "localhost:5000/app, localhost:5000/app, latest",
        "127.0.0.1:5000/shop/catalog:v1.0.0, 127.0.0.1:5000/shop/catalog:v1.0.0, v1.0.0",
        "[::1]:5000/shop/catalog, [::1]:5000/shop/catalog, latest",
        "harbor.example.org/a/b-c/d_e.f:x, harbor.example.org/a/b-c/d_e.f:x, x"
    })
    void readsWhatPeopleWrite(String text, String whole, String selector) {
        ImageReference reference = ImageReference.parse(text);

        assertThat(reference).hasToString(whole);
        assertThat(reference.selector()).isEqualTo(selector);
    }

    @Test
    void prefersTheDigestToTheTag() {
        ImageReference reference = ImageReference.parse("example.org/app:1.0@" + DIGEST);

        assertThat(reference.tag()).isEqualTo("1.0");
        assertThat(reference.selector()).isEqualTo(DIGEST);
        assertThat(reference.bare()).hasToString("example.org/app");
        assertThat(reference.withDigest(DIGEST)).hasToString("example.org/app@" + DIGEST);
    }

    @Test
    void asksDockerHubWhereItAnswers() {
        assertThat(ImageReference.parse("nginx").host()).isEqualTo("registry-1.docker.io");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "UPPER/case",
                "example.org/App",
                "app:",
                "app:sp ace",
                "app@sha256:12",
                "a//b",
                "-a",
                "app:" + "x:y",
                "example.org/",
                "app@md5:abc"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("is not the name of an image");
    }

    @Test
    void saysThatCapitalsAreRefused() {
        assertThatThrownBy(() -> ImageReference.parse("example.org/Shop/catalog"))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.why()).contains("capital letters"));
    }
}
