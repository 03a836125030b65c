package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GatesTest {
    private static final String QUESTION = "Deploy orders to dev?\n  create  Deployment  orders";

    private final StringWriter shown = new StringWriter();

    private Gates gates(String approve, String typed, boolean interactive) {
        Terminal terminal = new Terminal(
                new PrintWriter(shown),
                new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                interactive,
                false);
        return new Gates(terminal, approve, "amy");
    }

    @Test
    void showsWhatWillChangeAndTakesAYes() {
        assertThat(gates("", "perhaps\ny\n", true).ask("deploy-to-dev", QUESTION))
                .isEqualTo("amy");

        assertThat(shown.toString()).contains("create  Deployment  orders", "Approve \"deploy-to-dev\"? [y/n]");
    }

    @Test
    void aNoStopsTheRun() {
        assertThatThrownBy(() -> gates("", "n\n", true).ask("deploy-to-dev", QUESTION))
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.GATE_REFUSED));
    }

    @Test
    void aClosedTerminalIsNoYes() {
        assertThatThrownBy(() -> gates("", "", true).ask("deploy-to-dev", QUESTION))
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.GATE_REFUSED));
    }

    @Test
    void withoutTerminalTheRunStopsWithASentenceOfItsOwn() {
        assertThatThrownBy(() -> gates("dev", "", false).ask("release-image-with-tag", QUESTION))
                .isInstanceOfSatisfying(EngineException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.GATE_NOT_ASKED);
                    assertThat(failure.code().category().exitCode()).isEqualTo(7);
                    assertThat(failure.describe()).contains("nobody is there to approve", "--approve release");
                });
        assertThat(shown.toString()).contains("create  Deployment  orders");
    }

    @Test
    void approvesWhatWasNamed() {
        assertThat(gates("dev,release", "", false).ask("release-image-with-tag", QUESTION))
                .isEqualTo("amy");
        assertThat(gates("all", "", false).ask("anything", QUESTION)).isEqualTo("amy");
        assertThat(gates("deploy-to-dev", "", false).ask("deploy-to-dev", QUESTION))
                .isEqualTo("amy");
    }
}
