package dev.octavo.engine.quality;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How SonarQube's scanner library is called for what neither Maven nor Gradle builds: what its sources, tests and coverage are.
 * A {@code sonar-project.properties} in the service's folder, which SonarQube's own scanner reads too, has the last word on that.
 */
final class LibraryScan {
    private static final String THEIRS = "sonar-project.properties";
    private static final Set<String> NO_SOURCES =
            Set.of("node_modules", "dist", "build", "out", "bin", "target", "coverage", "vendor");
    private static final List<String> TESTS =
            List.of("**/*.test.*", "**/*.spec.*", "**/__tests__/**", "**/*Test.java", "**/*Tests.java", "**/*IT.java");
    private static final List<String> TEST_FOLDERS = List.of("test", "tests", "__tests__", "e2e", "cypress");
    private static final List<String> CLASSES =
            List.of("target/classes", "build/classes/java/main", "build/classes", "out", "bin", "classes");
    private static final List<String> LCOV = List.of("coverage/lcov.info", "reports/lcov.info", "lcov.info");

    private final Path folder;
    private final Instant since;
    private final EngineContext context;
    private final Properties properties = new Properties();

    private LibraryScan(Path folder, Instant since, EngineContext context) {
        this.folder = folder;
        // some file systems keep whole seconds
        this.since = since.truncatedTo(ChronoUnit.SECONDS);
        this.context = context;
    }

    /**
     * The words that start it.
     *
     * @param words for a scanner of another kind: {@code -Dname=value}
     * @param report where it says what the server works on
     */
    static List<String> command(Path folder, Instant since, List<String> words, Path report, EngineContext context) {
        try {
            return new LibraryScan(folder, since, context).command(words, report);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The analysis cannot be prepared",
                    folder.toString(),
                    String.valueOf(e.getMessage()),
                    "check that the folder can be read, and the work folder be written",
                    e);
        }
    }

    private List<String> command(List<String> words, Path report) throws IOException {
        sources();
        theirs();
        properties.setProperty("sonar.projectBaseDir", folder.toString());
        properties.setProperty(
                "sonar.working.directory", report.resolveSibling("work").toString());
        for (String each : words) {
            int equals = each.indexOf('=');
            if (each.startsWith("-D") && equals > 0) {
                properties.setProperty(each.substring(2, equals), each.substring(equals + 1));
            }
        }
        Path file = report.resolveSibling("scanner.properties");
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            properties.store(writer, null);
        }
        String classes = Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator))
                .map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dslf4j.provider=" + ScannerLog.class.getName(),
                "-Dslf4j.internal.verbosity=WARN",
                "-cp",
                classes,
                ScannerProgram.class.getName(),
                file.toString());
    }

    private void sources() throws IOException {
        List<String> sources = existing(List.of("src"));
        properties.setProperty("sonar.sourceEncoding", "UTF-8");
        properties.setProperty("sonar.sources", sources.isEmpty() ? "." : "src");
        List<String> tests = new ArrayList<>(List.of(sources.isEmpty() ? "." : "src"));
        List<String> inclusions = new ArrayList<>(TESTS);
        List<String> exclusions = new ArrayList<>(TESTS);
        for (String each : existing(TEST_FOLDERS)) {
            inclusions.add(each + "/**");
            exclusions.add(each + "/**");
            if (!sources.isEmpty()) {
                tests.add(each);
            }
        }
        if (Files.isDirectory(folder.resolve("src/test"))) {
            inclusions.add("src/test/**");
            exclusions.add("src/test/**");
        }
        NO_SOURCES.stream().sorted().forEach(each -> exclusions.add("**/" + each + "/**"));
        exclusions.add("**/.octavo/**");
        properties.setProperty("sonar.tests", String.join(",", tests));
        properties.setProperty("sonar.test.inclusions", String.join(",", inclusions));
        properties.setProperty("sonar.test.exclusions", "**/node_modules/**");
        if (holdsJava()) {
            List<String> classes = existing(CLASSES);
            if (classes.isEmpty()) {
                exclusions.add("**/*.java");
                context.listener()
                        .warning(
                                "the Java sources in " + name() + " are not analysed: SonarQube wants compiled classes,"
                                        + " and none are in " + String.join(", ", CLASSES)
                                        + "; name them by sonar.java.binaries in " + THEIRS);
            } else {
                properties.setProperty("sonar.java.binaries", classes.get(0));
            }
        }
        properties.setProperty("sonar.exclusions", String.join(",", exclusions));
        List<String> lcov = existing(LCOV);
        if (!lcov.isEmpty()) {
            Path report = folder.resolve(lcov.get(0));
            if (Files.getLastModifiedTime(report).toInstant().isBefore(since)) {
                context.listener().warning(lcov.get(0) + " of " + name() + " is of an earlier run, and not handed on");
            } else {
                properties.setProperty("sonar.javascript.lcov.reportPaths", lcov.get(0));
            }
        }
    }

    private String name() {
        Path name = folder.getFileName();
        return name == null ? folder.toString() : name.toString();
    }

    private List<String> existing(List<String> paths) {
        return paths.stream().filter(each -> Files.exists(folder.resolve(each))).toList();
    }

    private boolean holdsJava() throws IOException {
        boolean[] found = new boolean[1];
        Path unused = Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
                String name =
                        each.getFileName() == null ? "" : each.getFileName().toString();
                boolean skipped = !each.equals(folder) && (NO_SOURCES.contains(name) || name.startsWith("."));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) {
                found[0] |= each.toString().endsWith(".java");
                return found[0] ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }
        });
        return found[0];
    }

    private void theirs() {
        Path file = folder.resolve(THEIRS);
        if (!Files.isRegularFile(file)) {
            return;
        }
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    THEIRS + " cannot be read",
                    context.workspace().relativize(file).toString(),
                    String.valueOf(e.getMessage()),
                    "correct it: it is a properties file in UTF-8",
                    e);
        }
        // what was found out fits what was found out alone
        if (read.containsKey("sonar.sources") || read.containsKey("sonar.tests")) {
            List.of("sonar.tests", "sonar.test.inclusions", "sonar.exclusions").forEach(properties::remove);
        }
        read.stringPropertyNames().forEach(name -> properties.setProperty(name, read.getProperty(name)));
    }
}
