package dev.octavo.engine.release;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers as the REST APIs of GitHub, GitLab and Gitee do, as far as releases go, for one project: {@code shop/orders}.
 * It makes releases of tags that it was told of and of no others.
 */
public final class FakeForge implements AutoCloseable {
    public static final String TOKEN = "forge-t0ken-0123456789";
    private static final String PROJECT = "shop/orders";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private record Answer(int status, String body, Map<String, String> headers) {}

    private final ForgeKind kind;
    private final HttpServer server;
    private final Map<String, Map<String, Object>> releases = new ConcurrentHashMap<>();
    private final List<String> tags = new CopyOnWriteArrayList<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Deque<Answer> first = new ArrayDeque<>();
    private volatile boolean hidden;
    private volatile @Nullable Runnable stop;

    private FakeForge(ForgeKind kind, HttpServer server) {
        this.kind = kind;
        this.server = server;
    }

    public static FakeForge start(ForgeKind kind, String... tags) {
        try {
            FakeForge fake = new FakeForge(
                    kind, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            fake.tags.addAll(List.of(tags));
            fake.server.createContext("/", fake::serve);
            fake.server.start();
            return fake;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next answers, before any of its own. */
    public FakeForge next(int status, String body, Map<String, String> headers) {
        synchronized (first) {
            first.add(new Answer(status, body, headers));
        }
        return this;
    }

    /** The next look for a release finds none, though it may be there: as where another run is a moment ahead. */
    public FakeForge hideOnce() {
        hidden = true;
        return this;
    }

    /** Runs something in the place of making the next release. */
    public FakeForge stopAtRelease(Runnable action) {
        stop = action;
        return this;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/api";
    }

    public ForgeProject project() {
        return new ForgeProject(kind, URI.create(url()), PROJECT);
    }

    /** Requests by method and path. */
    public List<String> seen() {
        return List.copyOf(seen);
    }

    /** The notes of a tag's release. */
    public @Nullable String notes(String tag) {
        Map<String, Object> release = releases.get(tag);
        return release == null ? null : String.valueOf(release.get(field()));
    }

    public void edit(String tag, String notes) {
        releases.get(tag).put(field(), notes);
    }

    public Map<String, Map<String, Object>> releases() {
        return Map.copyOf(releases);
    }

    private String field() {
        return kind == ForgeKind.GITLAB ? "description" : "body";
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String raw = exchange.getRequestURI().toString();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            seen.add(exchange.getRequestMethod() + " " + raw);
            synchronized (first) {
                if (!first.isEmpty()) {
                    send(exchange, first.removeFirst());
                    return;
                }
            }
            String header = kind == ForgeKind.GITLAB ? "PRIVATE-TOKEN" : "Authorization";
            String wanted = kind == ForgeKind.GITLAB ? TOKEN : "Bearer " + TOKEN;
            if (!wanted.equals(exchange.getRequestHeaders().getFirst(header))) {
                send(exchange, answer(401, "{\"message\":\"Bad credentials\"}"));
                return;
            }
            send(exchange, answer(exchange.getRequestMethod(), raw.substring("/api".length()), body));
        }
    }

    private Answer answer(String method, String path, String body) {
        String root = kind == ForgeKind.GITLAB ? "/projects/shop%2Forders" : "/repos/" + PROJECT;
        if (!path.equals(root) && !path.startsWith(root + "/releases")) {
            return answer(404, "{\"message\":\"404 Project Not Found\"}");
        }
        String rest = path.substring(root.length()).replaceFirst("^/releases", "");
        if (path.equals(root)) {
            return answer(200, "{\"id\":7}");
        }
        if (method.equals("POST") && rest.isEmpty()) {
            return make(JSON.readTree(body));
        }
        Matcher one = Pattern.compile(kind == ForgeKind.GITLAB ? "/([^/]+)" : "/(?:tags/)?([^/]+)")
                .matcher(rest);
        if (!one.matches()) {
            return answer(404, "{\"message\":\"Not Found\"}");
        }
        String name = URLDecoder.decode(one.group(1), StandardCharsets.UTF_8);
        if (method.equals("GET")) {
            Map<String, Object> release = releases.get(name);
            if (release == null || hidden) {
                hidden = false;
                return kind == ForgeKind.GITEE ? answer(200, "null") : answer(404, "{\"message\":\"Not Found\"}");
            }
            return answer(200, JSON.writeValueAsString(release));
        }
        if (method.equals(kind == ForgeKind.GITLAB ? "PUT" : "PATCH")) {
            String tag = kind == ForgeKind.GITLAB
                    ? name
                    : "" + JSON.readTree(body).path("tag_name").asString("");
            Map<String, Object> release = releases.get(tag);
            JsonNode text = JSON.readTree(body);
            release.put("name", text.path("name").asString(""));
            release.put(field(), text.path(field()).asString(""));
            return answer(200, JSON.writeValueAsString(release));
        }
        return answer(405, "{}");
    }

    private Answer make(JsonNode text) {
        Runnable action = stop;
        if (action != null) {
            stop = null;
            action.run();
            return answer(503, "{}");
        }
        String tag = text.path("tag_name").asString("");
        if (releases.containsKey(tag)) {
            return kind == ForgeKind.GITLAB
                    ? answer(409, "{\"message\":\"Release already exists\"}")
                    : answer(422, "{\"message\":\"Validation Failed\",\"errors\":[{\"code\":\"already_exists\"}]}");
        }
        if (!tags.contains(tag)) {
            return answer(422, "{\"message\":\"Ref is not specified\"}");
        }
        if (kind == ForgeKind.GITEE
                && text.path("target_commitish").asString("").isEmpty()) {
            return answer(400, "{\"message\":\"target_commitish is missing\"}");
        }
        Map<String, Object> release = new LinkedHashMap<>();
        release.put("id", 40 + releases.size());
        release.put("tag_name", tag);
        release.put("name", text.path("name").asString(""));
        release.put(field(), text.path(field()).asString(""));
        release.put("prerelease", text.path("prerelease").asBoolean(false));
        switch (kind) {
            case GITHUB -> release.put("html_url", "https://github.example/shop/orders/releases/tag/" + tag);
            case GITLAB ->
                release.put("_links", Map.of("self", "https://gitlab.example/shop/orders/-/releases/" + tag));
            case GITEE -> {}
        }
        releases.put(tag, new ConcurrentHashMap<>(release));
        return answer(201, JSON.writeValueAsString(release));
    }

    private static Answer answer(int status, String body) {
        return new Answer(status, body, Map.of());
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
