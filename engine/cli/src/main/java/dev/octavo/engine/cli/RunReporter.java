package dev.octavo.engine.cli;

import dev.octavo.engine.cli.Terminal.Tone;
import dev.octavo.engine.runner.api.RunListener;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.api.StageResult;
import dev.octavo.engine.runner.api.StageStatus;
import dev.octavo.engine.runner.api.StepCall;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Tells a run as it goes, keeps its whole output in a file, and sums it up in a table. */
final class RunReporter implements RunListener, AutoCloseable {
    private static final int TAIL = 30;

    private final Terminal terminal;
    private final boolean verbose;
    private final BufferedWriter log;
    private final Map<String, List<String>> made = new LinkedHashMap<>();
    private final Map<String, Deque<String>> tails = new HashMap<>();
    private final Set<String> parents = new HashSet<>();
    /** The last thing that each stage has said by echo: a condition that is not met explains itself so. */
    private final Map<String, String> said = new HashMap<>();

    RunReporter(Terminal terminal, boolean verbose, Path log) throws IOException {
        this.terminal = terminal;
        this.verbose = verbose;
        this.log = Files.newBufferedWriter(log, StandardCharsets.UTF_8);
    }

    /** Notes what a step has made, for its stage's row. */
    synchronized void made(StepCall call, String summary) {
        made.computeIfAbsent(call.stage(), stage -> new ArrayList<>()).add(summary);
    }

    @Override
    public synchronized void stageStarted(String path, String name, String parent, java.time.Instant at) {
        parents.add(parent);
        write("[stage] " + path);
        if (!parent.isEmpty() || !verbose) {
            terminal.status(name);
        }
    }

    @Override
    public synchronized void stageFinished(StageResult stage) {
        write("[stage] " + stage.path() + ": " + stage.status() + " " + stage.reason());
        if (parents.contains(stage.path()) || isAside(stage)) {
            return; // its inner stages have told it
        }
        terminal.line(symbol(stage.status()) + " " + stage.name() + "  "
                + terminal.paint(Tone.QUIET, time(stage))
                + (stage.status() == StageStatus.SUCCESS || stage.reason().isEmpty() || said.containsKey(stage.path())
                        ? ""
                        : "  " + firstLine(stage.reason())));
    }

    @Override
    public synchronized void stepStarted(String stage, String step, String label, SourcePlace place) {
        if (step.equals("echo")) {
            said.put(stage, label);
            if (!verbose) { // else it is among the output
                terminal.line("  " + label);
            }
        }
    }

    @Override
    public synchronized void output(String stage, String line) {
        write(line);
        Deque<String> tail = tails.computeIfAbsent(stage, key -> new ArrayDeque<>());
        tail.addLast(line);
        if (tail.size() > TAIL) {
            tail.removeFirst();
        }
        if (verbose) {
            terminal.line("  " + line);
        } else {
            terminal.status(line);
        }
    }

    @Override
    public void progress(String stage, String message) {
        write(message);
        terminal.line("  " + message);
    }

    @Override
    public void warning(String stage, String message) {
        write("warning: " + message);
        terminal.line("  " + terminal.paint(Tone.WARN, "warning:") + " " + message);
    }

    /** The last lines of a stage's output, for a failure that came out of it. */
    synchronized List<String> tail(String stage) {
        return List.copyOf(tails.getOrDefault(stage, new ArrayDeque<>()));
    }

    /** Whether it is what Declarative adds of its own, and nobody misses. */
    private static boolean isAside(StageResult stage) {
        return stage.name().startsWith("Declarative: ") && stage.status() == StageStatus.SUCCESS;
    }

    /** The table of the run: stage, result, time, what it made. */
    synchronized List<String> table(List<StageResult> stages) {
        List<StageResult> shown = stages.stream()
                .filter(stage -> !parents.contains(stage.path()) && !isAside(stage))
                .toList();
        if (shown.isEmpty()) {
            return List.of();
        }
        Map<String, Integer> names = new HashMap<>();
        shown.forEach(stage -> names.merge(stage.name(), 1, Integer::sum));
        Table table = new Table();
        table.row("", "stage", "result", "time", "made");
        int number = 0;
        for (StageResult stage : shown) {
            table.row(
                    String.valueOf(++number),
                    // the cells of a matrix have stages of the same names
                    names.getOrDefault(stage.name(), 0) > 1 ? stage.path() : stage.name(),
                    stage.status().name().toLowerCase(Locale.ROOT),
                    time(stage),
                    rowText(stage));
        }
        return table.lines();
    }

    private String rowText(StageResult stage) {
        List<String> words = made.getOrDefault(stage.path(), Collections.emptyList());
        if (stage.status() == StageStatus.SUCCESS || stage.reason().isEmpty()) {
            return String.join("; ", words);
        }
        return stage.status() == StageStatus.SKIPPED && said.containsKey(stage.path())
                ? said.get(stage.path())
                : firstLine(stage.reason());
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private String symbol(StageStatus status) {
        return switch (status) {
            case SUCCESS -> terminal.paint(Tone.GOOD, "✓");
            case UNSTABLE -> terminal.paint(Tone.WARN, "!");
            case FAILURE -> terminal.paint(Tone.BAD, "✗");
            case ABORTED -> terminal.paint(Tone.BAD, "■");
            case SKIPPED -> terminal.paint(Tone.QUIET, "-");
        };
    }

    private static String time(StageResult stage) {
        return stage.status() == StageStatus.SKIPPED ? "" : seconds(stage.duration());
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    private synchronized void write(String line) {
        try {
            log.write(line);
            log.newLine();
            log.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
