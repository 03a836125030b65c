package dev.octavo.engine.blueprint;

import static dev.octavo.engine.blueprint.Pods.maps;

import dev.octavo.engine.blueprint.YamlText.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Manifests of {@code octavo extract}: Services that stand for other computers, and what programs are told of them. */
public final class AddressManifests {
    /** The file with a service's addresses, in its folder of an environment. */
    public static final String FILE = "addresses.yaml";

    private static final String PORT = "main";

    private AddressManifests() {}

    /** The ConfigMap with a service's addresses. */
    public static String configMapName(String service) {
        return ServiceSpec.objectName(service) + "-addresses";
    }

    /** The Secret with the passwords that a service's configuration should not have. */
    public static String secretName(String service) {
        return ServiceSpec.objectName(service) + "-secrets";
    }

    /** A Service that is another name for one outside. */
    public static String externalName(String name, String namespace, String host) {
        Map<String, Object> service = object("v1", "Service", name, namespace);
        service.put("spec", maps("type", "ExternalName", "externalName", host));
        return YamlText.of(service);
    }

    /**
     * A Service that leads to addresses.
     *
     * @param port the port that programs name; 0 for any, where the Service only gives the name
     * @param real the port at the addresses: another one than {@code port} needs an address of the Service's own
     * @param old whether the cluster may be older than 1.21, and not know EndpointSlices
     */
    public static String addresses(
            String name, String namespace, List<String> addresses, int port, int real, boolean old) {
        Map<String, Object> service = object("v1", "Service", name, namespace);
        Map<String, Object> spec = new LinkedHashMap<>();
        if (port == real) {
            YamlText.comment(spec, "without a selector and an address of its own the name leads straight to them");
            spec.put("clusterIP", "None");
        }
        if (port != 0) {
            spec.put("ports", List.of(maps("name", PORT, "port", port, "targetPort", real)));
        }
        service.put("spec", spec);
        Map<String, Object> behind =
                object(old ? "v1" : "discovery.k8s.io/v1", old ? "Endpoints" : "EndpointSlice", name, namespace);
        List<Object> ports = port == 0 ? List.of() : List.of(maps("name", PORT, "port", real, "protocol", "TCP"));
        List<Object> each = new ArrayList<>();
        if (old) {
            addresses.forEach(address -> each.add(maps("ip", new Quoted(address))));
            Map<String, Object> subset = maps("addresses", each);
            if (!ports.isEmpty()) {
                subset.put("ports", ports);
            }
            behind.put("subsets", List.of(subset));
        } else {
            Trees.map(behind.get("metadata")).put("labels", maps("kubernetes.io/service-name", name));
            behind.put("addressType", "IPv4");
            addresses.forEach(address -> each.add(maps("addresses", List.of(new Quoted(address)))));
            behind.put("endpoints", each);
            behind.put("ports", ports);
        }
        return YamlText.of(service) + "---\n" + YamlText.of(behind);
    }

    /**
     * The ConfigMap that overrides properties.
     *
     * @param values by environment variable
     * @param passwords the variables that a Secret should have
     * @param generated whether {@code octavo generate} writes the rest of the folder, and takes this from it
     */
    public static String configMap(
            String service, Map<String, String> values, List<String> passwords, boolean generated) {
        StringBuilder text = new StringBuilder();
        if (!generated) {
            text.append("# The container takes it with:\n#   envFrom:\n#     - configMapRef: {name: ")
                    .append(configMapName(service))
                    .append("}\n");
        }
        if (!passwords.isEmpty()) {
            text.append("# Passwords are in no file of git, but in a Secret");
            text.append(
                    generated
                            ? ", where there is one:\n"
                            : ", taken with \"- secretRef: {name: " + secretName(service) + "}\":\n");
            text.append("#   kubectl create secret generic ").append(secretName(service));
            passwords.forEach(
                    variable -> text.append(" --from-literal=").append(variable).append("=..."));
            text.append('\n');
        }
        Map<String, Object> object = maps("apiVersion", "v1", "kind", "ConfigMap");
        Map<String, Object> metadata = maps("name", configMapName(service));
        if (generated) {
            metadata.put("namespace", "$NAMESPACE");
        }
        object.put("metadata", metadata);
        Map<String, Object> data = new LinkedHashMap<>();
        values.forEach((variable, value) -> data.put(variable, new Quoted(value.replace("$", "$$"))));
        object.put("data", data);
        return text + YamlText.of(object);
    }

    /** The list for {@code kubectl kustomize}. */
    public static String kustomization(List<String> files) {
        return YamlText.of(
                maps("apiVersion", "kustomize.config.k8s.io/v1beta1", "kind", "Kustomization", "resources", files));
    }

    private static Map<String, Object> object(String apiVersion, String kind, String name, String namespace) {
        return maps("apiVersion", apiVersion, "kind", kind, "metadata", maps("name", name, "namespace", namespace));
    }
}
