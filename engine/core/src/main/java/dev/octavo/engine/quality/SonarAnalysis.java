package dev.octavo.engine.quality;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.program.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Has a SonarQube analyse one service, and waits for its quality gate. */
public final class SonarAnalysis {
    private static final String MAVEN_GOAL = "org.sonarsource.scanner.maven:sonar-maven-plugin:5.8.0.7211:sonar";
    private static final Pattern PROJECT_KEY = Pattern.compile("(?=.*[^0-9])[A-Za-z0-9_.:-]{1,400}");
    private static final Duration FIRST_POLL = Duration.ofMillis(250);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(5);
    /** So many answers may fail in a row while the server works on the analysis. */
    private static final int FAILED_POLLS = 5;

    /**
     * What to analyse; the token is the context's variable {@code SONAR_TOKEN}, or {@code SONAR_AUTH_TOKEN} as the
     * SonarQube plugin of Jenkins has it.
     *
     * @param directory the build's folder, absolute
     * @param module the service's folder from there; {@code ""} where it is the build's folder itself
     * @param url the server's address; {@code ""} where none is configured
     * @param projectKey the project's key at the server
     * @param projectName its name there
     * @param version the version that the analysis is of, {@code ""} for the build's own
     * @param branch what of the project is analysed, where the server can tell branches apart
     * @param since when the run began: coverage that was measured before is not handed on
     * @param requireConditions whether a gate that had no condition to check is a failure
     * @param timeout the longest that scanning and waiting for the gate may take, each
     * @param arguments more words for the build tool
     */
    public record Request(
            Path directory,
            String module,
            String url,
            String projectKey,
            String projectName,
            String version,
            SonarBranch branch,
            Instant since,
            boolean requireConditions,
            Duration timeout,
            List<String> arguments) {
        public Request {
            arguments = List.copyOf(arguments);
        }
    }

    private SonarAnalysis() {}

    /**
     * Scans with the service's own build tool, and waits for the gate of this very analysis. Without a server the
     * result is {@link QualityResult.Status#SKIPPED}.
     *
     * @throws QualityGateException {@link ErrorCode#SONAR_RED}, {@link ErrorCode#SONAR_EMPTY}
     * @throws EngineException {@link ErrorCode#SONAR_UNREACHABLE}, {@link ErrorCode#SONAR_UNAUTHORIZED},
     *     {@link ErrorCode#SONAR_TIMEOUT}, {@link ErrorCode#SONAR_ANALYSIS}, {@link ErrorCode#CONFIG_CREDENTIALS}
     *     without a token, {@link ErrorCode#CONFIG_INVALID}, {@link ErrorCode#BUILD_TOOL},
     *     {@link ErrorCode#BUILD_DISK}, {@link ErrorCode#CANCELLED}
     */
    public static QualityResult run(Request request, EngineContext context) {
        return run(request, false, context);
    }

    /**
     * The same for a service that neither Maven nor Gradle builds, by SonarQube's scanner library in a process of its own. The
     * request's folder is the service's.
     */
    public static QualityResult runAlone(Request request, EngineContext context) {
        return run(request, true, context);
    }

