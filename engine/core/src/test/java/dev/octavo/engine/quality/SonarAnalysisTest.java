package dev.octavo.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A script in the place of Maven, and a server that answers as SonarQube does. */
@DisabledOnOs(OS.WINDOWS)
class SonarAnalysisTest {
    private static final String RED =
            "{\"status\":\"ERROR\",\"metricKey\":\"new_coverage\",\"comparator\":\"LT\",\"errorThreshold\":\"80\",\"actualValue\":\"41.2\"}";
    private static final String MET =
            "{\"status\":\"OK\",\"metricKey\":\"new_bugs\",\"comparator\":\"GT\",\"errorThreshold\":\"0\",\"actualValue\":\"0\"}";
    private static final String SCAN = """
            for word in "$@"; do
              case "$word" in -Dsonar.scanner.metadataFilePath=*) file=${word#*=} ;; esac
            done
            printf 'projectKey=catalog\\nceTaskId=T-1\\ndashboardUrl=https://sonar.example.org/dashboard?id=catalog\\n' >"$file"
            """;

    @TempDir
    Path workspace;

    private final FakeSonar sonar = FakeSonar.start();
    private final Cancellation cancellation = new Cancellation();
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> progress = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private SonarBranch branch = SonarBranch.MAIN;
    private boolean requireConditions;

    @BeforeEach
    void makeService() throws IOException {
        Files.writeString(workspace.resolve("pom.xml"), "<project/>");
        environment.put("SONAR_TOKEN", FakeSonar.TOKEN);
        scanner(SCAN);
    }

    @AfterEach
    void stopServer() {
        sonar.close();
    }

