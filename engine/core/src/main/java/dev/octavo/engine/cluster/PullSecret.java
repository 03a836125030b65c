package dev.octavo.engine.cluster;

import dev.octavo.engine.api.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * A Secret with which pods pull images.
 *
 * @param namespace where it goes
 * @param auths JSON: an object with a login for each registry, as in the configuration of Docker
 * @param form how Kubernetes keeps it
 */
public record PullSecret(String namespace, String name, SecretValue auths, Form form) {
    /** The types of such Secrets; every Kubernetes reads both. */
    public enum Form {
        /** The older one, which the Jenkins step {@code kubernetesDeploy} has always made. */
        DOCKERCFG("kubernetes.io/dockercfg", ".dockercfg"),
        /** The one that {@code kubectl create secret docker-registry} makes. */
        DOCKERCONFIGJSON("kubernetes.io/dockerconfigjson", ".dockerconfigjson");

        private final String type;
        private final String key;

        Form(String type, String key) {
            this.type = type;
            this.key = key;
        }
    }

    /** The object. */
    ManifestObject object() {
        String json = form == Form.DOCKERCFG ? auths.reveal() : "{\"auths\":" + auths.reveal() + "}";
        String data = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
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
                        form.type,
                        "data",
                        Map.of(form.key, data)),
                "",
                0);
    }
}
