package dev.octavo.engine.quality;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds and tests one service with its own build tool. */
public final class ServiceBuild {
    private static final int FAILURES_SHOWN = 5;
    private static final String GRADLE_SCRIPT = """
            allprojects {
                // without this, Gradle leaves the reports of an earlier run in place of a test
                tasks.withType(Test).configureEach {
                    outputs.upToDateWhen { false }
                    outputs.cacheIf { false }
                }
                // without this, the same sources make another archive with each build
                tasks.withType(AbstractArchiveTask).configureEach {
                    preserveFileTimestamps = false
                    reproducibleFileOrder = true
                }
            }
            """;
    /** The earliest time that Maven takes for the entries of an archive: zip knows none before. */
    private static final Instant EARLIEST = Instant.parse("1980-01-01T00:00:02Z");

    /**
     * What to build.
     *
     * @param directory the build's folder, absolute: where the reactor's {@code pom.xml} or the Gradle settings are
     * @param module the service's folder from there, with {@code /}; {@code ""} where it is the build's folder itself
     * @param testsRequired whether a module in which no test ran is a failure
     * @param time what Maven writes into archives and build information in place of the time of the build, so that the same
     *     commit makes the same bytes; {@code null}: whatever the build itself says
     */
    public record Request(
            Path directory,
            String module,
            boolean testsRequired,
            @Nullable Instant time) {
        /** A module whose tests are required. */
        public static Request of(Path directory, String module, @Nullable Instant time) {
            return new Request(directory, module, true, time);
        }
    }

    private ServiceBuild() {}

    /**
     * Packages the module and what it is built from, running all their tests. Its output goes to the context's
     * listener; the context's variables are the build's.
     *
     * @throws TestsFailedException {@link ErrorCode#TEST_FAILED}
     * @throws EngineException {@link ErrorCode#BUILD_FAILED}, {@link ErrorCode#BUILD_TOOL},
     *     {@link ErrorCode#BUILD_DISK}, {@link ErrorCode#TEST_NONE}, {@link ErrorCode#TEST_REPORT},
     *     {@link ErrorCode#CANCELLED}
     */
    public static BuildResult run(Request request, EngineContext context) {
        context.cancellation().check();
        Path directory = request.directory();
        BuildTool tool = BuildTool.find(directory, context.workspace(), context.environment());
        List<String> command = command(tool, request, context);
        BuildLog log = new BuildLog(context.workspace());
        Instant start = Instant.now(); // compared with times of files, so not the context's clock
        long began = System.nanoTime();
        Program program = new Program(command, directory, BuildTool.withJava(context.environment()));
        int code = program.run(
                line -> {
                    log.accept(line);
                    context.listener().output(line);
                },
                context.cancellation());
        double seconds = Math.round((System.nanoTime() - began) / 1e6) / 1000.0;
        Redaction redaction = new Redaction(context.environment());
        if (code != 0) {
            throw failure(request, log, start, code, tool, redaction, context);
        }
        Path module = directory.resolve(request.module()).normalize();
        TestSummary upstream = requirePassed(upstream(request, start, log), upstreamTitle(request), redaction, context);
        List<Path> reports = TestReports.directoriesOf(module);
        TestSummary tests = requirePassed(
                request.testsRequired()
                        ? TestReports.read(reports, start, sourceRoots(module))
                        : TestReports.readIfAny(reports, start, sourceRoots(module)),
                title(request),
                redaction,
                context);
        return new BuildResult(tool.kind().title(), command, seconds, tests, upstream);
    }

    private static List<String> command(BuildTool tool, Request request, EngineContext context) {
        List<String> words = new ArrayList<>(tool.command());
        boolean whole = request.module().isEmpty() || request.module().equals(".");
        switch (tool.kind()) {
            case MAVEN -> {
                words.addAll(List.of("-B", "-ntp", "-Dstyle.color=never"));
                if (request.time() != null && !request.time().isBefore(EARLIEST)) {
                    words.add(
                            "-Dproject.build.outputTimestamp=" + request.time().truncatedTo(ChronoUnit.SECONDS));
                }
                if (!whole) {
                    words.addAll(List.of("-pl", request.module(), "-am"));
                }
                words.add("package");
            }
            case GRADLE -> {
                words.addAll(List.of("--console=plain", "--no-daemon", "--init-script"));
                words.add(gradleScript(context).toString());
                words.add(whole ? "build" : ":" + request.module().replace('/', ':') + ":build");
            }
        }
        return words;
    }

