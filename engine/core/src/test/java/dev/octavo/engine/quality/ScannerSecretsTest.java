package dev.octavo.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The token for SonarQube comes to light nowhere, though the server answers with what it was sent in all forms. */
@Timeout(120)
class ScannerSecretsTest {
    @TempDir
    Path workspace;

    private final StringBuffer told = new StringBuffer();

    private void answer(HttpExchange exchange, String version) throws IOException {
        ProcessHandle.current().descendants().forEach(each -> told.append(
                        each.info().commandLine().orElse(""))
                .append('\n'));
        String path = exchange.getRequestURI().getPath();
        String text;
        int status = 200;
        if (path.equals("/api/system/status")) {
            text = "{\"status\":\"UP\",\"version\":\"" + version + "\"}";
        } else if (path.equals("/api/authentication/validate")) {
            text = "{\"valid\":true}";
        } else if (path.equals("/api/server/version") || path.equals("/api/v2/analysis/version")) {
            text = version;
        } else {
            status = 403;
            String login = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            String plain = login.startsWith("Basic ")
                    ? new String(Base64.getDecoder().decode(login.substring(6)), StandardCharsets.UTF_8)
                    : login.replace("Bearer ", "");
            told.append(login.equals("null") ? "anonymous " : "asked with a login ")
                    .append(path)
                    .append('\n');
            text = "{\"errors\":[{\"msg\":\"" + login + " is " + plain + " is "
                    + URLEncoder.encode(plain, StandardCharsets.UTF_8) + " is "
                    + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)) + "\"}]}";
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @ParameterizedTest
    @CsvSource({"9.9.8.100196, squ_0123456789abcdef0123456789abcdef01234567", "25.1.0.102122, p&ss/w+rd=%41~with!signs"
    })
    void staysSecret(String version, String token) throws IOException {
        EngineListener listener = new EngineListener() {
            @Override
            public void progress(String message) {
                told.append(message).append('\n');
            }

            @Override
            public void warning(String message) {
                told.append(message).append('\n');
            }

            @Override
            public void output(String line) {
                told.append(line).append('\n');
            }
        };
        Path shop = Files.createDirectories(workspace.resolve("shop"));
        Files.writeString(shop.resolve("app.js"), "var a = 1;\n");
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("SONAR_TOKEN", token);
        environment.put("SONAR_USER_HOME", workspace.resolve("home").toString());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, version));
        server.start();
        try {
            EngineException failure = catchThrowableOfType(
                    EngineException.class,
                    () -> SonarAnalysis.runAlone(
                            new SonarAnalysis.Request(
                                    shop,
                                    "",
                                    "http://127.0.0.1:" + server.getAddress().getPort(),
                                    "shop",
                                    "Shop",
                                    "",
                                    SonarBranch.MAIN,
                                    Instant.EPOCH,
                                    false,
                                    Duration.ofMinutes(1),
                                    List.of()),
                            new EngineContext(
                                    workspace,
                                    workspace.resolve("cache"),
                                    environment,
                                    listener,
                                    new Cancellation(),
                                    Clock.systemUTC())));
            RunRecord.open(workspace).fail("analyze", failure, Instant.EPOCH);
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            told.append(failure.describe()).append(trace);
        } finally {
            server.stop(0);
        }

        assertThat(told.toString()).contains("asked with a login", ScannerLog.class.getName(), "ERROR");
        List<String> places = new ArrayList<>(List.of(told.toString()));
        try (Stream<Path> files = Files.walk(workspace)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                places.add(Files.readString(each, StandardCharsets.ISO_8859_1));
            }
        }
        for (String place : places) {
            String flat = place.replaceAll("\\s", "");
            for (String form : List.of(
                    token,
                    URLEncoder.encode(token, StandardCharsets.UTF_8),
                    Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)),
                    Base64.getEncoder().encodeToString((token + ":").getBytes(StandardCharsets.UTF_8)))) {
                assertThat(place).doesNotContain(form);
                assertThat(flat).doesNotContain(form);
            }
        }
    }
}
