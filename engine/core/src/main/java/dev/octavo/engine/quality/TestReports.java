package dev.octavo.engine.quality;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the XML reports that Surefire, Failsafe and Gradle write. */
public final class TestReports {
    /** Folders with reports, from a module's folder. */
    private static final List<String> FOLDERS = List.of("target/surefire-reports", "target/failsafe-reports");

    private static final String GRADLE_FOLDER = "build/test-results";

    private static final Logger logger = LoggerFactory.getLogger(TestReports.class);

    private TestReports() {}

    /**
     * Reads all reports of {@code directories} that a run which began at {@code notBefore} has written.
     *
     * @param directories folders with reports; absent ones are allowed
     * @param sourceRoots folders of test sources, such as {@code src/test/java}, to find a failure's file; may be empty
     * @throws EngineException {@link ErrorCode#TEST_REPORT} where a report cannot be read, or all are older;
     *     {@link ErrorCode#TEST_NONE} where no test ran
     */
    public static TestSummary read(List<Path> directories, Instant notBefore, List<Path> sourceRoots) {
        Found found = find(directories, notBefore);
        TestSummary summary = summarize(found.fresh(), sourceRoots);
        String where = directories.isEmpty() ? "" : directories.get(0).toString();
        if (found.fresh().isEmpty() && found.old() > 0) {
            throw new EngineException(
                    ErrorCode.TEST_REPORT,
                    "The test reports are older than this run",
                    where,
                    found.old() + " reports were there before, none was written: the build did not run the tests",
                    "delete them and look why the build skips its tests (skipTests, maven.test.skip, a profile)");
        }
        if (summary.tests() == 0 || summary.tests() == summary.skipped()) {
            throw new EngineException(
                    ErrorCode.TEST_NONE,
                    "No test ran",
                    where,
                    summary.tests() == 0
                            ? "the build wrote no report with a test in it"
                            : "all " + summary.tests() + " tests are skipped",
                    "write a test, or look why the build does not run those there are"
                            + " (skipTests, a class name that does not end in Test, a missing JUnit engine)");
        }
        return summary;
    }

    /** As {@link #read}, for modules that need not have tests: where none ran, the summary is empty. */
    static TestSummary readIfAny(List<Path> directories, Instant notBefore, List<Path> sourceRoots) {
        return summarize(find(directories, notBefore).fresh(), sourceRoots);
    }

    /** The folders in which a module's build leaves its reports, those that there are. */
    static List<Path> directoriesOf(Path module) {
        List<Path> directories = new ArrayList<>();
        for (String folder : FOLDERS) {
            directories.add(module.resolve(folder));
        }
        Path gradle = module.resolve(GRADLE_FOLDER);
        if (Files.isDirectory(gradle)) {
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(gradle, Files::isDirectory)) {
                tasks.forEach(directories::add);
            } catch (IOException e) {
                throw unreadable(gradle, String.valueOf(e.getMessage()));
            }
        }
        Collections.sort(directories);
        List<Path> there = directories.stream().filter(Files::isDirectory).toList();
        return there.isEmpty() ? List.of(module.resolve(FOLDERS.get(0))) : there;
    }

    private record Found(List<Path> fresh, int old) {}

    private static Found find(List<Path> directories, Instant notBefore) {
        // some file systems keep whole seconds
        Instant start = notBefore.truncatedTo(ChronoUnit.SECONDS);
        List<Path> fresh = new ArrayList<>();
        int old = 0;
        for (Path directory : directories) {
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "TEST-*.xml")) {
                for (Path file : files) {
                    if (Files.getLastModifiedTime(file).toInstant().isBefore(start)) {
                        old++;
                    } else {
                        fresh.add(file);
                    }
                }
            } catch (IOException e) {
                throw unreadable(directory, String.valueOf(e.getMessage()));
            }
        }
        Collections.sort(fresh);
        return new Found(fresh, old);
    }

    private static TestSummary summarize(List<Path> files, List<Path> sourceRoots) {
        if (files.isEmpty()) {
            return TestSummary.EMPTY;
        }
        JUnitXml reader = new JUnitXml(sourceRoots);
        for (Path file : files) {
            reader.read(file);
        }
        return reader.summary(files.stream().map(Path::toString).toList());
    }

    /** All modules below {@code root} with reports, but for {@code except} and what is in it. */
    static List<Path> otherModules(Path root, Path except) {
        List<Path> modules = new ArrayList<>();
        collectModules(root, except, modules, 0);
        return modules;
    }

    private static void collectModules(Path folder, Path except, List<Path> modules, int depth) {
        if (depth > 6 || (folder.equals(except) && depth > 0)) {
            return;
        }
        if (!folder.equals(except)
                && Stream.concat(FOLDERS.stream(), Stream.of(GRADLE_FOLDER))
                        .anyMatch(name -> Files.isDirectory(folder.resolve(name)))) {
            modules.add(folder);
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder, TestReports::mayHoldModules)) {
            for (Path next : folders) {
                collectModules(next, except, modules, depth + 1);
            }
        } catch (IOException e) {
            // another user's folder, such as a database's data: no build of ours wrote in it
            logger.debug("{} is left out", folder, e);
        }
    }

    static boolean mayHoldModules(Path folder) {
        String name = folder.getFileName().toString();
        return !name.startsWith(".")
                && !name.equals("src")
                && !name.equals("target")
                && !name.equals("build")
                && !name.equals("node_modules")
                && Files.isDirectory(folder)
                && !Files.isSymbolicLink(folder);
    }

    static EngineException unreadable(Path file, String why) {
        return new EngineException(
                ErrorCode.TEST_REPORT,
                "A test report cannot be read",
                file.toString(),
                why,
                "run the build again; if it stays, look at what writes this file");
    }
}
