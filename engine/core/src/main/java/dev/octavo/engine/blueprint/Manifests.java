package dev.octavo.engine.blueprint;

import static dev.octavo.engine.blueprint.Pods.maps;

import dev.octavo.engine.blueprint.YamlText.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The manifests of one service in one environment: a file for each object. */
final class Manifests {
    private static final int CPU_PERCENT = 70;
    private static final int MAX_PODS = 4;

    private final ServiceSpec spec;
    private final Map<String, String> files = new TreeMap<>();

    private Manifests(ServiceSpec spec) {
        this.spec = spec;
    }

    /**
     * Texts by file name.
     *
     * @param podSecurity the level that the namespace enforces; {@code ""} where the namespace is not made here
     */
    static Map<String, String> of(ServiceSpec spec, String podSecurity) {
        Manifests manifests = new Manifests(spec);
        if (!podSecurity.isEmpty()) {
            manifests.files.put("namespace.yaml", namespace("$NAMESPACE", spec.application(), podSecurity));
        }
        manifests.serviceAccount();
        manifests.configMaps();
        manifests.claims();
        if (spec.hasPods()) {
            manifests.workload();
        }
        manifests.services();
        manifests.ingress();
        manifests.autoscaler();
        manifests.disruptionBudget();
        manifests.networkPolicy();
        manifests.kustomization();
        return manifests.files;
    }

    private void add(String file, Map<String, Object> object) {
        files.put(file + ".yaml", YamlText.of(object));
    }

    private void add(Map<String, Object> object) {
        add(Trees.text(object.get("kind")).toLowerCase(Locale.ROOT), object);
    }

    private Map<String, Object> object(String apiVersion, String kind, String name) {
        return maps(
                "apiVersion",
                apiVersion,
                "kind",
                kind,
                "metadata",
                maps("name", name, "namespace", "$NAMESPACE", "labels", spec.labels()));
    }

    static String namespace(String name, String application, String podSecurity) {
        Map<String, Object> object = new LinkedHashMap<>();
        YamlText.comment(object, "All services of the environment share it, and each of them brings it.");
        object.put("apiVersion", "v1");
        object.put("kind", "Namespace");
        object.put(
                "metadata",
                maps(
                        "name",
                        name,
                        "labels",
                        maps(
                                "app.kubernetes.io/part-of",
                                application,
                                "pod-security.kubernetes.io/enforce",
                                podSecurity)));
        return YamlText.of(object);
    }

    private void serviceAccount() {
        if (!spec.makesServiceAccount()) {
            return;
        }
        Map<String, Object> object = object("v1", "ServiceAccount", spec.serviceAccount());
        Map<String, Object> annotations =
                quoted(Trees.map(spec.map("serviceAccount").get("annotations")));
        if (!annotations.isEmpty()) {
            Trees.map(object.get("metadata")).put("annotations", annotations);
        }
        object.put("automountServiceAccountToken", spec.token());
        add(object);
    }

    private static Map<String, Object> quoted(Map<String, Object> texts) {
        Map<String, Object> quoted = new LinkedHashMap<>();
        texts.forEach((key, value) -> quoted.put(key, new Quoted(Trees.text(value))));
        return quoted;
    }

    private void configMaps() {
        if (!spec.map("config").isEmpty()) {
            Map<String, Object> object = object("v1", "ConfigMap", spec.objectName());
            object.put("data", quoted(spec.map("config")));
            add(object);
        }
        if (!spec.map("files").isEmpty()) {
            Map<String, Object> object = object("v1", "ConfigMap", spec.filesName());
            Map<String, Object> data = new LinkedHashMap<>();
            spec.map("files")
                    .forEach((path, text) -> data.put(ServiceSpec.fileKey(path), new Quoted(Trees.text(text))));
            object.put("data", data);
            add("configmap-files", object);
        }
    }

    private Map<String, Object> claim(Map<String, Object> settings) {
        Map<String, Object> claim =
                maps("accessModes", List.of(Trees.text(settings.getOrDefault("access", "ReadWriteOnce"))));
        if (settings.containsKey("class")) {
            claim.put("storageClassName", Trees.text(settings.get("class")));
        }
        claim.put(
                "resources",
                maps("requests", maps("storage", new Quoted(Trees.text(settings.getOrDefault("size", "1Gi"))))));
        return claim;
    }

