package dev.octavo.engine.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.octavo.engine.program.LoopbackCertificate;
import dev.octavo.engine.record.RunRecord;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Answers like an API server that has a namespace, remembers what it is given and calls it ready: so that a client's classes
 * are loaded, TLS among them.
 */
final class TrainingCluster implements AutoCloseable {
    private static final String HTTP2 = "okhttp3/internal/http2/";
    private static final String CLASS = ".class";
    private static final String KINDS = """
            {"kind": "APIResourceList", "groupVersion": "v1", "resources": [
              {"name": "configmaps", "kind": "ConfigMap", "namespaced": true, "verbs": ["get"]},
              {"name": "namespaces", "kind": "Namespace", "namespaced": false, "verbs": ["get"]}]}
            """;
    private static final String APPS = """
            {"kind": "APIResourceList", "groupVersion": "apps/v1", "resources": [
              {"name": "deployments", "kind": "Deployment", "namespaced": true, "verbs": ["get"]},
              {"name": "replicasets", "kind": "ReplicaSet", "namespaced": true, "verbs": ["get"]}]}
            """;
    /** Of a Deployment: all that it wants is there. */
    private static final String READY = """
            {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1}
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

    /** Objects in JSON by their paths. */
    private final Map<String, String> objects = new ConcurrentHashMap<>();

    private final HttpsServer server;
    private final LoopbackCertificate certificate;

    TrainingCluster() throws IOException, GeneralSecurityException {
        certificate = LoopbackCertificate.make(Clock.systemUTC());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
        server.createContext("/", this::answer);
        server.start();
    }

    String kubeconfig() {
        String authority = base64(certificate.pem());
        return """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u, namespace: default}}]
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}}]
                users: [{name: u, user: {client-certificate-data: %s, client-key-data: %s}}]
                """.formatted(
                        server.getAddress().getPort(),
                        authority,
                        authority,
                        base64(certificate.key().reveal()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
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

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String method = exchange.getRequestMethod();
            String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (path.equals("/api/v1")) {
                send(exchange, 200, KINDS);
            } else if (path.equals("/apis/apps/v1")) {
                send(exchange, 200, APPS);
            } else if (path.equals("/api/v1/namespaces/default")) {
                send(exchange, 200, NAMESPACE);
            } else if (method.equals("POST") && path.contains("selfsubject")) {
                send(exchange, 201, RULES);
            } else if (method.equals("GET") || method.equals("DELETE")) {
                look(exchange, path, method.equals("DELETE"));
            } else if (objects.containsKey(path) && isPatch(exchange)) {
                send(exchange, 200, objects.get(path));
            } else {
                send(
                        exchange,
                        201,
                        keep(path, method, sent, exchange.getRequestURI().getQuery()));
            }
        }
    }

    /** Whether what is sent is a change of an object, and not all of it. */
    private static boolean isPatch(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                .contains("-patch+json");
    }

    private void look(HttpExchange exchange, String path, boolean delete) throws IOException {
        String one = delete ? objects.remove(path) : objects.get(path);
        if (one != null) {
            send(exchange, 200, one);
        } else if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=")) {
            send(exchange, 200, "");
        } else if (path.matches(".*/[a-z]+")) {
            String all = objects.entrySet().stream()
                    .filter(each -> each.getKey().startsWith(path + "/"))
                    .map(Map.Entry::getValue)
                    .collect(Collectors.joining(","));
            send(exchange, 200, "{\"metadata\": {\"resourceVersion\": \"1\"}, \"items\": [" + all + "]}");
        } else {
            send(exchange, 404, NONE);
        }
    }

    /** What the object has become. */
    private String keep(String path, String method, String sent, @Nullable String query) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>(RunRecord.map(sent));
        Map<Object, Object> metadata = new LinkedHashMap<>((Map<?, ?>) object.getOrDefault("metadata", Map.of()));
        metadata.put("uid", path);
        metadata.put("resourceVersion", "1");
        metadata.put("generation", 1);
        object.put("metadata", metadata);
        if ("Deployment".equals(object.get("kind"))) {
            object.put("status", RunRecord.map(READY));
        }
        String text = RunRecord.json(object);
        if (!String.valueOf(query).contains("dryRun")) {
            objects.put(method.equals("POST") ? path + "/" + metadata.get("name") : path, text);
        }
        return text;
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
