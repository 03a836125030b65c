package dev.octavo.engine.quality;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What JaCoCo has measured in a build.
 *
 * @param reports its XML reports, absolute, sorted
 * @param measured whether there is something that it has measured, report or not
 */
record Coverage(List<Path> reports, boolean measured) {
    private static final Logger logger = LoggerFactory.getLogger(Coverage.class);
    private static final int DEEPEST = 8;

    Coverage {
        reports = List.copyOf(reports);
    }

    /**
     * Looks below a folder, where Maven and Gradle leave reports.
     *
     * @param since what is older is of another run, and would say of today's code what was true of another
     */
    static Coverage below(Path directory, Instant since) {
        // some file systems keep whole seconds
        Search search = new Search(since.truncatedTo(ChronoUnit.SECONDS));
        search.modules(directory, 0);
        return new Coverage(search.reports.stream().sorted().toList(), search.measured || !search.reports.isEmpty());
    }

    private static final class Search {
        private final Instant since;
        private final List<Path> reports = new ArrayList<>();
        private boolean measured;

        Search(Instant since) {
            this.since = since;
        }

        void modules(Path folder, int depth) {
            if (depth > DEEPEST) {
                return;
            }
            measured |= !made(folder.resolve("target"), ".exec", 0).isEmpty()
                    || !made(folder.resolve("build/jacoco"), ".exec", 0).isEmpty();
            for (Path site : List.of(
                    folder.resolve("target/site/jacoco"),
                    folder.resolve("target/site/jacoco-it"),
                    folder.resolve("target/site/jacoco-aggregate"),
                    folder.resolve("build/reports/jacoco"))) {
                reports.addAll(made(site, ".xml", 1));
            }
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder, TestReports::mayHoldModules)) {
                for (Path next : folders) {
                    modules(next, depth + 1);
                }
            } catch (IOException e) {
                logger.debug("{} is left out", folder, e);
            }
        }

        /** Files of this run; Gradle has a folder for each task. */
        private List<Path> made(Path folder, String ending, int deeper) {
            List<Path> found = new ArrayList<>();
            if (!Files.isDirectory(folder)) {
                return found;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    if (Files.isDirectory(file)) {
                        if (deeper > 0) {
                            found.addAll(made(file, ending, deeper - 1));
                        }
                    } else if (file.toString().endsWith(ending)
                            && !Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
                        found.add(file);
                    }
                }
            } catch (IOException e) {
                logger.debug("{} is left out", folder, e);
            }
            return found;
        }
    }
}
