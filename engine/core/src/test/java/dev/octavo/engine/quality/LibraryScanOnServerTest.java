package dev.octavo.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
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
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Analyses what no build tool builds, on a real server, whose token must be an administrator's. */
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_SONAR_URL", matches = "http.*")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_SONAR_TOKEN", matches = ".+")
class LibraryScanOnServerTest {
    @TempDir
    Path workspace;

    private final String url = System.getenv().getOrDefault("OCTAVO_TEST_SONAR_URL", "");
    private final String token = System.getenv().getOrDefault("OCTAVO_TEST_SONAR_TOKEN", "");
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final Map<String, String> environment = new HashMap<>(System.getenv());

    private QualityResult analyse(String key, Duration timeout) {
        EngineListener listener = new EngineListener() {
            @Override
            public void progress(String message) {
                output.add(message);
            }

            @Override
            public void warning(String message) {
                output.add(message);
            }

            @Override
            public void output(String line) {
                output.add(line);
            }
        };
        environment.putIfAbsent("SONAR_TOKEN", token);
        return SonarAnalysis.runAlone(
                new SonarAnalysis.Request(
                        workspace.resolve("shop"),
                        "",
                        url,
                        key,
                        "Octavo's own test",
                        "v1.0.0",
                        SonarBranch.MAIN,
                        Instant.EPOCH,
                        false,
                        timeout,
                        List.of()),
                new EngineContext(workspace, workspace, environment, listener, new Cancellation(), Clock.systemUTC()));
    }

    private Path file(String path, String text) throws IOException {
        Path file = workspace.resolve("shop").resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private String measures(String key) throws IOException, InterruptedException {
        String login = Base64.getEncoder().encodeToString((token + ":").getBytes(StandardCharsets.UTF_8));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url + "/api/measures/component?component=" + key
                                        + "&metricKeys=ncloc,files,coverage,ncloc_language_distribution"))
                                .header("Authorization", "Basic " + login)
                                .build(),
                        BodyHandlers.ofString())
                .body()
                .replace("\\u003d", "=");
    }

    @Test
    void analysesAFrontEndWithItsCoverage() throws IOException, InterruptedException {
        file("package.json", "{\"name\": \"shop\"}");
        file("src/app.js", "export function total(a, b) {\n  if (a > b) {\n    return a;\n  }\n  return b;\n}\n");
        file("src/app.test.js", "import { total } from './app.js';\ntotal(1, 2);\n");
        file("src/page.css", "h1 {\n  color: red;\n}\n");
        file("node_modules/other/index.js", "var a = 1;\n".repeat(100));
        file("coverage/lcov.info", "TN:\nSF:src/app.js\nDA:1,1\nDA:2,1\nDA:3,0\nDA:5,1\nLF:4\nLH:3\nend_of_record\n");

        QualityResult result = analyse("octavo-front-end", Duration.ofMinutes(5));

        assertThat(result.status()).isEqualTo(QualityResult.Status.OK);
        String measures = measures("octavo-front-end");
        assertThat(measures).as(String.join("\n", output)).contains("css=3", "js=6", "\"value\":\"75.0\"");
        assertThat(String.join("\n", output)).doesNotContain(token);
        assertThat(workspace.resolve("shop/.scannerwork")).doesNotExist();
    }

    @Test
    void analysesJavaThatAScriptCompiles() throws IOException, InterruptedException {
        Path source = file(
                "src/shop/Shop.java",
                "package shop;\n\npublic class Shop {\n    int one() {\n        return 1;\n    }\n}\n");
        Path classes = Files.createDirectories(workspace.resolve("shop/out"));
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", classes.toString(), source.toString()))
                .isZero();

        QualityResult result = analyse("octavo-plain-java", Duration.ofMinutes(5));

        assertThat(result.status()).isEqualTo(QualityResult.Status.OK);
        assertThat(measures("octavo-plain-java")).as(String.join("\n", output)).contains("java=6");
    }

    @Test
    void endsTheScannerThatTakesTooLong() throws IOException {
        file("src/app.js", "var a = 1;\n");

        EngineException failure =
                catchThrowableOfType(EngineException.class, () -> analyse("octavo-slow", Duration.ofMillis(300)));

        assertThat(failure.code()).isEqualTo(ErrorCode.SONAR_TIMEOUT);
        assertThat(ProcessHandle.current().descendants())
                .noneMatch(each -> each.info().commandLine().orElse("").contains(ScannerProgram.class.getName()));
    }
}
