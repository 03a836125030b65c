package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.ParameterSpec;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GatesTest {
    private static final String QUESTION = "Deploy orders to dev?\n  create  Deployment  orders";

    private final StringWriter shown = new StringWriter();

    private Gates gates(String approve, String typed, boolean interactive) {
        Terminal terminal = new Terminal(new PrintWriter(shown), typedLater(typed), interactive, false);
        return new Gates(terminal, approve, "amy");
    }

    /** What a person types once they are asked: not there before that. */
    private static InputStream typedLater(String typed) {
        return new FilterInputStream(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8))) {
            @Override
            public int available() {
                return 0;
            }
        };
    }

    private static String ask(Gates gates, String gate) {
        return gates.ask(gate, QUESTION, new Cancellation());
    }

    @Test
    void showsWhatWillChangeAndTakesAYes() {
        assertThat(ask(gates("", "perhaps\ny\n", true), "deploy-to-dev")).isEqualTo("amy");

        assertThat(shown.toString()).contains("create  Deployment  orders", "Approve \"deploy-to-dev\"? [y/n]");
    }

    @Test
    void aNoStopsTheRun() {
        assertThatThrownBy(() -> ask(gates("", "n\n", true), "deploy-to-dev"))
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.GATE_REFUSED));
    }

    @Test
    void aClosedTerminalIsNoYes() {
        assertThatThrownBy(() -> ask(gates("", "", true), "deploy-to-dev"))
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.GATE_REFUSED));
    }

    @Test
    void withoutTerminalTheRunStopsWithASentenceOfItsOwn() {
        assertThatThrownBy(() -> ask(gates("dev", "", false), "release-image-with-tag"))
                .isInstanceOfSatisfying(EngineException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.GATE_NOT_ASKED);
                    assertThat(failure.code().category().exitCode()).isEqualTo(7);
                    assertThat(failure.describe()).contains("nobody is there to approve", "--approve release");
                });
        assertThat(shown.toString()).contains("create  Deployment  orders");
    }

    @Test
    void approvesWhatWasNamed() {
        assertThat(ask(gates("dev,release", "", false), "release-image-with-tag"))
                .isEqualTo("amy");
        assertThat(ask(gates("all", "", false), "anything")).isEqualTo("amy");
        assertThat(ask(gates("deploy-to-dev", "", false), "deploy-to-dev")).isEqualTo("amy");
        assertThat(ask(gates("prod", "", false), "deploy-to-production")).isEqualTo("amy");
        assertThat(ask(gates("deploy,GoLive", "", false), "GoLive")).isEqualTo("amy");
    }

    @Test
    void aMisspeltGateIsRefusedBeforeTheRun() {
        for (String slip : List.of("dve", "relase", "Producton", "al", "deploy-to-prod")) {
            assertThatThrownBy(() -> gates(slip, "", false)).isInstanceOfSatisfying(EngineException.class, failure -> {
                assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
                assertThat(failure.fix()).contains("did you mean");
            });
        }
    }

    @Test
    void asksForTheValuesOfAGatesParameters() {
        List<ParameterSpec> parameters = List.of(
                new ParameterSpec("WHY", ParameterSpec.Type.STRING, "because", "the reason", List.of()),
                new ParameterSpec("SIZE", ParameterSpec.Type.CHOICE, "s", "", List.of("s", "m")),
                new ParameterSpec("DRY", ParameterSpec.Type.BOOLEAN, "false", "", List.of()));

        assertThat(gates("", "\nxl\nm\ntrue\n", true).values("go", parameters, new Cancellation()))
                .isEqualTo(Map.of("SIZE", "m", "DRY", "true"));
        assertThat(shown.toString())
                .contains("WHY, the reason [because]: ", "SIZE (s, m) [s]: ", "DRY (true, false) [false]: ");
        assertThat(gates("go", "no\n", true).values("go", parameters, new Cancellation()))
                .isEmpty();
    }

    @Test
    void theEndOfTheRunEndsTheQuestion() throws IOException {
        try (PipedOutputStream keyboard = new PipedOutputStream();
                PipedInputStream typed = new PipedInputStream(keyboard)) {
            Gates gates = new Gates(new Terminal(new PrintWriter(shown), typed, true, false), "", "amy");
            Cancellation cancellation = new Cancellation();
            CompletableFuture<String> answer =
                    CompletableFuture.supplyAsync(() -> gates.ask("deploy-to-dev", QUESTION, cancellation));

            cancellation.cancel();

            assertThat(answer)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withCauseInstanceOf(EngineException.class)
                    .withMessageContaining("CANCELLED");
        }
    }

    @Test
    void whatWasTypedBeforeTheQuestionIsNoAnswer() {
        byte[] typed = "y\ny\n".getBytes(StandardCharsets.UTF_8);
        Gates gates = new Gates(
                new Terminal(new PrintWriter(shown), new ByteArrayInputStream(typed), true, false), "", "amy");

        assertThatThrownBy(() -> ask(gates, "deploy-to-production"))
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.GATE_REFUSED));
    }
}
