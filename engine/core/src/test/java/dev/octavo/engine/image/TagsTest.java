package dev.octavo.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagsTest {
    @ParameterizedTest
    @CsvSource({
        "main, main",
        "feature/basket, feature-basket",
        "feature/#12 new basket, feature-12-new-basket",
        "-odd-, odd",
        ".hidden, hidden",
        "release_1.2, release_1.2",
        "a--b, a-b",
        "a/-/b, a-b"
    })
    void keepsWhatATagMayHold(String branch, String tag) {
        assertThat(Tags.safe(branch)).isEqualTo(tag);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "分支", "///", "-", "..", "ünïcödé/…", "a/b/c", "x@{y}~^:?*[\\"})
    void givesATagForEveryName(String branch) {
        assertThat("SNAPSHOT-" + Tags.safe(branch) + "-1").matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    }

    @Test
    void tellsNamesApartThatHoldNothingSafe() {
        assertThat(Tags.safe("分支")).isNotEqualTo(Tags.safe("部门"));
    }

    @Test
    void cutsALongNameAndKeepsItUnique() {
        String one = Tags.snapshot("feature/" + "x".repeat(300) + "1", "123456");
        String other = Tags.snapshot("feature/" + "x".repeat(300) + "2", "123456");

        assertThat(one).hasSizeLessThanOrEqualTo(128).isNotEqualTo(other).startsWith("SNAPSHOT-feature-xxx");
    }

    @Test
    void namesABuildOfABranch() {
        assertThat(Tags.snapshot("fix/login", "42")).isEqualTo("SNAPSHOT-fix-login-42");
    }
}