    private static Path gradleScript(EngineContext context) {
        Path file = context.workspace().resolve(".octavo/gradle/octavo.gradle");
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, GRADLE_SCRIPT);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The work folder cannot be written",
                    file.toString(),
                    String.valueOf(e.getMessage()),
                    "free space there, or choose another work folder",
                    e);
        }
    }

    private static TestSummary upstream(Request request, Instant start, BuildLog log) {
        Path module = request.directory().resolve(request.module()).normalize();
        List<Path> reports = new ArrayList<>();
        List<Path> sources = new ArrayList<>();
        Path root = request.directory().normalize();
        for (Path other : TestReports.otherModules(root, module)) {
            // another service's build in the same folder, at the same time, is not this one's
            if (!log.modules().isEmpty()
                    && !log.modules().contains(root.relativize(other).toString().replace('\\', '/'))) {
                continue;
            }
            reports.addAll(TestReports.directoriesOf(other));
            sources.addAll(sourceRoots(other));
        }
        return TestReports.readIfAny(reports, start, sources);
    }

    private static List<Path> sourceRoots(Path module) {
        List<Path> roots = new ArrayList<>();
        for (String set : List.of("test", "integrationTest", "it")) {
            for (String language : List.of("java", "kotlin", "groovy")) {
                Path root = module.resolve("src").resolve(set).resolve(language);
                if (Files.isDirectory(root)) {
                    roots.add(root);
                }
            }
        }
        return roots;
    }

    private static EngineException failure(
            Request request,
            BuildLog log,
            Instant start,
            int code,
            BuildTool tool,
            Redaction redaction,
            EngineContext context) {
        String where = context.workspace().relativize(request.directory()).toString();
        if (log.isDiskFull()) {
            return new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The disk is full",
                    where,
                    redaction.apply(String.join("\n", log.reason())),
                    "free space in the work folder and in the build tool's own cache (~/.m2, ~/.gradle)");
        }
        List<String> compiler = log.compilerErrors();
        if (!compiler.isEmpty()) {
            String first = compiler.get(0);
            return new EngineException(
                    ErrorCode.BUILD_FAILED,
                    title(request) + " does not compile",
                    first.substring(0, first.indexOf("  ")),
                    redaction.apply(String.join("\n", compiler)),
                    "correct the sources and commit");
        }
        Optional<EngineException> tests = failedTests(request, start, log, redaction, context);
        if (tests.isPresent()) {
            return tests.get();
        }
        return new EngineException(
                ErrorCode.BUILD_FAILED,
                "The build of " + title(request) + " failed with exit code " + code,
                where,
                redaction.apply(String.join("\n", log.reason())),
                fix(log, tool));
    }

    private static Optional<EngineException> failedTests(
            Request request, Instant start, BuildLog log, Redaction redaction, EngineContext context) {
        try {
            Path module = request.directory().resolve(request.module()).normalize();
            requirePassed(
                    TestReports.readIfAny(TestReports.directoriesOf(module), start, sourceRoots(module)),
                    title(request),
                    redaction,
                    context);
            requirePassed(upstream(request, start, log), upstreamTitle(request), redaction, context);
            return Optional.empty();
        } catch (TestsFailedException e) {
            return Optional.of(e);
        } catch (EngineException e) {
            return Optional.empty(); // a build that stopped half-way may leave half a report; its own reason says more
        }
    }

    private static String fix(BuildLog log, BuildTool tool) {
        if (log.says("release version") || log.says("invalid target release") || log.says("toolchain")) {
            return "build with the JDK that the service wants: set JAVA_HOME";
        }
        if (log.says("Could not transfer artifact")
                || log.says("Could not resolve")
                || log.says("was not found in")
                || log.says("Could not GET")) {
            return "check the network, and the repositories and mirrors that the build names";
        }
        if (log.says("Could not find the selected project in the reactor")) {
            return "name the module in the build's <modules>";
        }
        return "run it there by hand: " + tool.command().get(tool.command().size() - 1) + " "
                + (tool.kind() == BuildTool.Kind.MAVEN ? "package" : "build");
    }

    private static TestSummary requirePassed(
            TestSummary read, String title, Redaction redaction, EngineContext context) {
        TestSummary tests = read.forRecord(context.workspace(), redaction::apply);
        if (!tests.hasFailures()) {
            return tests;
        }
        int count = tests.failures() + tests.errors();
        List<String> lines = new ArrayList<>();
        for (FailedTest test : tests.failed()
                .subList(0, Math.min(FAILURES_SHOWN, tests.failed().size()))) {
            String place = test.place();
            lines.add(test.name() + (place.isEmpty() ? "" : "  (" + place + ")"));
            if (!test.message().isEmpty()) {
                lines.add("  " + test.message());
            }
        }
        if (count > FAILURES_SHOWN) {
            lines.add("and " + (count - FAILURES_SHOWN) + " more");
        }
        String first = tests.failed().isEmpty() ? "" : tests.failed().get(0).place();
        throw new TestsFailedException(
                tests,
                count + " of " + tests.tests() + (tests.tests() == 1 ? " test" : " tests") + " failed in " + title,
                first,
                String.join("\n", lines),
                "correct the code or the test and commit");
    }

    private static String upstreamTitle(Request request) {
        return "a module that " + title(request) + " is built from";
    }

    private static String title(Request request) {
        Path folder = request.directory().resolve(request.module()).normalize().getFileName();
        return folder == null ? request.module() : folder.toString();
    }
}
