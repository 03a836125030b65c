package dev.octavo.engine.sandbox.kube;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.octavo.engine.program.LoopbackCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The API over HTTP, on the loopback interface, for whoever has the token. */
public final class ApiServer implements AutoCloseable {
    private static final String VERSION = "v1.33.0+octavo-sandbox";
    private static final int WATCH_SECONDS = 1800;
    private static final int BOOKMARK_SECONDS = 10;
    private static final String SYSTEM_MANAGER = "unknown";

    private final Api api;
    private final byte[] token;
    private final HttpServer server;
    private final ExecutorService threads;
    private final PodLogs logs;
    private final Runnable begun;
    private final ServiceProxy proxy;
    private @Nullable HttpsServer secureServer;
    private @Nullable Secure secure;

    private ApiServer(Api api, String token, HttpServer server, PodLogs logs, ServicePorts ports, Runnable begun) {
        this.api = api;
        this.token = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        this.server = server;
        this.logs = logs;
        this.begun = begun;
        this.proxy = new ServiceProxy(api, ports);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "octavo-sandbox-api");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts it.
     *
     * @param port 0 for a free one
     * @param begun comes back when requests can be answered
     * @throws IOException where the port is taken
     */
    public static ApiServer start(Api api, String token, int port, PodLogs logs, ServicePorts ports, Runnable begun)
            throws IOException {
        InetAddress loopback = InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
        HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 128);
        ApiServer apiServer = new ApiServer(api, token, server, logs, ports, begun);
        server.createContext("/", apiServer::handle);
        server.setExecutor(apiServer.threads);
        server.start();
        return apiServer;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * Where the server is reached by TLS, for clients that send no token without.
     *
     * @param certificate that it shows, as PEM
     */
    public record Secure(String url, String certificate) {}

    /**
     * Listens at one more port, by TLS; the same each time.
     *
     * @throws IOException where it cannot
     */
    public synchronized Secure secure() throws IOException {
        if (secure != null) {
            return secure;
        }
        LoopbackCertificate certificate;
        try {
            certificate = LoopbackCertificate.make(api.clock());
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate can be made: " + e.getMessage(), e);
        }
        HttpsServer second =
                HttpsServer.create(new InetSocketAddress(server.getAddress().getAddress(), 0), 128);
        second.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
        second.createContext("/", this::handle);
        second.setExecutor(threads);
        second.start();
        secureServer = second;
        secure = new Secure("https://127.0.0.1:" + second.getAddress().getPort(), certificate.pem());
        return secure;
    }

    @Override
    public synchronized void close() {
        threads.shutdownNow();
        server.stop(0);
        if (secureServer != null) {
            secureServer.stop(0);
        }
    }

    // ------------------------------------------------------------------------------------------------------- requests

    /** A request's parts. */
    private record Request(HttpExchange exchange, String method, List<String> path, Map<String, String> query) {
        String parameter(String name) {
            return query.getOrDefault(name, "");
        }

        boolean flag(String name) {
            String value = parameter(name);
            return value.equals("true") || value.equals("1");
        }

        String header(String name) {
            String value = exchange.getRequestHeaders().getFirst(name);
            return value == null ? "" : value;
        }
    }

    /** What a path names. */
    private record Target(Kind kind, String namespace, String name, String subresource) {}