    private void scanner(String lines) throws IOException {
        Path file = Files.writeString(workspace.resolve("mvnw"), "#!/bin/sh\n" + lines);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private QualityResult analyse(String url, Duration timeout) {
        EngineListener listener = new EngineListener() {
            @Override
            public void progress(String message) {
                progress.add(message);
                if (message.endsWith("cancel now")) {
                    cancellation.cancel();
                }
            }

            @Override
            public void warning(String message) {
                warnings.add(message);
            }

            @Override
            public void output(String line) {
                output.add(line);
            }
        };
        return SonarAnalysis.run(
                new SonarAnalysis.Request(
                        workspace,
                        "catalog",
                        url,
                        "catalog",
                        "Catalog",
                        "v1.0.0",
                        branch,
                        Instant.EPOCH,
                        requireConditions,
                        timeout,
                        List.of()),
                new EngineContext(workspace, workspace, environment, listener, cancellation, Clock.systemUTC()));
    }

    private QualityResult analyse() {
        return analyse(sonar.url(), Duration.ofSeconds(30));
    }

    private EngineException failure() {
        return failure(sonar.url(), Duration.ofSeconds(30));
    }

    private EngineException failure(String url, Duration timeout) {
        try {
            throw new AssertionError("it ended with " + analyse(url, timeout));
        } catch (EngineException e) {
            assertThat(e.describe()).doesNotContain(FakeSonar.TOKEN);
            return e;
        }
    }

    @Test
    void waitsForTheGateOfItsOwnAnalysis() {
        sonar.task("PENDING", "IN_PROGRESS", "IN_PROGRESS", "SUCCESS").gate("OK", MET);

        QualityResult result = analyse();

        assertThat(result.status()).isEqualTo(QualityResult.Status.OK);
        assertThat(result.conditions()).containsExactly(new QualityCondition("new_bugs", "OK", "GT", "0", "0"));
        assertThat(result.analysisId()).isEqualTo("AN-1");
        assertThat(result.dashboardUrl()).isEqualTo("https://sonar.example.org/dashboard?id=catalog");
        assertThat(result.serverVersion()).isEqualTo("25.1.0.102122");
        assertThat(result.describe()).isEqualTo("the quality gate is green: 1 condition is met");
        assertThat(sonar.seen()).contains("/api/ce/task?id=T-1", "/api/qualitygates/project_status?analysisId=AN-1");
        assertThat(progress).filteredOn(line -> line.contains("IN_PROGRESS")).hasSize(1);
    }

    @Test
    void saysWhenAGreenGateHadNothingToCheck() {
        sonar.task("SUCCESS").gate("OK", "");

        assertThat(analyse().describe()).contains("had no condition to check");
    }

    @Test
    void refusesAGateThatHadNothingToCheckWhereThatIsAskedFor() {
        requireConditions = true;
        sonar.task("SUCCESS").gate("OK", "");

        EngineException e = failure();

        assertThat(e.code()).isEqualTo(ErrorCode.SONAR_EMPTY);
        assertThat(e.describe()).contains("had no condition to check", "where", "why", "fix");
        assertThat(e).isInstanceOfSatisfying(QualityGateException.class, empty -> assertThat(
                        empty.result().status())
                .isEqualTo(QualityResult.Status.OK));
    }

    @Test
    void takesConditionsThatAreMetWhereTheyAreRequired() {
        requireConditions = true;
        sonar.task("SUCCESS").gate("OK", MET);

        assertThat(analyse().status()).isEqualTo(QualityResult.Status.OK);
    }

    @Test
    void takesTheTokenByTheNameThatJenkinsSonarQubePluginHasForIt() throws IOException {
        environment.remove("SONAR_TOKEN");
        environment.put("SONAR_AUTH_TOKEN", FakeSonar.TOKEN);
        scanner("echo \"words: $*\"\necho \"$SONAR_TOKEN\" >said\n" + SCAN);
        sonar.task("SUCCESS").gate("OK", MET);

        analyse();

        assertThat(output.get(0)).doesNotContain(FakeSonar.TOKEN);
        assertThat(workspace.resolve("said")).hasContent(FakeSonar.TOKEN);
    }

    @Test
    void namesBranchAndPullRequestToAServerThatKnowsThem() throws IOException {
        scanner("echo \"words: $*\"\n" + SCAN);
        sonar.replace("/api/features/list", 200, "[\"announcement\",\"branch-support\"]")
                .task("SUCCESS")
                .gate("OK", MET);

        branch = SonarBranch.of("feature/x", false, Map.of());
        analyse();
        branch = SonarBranch.of(
                "PR-7", false, Map.of("CHANGE_ID", "7", "CHANGE_BRANCH", "feature/x", "CHANGE_TARGET", "main"));
        analyse();
        branch = SonarBranch.of("main", true, Map.of());
        analyse();

        assertThat(output.get(0)).contains("-Dsonar.branch.name=feature/x");
        assertThat(output.get(1))
                .contains(
                        "-Dsonar.pullrequest.key=7",
                        "-Dsonar.pullrequest.branch=feature/x",
                        "-Dsonar.pullrequest.base=main");
        assertThat(output.get(2)).doesNotContain("sonar.branch", "sonar.pullrequest");
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"200,[]", "404,{}"})
    void saysThatAServerKnowsNoBranches(int status, String features) throws IOException {
        scanner("echo \"words: $*\"\n" + SCAN);
        sonar.replace("/api/features/list", status, features).task("SUCCESS").gate("OK", MET);
        branch = SonarBranch.of("feature/x", false, Map.of());

        analyse();

        assertThat(output.get(0)).doesNotContain("sonar.branch");
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("cannot tell branches apart", "branch feature/x is analysed as the project itself");
    }

    @Test
    void handsCoverageToTheScanner() throws IOException {
        scanner("echo \"words: $*\"\n" + SCAN);
        sonar.task("SUCCESS").gate("OK", MET);
        Path measured = workspace.resolve("catalog/target/jacoco.exec");
        Files.createDirectories(measured.getParent());
        Files.writeString(measured, "");

        analyse();
        Path report = workspace.resolve("catalog/target/site/jacoco/jacoco.xml");
        Files.createDirectories(report.getParent());
        Files.writeString(report, "<report/>");
        analyse();

        assertThat(warnings).singleElement().asString().contains("no XML report");
        assertThat(output.get(0)).doesNotContain("jacoco");
        assertThat(output.get(1)).contains("-Dsonar.coverage.jacoco.xmlReportPaths=" + report);
    }

    @Test
    void saysWhenThereIsNoGate() {
        sonar.task("SUCCESS").gate("NONE", "");

        QualityResult result = analyse();

        assertThat(result.status()).isEqualTo(QualityResult.Status.NONE);
        assertThat(result.describe()).contains("nothing was decided");
    }