    private static QualityResult run(Request request, boolean alone, EngineContext context) {
        context.cancellation().check();
        if (request.url().isBlank()) {
            return QualityResult.skipped(
                    "no SonarQube is configured (its address in SONAR_HOST_URL, its token in SONAR_TOKEN)",
                    request.projectKey());
        }
        if (!PROJECT_KEY.matcher(request.projectKey()).matches()) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "\"" + request.projectKey() + "\" is no key of a SonarQube project",
                    "projectKey",
                    "a key has letters, digits, - _ . : and at least one that is not a digit",
                    "choose another key");
        }
        SecretValue token = token(context.environment());
        if (token.reveal().isBlank()) {
            throw new EngineException(
                    ErrorCode.CONFIG_CREDENTIALS,
                    "There is no token for SonarQube",
                    request.url().contains("@") ? "SONAR_HOST_URL" : request.url(),
                    "neither of the variables SONAR_TOKEN and SONAR_AUTH_TOKEN is set",
                    "make a token on the server (My Account > Security) and give it as SONAR_TOKEN");
        }
        SonarServer server = SonarServer.connect(request.url(), token, context.cancellation());
        context.listener().progress("SonarQube " + server.version() + " at " + server.url());
        Path report = scan(request, alone, server, token, words(request, server, context), context);
        Properties task = load(report);
        JsonNode done = await(task.getProperty("ceTaskId", ""), request, server, context);
        String dashboard = task.getProperty("dashboardUrl", server.url());
        QualityResult result = gate(request, server, done.path("analysisId").asString(""), dashboard);
        if (result.status() == QualityResult.Status.ERROR) {
            throw QualityGateException.red(result);
        }
        if (request.requireConditions() && result.conditions().isEmpty()) {
            throw QualityGateException.empty(result);
        }
        return result;
    }

    private static SecretValue token(Map<String, String> environment) {
        String token = environment.getOrDefault("SONAR_TOKEN", "");
        return new SecretValue(token.isBlank() ? environment.getOrDefault("SONAR_AUTH_TOKEN", "") : token);
    }

    /** What depends on the server and on the build before: the branch, and where coverage is. */
    private static List<String> words(Request request, SonarServer server, EngineContext context) {
        List<String> words = new ArrayList<>();
        if (!request.branch().isMain()) {
            if (server.knowsBranches()) {
                words.addAll(request.branch().words());
            } else {
                context.listener()
                        .warning("this SonarQube cannot tell branches apart: " + request.branch()
                                + " is analysed as the project itself, and its next analysis of the main branch"
                                + " compares with it");
            }
        }
        Coverage coverage = Coverage.below(request.directory(), request.since());
        if (!coverage.reports().isEmpty()) {
            words.add("-Dsonar.coverage.jacoco.xmlReportPaths="
                    + coverage.reports().stream().map(Path::toString).collect(Collectors.joining(",")));
        } else if (coverage.measured()) {
            context.listener()
                    .warning("coverage was measured, but there is no XML report of it for SonarQube: have the build run"
                            + " JaCoCo's report before its phase package");
        }
        return words;
    }

    /** @return the file in which the scanner says what the server works on */
    private static Path scan(
            Request request,
            boolean alone,
            SonarServer server,
            SecretValue token,
            List<String> more,
            EngineContext context) {
        Path report = context.workspace()
                .resolve(".octavo/sonar")
                .resolve(request.projectKey().replace(':', '_'))
                .resolve("report-task.txt");
        try {
            Files.createDirectories(report.getParent());
            Files.deleteIfExists(report); // an earlier run's would name an earlier analysis
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The work folder cannot be written",
                    report.toString(),
                    String.valueOf(e.getMessage()),
                    "free space there, or choose another work folder",
                    e);
        }
        BuildLog log = new BuildLog(context.workspace());
        SonarOutput output = new SonarOutput();
        Redaction redaction = new Redaction(context.environment());
        Program program = new Program(
                alone
                        ? LibraryScan.command(
                                request.directory(),
                                request.since(),
                                parameters(request, more, report),
                                report,
                                context)
                        : command(
                                BuildTool.find(request.directory(), context.workspace(), context.environment()),
                                request,
                                more,
                                report),
                request.directory(),
                variables(server, token, context.environment()));
        int code = runWithin(
                request.timeout(),
                program,
                line -> {
                    log.accept(line);
                    output.accept(line);
                    // servers and proxies may answer with what they were sent, and scanners quote them
                    context.listener().output(redaction.apply(line));
                },
                context);
        if (code != 0) {
            throw failure(request, server, log, output, code, redaction);
        }
        if (!Files.isRegularFile(report)) {
            throw new EngineException(
                    ErrorCode.SONAR_ANALYSIS,
                    "The scanner sent no analysis",
                    request.directory().toString(),
                    "it ended well, but wrote no report-task.txt: the build skips it (sonar.skip), or waits for nothing",
                    "look at the scanner's output above");
        }
        return report;
    }

    private static List<String> command(BuildTool tool, Request request, List<String> more, Path report) {
        List<String> words = new ArrayList<>(tool.command());
        boolean whole = request.module().isEmpty() || request.module().equals(".");
        switch (tool.kind()) {
            case MAVEN -> {
                words.addAll(List.of("-B", "-ntp", "-Dstyle.color=never"));
                if (!whole) {
                    words.addAll(List.of("-pl", request.module(), "-am"));
                }
            }
            case GRADLE -> words.addAll(List.of("--console=plain", "--no-daemon"));
        }
        words.addAll(parameters(request, more, report));
        switch (tool.kind()) {
            // modules of a reactor find each other's classes only after a phase that compiles
            case MAVEN -> words.addAll(List.of("test-compile", MAVEN_GOAL));
            case GRADLE -> words.add(whole ? "sonar" : ":" + request.module().replace('/', ':') + ":sonar");
        }
        return words;
    }

    /** What the scanner of any build is told. */
    private static List<String> parameters(Request request, List<String> more, Path report) {
        List<String> words = new ArrayList<>();
        words.add("-Dsonar.projectKey=" + request.projectKey());
        words.add("-Dsonar.projectName=" + request.projectName());
        if (!request.version().isEmpty()) {
            words.add("-Dsonar.projectVersion=" + request.version());
        }
        words.add("-Dsonar.scanner.metadataFilePath=" + report);
        // we wait ourselves, for this very analysis and with a limit
        words.add("-Dsonar.qualitygate.wait=false");
        words.addAll(more);
        words.addAll(request.arguments());
        return words;
    }

    private static Map<String, String> variables(
            SonarServer server, SecretValue token, Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>(BuildTool.withJava(environment));
        variables.put("SONAR_HOST_URL", server.url());
        variables.remove("SONAR_AUTH_TOKEN");
        variables.put("SONAR_TOKEN", token.reveal());
        if (server.isOld()) {
            // servers before 10 know a token only by the name of a login, for which there is no variable of its own
            variables.put(
                    "SONAR_SCANNER_JSON_PARAMS",
                    JsonMapper.builder().build().writeValueAsString(Map.of("sonar.login", token.reveal())));
            variables.remove("SONAR_TOKEN");
        }
        return variables;
    }

    /** Runs the program, and ends it where it takes longer. */
    private static int runWithin(Duration timeout, Program program, Consumer<String> lines, EngineContext context) {
        Cancellation both = new Cancellation();
        ScheduledExecutorService clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "octavo-sonar-timeout");
            thread.setDaemon(true);
            return thread;
        });
        try (Cancellation.Registration registration = context.cancellation().onCancel(both::cancel)) {
            ScheduledFuture<?> end = clock.schedule(both::cancel, timeout.toMillis(), TimeUnit.MILLISECONDS);
            int code = program.run(lines, both);
            end.cancel(false);
            return code;
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CANCELLED && !context.cancellation().isRequested()) {
                throw timedOut(
                        timeout,
                        "the scanner was still at work",
                        program.directory().toString());
            }
            throw e;
        } finally {
            clock.shutdownNow();
        }
    }

    private static EngineException failure(
            Request request, SonarServer server, BuildLog log, SonarOutput output, int code, Redaction redaction) {
        String reason = redaction.apply(String.join("\n", log.reason()));
        if (output.isUnauthorized()) {
            return server.unauthorized(reason);
        }
        if (output.isUnreachable()) {
            return server.unreachable(reason);
        }
        if (log.isDiskFull()) {
            return new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The disk is full",
                    request.directory().toString(),
                    reason,
                    "free space in the work folder, in ~/.m2 and in ~/.sonar");
        }
        if (!log.compilerErrors().isEmpty()) {
            return new EngineException(
                    ErrorCode.BUILD_FAILED,
                    "The service does not compile",
                    request.directory().toString(),
                    redaction.apply(String.join("\n", log.compilerErrors())),
                    "correct the sources and commit");
        }
        boolean noTask = log.says("Task 'sonar' not found") || log.says("task 'sonar'");
        return new EngineException(
                ErrorCode.SONAR_ANALYSIS,
                "The scanner failed with exit code " + code,
                request.directory().toString(),
                reason,
                noTask
                        ? "apply the plugin org.sonarqube in the service's Gradle build"
                        : "see the scanner's output above");
    }

    private static Properties load(Path report) {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(report, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.SONAR_ANALYSIS,
                    "The scanner's report cannot be read",
                    report.toString(),
                    String.valueOf(e.getMessage()),
                    "run it again",
                    e);
        }
        return properties;
    }

    /** @return the server's task, done */
    private static JsonNode await(String taskId, Request request, SonarServer server, EngineContext context) {
        if (taskId.isEmpty()) {
            throw new EngineException(
                    ErrorCode.SONAR_ANALYSIS,
                    "The scanner's report names no task",
                    request.directory().toString(),
                    "report-task.txt has no ceTaskId",
                    "run it again");
        }
        long deadline = System.nanoTime() + request.timeout().toNanos();
        Duration pause = FIRST_POLL;
        int failed = 0;
        String last = "";
        while (true) {
            try {
                JsonNode task = server.get("api/ce/task", Map.of("id", taskId)).path("task");
                failed = 0;
                String status = task.path("status").asString("");
                if (!status.equals(last)) {
                    context.listener().progress("analysis of " + request.projectKey() + ": " + status);
                    last = status;
                }
                switch (status) {
                    case "SUCCESS" -> {
                        return task;
                    }
                    case "FAILED", "CANCELED" ->
                        throw new EngineException(
                                ErrorCode.SONAR_ANALYSIS,
                                "SonarQube could not finish the analysis",
                                server.url() + "/project/background_tasks?id=" + request.projectKey(),
                                "the server's task is " + status + ": "
                                        + task.path("errorMessage").asString("it gives no reason"),
                                "look at the project's background tasks on the server");
                    default -> {}
                }
            } catch (EngineException e) {
                // a server may drop an answer; one that stays silent is another failure than one that takes too long
                if (e.code() != ErrorCode.SONAR_UNREACHABLE || ++failed >= FAILED_POLLS) {
                    throw e;
                }
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw timedOut(
                        request.timeout(),
                        "the server's task " + taskId + " is " + (last.isEmpty() ? "not known" : last),
                        server.url() + "/project/background_tasks?id=" + request.projectKey());
            }
            context.cancellation().pause(Duration.ofNanos(Math.min(left, pause.toNanos())));
            Duration longer = pause.multipliedBy(3).dividedBy(2);
            pause = longer.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : longer;
        }
    }

    private static EngineException timedOut(Duration timeout, String why, String where) {
        return new EngineException(
                ErrorCode.SONAR_TIMEOUT,
                "The analysis was not finished within " + timeout.toSeconds() + " s",
                where,
                why,
                "give it more time, or look whether the server is busy");
    }

    private static QualityResult gate(Request request, SonarServer server, String analysisId, String dashboard) {
        JsonNode gate = server.get("api/qualitygates/project_status", Map.of("analysisId", analysisId))
                .path("projectStatus");
        QualityResult.Status status =
                switch (gate.path("status").asString("")) {
                    case "OK" -> QualityResult.Status.OK;
                    case "NONE" -> QualityResult.Status.NONE;
                    // what is not known to be green is red: WARN of old servers too
                    default -> QualityResult.Status.ERROR;
                };
        List<QualityCondition> conditions = new ArrayList<>();
        for (JsonNode condition : gate.path("conditions")) {
            conditions.add(new QualityCondition(
                    condition.path("metricKey").asString(""),
                    condition.path("status").asString(""),
                    condition.path("comparator").asString(""),
                    condition.path("actualValue").asString(""),
                    condition.path("errorThreshold").asString("")));
        }
        return new QualityResult(status, "", conditions, dashboard, request.projectKey(), analysisId, server.version());
    }
}
