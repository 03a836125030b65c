package dev.octavo.engine.cluster;

import dev.octavo.engine.api.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * A Secret with which pods pull images.
 *
 * @param namespace where it goes
 * @param dockercfg JSON: by registry, an object with {@code auth}, as Docker's own configuration has them in {@code
 *     auths}
 */
public record PullSecret(String namespace, String name, SecretValue dockercfg) {
    /**
     * The object. Of the type that the Jenkins step {@code kubernetesDeploy} has always made; every Kubernetes reads
     * it.
     */
    ManifestObject object() {
        String data = Base64.getEncoder().encodeToString(dockercfg.reveal().getBytes(StandardCharsets.UTF_8));
        return new ManifestObject(
                "v1",
                "Secret",
                namespace,
                name,
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Secret",
                        "metadata",
                        Map.of("name", name, "namespace", namespace),
                        "type",
                        "kubernetes.io/dockercfg",
                        "data",
                        Map.of(".dockercfg", data)),
                "",
                0);
    }
}
