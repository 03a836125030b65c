package dev.octavo.engine.sandbox.kube;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Leads requests for {@code services/NAME:PORT/proxy} to the pods behind a Service. */
final class ServiceProxy {
    private static final Pattern PATH =
            Pattern.compile("/api/v1/namespaces/([^/]+)/services/(?:(http|https):)?([^/:]+)(?::([^/:]*))?/proxy(/.*)?");

    /** Those of one connection, the token for this server, and what the client sets itself. */
    private static final Set<String> OWN_HEADERS = Set.of(
            "authorization",
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Api api;
    private final ServicePorts ports;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    ServiceProxy(Api api, ServicePorts ports) {
        this.api = api;
        this.ports = ports;
    }

    /**
     * Answers a request that is for a pod.
     *
     * @return whether it was one
     * @throws ApiException 404 where there is no such Service or port, 503 where nobody answers
     */
    boolean answer(HttpExchange exchange) throws IOException, InterruptedException {
        Matcher path = PATH.matcher(exchange.getRequestURI().getRawPath());
        if (!path.matches()) {
            return false;
        }
        String namespace = path.group(1);
        String name = path.group(3);
        if ("https".equals(path.group(2))) {
            throw new ApiException(501, "NotImplemented", "Octavo's sandbox leads no TLS to pods");
        }
        String port = path.group(4) == null ? "" : path.group(4);
        int local = port(api.get(Kinds.SERVICE, namespace, name), port)
                .flatMap(number -> ports.of(namespace, name, number))
                .orElseThrow(() -> unavailable("no endpoints available for service \"" + name + "\""));
        String query = exchange.getRequestURI().getRawQuery();
        String rest = (path.group(5) == null ? "/" : path.group(5)) + (query == null ? "" : "?" + query);
        try {
            pass(exchange, send(exchange, URI.create("http://127.0.0.1:" + local + rest)));
        } catch (IOException e) {
            throw unavailable("error trying to reach service: " + e.getMessage());
        }
        return true;
    }

    private static ApiException unavailable(String message) {
        return new ApiException(503, "ServiceUnavailable", message);
    }

    /** @param wanted a number or a name; {@code ""} where the Service has but one */
    private static Optional<Integer> port(ObjectNode service, String wanted) {
        JsonNode all = service.path("spec").path("ports");
        for (JsonNode each : all) {
            int number = each.path("port").asInt(0);
            if ((wanted.isEmpty() && all.size() == 1)
                    || wanted.equals(Integer.toString(number))
                    || (!wanted.isEmpty() && wanted.equals(Json.text(each, "name")))) {
                return Optional.of(number);
            }
        }
        return Optional.empty();
    }

    private HttpResponse<byte[]> send(HttpExchange exchange, URI target) throws IOException, InterruptedException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .timeout(TIMEOUT)
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void pass(HttpExchange exchange, HttpResponse<byte[]> response) throws IOException {
        response.headers().map().forEach((name, values) -> {
            if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        boolean empty = exchange.getRequestMethod().equals("HEAD") || response.body().length == 0;
        exchange.sendResponseHeaders(response.statusCode(), empty ? -1 : response.body().length);
        if (!empty) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(response.body());
            }
        }
    }
}
