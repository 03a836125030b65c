package dev.octavo.engine.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Plays the node of pods that no real node takes: says that they run, or what has become of them. */
final class Kubelet {
    private static final long LONGEST_NANOS = 120_000_000_000L;
    private static final long PAUSE_NANOS = 100_000_000;

    private final HttpClient http;
    private final String server;

    Kubelet(String kubeconfig) throws GeneralSecurityException, IOException {
        Config config = Config.fromKubeconfig(new File(kubeconfig));
        server = config.getMasterUrl().replaceAll("/$", "");
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(SSLUtils.sslContext(config))
                .build();
    }

    Answer call(String method, String path, String contentType, Map<String, Object> body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.text(body)));
        if (!body.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        try {
            var response = http.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), Json.parse(response.body()), List.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    List<Map<String, Object>> pods(String namespace, String selector) {
        String place = namespace.isEmpty() ? "" : "/namespaces/" + namespace;
        return Tree.maps(
                call("GET", "/api/v1" + place + "/pods?labelSelector=" + ResourceType.escape(selector), "", Map.of())
                        .body(),
                "items");
    }

    void create(String path, Map<String, Object> object) {
        done(call("POST", path, "application/json", object));
    }

    void status(String path, String status) {
        done(call("PATCH", path + "/status", "application/merge-patch+json", Map.of("status", Trees.tree(status))));
    }

    private static void done(Answer answer) {
        if (!answer.ok()) {
            throw new AssertionError(answer.code() + " " + answer.message());
        }
    }

    static String path(Map<String, Object> pod) {
        return "/api/v1/namespaces/" + Tree.text(pod, "metadata", "namespace") + "/pods/"
                + Tree.text(pod, "metadata", "name");
    }

    void ready(Map<String, Object> pod) {
        status(
                path(pod),
                "{phase: Running, podIP: 10.244.200.1, podIPs: [{ip: 10.244.200.1}], conditions: [{type: Ready, status: 'True', lastTransitionTime: '"
                        + Instant.now() + "'}]}");
    }

    /** Waits until so many pods are there. */
    List<Map<String, Object>> await(String namespace, String selector, int count) {
        long end = System.nanoTime() + LONGEST_NANOS;
        while (System.nanoTime() < end) {
            List<Map<String, Object>> pods = pods(namespace, selector);
            if (pods.size() >= count) {
                return pods;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new AssertionError("there are not " + count + " pods with " + selector);
    }

    /** Waits until so many ReplicaSets have a pod that is available. */
    void awaitAvailable(String namespace, String selector, int count) {
        String place = namespace.isEmpty() ? "" : "/namespaces/" + namespace;
        String path = "/apis/apps/v1" + place + "/replicasets?labelSelector=" + ResourceType.escape(selector);
        long end = System.nanoTime() + LONGEST_NANOS;
        while (System.nanoTime() < end) {
            long available = Tree.maps(call("GET", path, "", Map.of()).body(), "items").stream()
                    .filter(set -> Tree.number(set, 0, "status", "availableReplicas") > 0)
                    .count();
            if (available >= count) {
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new AssertionError("there are not " + count + " available pods with " + selector);
    }
}