    private Map<String, Map<String, Object>> ownClaims() {
        Map<String, Map<String, Object>> claims = new LinkedHashMap<>();
        spec.map("volumes").forEach((name, volume) -> {
            if (Trees.map(volume).get("claim") instanceof Map) {
                claims.put(name, Trees.map(Trees.map(volume).get("claim")));
            }
        });
        return claims;
    }

    private void claims() {
        if (spec.isStateful() || !spec.hasPods()) {
            return;
        }
        Map<String, Map<String, Object>> claims = ownClaims();
        claims.forEach((name, settings) -> {
            Map<String, Object> object = object("v1", "PersistentVolumeClaim", spec.claimName(name));
            object.put("spec", claim(settings));
            add(claims.size() == 1 ? "persistentvolumeclaim" : "persistentvolumeclaim-" + name, object);
        });
    }

    private void workload() {
        Map<String, Object> template = new LinkedHashMap<>();
        Map<String, Object> metadata = maps("labels", spec.labels());
        Map<String, Object> annotations = quoted(spec.map("annotations"));
        if (!annotations.isEmpty()) {
            metadata.put("annotations", annotations);
        }
        template.put("metadata", metadata);
        template.put("spec", Pods.of(spec));
        String apiVersion = spec.isJob() ? "batch/v1" : "apps/v1";
        Map<String, Object> object = object(apiVersion, spec.kind(), spec.objectName());
        Map<String, Object> workload = new LinkedHashMap<>();
        if (spec.isJob()) {
            Map<String, Object> job = maps("backoffLimit", Objects.requireNonNullElse(spec.get("retries"), 2));
            job.put("template", template);
            if (spec.kind().equals("Job")) {
                workload.putAll(job);
            } else {
                workload.put("schedule", new Quoted(spec.text("schedule")));
                workload.put("concurrencyPolicy", "Forbid");
                workload.put("jobTemplate", maps("spec", job));
            }
        } else {
            if (spec.autoscale() != null) {
                YamlText.comment(
                        workload,
                        "no replicas: the HorizontalPodAutoscaler says how many, and a deployment must not undo that");
            } else if (spec.isScaled()) {
                workload.put("replicas", spec.get("replicas"));
            }
            workload.put("revisionHistoryLimit", 5);
            if (spec.kind().equals("Deployment")) {
                workload.put("progressDeadlineSeconds", spec.get("deadline"));
                boolean oneAtATime = ownClaims().values().stream()
                        .anyMatch(claim -> !Trees.text(claim.get("access")).equals("ReadWriteMany"));
                if (oneAtATime) {
                    YamlText.comment(workload, "a new pod cannot have the volume before the old one is gone");
                    workload.put("strategy", maps("type", "Recreate"));
                } else {
                    workload.put(
                            "strategy",
                            maps("type", "RollingUpdate", "rollingUpdate", maps("maxUnavailable", 0, "maxSurge", 1)));
                }
            }
            if (spec.isStateful()) {
                workload.put("serviceName", spec.governingService());
            }
            workload.put("selector", maps("matchLabels", spec.selector()));
            workload.put("template", template);
            if (spec.isStateful() && !ownClaims().isEmpty()) {
                List<Object> claims = new ArrayList<>();
                ownClaims()
                        .forEach((name, settings) ->
                                claims.add(maps("metadata", maps("name", name), "spec", claim(settings))));
                workload.put("volumeClaimTemplates", claims);
            }
        }
        object.put("spec", workload);
        add(object);
    }

    // ------------------------------------------------------------------------------------------------- how it is
    // reached

    private void services() {
        String type = spec.serviceType();
        if (!type.isEmpty()) {
            add(service(spec.objectName(), type));
        }
        if (spec.isStateful() && !spec.governingService().equals(spec.objectName())) {
            add("service-headless", service(spec.governingService(), "headless"));
        } else if (spec.isStateful() && type.isEmpty()) {
            add(service(spec.objectName(), "headless"));
        }
    }

