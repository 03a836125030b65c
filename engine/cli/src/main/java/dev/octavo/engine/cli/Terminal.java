package dev.octavo.engine.cli;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the command writes and reads; colours and a changing last line only where a person looks on. */
final class Terminal {
    /** What a text means; the symbol says it too, so that nothing rests on colour alone. */
    enum Tone {
        PLAIN("0"),
        GOOD("32"),
        BAD("31"),
        WARN("33"),
        QUIET("2"),
        TITLE("1");

        private final String sequence;

        Tone(String sequence) {
            this.sequence = sequence;
        }
    }

    private static final int STATUS_WIDTH = 200;
    /** A passing line ends at the terminal's edge, however narrow that is: a wrapped one could not be taken back. */
    private static final String WRAP_OFF = "\u001b[?7l";

    private static final String WRAP_ON = "\u001b[?7h";

    private final PrintWriter out;
    private final BufferedReader in;
    private final boolean interactive;
    private final boolean colours;
    private boolean statusShown;
    /** The line that is being waited for; one that was cancelled waits on for the next question. */
    private @Nullable CompletableFuture<Optional<String>> awaited;

    Terminal(PrintWriter out, InputStream in, boolean interactive, boolean colours) {
        this.out = out;
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.interactive = interactive;
        this.colours = colours;
    }

    /** The process's own terminal, or the files and pipes that stand in for it. */
    static Terminal of(Map<String, String> environment, PrintWriter out) {
        boolean interactive = isTerminal() && !"dumb".equals(environment.get("TERM"));
        boolean colours =
                interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(out, System.in, interactive, colours);
    }

    @SuppressWarnings("SystemConsoleNull") // what Java 22 and newer say is asked below
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true; // before Java 22 there is a console only where there is a terminal
        }
    }

    /** Whether colours are shown. */
    boolean colours() {
        return colours;
    }

    /** Whether a person is at both ends. */
    boolean interactive() {
        return interactive;
    }

    synchronized void line(String text) {
        clearStatus();
        out.println(text);
        out.flush();
    }

    void line(Tone tone, String text) {
        line(paint(tone, text));
    }

    String paint(Tone tone, String text) {
        return colours && tone != Tone.PLAIN ? "\u001b[" + tone.sequence + "m" + text + "\u001b[0m" : text;
    }

    /** Shows a passing line that the next one replaces; nothing where nobody looks on. */
    synchronized void status(String text) {
        if (!interactive) {
            return;
        }
        clearStatus();
        String shown = text.strip().replaceAll("\\p{Cntrl}+", " ");
        shown = shown.length() > STATUS_WIDTH ? shown.substring(0, STATUS_WIDTH) : shown;
        out.print(WRAP_OFF + paint(Tone.QUIET, "  " + shown) + WRAP_ON);
        out.flush();
        statusShown = true;
    }

    /**
     * Asks and waits for a line.
     *
     * @return null at the end of the input
     * @throws EngineException {@link ErrorCode#CANCELLED}
     */
    @Nullable
    String ask(String question, Cancellation cancellation) {
        synchronized (this) {
            clearStatus();
            out.print(question);
            out.flush();
        }
        CompletableFuture<Optional<String>> line = nextLine();
        CompletableFuture<Object> stopped = new CompletableFuture<>();
        try (Cancellation.Registration registration = cancellation.onCancel(() -> stopped.complete(true))) {
            CompletableFuture.anyOf(line, stopped).join();
        }
        if (cancellation.isRequested()) {
            line(""); // the cursor stands behind the question
        }
        cancellation.check();
        return line.join().orElse(null);
    }

    /** Forgets what was typed before there was a question: it is no answer to it. */
    synchronized void forgetTyped() {
        try {
            if (awaited == null || awaited.isDone()) {
                awaited = null;
                while (in.ready()) {
                    in.readLine();
                }
            }
        } catch (IOException e) {
            return; // the question will see that the input has ended
        }
    }

    /** Reads on a thread of its own, which nothing can interrupt: whoever waits for it may give up. */
    private synchronized CompletableFuture<Optional<String>> nextLine() {
        CompletableFuture<Optional<String>> line = awaited;
        if (line == null || line.isDone()) {
            line = new CompletableFuture<>();
            awaited = line;
            CompletableFuture<Optional<String>> read = line;
            Thread reader = new Thread(() -> read.complete(readLine()), "octavo-terminal");
            reader.setDaemon(true);
            reader.start();
        }
        return line;
    }

    private Optional<String> readLine() {
        try {
            return Optional.ofNullable(in.readLine());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void clearStatus() {
        if (statusShown) {
            out.print("\r\u001b[2K");
            statusShown = false;
        }
    }
}
