package dev.octavo.engine.image.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry in memory that does what a test tells it to before it does what registries do. */
public final class StubRegistry implements AutoCloseable {
    /** Answers a request instead of the registry; true where it has. */
    @FunctionalInterface
    public interface Behaviour {
        boolean answered(HttpExchange exchange) throws IOException;
    }

    /** A request as it came. */
    public record Seen(String method, String path, Optional<String> authorization) {}

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final List<Behaviour> behaviours = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());

    public StubRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    public static EngineContext context(Path folder, Map<String, String> environment, Cancellation cancellation) {
        return new EngineContext(
                folder, folder.resolve("cache"), environment, EngineListener.SILENT, cancellation, Clock.systemUTC());
    }

    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** What was asked, without the questions whether it is there. */
    public List<Seen> seen() {
        return seen.stream().filter(each -> !each.path().equals("/v2/")).toList();
    }

    /** Asked before those that were added earlier. */
    public StubRegistry behave(Behaviour behaviour) {
        behaviours.add(0, behaviour);
        return this;
    }

    public StubRegistry put(String path, byte[] bytes) {
        content.put(path, bytes);
        return this;
    }

    public Optional<byte[]> get(String path) {
        return Optional.ofNullable(content.get(path));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI uri = exchange.getRequestURI();
            seen.add(new Seen(
                    exchange.getRequestMethod(),
                    uri.toString(),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))));
            for (Behaviour each : List.copyOf(behaviours)) {
                if (each.answered(exchange)) {
                    return;
                }
            }
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = uri.getPath();
            switch (exchange.getRequestMethod()) {
                case "POST" -> {
                    exchange.getResponseHeaders().set("Location", path + "an-upload?state=1");
                    answer(exchange, 202, "");
                }
                case "PUT" -> {
                    String query = uri.getQuery() == null ? "" : uri.getQuery();
                    int digest = query.indexOf("digest=");
                    String place = digest < 0
                            ? path
                            : path.substring(0, path.indexOf("uploads/"))
                                    + query.substring(digest + "digest=".length());
                    content.put(place, body);
                    if (place.contains("/manifests/")) { // by its digest too
                        content.put(place.substring(0, place.lastIndexOf('/') + 1) + Digests.of(body), body);
                    }
                    exchange.getResponseHeaders().set("Docker-Content-Digest", Digests.of(body));
                    answer(exchange, 201, "");
                }
                default -> read(exchange, path);
            }
        }
    }

    private void read(HttpExchange exchange, String path) throws IOException {
        byte[] bytes = path.equals("/v2/") ? new byte[] {'{', '}'} : content.get(path);
        if (bytes == null) {
            answer(exchange, 404, "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"not here\"}]}");
            return;
        }
        exchange.getResponseHeaders().set("Docker-Content-Digest", Digests.of(bytes));
        boolean index = new String(bytes, StandardCharsets.UTF_8)
                .startsWith("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX);
        exchange.getResponseHeaders().set("Content-Type", index ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, head || bytes.length == 0 ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /** Ends a request with a status and a text. */
    public static boolean answer(HttpExchange exchange, int status, String text) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean none = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, none ? -1 : bytes.length);
        if (!none) {
            exchange.getResponseBody().write(bytes);
        }
        return true;
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