    private void handle(HttpExchange exchange) {
        try {
            try {
                answer(exchange);
            } catch (ApiException e) {
                send(exchange, e.code(), e.status());
            } catch (JacksonException e) {
                ApiException bad = ApiException.badRequest(e.getOriginalMessage());
                send(exchange, 400, bad.status());
            } catch (RuntimeException e) {
                ApiException broken = new ApiException(500, "InternalError", "Internal error occurred: " + e);
                send(exchange, 500, broken.status());
            }
        } catch (IOException | IllegalStateException e) {
            // the client has gone, or the answer had begun
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        if (given == null || !MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token)) {
            throw new ApiException(401, "Unauthorized", "Unauthorized");
        }
        begun.run();
        if (exchange.getRequestHeaders().containsKey("Sec-WebSocket-Key")) {
            // clients fall back to plain HTTP
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        if (proxy.answer(exchange)) {
            return;
        }
        Request request = new Request(
                exchange,
                exchange.getRequestMethod(),
                segments(exchange.getRequestURI().getRawPath()),
                query(exchange.getRequestURI().getRawQuery()));
        List<String> path = request.path();
        String first = path.isEmpty() ? "" : path.get(0);
        switch (first) {
            case "" -> send(exchange, 200, paths());
            case "version" -> send(exchange, 200, version());
            case "healthz", "livez", "readyz" -> sendText(exchange, "ok");
            case "api" -> {
                if (path.size() == 1) {
                    send(exchange, 200, coreVersions());
                } else if (path.size() == 2) {
                    send(exchange, 200, resources("", path.get(1)));
                } else {
                    resource(request, target("", path.get(1), path.subList(2, path.size())));
                }
            }
            case "apis" -> {
                if (path.size() == 1) {
                    send(exchange, 200, groups());
                } else if (path.size() == 2) {
                    send(exchange, 200, group(path.get(1)));
                } else if (path.size() == 3) {
                    send(exchange, 200, resources(path.get(1), path.get(2)));
                } else {
                    resource(request, target(path.get(1), path.get(2), path.subList(3, path.size())));
                }
            }
            case "openapi" -> send(exchange, 200, openApi(path));
            default -> throw unknownPath();
        }
    }

    private static ApiException unknownPath() {
        return new ApiException(404, "NotFound", "the server could not find the requested resource");
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/")) {
            if (!segment.isEmpty()) {
                segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return segments;
    }

    private static Map<String, String> query(@Nullable String text) {
        Map<String, String> query = new LinkedHashMap<>();
        if (text != null) {
            for (String pair : text.split("&")) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                query.put(
                        URLDecoder.decode(name, StandardCharsets.UTF_8),
                        URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private Target target(String group, String version, List<String> path) {
        String namespace = "";
        List<String> rest = path;
        if (rest.get(0).equals("namespaces") && rest.size() > 2 && !isNamespaceSubresource(rest)) {
            namespace = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        if (rest.size() > 3) {
            throw unknownPath();
        }
        Kind kind = api.kinds().find(group, version, rest.get(0)).orElseThrow(ApiServer::unknownPath);
        String name = rest.size() > 1 ? rest.get(1) : "";
        if ((kind.namespaced() && namespace.isEmpty() && !name.isEmpty())
                || (!kind.namespaced() && !namespace.isEmpty())) {
            throw unknownPath();
        }
        return new Target(kind, namespace, name, rest.size() > 2 ? rest.get(2) : "");
    }

    private static boolean isNamespaceSubresource(List<String> path) {
        return path.size() == 3 && (path.get(2).equals("status") || path.get(2).equals("finalize"));
    }

    private void resource(Request request, Target target) throws IOException, InterruptedException {
        Kind kind = target.kind();
        if (isReview(kind)) {
            review(request, kind);
            return;
        }
        if (!target.subresource().isEmpty()) {
            subresource(request, target);
            return;
        }
        if (target.name().isEmpty()) {
            collection(request, target);
            return;
        }
        String namespace = target.namespace();
        String name = target.name();
        switch (request.method()) {
            case "GET" -> {
                if (request.flag("watch")) {
                    watch(request, target, object -> Json.name(object).equals(name));
                } else {
                    sendObject(request, 200, kind, api.get(kind, namespace, name));
                }
            }
            case "PUT" ->
                sendObject(request, 200, kind, api.update(kind, namespace, name, body(request), write(request, "")));
            case "PATCH" -> patch(request, target);
            case "DELETE" -> delete(request, target);
            default -> throw notAllowed();
        }
    }

    private static boolean isReview(Kind kind) {
        return kind.equals(Kinds.ACCESS_REVIEW) || kind.equals(Kinds.RULES_REVIEW);
    }

    /** Whoever can ask may do everything. */
    private static void review(Request request, Kind kind) throws IOException {
        boolean readable = request.header("Content-Type").contains("json");
        ObjectNode review = readable ? body(request) : Json.object();
        review.put("apiVersion", kind.apiVersion()).put("kind", kind.name());
        ObjectNode status = review.putObject("status");
        if (kind.equals(Kinds.ACCESS_REVIEW)) {
            status.put("allowed", true);
        } else {
            status.put("incomplete", false).putArray("nonResourceRules");
            ObjectNode rule = status.putArray("resourceRules").addObject();
            for (String part : List.of("verbs", "apiGroups", "resources")) {
                rule.putArray(part).add("*");
            }
        }
        send(request.exchange(), 201, review);
    }

    private static ApiException notAllowed() {
        return new ApiException(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    private void collection(Request request, Target target) throws IOException, InterruptedException {
        Kind kind = target.kind();
        Predicate<JsonNode> wanted = Selector.labels(request.parameter("labelSelector"))
                .and(Selector.fields(request.parameter("fieldSelector")));
        switch (request.method()) {
            case "GET" -> {
                if (request.flag("watch")) {
                    watch(request, target, wanted);
                } else {
                    list(request, target, wanted);
                }
            }
            case "POST" -> {
                if (kind.namespaced() && target.namespace().isEmpty()) {
                    throw notAllowed();
                }
                ObjectNode created = api.create(kind, target.namespace(), body(request), write(request, ""));
                sendObject(request, 201, kind, created);
            }
            case "DELETE" -> {
                Api.Deletion deletion = deletion(request);
                ObjectNode list = listOf(kind);
                ArrayNode items = list.putArray("items");
                for (ObjectNode each : api.list(kind, target.namespace(), wanted::test)) {
                    items.add(api.delete(kind, Json.namespace(each), Json.name(each), deletion));
                }
                send(request.exchange(), 200, list);
            }
            default -> throw notAllowed();
        }
    }

    private void list(Request request, Target target, Predicate<JsonNode> wanted) throws IOException {
        ObjectNode list = listOf(target.kind());
        ArrayNode items = Json.array();
        synchronized (api.store()) {
            list.putObject("metadata")
                    .put("resourceVersion", Long.toString(api.store().version()));
            api.list(target.kind(), target.namespace(), wanted::test).forEach(items::add);
        }
        if (isTableAsked(request)) {
            send(request.exchange(), 200, Tables.table(target.kind(), items, list.path("metadata"), api.clock()));
            return;
        }
        list.set("items", items);
        send(request.exchange(), 200, list);
    }

    private static ObjectNode listOf(Kind kind) {
        return Json.object().put("kind", kind.name() + "List").put("apiVersion", kind.apiVersion());
    }

    private static boolean isTableAsked(Request request) {
        return request.header("Accept").contains("as=Table");
    }

    private void sendObject(Request request, int code, Kind kind, ObjectNode object) throws IOException {
        if (isTableAsked(request)) {
            ObjectNode metadata = Json.object();
            metadata.set("resourceVersion", object.path("metadata").path("resourceVersion"));
            send(request.exchange(), code, Tables.table(kind, Json.array().add(object), metadata, api.clock()));
        } else {
            send(request.exchange(), code, object);
        }
    }

    private static Api.Write write(Request request, String subresource) {
        String manager = request.parameter("fieldManager");
        if (manager.isEmpty() && !request.header("Content-Type").startsWith("application/apply-patch")) {
            String agent = request.header("User-Agent");
            int end = agent.indexOf('/');
            manager = end > 0 ? agent.substring(0, end) : agent.isEmpty() ? SYSTEM_MANAGER : agent;
        }
        return new Api.Write(
                manager,
                subresource,
                request.parameter("dryRun").equals("All"),
                request.flag("force"),
                request.parameter("fieldValidation").equals("Strict"));
    }

    private static ObjectNode body(Request request) throws IOException {
        if (request.header("Content-Type").contains("protobuf")) {
            throw new ApiException(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include: application/json,"
                            + " application/yaml");
        }
        JsonNode body = Json.read(request.exchange().getRequestBody());
        if (!(body instanceof ObjectNode object)) {
            throw ApiException.badRequest("the object provided is unrecognized: an object is needed");
        }
        return object;
    }

    private void patch(Request request, Target target) throws IOException {
        String type = request.header("Content-Type");
        int semicolon = type.indexOf(';');
        String media = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
        Api.Write write = write(request, target.subresource());
        Kind kind = target.kind();
        JsonNode body = Json.read(request.exchange().getRequestBody());
        ObjectNode result;
        int code = 200;
        switch (media) {
            case "application/apply-patch+yaml", "application/apply-patch+json", "application/apply-patch+cbor" -> {
                if (!(body instanceof ObjectNode configuration)) {
                    throw ApiException.badRequest("an applied configuration must be an object");
                }
                code = api.find(kind, target.namespace(), target.name()) == null ? 201 : 200;
                result = api.apply(kind, target.namespace(), target.name(), configuration, write);
            }
            case "application/json-patch+json" ->
                result = api.patch(kind, target.namespace(), target.name(), body, Api.PatchType.JSON, write);
            case "application/merge-patch+json" ->
                result = api.patch(kind, target.namespace(), target.name(), body, Api.PatchType.MERGE, write);
            case "application/strategic-merge-patch+json" ->
                result = api.patch(kind, target.namespace(), target.name(), body, Api.PatchType.STRATEGIC, write);
            default ->
                throw new ApiException(
                        415,
                        "UnsupportedMediaType",
                        "the body of the request was in an unknown format - accepted media types include:"
                                + " application/json-patch+json, application/merge-patch+json,"
                                + " application/strategic-merge-patch+json, application/apply-patch+yaml");
        }
        sendObject(request, code, kind, result);
    }

    private static Api.Deletion deletion(Request request) throws IOException {
        JsonNode options = Json.object();
        if (request.exchange().getRequestBody().available() > 0
                || (!request.header("Content-Length").isEmpty()
                        && !request.header("Content-Length").equals("0"))
                || !request.header("Transfer-Encoding").isEmpty()) {
            JsonNode read = Json.read(request.exchange().getRequestBody());
            if (read.isObject()) {
                options = read;
            }
        }
        String propagation = Json.text(options, "propagationPolicy");
        if (propagation.isEmpty()) {
            propagation = request.parameter("propagationPolicy");
        }
        if (propagation.isEmpty()) {
            propagation = options.path("orphanDependents").asBoolean(false) ? "Orphan" : "Background";
        }
        String grace = request.parameter("gracePeriodSeconds");
        int seconds = grace.isEmpty() ? options.path("gracePeriodSeconds").asInt(-1) : number(grace, -1);
        boolean dryRun = request.parameter("dryRun").equals("All")
                || options.path("dryRun").path(0).asString("").equals("All");
        return new Api.Deletion(
                propagation,
                seconds,
                dryRun,
                Json.text(options, "preconditions", "uid"),
                Json.text(options, "preconditions", "resourceVersion"));
    }

    private static int number(String text, int otherwise) {
        try {
            return text.isEmpty() ? otherwise : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("not a number: " + text);
        }
    }

    private void delete(Request request, Target target) throws IOException {
        Kind kind = target.kind();
        ObjectNode last = api.delete(kind, target.namespace(), target.name(), deletion(request));
        if (Json.isDeleted(last)) {
            send(request.exchange(), 200, last);
            return;
        }
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details").put("name", target.name());
        if (!kind.group().isEmpty()) {
            details.put("group", kind.group());
        }
        details.put("kind", kind.plural()).put("uid", Json.uid(last));
        send(request.exchange(), 200, status);
    }

    // --------------------------------------------------------------------------------------------------- subresources

    private void subresource(Request request, Target target) throws IOException, InterruptedException {
        Kind kind = target.kind();
        String name = target.subresource();
        if (kind.equals(Kinds.POD)) {
            switch (name) {
                case "log" -> {
                    log(request, target);
                    return;
                }
                case "eviction" -> {
                    ObjectNode eviction = body(request);
                    int grace = eviction.path("deleteOptions")
                            .path("gracePeriodSeconds")
                            .asInt(-1);
                    api.delete(
                            kind,
                            target.namespace(),
                            target.name(),
                            new Api.Deletion("Background", grace, false, "", ""));
                    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
                    send(request.exchange(), 201, status.put("status", "Success"));
                    return;
                }
                case "exec", "attach", "portforward" ->
                    throw new ApiException(
                            501,
                            "NotImplemented",
                            "Octavo's sandbox does not offer " + name + ": its pods are processes of this machine");
                default -> {}
            }
        }
        if (kind.equals(Kinds.SERVICE_ACCOUNT) && name.equals("token")) {
            throw new ApiException(501, "NotImplemented", "Octavo's sandbox issues no tokens of service accounts");
        }
        if (!kind.subresources().contains(name)) {
            throw unknownPath();
        }
        if (name.equals("scale")) {
            scale(request, target);
            return;
        }
        switch (request.method()) {
            case "GET" -> sendObject(request, 200, kind, api.get(kind, target.namespace(), target.name()));
            case "PUT" ->
                sendObject(
                        request,
                        200,
                        kind,
                        api.update(kind, target.namespace(), target.name(), body(request), write(request, name)));
            case "PATCH" -> patch(request, target);
            default -> throw notAllowed();
        }
    }

    private void scale(Request request, Target target) throws IOException {
        Kind kind = target.kind();
        String namespace = target.namespace();
        String name = target.name();
        ObjectNode present = scaleOf(api.get(kind, namespace, name));
        if (request.method().equals("GET")) {
            send(request.exchange(), 200, present);
            return;
        }
        JsonNode wanted;
        if (request.method().equals("PUT")) {
            wanted = body(request);
        } else if (request.method().equals("PATCH")) {
            JsonNode patch = Json.read(request.exchange().getRequestBody());
            wanted = patch.isArray() ? Patches.json(present, patch) : Patches.merge(present, patch);
        } else {
            throw notAllowed();
        }
        JsonNode replicas = wanted.path("spec").path("replicas");
        ObjectNode patch = Json.object();
        patch.putObject("spec").put("replicas", replicas.asInt(0));
        ObjectNode written = api.patch(kind, namespace, name, patch, Api.PatchType.MERGE, write(request, ""));
        send(request.exchange(), 200, scaleOf(written));
    }

    private static ObjectNode scaleOf(ObjectNode object) {
        ObjectNode scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
            metadata.set(field, object.path("metadata").path(field));
        }
        scale.putObject("spec")
                .put("replicas", object.path("spec").path("replicas").asInt(1));
        List<String> selector = new ArrayList<>();
        object.path("spec")
                .path("selector")
                .path("matchLabels")
                .properties()
                .forEach(each ->
                        selector.add(each.getKey() + "=" + each.getValue().asString("")));
        scale.putObject("status")
                .put("replicas", object.path("status").path("replicas").asInt(0))
                .put("selector", String.join(",", selector));
        return scale;
    }

    private void log(Request request, Target target) throws IOException, InterruptedException {
        ObjectNode pod = api.get(Kinds.POD, target.namespace(), target.name());
        long since = 0;
        int seconds = number(request.parameter("sinceSeconds"), -1);
        if (seconds >= 0) {
            since = Instant.now(api.clock()).minusSeconds(seconds).toEpochMilli();
        } else if (!request.parameter("sinceTime").isEmpty()) {
            try {
                since = Instant.parse(request.parameter("sinceTime")).toEpochMilli();
            } catch (java.time.format.DateTimeParseException e) {
                throw ApiException.badRequest("not a time: " + request.parameter("sinceTime"));
            }
        }
        PodLogs.Log log = logs.open(
                pod,
                new PodLogs.Query(
                        request.parameter("container"),
                        request.flag("previous"),
                        request.flag("follow"),
                        request.flag("timestamps"),
                        number(request.parameter("tailLines"), -1),
                        number(request.parameter("limitBytes"), -1),
                        since));
        HttpExchange exchange = request.exchange();
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            log.writeTo(out);
        }
    }

    // ---------------------------------------------------------------------------------------------------------- watch

    private void watch(Request request, Target target, Predicate<JsonNode> wanted)
            throws IOException, InterruptedException {
        Kind kind = target.kind();
        String given = request.parameter("resourceVersion");
        boolean initial = request.flag("sendInitialEvents");
        BlockingQueue<Change> queue = new LinkedBlockingQueue<>();
        Consumer<Change> listener = change -> {
            if (change.kind().equals(kind)
                    && (target.namespace().isEmpty()
                            || Json.namespace(change.object()).equals(target.namespace()))) {
                queue.add(change);
            }
        };
        List<ObjectNode> present = List.of();
        long version;
        synchronized (api.store()) {
            version = api.store().version();
            if (given.isEmpty() || given.equals("0") || initial) {
                present = api.list(kind, target.namespace(), wanted::test);
                api.store().listen(listener);
            } else {
                long since;
                try {
                    since = Long.parseLong(given);
                } catch (NumberFormatException e) {
                    throw ApiException.badRequest("Invalid value: \"" + given + "\": not a resource version");
                }
                try {
                    api.store().listenSince(since, listener);
                } catch (ApiException e) {
                    // the answer is a success whose first event is the error, as the real server has it
                    sendExpired(request, e);
                    return;
                }
            }
        }
        HttpExchange exchange = request.exchange();
        boolean table = isTableAsked(request);
        boolean bookmarks = request.flag("allowWatchBookmarks");
        long deadline = System.nanoTime()
                + TimeUnit.SECONDS.toNanos(number(request.parameter("timeoutSeconds"), WATCH_SECONDS));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (ObjectNode each : present) {
                writeEvent(out, "ADDED", each, kind, table);
            }
            if (initial) {
                ObjectNode end = bookmark(kind, version);
                end.withObjectProperty("metadata").putObject("annotations").put("k8s.io/initial-events-end", "true");
                writeEvent(out, "BOOKMARK", end, kind, false);
            }
            out.flush();
            while (System.nanoTime() < deadline) {
                Change change = queue.poll(
                        Math.min(TimeUnit.SECONDS.toNanos(BOOKMARK_SECONDS), deadline - System.nanoTime()),
                        TimeUnit.NANOSECONDS);
                if (change == null) {
                    if (bookmarks) {
                        writeEvent(out, "BOOKMARK", bookmark(kind, version), kind, false);
                        out.flush();
                    }
                    continue;
                }
                version = change.version();
                String type = typeFor(change, wanted);
                if (!type.isEmpty()) {
                    writeEvent(out, type, change.object(), kind, table);
                    if (queue.isEmpty()) {
                        out.flush();
                    }
                }
            }
        } finally {
            api.store().forget(listener);
        }
    }

    /** How a change looks to one who sees only some objects; {@code ""} where it does not see it. */
    private static String typeFor(Change change, Predicate<JsonNode> wanted) {
        boolean now = wanted.test(change.object());
        ObjectNode old = change.before();
        boolean before = old != null && wanted.test(old);
        return switch (change.type()) {
            case ADDED -> now ? "ADDED" : "";
            case DELETED -> before ? "DELETED" : "";
            case MODIFIED -> now ? (before ? "MODIFIED" : "ADDED") : (before ? "DELETED" : "");
        };
    }

    private static ObjectNode bookmark(Kind kind, long version) {
        ObjectNode object = Json.object().put("kind", kind.name()).put("apiVersion", kind.apiVersion());
        object.putObject("metadata").put("resourceVersion", Long.toString(version));
        return object;
    }

    private void writeEvent(OutputStream out, String type, ObjectNode object, Kind kind, boolean table)
            throws IOException {
        ObjectNode event = Json.object().put("type", type);
        event.set(
                "object",
                table
                        ? Tables.table(
                                kind,
                                Json.array().add(object),
                                Json.object().put("resourceVersion", Json.text(object, "metadata", "resourceVersion")),
                                api.clock())
                        : object);
        byte[] bytes = Json.bytes(event);
        byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
        line[bytes.length] = '\n';
        out.write(line);
    }

    private void sendExpired(Request request, ApiException expired) throws IOException {
        ObjectNode event = Json.object().put("type", "ERROR");
        event.set("object", expired.status());
        send(request.exchange(), 200, event);
    }

    // ------------------------------------------------------------------------------------------------------ discovery

    private static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "33")
                .put("gitVersion", VERSION)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", Instant.EPOCH.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("goVersion", "none")
                .put("compiler", "javac")
                .put("platform", System.getProperty("os.name", "") + "/" + System.getProperty("os.arch", ""));
    }

    private ObjectNode paths() {
        ObjectNode answer = Json.object();
        ArrayNode paths =
                answer.putArray("paths").add("/api").add("/api/v1").add("/apis").add("/version");
        api.kinds().all().stream()
                .filter(kind -> !kind.group().isEmpty())
                .map(kind -> "/apis/" + kind.apiVersion())
                .distinct()
                .forEach(paths::add);
        return answer;
    }

    /** As much as kubectl needs to leave the checking of fields to the server. */
    private ObjectNode openApi(List<String> path) {
        if (path.size() < 2 || !path.get(1).equals("v3")) {
            throw unknownPath();
        }
        ObjectNode answer = Json.object();
        if (path.size() == 2) {
            ObjectNode paths = answer.putObject("paths");
            api.kinds().all().stream().map(ApiServer::root).distinct().forEach(root -> paths.putObject(
                            root.substring(1))
                    .put(
                            "serverRelativeURL",
                            "/openapi/v3" + root + "?hash=" + api.kinds().all().size()));
            return answer;
        }
        String wanted = "/" + String.join("/", path.subList(2, path.size()));
        answer.put("openapi", "3.0.0")
                .putObject("info")
                .put("title", "Octavo's sandbox")
                .put("version", VERSION);
        ObjectNode paths = answer.putObject("paths");
        for (Kind kind : api.kinds().all()) {
            if (root(kind).equals(wanted)) {
                String place =
                        wanted + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural() + "/{name}";
                ObjectNode patch = paths.putObject(place).putObject("patch");
                patch.putArray("parameters")
                        .addObject()
                        .put("name", "fieldValidation")
                        .put("in", "query")
                        .putObject("schema")
                        .put("type", "string");
                patch.putObject("x-kubernetes-group-version-kind")
                        .put("group", kind.group())
                        .put("version", kind.version())
                        .put("kind", kind.name());
                patch.putObject("responses").putObject("200").put("description", "OK");
            }
        }
        if (paths.isEmpty()) {
            throw unknownPath();
        }
        return answer;
    }

    private static String root(Kind kind) {
        return (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion();
    }

    private ObjectNode coreVersions() {
        ObjectNode answer = Json.object().put("kind", "APIVersions");
        answer.putArray("versions").add("v1");
        answer.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", url().substring("http://".length()));
        return answer;
    }

    private ObjectNode groups() {
        ObjectNode answer = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = answer.putArray("groups");
        new TreeSet<>(api.kinds().all().stream().map(Kind::group).toList())
                .stream().filter(group -> !group.isEmpty()).forEach(group -> groups.add(group(group)));
        return answer;
    }

    private ObjectNode group(String name) {
        TreeSet<String> versions = new TreeSet<>(api.kinds().all().stream()
                .filter(kind -> kind.group().equals(name))
                .map(Kind::version)
                .toList());
        if (versions.isEmpty() || name.isEmpty()) {
            throw unknownPath();
        }
        ObjectNode group =
                Json.object().put("kind", "APIGroup").put("apiVersion", "v1").put("name", name);
        ArrayNode list = group.putArray("versions");
        versions.forEach(version ->
                list.addObject().put("groupVersion", name + "/" + version).put("version", version));
        group.set("preferredVersion", list.path(0));
        return group;
    }

    private ObjectNode resources(String group, String version) {
        ObjectNode answer = Json.object().put("kind", "APIResourceList").put("apiVersion", "v1");
        answer.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode resources = answer.putArray("resources");
        for (Kind kind : api.kinds().all()) {
            if (!kind.group().equals(group) || !kind.version().equals(version)) {
                continue;
            }
            ObjectNode resource = resources
                    .addObject()
                    .put("name", kind.plural())
                    .put("singularName", kind.singular())
                    .put("namespaced", kind.namespaced())
                    .put("kind", kind.name());
            ArrayNode verbs = resource.putArray("verbs");
            if (isReview(kind)) {
                verbs.add("create");
            } else {
                for (String verb :
                        new String[] {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"
                        }) {
                    verbs.add(verb);
                }
            }
            if (!kind.shortNames().isEmpty()) {
                ArrayNode names = resource.putArray("shortNames");
                kind.shortNames().forEach(names::add);
            }
            if (isInAll(kind)) {
                resource.putArray("categories").add("all");
            }
            for (String subresource : new TreeSet<>(kind.subresources())) {
                ObjectNode sub = resources
                        .addObject()
                        .put("name", kind.plural() + "/" + subresource)
                        .put("singularName", "")
                        .put("namespaced", kind.namespaced())
                        .put("kind", subresource.equals("scale") ? "Scale" : kind.name());
                if (subresource.equals("scale")) {
                    sub.put("group", "autoscaling").put("version", "v1");
                }
                ArrayNode subVerbs = sub.putArray("verbs").add("get");
                if (!subresource.equals("log")) {
                    subVerbs.add("patch").add("update");
                }
            }
        }
        if (resources.isEmpty()) {
            throw unknownPath();
        }
        return answer;
    }

    private static boolean isInAll(Kind kind) {
        return kind.equals(Kinds.POD)
                || kind.equals(Kinds.SERVICE)
                || (kind.group().equals("apps") && kind.hasStatus())
                || kind.group().equals("batch");
    }

    // -------------------------------------------------------------------------------------------------------- answers

    private static void send(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] bytes;
        try {
            bytes = Json.bytes(body);
        } catch (JacksonException e) {
            throw new UncheckedIOException(new IOException(e));
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(code, -1);
            return;
        }
        exchange.sendResponseHeaders(code, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private static void sendText(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
