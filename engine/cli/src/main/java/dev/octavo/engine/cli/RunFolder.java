package dev.octavo.engine.cli;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.sandbox.Sandbox;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
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
 * @param lock held while the run is under way, so that others leave its folder alone
 */
record RunFolder(Path folder, int number, FileChannel lock) implements AutoCloseable {
    private static final int KEPT = 20;
    private static final String LOCK = "lock";
    private static final String SANDBOX = "sandbox";
    /** What stays of a run; all else it needs only while it is under way. */
    private static final List<String> STAYING = List.of("run.json", "log.txt", "artifacts", LOCK);

    /**
     * Makes the next run's folder under {@code parent}, deletes all but the last 20, and clears up behind runs that were
     * killed.
     */
    static RunFolder next(Path parent) {
        try {
            Files.createDirectories(parent);
            List<Integer> numbers = numbers(parent);
            for (int i = 0; i < numbers.size(); i++) {
                clearUp(parent.resolve(String.valueOf(numbers.get(i))), i < numbers.size() - KEPT);
            }
            int number = numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1;
            while (true) {
                try {
                    Path folder = Files.createDirectory(parent.resolve(String.valueOf(number)));
                    return new RunFolder(folder, number, lock(folder));
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

    /** Takes the folder; nobody else has it yet. */
    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            channel.lock();
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    /** Clears up behind an earlier run that has had no time for it; leaves one alone that is under way. */
    private static void clearUp(Path folder, boolean whole) throws IOException {
        if (!whole && passing(folder).isEmpty()) {
            return;
        }
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return;
            }
            discard(folder);
            if (whole) {
                delete(folder);
            } else {
                Files.deleteIfExists(folder.resolve(LOCK));
            }
        } catch (OverlappingFileLockException e) {
            return; // a run of this very process
        }
    }

    /** Deletes what a run needs only while it is under way, and says so where it cannot. */
    private static void discard(Path folder) {
        try {
            Sandbox.clear(cluster(folder));
            for (Path each : passing(folder)) {
                delete(each);
            }
        } catch (IOException e) {
            System.err.println("octavo: " + folder + " could not be cleared: " + e.getMessage());
        }
    }

    private static List<Path> passing(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !STAYING.contains(entry.getFileName().toString()))
                    .toList();
        }
    }

    private static Path cluster(Path folder) {
        return folder.resolve(SANDBOX).resolve("cluster");
    }

    /** The run is over: only its record, log and artifacts stay. */
    @Override
    public void close() {
        discard(folder);
        try {
            Files.deleteIfExists(folder.resolve(LOCK));
            lock.close();
        } catch (IOException e) {
            System.err.println("octavo: " + folder.resolve(LOCK) + " could not be deleted: " + e.getMessage());
        }
    }

    /** Where a sandbox of this run has its cluster. */
    Path cluster() {
        return cluster(folder);
    }

    /** What stands in for the git remote in a sandbox of this run. */
    Path remote() {
        return folder.resolve(SANDBOX).resolve("git.git");
    }

    /** What only this run's steps see. */
    Path temporary() {
        return folder.resolve("tmp");
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