    @Test
    void failsAtARedGateWithWhatIsAndWhatIsRequired() {
        sonar.task("SUCCESS").gate("ERROR", RED + "," + MET);

        EngineException e = failure();

        assertThat(e.code()).isEqualTo(ErrorCode.SONAR_RED);
        assertThat(e.why()).isEqualTo("new_coverage is 41.2, at least 80 is required");
        assertThat(e).isInstanceOfSatisfying(QualityGateException.class, red -> {
            assertThat(red.result().conditions()).hasSize(2);
            assertThat(red.result().describe()).isEqualTo("the quality gate is red: 1 of 2 conditions are not met");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"WARN", "", "GREENISH"})
    void takesAnUnknownStateOfTheGateForRed(String status) {
        sonar.task("SUCCESS").gate(status, "");

        assertThat(failure().code()).isEqualTo(ErrorCode.SONAR_RED);
    }

    @Test
    void isSkippedAndNeverPassedWithoutAServer() {
        QualityResult result = analyse("", Duration.ofSeconds(1));

        assertThat(result.status()).isEqualTo(QualityResult.Status.SKIPPED);
        assertThat(result.describe()).startsWith("skipped: no SonarQube is configured");
        assertThat(output).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"9.9.8.100196,login", "25.1.0.102122,token", "10.0.0,token"})
    void givesTheTokenToTheScannerByItsVariablesOnly(String version, String kind) throws IOException {
        scanner("{\necho \"words: $*\"\necho \"token: $SONAR_TOKEN\"\necho \"json: $SONAR_SCANNER_JSON_PARAMS\"\n"
                + "echo \"url: $SONAR_HOST_URL\"\n} | tee said\n" + SCAN);
        sonar.version(version).task("SUCCESS").gate("OK", MET);

        analyse();

        List<String> said = Files.readAllLines(workspace.resolve("said"));
        assertThat(said.get(0))
                .contains("-pl catalog -am", "-Dsonar.projectKey=catalog", "-Dsonar.projectVersion=v1.0.0")
                .contains("test-compile org.sonarsource.scanner.maven:sonar-maven-plugin:")
                .doesNotContain(FakeSonar.TOKEN);
        boolean login = kind.equals("login");
        assertThat(said.get(1)).isEqualTo("token: " + (login ? "" : FakeSonar.TOKEN));
        assertThat(said.get(2)).isEqualTo("json: " + (login ? "{\"sonar.login\":\"" + FakeSonar.TOKEN + "\"}" : ""));
        assertThat(said.get(3)).isEqualTo("url: " + sonar.url());
        assertThat(String.join("\n", output))
                .as("what people see of it")
                .contains("****")
                .doesNotContain(FakeSonar.TOKEN);
    }

    @Test
    void tellsAWrongTokenBeforeItScans() {
        environment.put("SONAR_TOKEN", "squ_wrong");

        EngineException e = failure();

        assertThat(e.code()).isEqualTo(ErrorCode.SONAR_UNAUTHORIZED);
        assertThat(e.describe()).doesNotContain("squ_wrong");
        assertThat(output).isEmpty();
    }

    @Test
    void wantsATokenForAServer() {
        environment.remove("SONAR_TOKEN");

        assertThat(failure().code()).isEqualTo(ErrorCode.CONFIG_CREDENTIALS);
    }

    @Test
    void tellsThatTheUserMayNotAnalyse() throws IOException {
        scanner("echo \"[ERROR] Failed to execute goal: You're not authorized to analyze this project\"\nexit 1\n");

        assertThat(failure().code()).isEqualTo(ErrorCode.SONAR_UNAUTHORIZED);
    }

    @Test
    void tellsThatTheUserMayNotSeeTheProject() {
        sonar.task("SUCCESS")
                .answer(
                        "/api/qualitygates/project_status",
                        403,
                        "{\"errors\":[{\"msg\":\"Insufficient privileges\"}]}");

        EngineException e = failure();

        assertThat(e.code()).isEqualTo(ErrorCode.SONAR_UNAUTHORIZED);
        assertThat(e.why()).contains("Insufficient privileges");
    }

    @Test
    void tellsAServerThatIsNotThere() {
        String url = sonar.url();
        sonar.close();

        assertThat(failure(url, Duration.ofSeconds(5)).code()).isEqualTo(ErrorCode.SONAR_UNREACHABLE);
    }

