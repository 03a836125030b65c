package dev.octavo.engine.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTagTest {
    @ParameterizedTest
    @ValueSource(strings = {"v1.0.0", "1.0.0", "v0.0.1", "v10.20.30", "v1.0.0-rc.1", "1.0.0-alpha-2", "v1.0.0-0a"})
    void takesVersions(String text) {
        assertThat(VersionTag.isVersion(text)).isTrue();
        assertThat(VersionTag.shared(text).name()).isEqualTo(text);
        assertThat(VersionTag.of("catalog-service", text).name()).isEqualTo("catalog-service/" + text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v",
                "dev",
                "preview",
                "server",
                "v1",
                "v1.0",
                "latest",
                "v1.0.0 ",
                " v1.0.0",
                "v1.0.0\n",
                "V1.0.0",
                "vv1.0.0",
                "v1.0.0.0",
                "v01.0.0",
                "v1.0.0-",
                "v1.0.0-rc..1",
                "v1.0.0-01",
                "v1.0.0+5",
                "v1.0.x",
                "v1.0.0/x",
                "v1.0.0;rm -rf",
                "ｖ1.0.0",
                "v١.0.0",
                "v99999999999.0.0"
            })
    void refusesWhatOnlyLooksLikeOne(String text) {
        assertThat(VersionTag.isVersion(text)).isFalse();
        assertThatThrownBy(() -> VersionTag.shared(text)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_VERSION);
            assertThat(e.fix()).contains("write it as");
        });
    }

    @ParameterizedTest
    @CsvSource({"v1,v1.0.0", "1.2,1.2.0", "V1.0.0,v1.0.0", "v1.0.0+5,v1.0.0"})
    void suggestsTheVersionThatWasLikelyMeant(String text, String better) {
        assertThatThrownBy(() -> VersionTag.shared(text))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fix()).isEqualTo("write it as " + better));
    }

    @Test
    void refusesATextTooLongForAnImagesTag() {
        assertThat(VersionTag.isVersion("v1.0.0-" + "a".repeat(200))).isFalse();
    }

    @Test
    void knowsPreReleases() {
        assertThat(VersionTag.shared("v1.0.0-rc.1").isPreRelease()).isTrue();
        assertThat(VersionTag.shared("v1.0.0").isPreRelease()).isFalse();
    }

    @Test
    void ordersBySemanticVersioning() {
        List<VersionTag> versions = Stream.of(
                        "1.0.0-alpha",
                        "v1.0.0-alpha.1",
                        "1.0.0-alpha.beta",
                        "1.0.0-beta.2",
                        "1.0.0-beta.11",
                        "1.0.0-rc.1",
                        "v1.0.0",
                        "v1.9.0",
                        "1.10.0",
                        "v2.0.0")
                .map(VersionTag::shared)
                .toList();

        List<VersionTag> sorted = new ArrayList<>(versions);
        Collections.reverse(sorted);
        sorted.sort(VersionTag.PRECEDENCE);

        assertThat(sorted).isEqualTo(versions);
    }
}
