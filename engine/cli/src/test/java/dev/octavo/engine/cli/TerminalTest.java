package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private final StringWriter shown = new StringWriter();

    private Terminal terminal(boolean interactive) {
        return new Terminal(new PrintWriter(shown), InputStream.nullInputStream(), interactive, false);
    }

    @Test
    void aPassingLineNeverWrapsAndIsTakenBack() {
        Terminal terminal = terminal(true);

        terminal.status("[INFO] compiling\ta file with a long name");
        terminal.line("done");

        assertThat(shown.toString())
                .isEqualTo("\u001b[?7l  [INFO] compiling a file with a long name\u001b[?7h\r\u001b[2Kdone"
                        + System.lineSeparator());
    }

    @Test
    void aPassingLineTakesNoSequencesFromAProgram() {
        terminal(true).status("\u001b[2Jred");

        assertThat(shown.toString()).doesNotContain("\u001b[2J").contains("[2Jred");
    }

    @Test
    void nothingPassesWhereNobodyLooksOn() {
        terminal(false).status("[INFO] compiling");

        assertThat(shown.toString()).isEmpty();
    }
}
