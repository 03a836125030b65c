package dev.octavo.engine.sandbox.pod;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.stream.Stream;

/** The processes of pods on disk, so that the next sandbox can end those that a killed one has left. */
public final class ProcessLedger {
    private final Path file;
    private boolean closed;

    private ProcessLedger(Path file) {
        this.file = file;
    }

    static ProcessLedger open(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return new ProcessLedger(file);
    }

    /** A process has begun. Its start time tells it from a later one with the same number. */
    synchronized void add(ProcessHandle process) throws IOException {
        if (closed) {
            return;
        }
        String start = process.info().startInstant().map(Instant::toString).orElse("");
        Files.writeString(
                file,
                process.pid() + " " + start + "\n",
                StandardCharsets.US_ASCII,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    synchronized void close() {
        closed = true;
    }

    /**
     * Ends what a ledger names and still runs.
     *
     * @return how many processes that were
     */
    public static int endLeftOvers(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return 0;
        }
        int ended = 0;
        List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        for (String line : lines) {
            String[] words = line.split(" ");
            // a line without a start time, which not every system tells, names nothing that could be ended safely
            if (words.length == 2 && end(words[0], words[1])) {
                ended++;
            }
        }
        return ended;
    }

    private static boolean end(String pid, String started) {
        try {
            Instant start = Instant.parse(started);
            ProcessHandle process = ProcessHandle.of(Long.parseLong(pid)).orElse(null);
            if (process == null
                    || process.info().startInstant().filter(start::equals).isEmpty()) {
                return false;
            }
            try (Stream<ProcessHandle> below = process.descendants()) {
                below.forEach(ProcessHandle::destroyForcibly);
            }
            return process.destroyForcibly();
        } catch (NumberFormatException | DateTimeParseException e) {
            return false; // the line was not written to its end
        }
    }
}
