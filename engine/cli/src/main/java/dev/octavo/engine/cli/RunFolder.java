package dev.octavo.engine.cli;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one run: its workspace while it runs; its record, log and artifacts after it.
 *
 * @param folder absolute
 * @param number counts the runs of a repository, from 1
 */
record RunFolder(Path folder, int number) {
    private static final int KEPT = 20;

    /** Makes the next run's folder under {@code parent}, and deletes all but the last 20. */
    static RunFolder next(Path parent) {
        try {
            Files.createDirectories(parent);
            List<Integer> numbers = numbers(parent);
            for (int i = 0; i < numbers.size() - KEPT; i++) {
                delete(parent.resolve(String.valueOf(numbers.get(i))));
            }
            int number = numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1;
            while (true) {
                try {
                    return new RunFolder(Files.createDirectory(parent.resolve(String.valueOf(number))), number);
                } catch (FileAlreadyExistsException e) {
                    number++; // another run has started at the same time
                }
            }
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The run's folder cannot be made",
                    parent.toString(),
                    String.valueOf(e.getMessage()),
                    "free some room there, or choose another folder with --work",
                    e);
        }
    }

    Path workspace() {
        return folder.resolve("workspace");
    }

    Path log() {
        return folder.resolve("log.txt");
    }

    Path record() {
        return folder.resolve("run.json");
    }

    private static List<Integer> numbers(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("[1-9][0-9]{0,8}"))
                    .map(Integer::valueOf)
                    .sorted()
                    .toList();
        }
    }

    /** Deletes a folder with all in it, following no symbolic link; what can't be deleted stays. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<IOException> failures = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                return remove(file);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
                return remove(directory);
            }

            private FileVisitResult remove(Path path) {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    failures.add(e);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }
}
