package dev.octavo.engine.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * An API server in memory, as much of one as the engine talks to: discovery, server-side apply (an object is replaced as
 * a whole), lists and watches. It has no controllers: a test says what happens after an object was applied.
 */
final class FakeApiServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Map<String, Map<String, Object>> objects = new TreeMap<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final Map<String, List<String>> types = new LinkedHashMap<>();
    private int version = 100;

    /** Paths of what was deleted. */
    final List<String> deletes = new CopyOnWriteArrayList<>();

    /** {@code PATCH /path} of every request that wrote something. */
    final List<String> writes = new CopyOnWriteArrayList<>();
    /** {@code GET /path?query} of every request. */
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** Answers a request instead of the server where it returns something. */
    volatile Function<HttpExchange, Reply> interceptor = exchange -> Reply.NONE;
    /** Hears of an object that was applied; plays the controllers. */
    volatile BiConsumer<FakeApiServer, Map<String, Object>> controller = (api, object) -> {};

    record Reply(int code, String body, String warning) {
        static final Reply NONE = new Reply(0, "", "");

        static Reply status(int code, String reason, String message) {
            return new Reply(
                    code, Json.text(Map.of("kind", "Status", "code", code, "reason", reason, "message", message)), "");
        }
    }

    private record Watcher(String path, String query, BlockingQueue<String> events) {}

    FakeApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
        type(
                "v1",
                "Namespace namespaces false",
                "Pod pods true",
                "Service services true",
                "Secret secrets true",
                "ConfigMap configmaps true",
                "Event events true");
        type("apps/v1", "Deployment deployments true", "ReplicaSet replicasets true", "StatefulSet statefulsets true");
        type("apiextensions.k8s.io/v1", "CustomResourceDefinition customresourcedefinitions false");
        put("/api/v1/namespaces/default", Trees.tree("{apiVersion: v1, kind: Namespace, metadata: {name: default}}"));
    }

    void type(String apiVersion, String... kinds) {
        types.put(apiVersion, List.of(kinds));
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u, namespace: default}}]
                clusters: [{name: c, cluster: {server: "%s"}}]
                users: [{name: u, user: {token: fake-token}}]
                """.formatted(url());
    }

    /** Puts an object there, as a controller would, and tells the watches. */
    synchronized void put(String path, Map<String, Object> object) {
        Map<String, Object> stored = Tree.copy(object);
        Map<String, Object> metadata = new LinkedHashMap<>(Tree.map(stored, "metadata"));
        metadata.putIfAbsent("uid", "uid-" + path.hashCode());
        metadata.put("resourceVersion", String.valueOf(++version));
        stored.put("metadata", metadata);
        boolean there = objects.put(path, stored) != null;
        tell(path, there ? "MODIFIED" : "ADDED", stored);
    }

    synchronized void delete(String path) {
        Map<String, Object> old = objects.remove(path);
        if (old != null) {
            tell(path, "DELETED", old);
        }
    }

    synchronized Map<String, Object> at(String path) {
        return objects.getOrDefault(path, Map.of());
    }

    /** Ends all watches, with an event before where one is given. */
    synchronized void endWatches(String event) {
        for (Watcher watcher : watchers) {
            if (!event.isEmpty()) {
                watcher.events.add(event);
            }
            watcher.events.add("");
        }
        watchers.clear();
    }

    int watches() {
        return watchers.size();
    }

    private void tell(String path, String type, Map<String, Object> object) {
        String event = Json.text(Map.of("type", type, "object", object));
        for (Watcher watcher : watchers) {
            if (path.startsWith(watcher.path + "/") && selected(watcher.query, object)) {
                watcher.events.add(event);
            }
        }
    }

    private static boolean selected(String query, Map<String, Object> object) {
        int at = query.indexOf("metadata.name%3D");
        return at < 0
                || query.substring(at + "metadata.name%3D".length())
                        .split("&", 2)[0]
                        .equals(Tree.text(object, "metadata", "name"));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String query = String.valueOf(exchange.getRequestURI().getRawQuery());
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            byte[] body = exchange.getRequestBody().readAllBytes();
            Reply reply = interceptor.apply(exchange);
            if (reply.code() == 0 && query.contains("watch=true")) {
                watch(exchange, path, query);
                return;
            }
            if (reply.code() == 0) {
                reply = answer(exchange.getRequestMethod(), path, query, body);
            }
            if (!reply.warning().isEmpty()) {
                exchange.getResponseHeaders().add("Warning", "299 - \"" + reply.warning() + "\"");
            }
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.code(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private void watch(HttpExchange exchange, String path, String query) throws IOException {
        Watcher watcher = new Watcher(path, query, new LinkedBlockingQueue<>());
        synchronized (this) {
            int since = Integer.parseInt(query.replaceAll(".*resourceVersion=(\\d+).*", "$1"));
            objects.forEach((key, object) -> {
                if (key.startsWith(path + "/")
                        && Integer.parseInt(Tree.text(object, "metadata", "resourceVersion")) > since) {
                    watcher.events.add(Json.text(Map.of("type", "MODIFIED", "object", object)));
                }
            });
            watchers.add(watcher);
        }
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        try {
            for (String event = watcher.events.take(); !event.isEmpty(); event = watcher.events.take()) {
                out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watchers.remove(watcher);
        }
    }

    private synchronized Reply answer(String method, String path, String query, byte[] body) {
        String version = path.replaceFirst("^/apis?/", "");
        if (types.containsKey(version)) {
            List<Object> resources = new ArrayList<>();
            for (String type : types.get(version)) {
                String[] parts = type.split(" ");
                resources.add(Map.of("kind", parts[0], "name", parts[1], "namespaced", parts[2].equals("true")));
            }
            return new Reply(200, Json.text(Map.of("resources", resources)), "");
        }
        if (method.equals("PATCH")) {
            return apply(path, query, Json.parse(body));
        }
        if (method.equals("POST") && path.endsWith("/secrets")) {
            Map<String, Object> made = Json.parse(body);
            put(path + "/" + Tree.text(made, "metadata", "name"), made);
            return new Reply(201, Json.text(made), "");
        }
        if (method.equals("DELETE") && objects.containsKey(path)) {
            deletes.add(path);
            delete(path);
            return new Reply(200, "{\"kind\":\"Status\",\"status\":\"Success\"}", "");
        }
        if (objects.containsKey(path)) {
            return new Reply(200, Json.text(at(path)), "");
        }
        String plural = path.substring(path.lastIndexOf('/') + 1);
        if (types.values().stream().flatMap(List::stream).anyMatch(type -> type.split(" ")[1].equals(plural))) {
            List<Object> items = new ArrayList<>();
            objects.forEach((key, object) -> {
                if (key.startsWith(path + "/") && selected(query, object)) {
                    items.add(object);
                }
            });
            return new Reply(
                    200,
                    Json.text(Map.of(
                            "kind",
                            "List",
                            "items",
                            items,
                            "metadata",
                            Map.of("resourceVersion", String.valueOf(this.version)))),
                    "");
        }
        return Reply.status(404, "NotFound", path + " not found");
    }

    private Reply apply(String path, String query, Map<String, Object> applied) {
        String namespace =
                path.contains("/namespaces/") ? path.split("/namespaces/")[1].split("/")[0] : "";
        boolean inNamespace = path.matches(".*/namespaces/[^/]+/.+");
        if (inNamespace && !objects.containsKey("/api/v1/namespaces/" + namespace)) {
            return Reply.status(404, "NotFound", "namespaces \"" + namespace + "\" not found");
        }
        Map<String, Object> old = objects.get(path);
        Map<String, Object> result = Tree.copy(applied);
        Map<String, Object> metadata = new LinkedHashMap<>(Tree.map(result, "metadata"));
        metadata.put(
                "managedFields",
                List.of(Map.of(
                        "manager",
                        "octavo",
                        "operation",
                        "Apply",
                        "fieldsV1",
                        Map.of("hash", Fingerprint.of(applied)))));
        metadata.put("generation", Tree.number(old, 0, "metadata", "generation") + 1);
        if (old != null) {
            metadata.put("uid", Tree.text(old, "metadata", "uid"));
            if (old.containsKey("status")) {
                result.put("status", old.get("status"));
            }
        }
        result.put("metadata", metadata);
        if (!query.contains("dryRun=All")) {
            writes.add(path);
            put(path, result);
            Map<String, Object> stored = at(path);
            executor.execute(() -> controller.accept(this, stored));
        }
        return new Reply(old == null ? 201 : 200, Json.text(result), "");
    }

    @Override
    public void close() {
        endWatches("");
        server.stop(0);
        executor.shutdownNow();
    }
}
