package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void alignsWideCharactersToo() {
        assertThat(new Table().row("部署", "x").row("abcde", "y").lines()).containsExactly("部署   x", "abcde  y");
    }
}
