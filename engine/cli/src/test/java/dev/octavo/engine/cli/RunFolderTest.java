package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path parent;

    private static List<String> content(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    private static void work(Path folder) throws IOException {
        for (String name : List.of("workspace", "workspace@2", "sandbox/git.git", "stashes", "tmp", "artifacts")) {
            Files.createDirectories(folder.resolve(name));
        }
        Files.writeString(folder.resolve("log.txt"), "");
        Files.writeString(folder.resolve("run.json"), "{}");
    }

    @Test
    void afterARunOnlyWhatItTellsStays() throws IOException {
        Path folder;
        try (RunFolder run = RunFolder.next(parent)) {
            folder = run.folder();
            work(folder);
        }

        assertThat(content(folder)).containsExactly("artifacts", "log.txt", "run.json");
    }

    @Test
    void theNextRunClearsUpBehindOneThatWasKilled() throws IOException {
        Path killed = Files.createDirectories(parent.resolve("1"));
        work(killed);
        Files.writeString(killed.resolve("lock"), "");

        try (RunFolder run = RunFolder.next(parent)) {
            assertThat(run.number()).isEqualTo(2);
            assertThat(content(killed)).containsExactly("artifacts", "log.txt", "run.json");
        }
    }

    @Test
    void runsThatAreUnderWayAreLeftAlone() throws IOException {
        try (RunFolder first = RunFolder.next(parent)) {
            work(first.folder());
            try (RunFolder second = RunFolder.next(parent)) {
                assertThat(second.number()).isEqualTo(2);
            }

            assertThat(content(first.folder())).contains("workspace", "workspace@2", "sandbox");
        }
    }

    @Test
    void theLastTwentyAreKept() throws IOException {
        for (int i = 0; i < 25; i++) {
            RunFolder.next(parent).close();
        }

        List<String> expected = new ArrayList<>();
        for (int i = 5; i <= 25; i++) {
            expected.add(String.valueOf(i));
        }
        assertThat(content(parent)).containsExactlyInAnyOrderElementsOf(expected);
    }
}
