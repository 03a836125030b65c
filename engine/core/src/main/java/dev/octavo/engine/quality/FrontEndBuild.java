package dev.octavo.engine.quality;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.program.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Builds and tests what runs in a browser, by the scripts of its {@code package.json}. */
public final class FrontEndBuild {
    /** What npm writes where nobody has written a test. */
    private static final String NO_TEST = "no test specified";

    private static final List<String> REPORT_FOLDERS = List.of("", "reports", "test-results", "test-reports", "junit");
    private static final Pattern COLORS = Pattern.compile("\u001B\\[[;\\d]*m");
    /** How Vitest, Jest, Mocha, node:test and Karma say how many tests passed. */
    private static final List<Pattern> PASSED = List.of(
            Pattern.compile("\\s*Tests:?\\s.*?(\\d+) passed.*"),
            Pattern.compile("\\s*(\\d+) passing\\b.*"),
            Pattern.compile("(?:#|\u2139) pass (\\d+)"),
            Pattern.compile(".*Executed (\\d+) of \\d+ .*SUCCESS.*"));

    private static final int LINES_KEPT = 15;

    private FrontEndBuild() {}

    /** The program that the lock file is of, else npm. */
    private enum Manager {
        NPM("npm", "package-lock.json", "ci --no-audit --no-fund"),
        YARN("yarn", "yarn.lock", "install --frozen-lockfile"),
        PNPM("pnpm", "pnpm-lock.yaml", "install --frozen-lockfile");

        private final String program;
        private final String lock;
        /** Words, with one space between them. */
        private final String install;

        Manager(String program, String lock, String install) {
            this.program = program;
            this.lock = lock;
            this.install = install;
        }

        private List<String> install() {
            return List.of(install.split(" "));
        }
    }

    /**
     * Installs what it needs, builds it, and runs its tests where it has any.
     *
     * @param directory its folder, absolute
     * @throws TestsFailedException {@link ErrorCode#TEST_FAILED}
     * @throws EngineException {@link ErrorCode#BUILD_FAILED}, {@link ErrorCode#BUILD_TOOL},
     *     {@link ErrorCode#CONFIG_FILE}, {@link ErrorCode#CANCELLED}
     */
    public static BuildResult run(Path directory, EngineContext context) {
        return new Build(directory, context).run();
    }

    private static final class Build {
        private final Path directory;
        private final EngineContext context;
        private final Redaction redaction;
        private final List<String> tail = new ArrayList<>();
        private final String title;
        private int passed;

        Build(Path directory, EngineContext context) {
            this.directory = directory;
            this.context = context;
            this.redaction = new Redaction(context.environment());
            Path name = directory.getFileName();
            this.title = name == null ? "" : name.toString();
        }

        BuildResult run() {
            JsonNode scripts = scripts();
            Manager manager = manager();
            Path program = program(manager);
            long began = System.nanoTime();
            Instant start = Instant.now(); // compared with times of files, so not the context's clock
            boolean locked = Files.exists(directory.resolve(manager.lock));
            if (!locked) {
                context.listener()
                        .warning(title + " has no " + manager.lock + ": another build may get other versions");
            }
            require(
                    call(program, locked ? manager.install() : List.of("install", "--no-audit", "--no-fund")),
                    "What " + title + " needs cannot be installed",
                    "check the network and the registry that npm is configured with, and that the lock file fits package.json");
            String build = buildScript(scripts);
            List<String> command = List.of(manager.program, "run", build);
            require(
                    call(program, List.of("run", build)),
                    "The build of " + title + " failed",
                    "run it there by hand: " + String.join(" ", command));
            TestSummary tests = TestSummary.EMPTY;
            String test = scripts.path("test").asString("");
            if (test.isEmpty() || test.contains(NO_TEST)) {
                context.listener().warning(title + " has no tests: package.json has no script \"test\"");
            } else {
                tests = test(program, start);
            }
            double seconds = Math.round((System.nanoTime() - began) / 1e6) / 1000.0;
            return new BuildResult(manager.program, command, seconds, tests, TestSummary.EMPTY);
        }

        private JsonNode scripts() {
            Path file = directory.resolve("package.json");
            try {
                return JsonMapper.shared().readTree(Files.readAllBytes(file)).path("scripts");
            } catch (IOException | JacksonException e) {
                throw new EngineException(
                        ErrorCode.CONFIG_FILE,
                        "The description of " + title + " cannot be read",
                        file.toString(),
                        String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                        "correct package.json",
                        e);
            }
        }

