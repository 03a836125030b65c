package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.api.StageResult;
import dev.octavo.engine.runner.api.StageStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReporterTest {
    private final StringWriter shown = new StringWriter();

    @TempDir
    Path folder;

    private RunReporter reporter(boolean verbose) throws IOException {
        Terminal terminal = new Terminal(new PrintWriter(shown), InputStream.nullInputStream(), false, false);
        return new RunReporter(terminal, verbose, folder.resolve("log.txt"));
    }

    private static StageResult ended(RunReporter reporter, String parent, String name) {
        String path = parent.isEmpty() ? name : parent + " / " + name;
        reporter.stageStarted(path, name, parent, Instant.EPOCH);
        StageResult stage =
                new StageResult(path, name, parent, StageStatus.SUCCESS, Instant.EPOCH, Duration.ofSeconds(1), "");
        reporter.stageFinished(stage);
        return stage;
    }

    @Test
    void stagesOfTheSameNameAreToldApartInTheTable() throws IOException {
        try (RunReporter reporter = reporter(false)) {
            List<StageResult> stages = new ArrayList<>();
            for (String cell : List.of("JDK = 17", "JDK = 21")) {
                stages.add(ended(reporter, cell, "test"));
                stages.add(ended(reporter, "", cell));
            }
            stages.add(ended(reporter, "", "push"));

            assertThat(reporter.table(stages))
                    .hasSize(4)
                    .anyMatch(line -> line.contains("1  JDK = 17 / test  success"))
                    .anyMatch(line -> line.contains("2  JDK = 21 / test  success"))
                    .anyMatch(line -> line.contains("3  push             success"));
        }
    }

    @Test
    void withoutStagesThereIsNoTable() throws IOException {
        try (RunReporter reporter = reporter(false)) {
            assertThat(reporter.table(List.of())).isEmpty();
        }
    }

    @Test
    void whatIsEchoedIsShownOnce() throws IOException {
        for (boolean verbose : new boolean[] {false, true}) {
            shown.getBuffer().setLength(0);
            try (RunReporter reporter = reporter(verbose)) {
                reporter.stepStarted("a", "echo", "hello", new SourcePlace("Jenkinsfile", 1));
                reporter.output("a", "hello");
            }

            assertThat(shown.toString().lines()).containsExactly("  hello");
        }
    }
}