    @Test
    void tellsWhatIsNoSonarQubeOrNotYetUp() {
        String path = "/api/system/status";
        assertThat(unreachable(path, 200, "<html>log in</html>")).contains("no SonarQube");
        assertThat(unreachable(path, 200, "{}")).contains("no SonarQube");
        assertThat(unreachable(path, 200, "{\"status\":\"STARTING\"}")).contains("STARTING");
        assertThat(unreachable(path, 503, "")).contains("503");
        assertThat(unreachable(path, 302, "https://login.example.org/?from=x")).contains("https://login.example.org/");
    }

    private String unreachable(String path, int status, String body) {
        sonar.replace(path, status, body);
        EngineException e = failure();
        assertThat(e.code()).isEqualTo(ErrorCode.SONAR_UNREACHABLE);
        return e.why();
    }

    @Test
    void outlastsAnAnswerThatIsLost() {
        sonar.task("PENDING").answer("/api/ce/task", 502, "").task("SUCCESS").gate("OK", MET);

        assertThat(analyse().status()).isEqualTo(QualityResult.Status.OK);
    }

    @Test
    void givesUpOnAServerThatStaysAway() {
        sonar.answer("/api/ce/task", 502, "");

        assertThat(failure().code()).isEqualTo(ErrorCode.SONAR_UNREACHABLE);
    }

    @Test
    void givesUpAfterTheTimeItWasGiven() {
        sonar.task("IN_PROGRESS");

        EngineException e = failure(sonar.url(), Duration.ofSeconds(1));

        assertThat(e.code()).isEqualTo(ErrorCode.SONAR_TIMEOUT);
        assertThat(e.why()).contains("IN_PROGRESS");
    }

    @Test
    void endsAScannerThatTakesTooLong() throws IOException {
        scanner("sleep 600\n");

        assertThat(failure(sonar.url(), Duration.ofMillis(500)).code()).isEqualTo(ErrorCode.SONAR_TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAILED", "CANCELED"})
    void failsWithTheServersTask(String status) {
        sonar.task(status);

        EngineException e = failure();

        assertThat(e.code()).isEqualTo(ErrorCode.SONAR_ANALYSIS);
        assertThat(e.why()).contains(status);
    }

    @Test
    void failsWithTheScanner() throws IOException {
        scanner("echo '[ERROR] Failed to execute goal: Unable to load the plugin'\nexit 1\n");

        EngineException e = failure();

        assertThat(e.code()).isEqualTo(ErrorCode.SONAR_ANALYSIS);
        assertThat(e.why()).contains("Unable to load the plugin");
    }

    @Test
    void takesNoReportOfAnEarlierAnalysis() throws IOException {
        sonar.task("SUCCESS").gate("OK", MET);
        analyse();
        scanner("echo 'SonarQube analysis is skipped'\n");

        assertThat(failure().code()).isEqualTo(ErrorCode.SONAR_ANALYSIS);
    }

    @Test
    void stopsWhenCancelledWhileItWaits() {
        sonar.task("cancel now");

        long start = System.nanoTime();
        EngineException e = failure();

        assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    @Timeout(20)
    void stopsWaitingForASilentServerWhenCancelled() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                Future<?> asked = other.submit(() -> {
                    try (Socket connection = silent.accept()) {
                        // the request has come: its sender now waits
                        assertThat(connection.getInputStream().read()).isPositive();
                        cancellation.cancel();
                    }
                    return null;
                });

                EngineException e = failure("http://127.0.0.1:" + silent.getLocalPort(), Duration.ofMinutes(1));

                assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED);
                asked.get();
            } finally {
                other.shutdownNow();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sonar.example.org", "ftp://sonar.example.org", "https://u:p4ss@sonar.example.org", "http://a b"
            })
    void refusesAnAddressThatIsNone(String url) {
        EngineException e = failure(url, Duration.ofSeconds(1));

        assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(e.describe()).doesNotContain("p4ss");
    }

    @Test
    void leavesNoThreadBehind() throws InterruptedException {
        // those of other tests may still wait for a connection that the system gives up in its own time
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        sonar.task("SUCCESS").gate("OK", MET);
        analyse();

        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(thread) && thread.getName().startsWith("octavo-")) {
                thread.join(30_000); // it has been told to end
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }
}
