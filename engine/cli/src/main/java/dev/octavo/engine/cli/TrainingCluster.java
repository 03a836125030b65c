package dev.octavo.engine.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.octavo.engine.program.LoopbackCertificate;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import okhttp3.OkHttpClient;

/** Answers like an API server that has a namespace, and no more: so that a client's classes are loaded, TLS among them. */
final class TrainingCluster implements AutoCloseable {
    private static final String HTTP2 = "okhttp3/internal/http2/";
    private static final String CLASS = ".class";
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

    /**
     * Loads what a client of a real cluster needs and this one does not ask for: HTTP/2, and certificates that an authority
     * has signed.
     */
    void loadClient() throws IOException, GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate own = (X509Certificate) factory.generateCertificate(
                new ByteArrayInputStream(certificate.pem().getBytes(StandardCharsets.US_ASCII)));
        PKIXParameters authority = new PKIXParameters(Set.of(new TrustAnchor(own, null)));
        authority.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(List.of(own)), authority);
        CodeSource source = OkHttpClient.class.getProtectionDomain().getCodeSource();
        try (JarFile jar = new JarFile(new File(source.getLocation().getPath()))) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                String name = entry.getName();
                if (name.startsWith(HTTP2) && name.endsWith(CLASS)) {
                    Class.forName(
                            name.substring(0, name.length() - CLASS.length()).replace('/', '.'),
                            false,
                            OkHttpClient.class.getClassLoader());
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IOException(e);
        }
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