    private Map<String, Object> service(String name, String type) {
        Map<String, Object> object = object("v1", "Service", name);
        Map<String, Object> settings = spec.map("service");
        Map<String, Object> annotations = quoted(Trees.map(settings.get("annotations")));
        if (!annotations.isEmpty()) {
            Trees.map(object.get("metadata")).put("annotations", annotations);
        }
        Map<String, Object> service = new LinkedHashMap<>();
        if (type.equals("ExternalName")) {
            service.put("type", type);
            service.put("externalName", Trees.text(settings.get("externalName")));
        } else {
            List<String> addresses = Trees.texts(settings.get("addresses"));
            service.put("type", type.equals("headless") ? "ClusterIP" : type);
            if (type.equals("headless")) {
                service.put("clusterIP", "None");
                if (spec.isStateful()) {
                    YamlText.comment(service, "its pods find one another before they are ready");
                    service.put("publishNotReadyAddresses", true);
                }
            }
            if (addresses.isEmpty()) {
                service.put("selector", spec.selector());
            } else {
                endpoints(name, addresses);
            }
        }
        List<Object> ports = new ArrayList<>();
        for (ServiceSpec.Port port : spec.ports()) {
            Object number = type.equals("headless") ? port.container() : port.service();
            if (number == null) {
                continue;
            }
            Map<String, Object> one = maps("name", port.name(), "port", number);
            if (!type.equals("ExternalName")) {
                one.put("targetPort", spec.hasPods() ? port.name() : port.container());
            }
            if (port.nodePort() != null && (type.equals("NodePort") || type.equals("LoadBalancer"))) {
                one.put("nodePort", port.nodePort());
            }
            if (!port.protocol().equals("TCP")) {
                one.put("protocol", port.protocol());
            }
            ports.add(one);
        }
        if (!ports.isEmpty()) {
            service.put("ports", ports);
        }
        object.put("spec", service);
        return object;
    }

    /** What a Service without pods leads to. */
    private void endpoints(String name, List<String> addresses) {
        Map<String, Object> object = object("v1", "Endpoints", name);
        List<Object> ports = new ArrayList<>();
        spec.ports().forEach(port -> ports.add(maps("name", port.name(), "port", port.container())));
        object.put(
                "subsets",
                List.of(maps(
                        "addresses",
                        addresses.stream()
                                .map(address -> maps("ip", new Quoted(address)))
                                .toList(),
                        "ports",
                        ports)));
        add(object);
    }

    private void ingress() {
        Object written = spec.get("ingress");
        if (written == null || written instanceof Boolean || spec.serviceType().isEmpty()) {
            return;
        }
        Map<String, Object> settings = written instanceof Map ? Trees.map(written) : Map.of("host", written);
        List<String> hosts = new ArrayList<>(Trees.texts(settings.get("hosts")));
        if (settings.containsKey("host")) {
            hosts.add(0, Trees.text(settings.get("host")));
        }
        Map<String, Object> object = object("networking.k8s.io/v1", "Ingress", spec.objectName());
        Map<String, Object> annotations = quoted(Trees.map(settings.get("annotations")));
        if (!annotations.isEmpty()) {
            Trees.map(object.get("metadata")).put("annotations", annotations);
        }
        Map<String, Object> ingress = new LinkedHashMap<>();
        if (settings.containsKey("class")) {
            ingress.put("ingressClassName", Trees.text(settings.get("class")));
        }
        if (settings.containsKey("tls")) {
            ingress.put("tls", List.of(maps("hosts", hosts, "secretName", Trees.text(settings.get("tls")))));
        }
        List<Object> rules = new ArrayList<>();
        for (String host : hosts.isEmpty() ? List.of("") : hosts) {
            Map<String, Object> rule = new LinkedHashMap<>();
            if (!host.isEmpty()) {
                rule.put("host", host);
            }
            rule.put(
                    "http",
                    maps(
                            "paths",
                            List.of(maps(
                                    "path",
                                    Trees.text(settings.getOrDefault("path", "/")),
                                    "pathType",
                                    "Prefix",
                                    "backend",
                                    maps(
                                            "service",
                                            maps(
                                                    "name",
                                                    spec.objectName(),
                                                    "port",
                                                    maps(
                                                            "name",
                                                            Trees.text(
                                                                    settings.getOrDefault(
                                                                            "port", spec.mainPort())))))))));
            rules.add(rule);
        }
        ingress.put("rules", rules);
        object.put("spec", ingress);
        add(object);
    }