        /** {@code build}, else the first of its like, such as {@code build:prod}. */
        private static String buildScript(JsonNode scripts) {
            if (scripts.has("build")) {
                return "build";
            }
            List<String> others = scripts.propertyNames().stream()
                    .filter(name -> name.startsWith("build:"))
                    .toList();
            return others.stream()
                    .filter(name -> name.startsWith("build:prod"))
                    .findFirst()
                    .orElse(others.isEmpty() ? "build" : others.get(0));
        }

        private Manager manager() {
            for (Manager each : Manager.values()) {
                if (Files.exists(directory.resolve(each.lock))) {
                    return each;
                }
            }
            return Manager.NPM;
        }

        private Path program(Manager manager) {
            boolean windows =
                    System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
            String name = manager.program + (windows ? ".cmd" : "");
            for (String folder : context.environment().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
                Path file = Path.of(folder.isEmpty() ? "." : folder, name);
                if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                    return file;
                }
            }
            throw new EngineException(
                    ErrorCode.BUILD_TOOL,
                    manager.program + " cannot be found",
                    directory.toString(),
                    "no \"" + manager.program + "\" is on the PATH, and " + title + " is built by it",
                    "install Node.js with " + manager.program + " where stage 2 runs");
        }

        private int call(Path program, List<String> words) {
            List<String> command = new ArrayList<>(List.of(program.toString()));
            command.addAll(words);
            context.listener().progress(title + ": " + program.getFileName() + " " + String.join(" ", words));
            Map<String, String> environment = new HashMap<>(context.environment());
            environment.put("CI", "true"); // no watching for changes, no questions
            environment.putIfAbsent("NO_COLOR", "1");
            tail.clear();
            return new Program(command, directory, environment)
                    .run(
                            line -> {
                                context.listener().output(line);
                                note(COLORS.matcher(line).replaceAll(""));
                            },
                            context.cancellation());
        }

        private void note(String line) {
            if (!line.isBlank()) {
                tail.add(line);
                if (tail.size() > LINES_KEPT) {
                    tail.remove(0);
                }
            }
            for (Pattern pattern : PASSED) {
                Matcher matcher = pattern.matcher(line);
                if (matcher.matches()) {
                    passed = Integer.parseInt(matcher.group(1));
                }
            }
        }

        private void require(int code, String what, String fix) {
            if (code != 0) {
                throw new EngineException(
                        ErrorCode.BUILD_FAILED,
                        what,
                        where(),
                        "it ended with exit code " + code + "\n" + redaction.apply(String.join("\n", tail)),
                        fix);
            }
        }

        private String where() {
            return context.workspace().relativize(directory).toString();
        }

        private TestSummary test(Path program, Instant start) {
            passed = 0;
            int code = call(program, List.of("test"));
            TestSummary reported = reported(start);
            if (code != 0) {
                throw new TestsFailedException(
                        reported == null ? TestSummary.EMPTY : reported,
                        "A test failed in " + title,
                        where(),
                        redaction.apply(String.join("\n", tail)),
                        "correct the code or the test and commit");
            }
            if (reported != null) {
                return reported.forRecord(context.workspace(), redaction::apply);
            }
            if (passed == 0) {
                context.listener()
                        .warning("the tests of " + title + " passed, and how many they are cannot be told; "
                                + "let them write a JUnit report");
            }
            return new TestSummary(passed, 0, 0, 0, 0, List.of(), List.of(), List.of());
        }

        /** What JUnit reports of this run say; null where there are none. */
        private @Nullable TestSummary reported(Instant start) {
            List<Path> reports = new ArrayList<>();
            for (String folder : REPORT_FOLDERS) {
                Path at = directory.resolve(folder);
                if (!Files.isDirectory(at)) {
                    continue;
                }
                try (DirectoryStream<Path> files = Files.newDirectoryStream(at, "*.xml")) {
                    for (Path file : files) {
                        boolean fresh = !Files.getLastModifiedTime(file)
                                .toInstant()
                                .isBefore(start.truncatedTo(ChronoUnit.SECONDS));
                        if (fresh && Files.readString(file).contains("<testsuite")) {
                            reports.add(file);
                        }
                    }
                } catch (IOException e) {
                    throw TestReports.unreadable(at, String.valueOf(e.getMessage()));
                }
            }
            if (reports.isEmpty()) {
                return null;
            }
            JUnitXml reader = new JUnitXml(List.of());
            reports.forEach(reader::read);
            return reader.summary(reports.stream().map(Path::toString).sorted().toList());
        }
    }
}
