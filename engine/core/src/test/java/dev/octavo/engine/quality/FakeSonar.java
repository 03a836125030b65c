package dev.octavo.engine.quality;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Answers as a SonarQube server does, as far as an analysis asks. */
public final class FakeSonar implements AutoCloseable {
    public static final String TOKEN = "squ_0123456789abcdef";

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private volatile boolean old;

    private FakeSonar(HttpServer server) {
        this.server = server;
    }

    public static FakeSonar start() {
        try {
            FakeSonar fake =
                    new FakeSonar(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            fake.server.createContext("/", fake::serve);
            fake.server.start();
            fake.answer("/api/features/list", 200, "[\"announcement\"]");
            return fake.answer("/api/system/status", 200, "{\"status\":\"UP\",\"version\":\"25.1.0.102122\"}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Several answers are given one after the other, the last for ever. */
    public FakeSonar answer(String path, int status, String body) {
        answers.computeIfAbsent(path, key -> new ArrayDeque<>()).add(new Answer(status, body));
        return this;
    }

    public FakeSonar version(String version) {
        old = version.startsWith("9.");
        answers.remove("/api/system/status");
        return answer("/api/system/status", 200, "{\"status\":\"UP\",\"version\":\"" + version + "\"}");
    }

    public FakeSonar replace(String path, int status, String body) {
        answers.remove(path);
        return answer(path, status, body);
    }

    public FakeSonar task(String... states) {
        for (String state : states) {
            answer("/api/ce/task", 200, "{\"task\":{\"status\":\"" + state + "\",\"analysisId\":\"AN-1\"}}");
        }
        return this;
    }

    public FakeSonar gate(String status, String conditions) {
        return answer(
                "/api/qualitygates/project_status",
                200,
                "{\"projectStatus\":{\"status\":\"" + status + "\",\"conditions\":[" + conditions + "]}}");
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<String> seen() {
        return List.copyOf(seen);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            seen.add(exchange.getRequestURI().toString());
            if (exchange.getRequestHeaders().containsKey("Authorization")
                    && exchange.getRequestURI().getPath().equals("/api/system/status")) {
                throw new IOException("a token for a server that nobody knows yet");
            }
            String path = exchange.getRequestURI().getPath();
            boolean known = isToken(exchange.getRequestHeaders().getFirst("Authorization"));
            if (path.equals("/api/authentication/validate")) {
                send(exchange, new Answer(200, "{\"valid\":" + known + "}"));
                return;
            }
            Deque<Answer> queue = answers.get(path);
            if (queue == null) {
                send(exchange, new Answer(404, "{\"errors\":[{\"msg\":\"not found\"}]}"));
            } else {
                synchronized (queue) {
                    send(exchange, queue.size() > 1 ? queue.removeFirst() : queue.getFirst());
                }
            }
        }
    }

    /** Versions before 10 know a token only as a login. */
    private boolean isToken(@Nullable String header) {
        String basic = "Basic " + Base64.getEncoder().encodeToString((TOKEN + ":").getBytes(StandardCharsets.UTF_8));
        return old ? basic.equals(header) : ("Bearer " + TOKEN).equals(header);
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        if (answer.status() == 302) {
            exchange.getResponseHeaders().set("Location", answer.body());
            exchange.sendResponseHeaders(302, -1);
            return;
        }
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
