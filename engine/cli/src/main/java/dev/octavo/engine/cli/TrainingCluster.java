package dev.octavo.engine.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.octavo.engine.program.LoopbackCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Base64;

/** Answers like an API server that has a namespace, and no more: so that a client's classes are loaded, TLS among them. */
final class TrainingCluster implements AutoCloseable {
    private static final String KINDS = """
            {"kind": "APIResourceList", "groupVersion": "v1", "resources": [
              {"name": "configmaps", "kind": "ConfigMap", "namespaced": true, "verbs": ["get"]},
              {"name": "namespaces", "kind": "Namespace", "namespaced": false, "verbs": ["get"]}]}
            """;
    private static final String NAMESPACE = """
            {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "default"}}
            """;
    private static final String RULES = """
            {"status": {"resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]}}
            """;
    private static final String NONE = """
            {"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}
            """;

    private final HttpsServer server;
    private final LoopbackCertificate certificate;

    TrainingCluster() throws IOException, GeneralSecurityException {
        certificate = LoopbackCertificate.make(Clock.systemUTC());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
        server.createContext("/", TrainingCluster::answer);
        server.start();
    }

    String kubeconfig() {
        String authority = Base64.getEncoder().encodeToString(certificate.pem().getBytes(StandardCharsets.US_ASCII));
        return """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u, namespace: default}}]
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}}]
                users: [{name: u, user: {token: none}}]
                """.formatted(server.getAddress().getPort(), authority);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String method = exchange.getRequestMethod();
            byte[] sent = exchange.getRequestBody().readAllBytes();
            if (path.equals("/api/v1")) {
                send(exchange, 200, KINDS);
            } else if (path.equals("/api/v1/namespaces/default")) {
                send(exchange, 200, NAMESPACE);
            } else if (method.equals("PATCH")) {
                send(exchange, 201, new String(sent, StandardCharsets.UTF_8));
            } else if (method.equals("POST") && path.contains("selfsubject")) {
                send(exchange, 201, RULES);
            } else {
                send(exchange, 404, NONE);
            }
        }
    }

    private static void send(HttpExchange exchange, int code, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Date", "Wed, 25 Nov 2026 12:00:00 GMT");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
