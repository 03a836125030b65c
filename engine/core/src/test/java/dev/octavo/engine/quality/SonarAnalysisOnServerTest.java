package dev.octavo.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Analyses a small project with Maven on a real server, whose token must be an administrator's. */
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_SONAR_URL", matches = "http.*")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_SONAR_TOKEN", matches = ".+")
class SonarAnalysisOnServerTest {
    private static final String POM = """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
                <modelVersion>4.0.0</modelVersion>
                <groupId>org.example</groupId>
                <artifactId>probe</artifactId>
                <version>1</version>
                <properties>
                    <maven.compiler.release>17</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                </properties>
                <build><plugins>
                    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.14.1</version></plugin>
                    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
                </plugins></build>
            </project>
            """;

    @TempDir
    Path workspace;

    private final String url = System.getenv().getOrDefault("OCTAVO_TEST_SONAR_URL", "");
    private final String token = System.getenv().getOrDefault("OCTAVO_TEST_SONAR_TOKEN", "");
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private SonarBranch branch = SonarBranch.MAIN;
    private boolean requireConditions;

    @BeforeEach
    void makeProject() throws IOException {
        Files.writeString(workspace.resolve("pom.xml"), POM);
        Path source = Files.createDirectories(workspace.resolve("src/main/java/org/example"));
        Files.writeString(
                source.resolve("Probe.java"),
                "package org.example;\n\npublic class Probe {\n    public int one() {\n        return 1;\n    }\n}\n");
        Path root = Path.of("").toAbsolutePath();
        while (root != null && !Files.exists(root.resolve("mvnw"))) {
            root = root.getParent();
        }
        assumeThat(root).isNotNull();
        Files.copy(root.resolve("mvnw"), workspace.resolve("mvnw"));
        Path wrapper = Files.createDirectories(workspace.resolve(".mvn/wrapper"));
        Files.copy(root.resolve(".mvn/wrapper/maven-wrapper.properties"), wrapper.resolve("maven-wrapper.properties"));
    }

    private QualityResult analyse(String key, String address, String secret) {
        EngineListener listener = new EngineListener() {
            @Override
            public void progress(String message) {}

            @Override
            public void warning(String message) {
                warnings.add(message);
            }

            @Override
            public void output(String line) {
                output.add(line);
            }
        };
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("SONAR_TOKEN", secret);
        return SonarAnalysis.run(
                new SonarAnalysis.Request(
                        workspace,
                        "",
                        address,
                        key,
                        "Octavo's own test",
                        "v1.0.0",
                        branch,
                        Instant.EPOCH,
                        requireConditions,
                        Duration.ofMinutes(5),
                        List.of()),
                new EngineContext(workspace, workspace, environment, listener, new Cancellation(), Clock.systemUTC()));
    }

    private int post(String path, Map<String, String> parameters) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url + "/api/" + path).toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString((token + ":").getBytes(StandardCharsets.UTF_8)));
        String body = parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        return connection.getResponseCode();
    }

    @Test
    void isGreenWithoutAConditionTheFirstTime() throws IOException {
        String key = "octavo-test-green";
        post("projects/delete", Map.of("project", key));

        QualityResult result = analyse(key, url, token);

        assertThat(result.status()).isEqualTo(QualityResult.Status.OK);
        assertThat(result.conditions()).isEmpty();
        assertThat(result.describe()).contains("no condition");
        assertThat(result.analysisId()).isNotEmpty();
        assertThat(result.dashboardUrl()).contains(key);
        assertThat(output).isNotEmpty().noneMatch(line -> line.contains(token));
    }

    @Test
    void isRedByAConditionOfAGateOfItsOwn() throws IOException {
        String key = "octavo-test-red";
        post("projects/delete", Map.of("project", key));
        post("qualitygates/create", Map.of("name", key));
        post("qualitygates/create_condition", Map.of("gateName", key, "metric", "ncloc", "op", "GT", "error", "3"));
        post("projects/create", Map.of("project", key, "name", key));
        assertThat(post("qualitygates/select", Map.of("gateName", key, "projectKey", key)))
                .isEqualTo(204);

        assertThatThrownBy(() -> analyse(key, url, token)).isInstanceOfSatisfying(QualityGateException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.SONAR_RED);
            assertThat(e.result().conditions()).anySatisfy(condition -> {
                assertThat(condition.metric()).isEqualTo("ncloc");
                assertThat(condition.isMet()).isFalse();
                assertThat(Integer.parseInt(condition.actual())).isGreaterThan(3);
                assertThat(condition.required()).isEqualTo("3");
            });
        });
    }

    @Test
    void isRefusedWithoutAConditionWhereOneIsRequired() throws IOException {
        String key = "octavo-test-empty";
        post("projects/delete", Map.of("project", key));
        requireConditions = true;

        assertThatThrownBy(() -> analyse(key, url, token))
                .isInstanceOfSatisfying(
                        QualityGateException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SONAR_EMPTY));
    }

    /** The coverage that JaCoCo would have measured: three lines, one of them not run. */
    @Test
    void takesCoverageAndKeepsABranchOffAServerThatKnowsNone() throws IOException {
        String key = "octavo-test-coverage";
        post("projects/delete", Map.of("project", key));
        post("qualitygates/create", Map.of("name", key));
        post("qualitygates/create_condition", Map.of("gateName", key, "metric", "coverage", "op", "LT", "error", "99"));
        post("projects/create", Map.of("project", key, "name", key));
        assertThat(post("qualitygates/select", Map.of("gateName", key, "projectKey", key)))
                .isEqualTo(204);
        Path report = workspace.resolve("target/site/jacoco/jacoco.xml");
        Files.createDirectories(report.getParent());
        Files.writeString(report, """
                <report name="probe"><package name="org/example"><sourcefile name="Probe.java">
                <line nr="3" mi="0" ci="3" mb="0" cb="0"/><line nr="5" mi="2" ci="0" mb="0" cb="0"/>
                </sourcefile></package></report>
                """);
        branch = SonarBranch.of("feature/x", false, Map.of());

        assertThatThrownBy(() -> analyse(key, url, token)).isInstanceOfSatisfying(QualityGateException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.SONAR_RED);
            assertThat(e.result().conditions()).anySatisfy(condition -> {
                assertThat(condition.metric()).isEqualTo("coverage");
                assertThat(Double.parseDouble(condition.actual())).isEqualTo(50.0);
            });
        });
        assertThat(warnings).anyMatch(line -> line.contains("cannot tell branches apart"));
    }

    @Test
    void tellsAWrongTokenFromAServerThatIsNotThere() {
        assertThat(code("octavo-test", url, "squ_" + "0".repeat(40))).isEqualTo(ErrorCode.SONAR_UNAUTHORIZED);
        assertThat(code("octavo-test", "http://127.0.0.1:9", token)).isEqualTo(ErrorCode.SONAR_UNREACHABLE);
    }

    private ErrorCode code(String key, String address, String secret) {
        try {
            throw new AssertionError("it ended with " + analyse(key, address, secret));
        } catch (EngineException e) {
            return e.code();
        }
    }
}
