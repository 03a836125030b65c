package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.quality.FakeSonar;
import dev.octavo.engine.quality.QualityResult;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two microservices, a script in the place of Maven, and a server that answers as SonarQube does. */
@DisabledOnOs(OS.WINDOWS)
class AnalyzeOperationTest {
    private static final String RED =
            "{\"status\":\"ERROR\",\"metricKey\":\"bugs\",\"comparator\":\"GT\",\"errorThreshold\":\"0\",\"actualValue\":\"2\"}";

    @TempDir
    Path workspace;

    private final FakeSonar sonar = FakeSonar.start();
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();

    @BeforeEach
    void makeServices() throws IOException {
        Path script = Files.writeString(workspace.resolve("mvnw"), """
                #!/bin/sh
                echo "words: $*"
                for word in "$@"; do
                  case "$word" in -Dsonar.scanner.metadataFilePath=*) file=${word#*=} ;; esac
                done
                echo ceTaskId=T-1 >"$file"
                """);
        assertThat(script.toFile().setExecutable(true)).isTrue();
        for (String name : List.of("orders", "stock")) {
            Path folder = Files.createDirectory(workspace.resolve(name));
            Files.writeString(folder.resolve("Dockerfile"), "FROM eclipse-temurin:17-jre\n");
            Files.writeString(
                    folder.resolve("pom.xml"),
                    "<project><modelVersion>4.0.0</modelVersion><groupId>shop</groupId><artifactId>" + name
                            + "</artifactId><version>1</version></project>");
        }
        RunRecord record = RunRecord.begin(workspace);
        record.put(
                SourceOperation.PART,
                new SourceResult("", "main", "0".repeat(40), "0".repeat(8), Instant.EPOCH, "Ada", "x", true, ""));
        for (Microservice service : Catalog.scan(workspace).services()) {
            record.put(service.name(), Chosen.PART, service);
        }
        sonar.task("SUCCESS");
    }

    @AfterEach
    void stopServer() {
        sonar.close();
    }

    private AnalyzeResult analyze(String projectKey) {
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
        environment.put("SONAR_TOKEN", FakeSonar.TOKEN);
        return new AnalyzeOperation()
                .run(
                        new AnalyzeRequest("", sonar.url(), projectKey, false, 30),
                        new EngineContext(
                                workspace, workspace, environment, listener, new Cancellation(), Clock.systemUTC()));
    }

    private EngineException failure(String projectKey) {
        try {
            throw new AssertionError("it ended with " + analyze(projectKey));
        } catch (EngineException e) {
            return e;
        }
    }

    @Test
    void asksTheGateOfEachMicroserviceThoughOneIsRed() {
        sonar.gate("ERROR", RED).gate("OK", "");

        EngineException e = failure("");

        assertThat(e.code()).isEqualTo(ErrorCode.SONAR_RED);
        assertThat(e.what()).contains("orders");
        RunRecord record = RunRecord.open(workspace);
        assertThat(record.get("orders", AnalyzeOperation.PART, QualityResult.class)
                        .orElseThrow()
                        .status())
                .isEqualTo(QualityResult.Status.ERROR);
        assertThat(record.get("stock", AnalyzeOperation.PART, QualityResult.class)
                        .orElseThrow()
                        .status())
                .isEqualTo(QualityResult.Status.OK);
        assertThat(warnings).singleElement().asString().contains("orders", "1 of 1 condition is not met");
    }

    @Test
    void givesEachMicroserviceAProjectOfItsOwn() {
        sonar.gate("OK", "");

        analyze("shop:$APP_NAME");

        assertThat(output.get(0)).contains("-Dsonar.projectKey=shop:orders");
        assertThat(output.get(1)).contains("-Dsonar.projectKey=shop:stock");
    }

    @Test
    void refusesOneKeyForAll() {
        EngineException e = failure("shop");

        assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(e.fix()).contains("shop:$APP_NAME");
        assertThat(output).isEmpty();
    }
}
