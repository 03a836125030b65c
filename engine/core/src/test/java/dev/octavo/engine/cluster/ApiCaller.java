package dev.octavo.engine.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.File;
import java.util.Map;

/** Somebody else who works on a real cluster, under a name of their own. */
final class ApiCaller implements AutoCloseable {
    static final String JSON = "application/json";

    private final HttpClient http;
    private final Config config;

    ApiCaller(String kubeconfig) {
        config = Config.fromKubeconfig(new File(kubeconfig));
        http = HttpClientUtils.getHttpClientFactory().newBuilder(config).build();
    }

    String server() {
        return config.getMasterUrl().replaceAll("/$", "");
    }

    String authority() {
        return config.getCaCertData();
    }

    Answer call(String method, String path, String contentType, Object body) {
        HttpRequest.Builder request = http.newHttpRequestBuilder().uri(server() + path);
        HttpResponse<byte[]> response = http.sendAsync(
                        request.method(method, contentType, body == null ? null : Json.text(body))
                                .build(),
                        byte[].class)
                .join();
        return new Answer(response.code(), Json.parse(response.body()), java.util.List.of());
    }

    Map<String, Object> get(String path) {
        return call("GET", path, null, null).body();
    }

    /** Makes an object, as {@code manager}. */
    Map<String, Object> create(String path, String manager, String object) {
        return done(call("POST", path + "?fieldManager=" + ResourceType.escape(manager), JSON, Trees.tree(object)));
    }

    /** Changes an object, as {@code manager}. */
    Map<String, Object> change(String path, String manager, String patch) {
        return done(call(
                "PATCH",
                path + "?fieldManager=" + ResourceType.escape(manager),
                "application/merge-patch+json",
                Trees.tree(patch)));
    }

    void delete(String path) {
        call("DELETE", path, null, null);
    }

    private static Map<String, Object> done(Answer answer) {
        if (!answer.ok()) {
            throw new AssertionError(answer.code() + " " + answer.message());
        }
        return answer.body();
    }

    @Override
    public void close() {
        http.close();
    }
}
