package dev.octavo.engine.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.MediaTypes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps images in memory as far as a client's classes need it; what runs pipelines has a better one. */
final class TrainingRegistry implements AutoCloseable {
    private static final int FOUND = 200;
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;
    private static final int MISSING = 404;

    private final HttpServer server;
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();

    TrainingRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] sent = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            switch (exchange.getRequestMethod()) {
                case "POST" -> {
                    exchange.getResponseHeaders().set("Location", path + "one");
                    exchange.sendResponseHeaders(ACCEPTED, -1);
                }
                case "PUT" -> {
                    String digest = Digests.of(sent);
                    String folder = path.replaceAll("/(?:uploads/)?[^/]*$", "/");
                    content.put(path, sent);
                    content.put(folder + digest, sent);
                    exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
                    exchange.sendResponseHeaders(CREATED, -1);
                }
                default -> read(exchange, path.equals("/v2/") ? new byte[] {'{', '}'} : content.get(path));
            }
        }
    }

    private static void read(HttpExchange exchange, byte @org.jspecify.annotations.Nullable [] bytes)
            throws IOException {
        if (bytes == null) {
            exchange.sendResponseHeaders(MISSING, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", MediaTypes.OCI_MANIFEST);
        exchange.getResponseHeaders().set("Docker-Content-Digest", Digests.of(bytes));
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(FOUND, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