    // ---------------------------------------------------------------------------------------- how many, and who may
    // ask

    private void autoscaler() {
        Map<String, Object> settings = spec.autoscale();
        if (settings == null) {
            return;
        }
        Map<String, Object> object = object("autoscaling/v2", "HorizontalPodAutoscaler", spec.objectName());
        List<Object> metrics = new ArrayList<>();
        boolean memory = settings.containsKey("memory");
        if (settings.containsKey("cpu") || !memory) {
            metrics.add(metric("cpu", settings.getOrDefault("cpu", CPU_PERCENT)));
        }
        if (memory) {
            metrics.add(metric("memory", settings.getOrDefault("memory", CPU_PERCENT)));
        }
        object.put(
                "spec",
                maps(
                        "scaleTargetRef",
                        maps("apiVersion", "apps/v1", "kind", spec.kind(), "name", spec.objectName()),
                        "minReplicas",
                        settings.getOrDefault("min", 2),
                        "maxReplicas",
                        settings.getOrDefault("max", MAX_PODS),
                        "metrics",
                        metrics));
        add(object);
    }

    private static Map<String, Object> metric(String name, Object percent) {
        return maps(
                "type",
                "Resource",
                "resource",
                maps("name", name, "target", maps("type", "Utilization", "averageUtilization", percent)));
    }

    private void disruptionBudget() {
        Object written = spec.get("disruption");
        if (Boolean.FALSE.equals(written) || !spec.isSpread()) {
            return;
        }
        Map<String, Object> object = object("policy/v1", "PodDisruptionBudget", spec.objectName());
        object.put(
                "spec",
                maps(
                        "maxUnavailable",
                        written == null || written instanceof Boolean ? 1 : written,
                        "selector",
                        maps("matchLabels", spec.selector())));
        add(object);
    }

    private void networkPolicy() {
        Object written = spec.get("networkPolicy");
        if (!spec.hasPods() || !(written instanceof Map || Boolean.TRUE.equals(written))) {
            return;
        }
        Map<String, Object> settings = Trees.map(written);
        List<Object> from = new ArrayList<>();
        for (String name : Trees.texts(settings.get("from"))) {
            from.add(maps(
                    "podSelector", maps("matchLabels", maps("app.kubernetes.io/name", ServiceSpec.objectName(name)))));
        }
        for (String name : Trees.texts(settings.get("namespaces"))) {
            from.add(maps("namespaceSelector", maps("matchLabels", maps("kubernetes.io/metadata.name", name))));
        }
        if (from.isEmpty()) {
            from.add(maps("podSelector", Map.of()));
        }
        boolean fromOutside = spec.get("ingress") != null && !(spec.get("ingress") instanceof Boolean);
        if (fromOutside && !settings.containsKey("namespaces")) {
            from.add(maps("namespaceSelector", Map.of()));
        }
        Map<String, Object> rule = maps("from", from);
        List<Object> ports = new ArrayList<>();
        spec.ports().forEach(port -> ports.add(maps("port", port.name(), "protocol", port.protocol())));
        if (!ports.isEmpty()) {
            rule.put("ports", ports);
        }
        Map<String, Object> object = object("networking.k8s.io/v1", "NetworkPolicy", spec.objectName());
        object.put(
                "spec",
                maps(
                        "podSelector",
                        maps("matchLabels", spec.selector()),
                        "policyTypes",
                        List.of("Ingress"),
                        "ingress",
                        List.of(rule)));
        add(object);
    }

    /** The list for {@code kubectl kustomize}; Octavo itself reads the folder. */
    private void kustomization() {
        List<String> names = new ArrayList<>(files.keySet());
        if (!spec.extracted().isNothing()) {
            names.add(0, AddressManifests.FILE);
        }
        add(maps("apiVersion", "kustomize.config.k8s.io/v1beta1", "kind", "Kustomization", "resources", names));
    }
}
