package dev.octavo.engine.blueprint;

import dev.octavo.engine.blueprint.YamlText.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pod of a workload, as {@code delivery.yaml}'s keys describe it. */
final class Pods {
    private static final int STARTUP_FAILURES = 120;
    private static final int FIRST_FREE_PORT = 1024;

    private final ServiceSpec spec;
    private final List<Object> volumes = new ArrayList<>();
    private final List<Object> mounts = new ArrayList<>();

    private Pods(ServiceSpec spec) {
        this.spec = spec;
    }

    static Map<String, Object> of(ServiceSpec spec) {
        return new Pods(spec).pod();
    }

    private Map<String, Object> pod() {
        addVolumes();
        Map<String, Object> pod = new LinkedHashMap<>();
        if (!spec.serviceAccount().isEmpty()) {
            pod.put("serviceAccountName", spec.serviceAccount());
        }
        pod.put("automountServiceAccountToken", spec.token());
        YamlText.comment(pod, "names are looked up in DNS, not in the environment");
        pod.put("enableServiceLinks", false);
        if (spec.isJob()) {
            pod.put("restartPolicy", "Never");
        }
        pod.put("terminationGracePeriodSeconds", spec.get("stop"));
        if (!spec.list("pullSecrets").isEmpty()) {
            pod.put(
                    "imagePullSecrets",
                    spec.texts("pullSecrets").stream()
                            .map(name -> Map.of("name", name))
                            .toList());
        }
        if (spec.isSpread()) {
            pod.put(
                    "topologySpreadConstraints",
                    List.of(maps(
                            "maxSkew",
                            1,
                            "topologyKey",
                            "kubernetes.io/hostname",
                            "whenUnsatisfiable",
                            "ScheduleAnyway",
                            "labelSelector",
                            maps("matchLabels", spec.selector()))));
        }
        pod.put("securityContext", podSecurity());
        List<Object> init = new ArrayList<>();
        for (Object each : spec.list("init")) {
            init.add(initContainer(Trees.map(each)));
        }
        if (!init.isEmpty()) {
            pod.put("initContainers", init);
        }
        pod.put("containers", List.of(container()));
        if (!volumes.isEmpty()) {
            pod.put("volumes", volumes);
        }
        return pod;
    }

    private Map<String, Object> podSecurity() {
        Object user = spec.user();
        Map<String, Object> security = new LinkedHashMap<>();
        if (user != null) {
            security.put("runAsNonRoot", true);
            security.put("runAsUser", user);
            security.put("runAsGroup", user);
            security.put("fsGroup", user);
        }
        security.put("seccompProfile", maps("type", "RuntimeDefault"));
        boolean low = spec.ports().stream()
                .anyMatch(port -> port.container() instanceof Number number && number.intValue() < FIRST_FREE_PORT);
        if (user != null && low) {
            YamlText.comment(security, "who is not root may listen on a port below 1024; from Kubernetes 1.22 on");
            security.put(
                    "sysctls", List.of(maps("name", "net.ipv4.ip_unprivileged_port_start", "value", new Quoted("0"))));
        }
        return security;
    }

    private Map<String, Object> containerSecurity() {
        Map<String, Object> security = new LinkedHashMap<>();
        security.put("allowPrivilegeEscalation", false);
        if (Boolean.TRUE.equals(spec.get("readOnly"))) {
            security.put("readOnlyRootFilesystem", true);
        }
        if (spec.user() != null) {
            security.put("capabilities", maps("drop", List.of("ALL")));
        }
        return security;
    }

    private Map<String, Object> container() {
        Map<String, Object> container = new LinkedHashMap<>();
        container.put("name", spec.objectName());
        container.put("image", spec.image());
        container.put("imagePullPolicy", "IfNotPresent");
        put(container, "command", words(spec.list("command")));
        put(container, "args", words(spec.list("args")));
        List<Object> ports = new ArrayList<>();
        for (ServiceSpec.Port port : spec.ports()) {
            Map<String, Object> one = maps("name", port.name(), "containerPort", port.container());
            if (!port.protocol().equals("TCP")) {
                one.put("protocol", port.protocol());
            }
            ports.add(one);
        }
        put(container, "ports", ports);
        put(container, "env", env(spec.map("env")));
        put(container, "envFrom", envFrom());
        if (!spec.isJob()) {
            probe(container, "startup", STARTUP_FAILURES, 1);
            probe(container, "readiness", 0, 5);
            probe(container, "liveness", 0, 10);
        }
        Map<String, Object> hooks = new LinkedHashMap<>();
        spec.map("hooks").forEach((name, action) -> {
            if (action instanceof Map) {
                hooks.put(name, action(Trees.map(action)));
            }
        });
        put(container, "lifecycle", hooks);
        put(container, "resources", resources());
        container.put("securityContext", containerSecurity());
        put(container, "volumeMounts", mounts);
        return container;
    }

    private Map<String, Object> initContainer(Map<String, Object> settings) {
        Map<String, Object> container = new LinkedHashMap<>();
        container.put("name", Trees.text(settings.get("name")));
        container.put("image", settings.containsKey("image") ? Trees.text(settings.get("image")) : spec.image());
        container.put("imagePullPolicy", "IfNotPresent");
        put(container, "command", words(Trees.list(settings.get("command"))));
        put(container, "args", words(Trees.list(settings.get("args"))));
        put(container, "env", env(Trees.map(settings.get("env"))));
        put(container, "envFrom", envFrom());
        put(container, "resources", resources());
        container.put("securityContext", containerSecurity());
        put(container, "volumeMounts", mounts);
        return container;
    }

    private static List<Object> words(List<?> words) {
        List<Object> quoted = new ArrayList<>();
        words.forEach(word -> quoted.add(new Quoted(String.valueOf(word))));
        return quoted;
    }

    private static List<Object> env(Map<String, Object> variables) {
        List<Object> env = new ArrayList<>();
        variables.forEach((name, value) -> {
            if (!(value instanceof Map)) {
                env.add(maps("name", name, "value", new Quoted(Trees.text(value))));
                return;
            }
            Map<String, Object> from = Trees.map(value);
            Map<String, Object> source = new LinkedHashMap<>();
            if (from.containsKey("field")) {
                source.put("fieldRef", maps("fieldPath", Trees.text(from.get("field"))));
            } else {
                String key = Trees.text(from.getOrDefault("key", name));
                boolean secret = from.containsKey("secret");
                Map<String, Object> reference =
                        maps("name", Trees.text(from.get(secret ? "secret" : "configMap")), "key", key);
                if (Boolean.TRUE.equals(from.get("optional"))) {
                    reference.put("optional", true);
                }
                source.put(secret ? "secretKeyRef" : "configMapKeyRef", reference);
            }
            env.add(maps("name", name, "valueFrom", source));
        });
        return env;
    }

    private List<Object> envFrom() {
        List<Object> from = new ArrayList<>();
        // first, so that all that is written by hand wins over it
        Extracted extracted = spec.extracted();
        if (!extracted.isNothing()) {
            from.add(maps("configMapRef", maps("name", extracted.configMap())));
        }
        if (!extracted.secret().isEmpty()) {
            from.add(maps("secretRef", maps("name", extracted.secret(), "optional", true)));
        }
        if (!spec.map("config").isEmpty()) {
            from.add(maps("configMapRef", maps("name", spec.objectName())));
        }
        spec.texts("configMaps").forEach(name -> from.add(maps("configMapRef", maps("name", name))));
        spec.texts("secrets").forEach(name -> from.add(maps("secretRef", maps("name", name))));
        return from;
    }

    private void probe(Map<String, Object> container, String name, int failures, int period) {
        Object written = spec.map("probes").get(name);
        Map<String, Object> settings = written instanceof String path ? maps("http", path) : Trees.map(written);
        if (settings.isEmpty()) {
            return;
        }
        Map<String, Object> probe = action(settings);
        if (settings.containsKey("delay")) {
            probe.put("initialDelaySeconds", settings.get("delay"));
        }
        probe.put("periodSeconds", settings.getOrDefault("period", period));
        probe.put("timeoutSeconds", settings.getOrDefault("timeout", 2));
        Object most = settings.getOrDefault("failures", failures);
        if (!most.equals(0)) {
            probe.put("failureThreshold", most);
        }
        container.put(name + "Probe", probe);
    }

    private Map<String, Object> action(Map<String, Object> settings) {
        if (settings.containsKey("exec")) {
            return maps("exec", maps("command", words(Trees.list(settings.get("exec")))));
        }
        if (settings.containsKey("tcp")) {
            return maps("tcpSocket", maps("port", settings.get("tcp")));
        }
        if (settings.containsKey("sleep")) {
            return maps("sleep", maps("seconds", settings.get("sleep")));
        }
        return maps(
                "httpGet",
                maps(
                        "path",
                        new Quoted(Trees.text(settings.getOrDefault("http", "/"))),
                        "port",
                        settings.getOrDefault("port", spec.mainPort())));
    }

    private Map<String, Object> resources() {
        Map<String, Object> written = spec.map("resources");
        Map<String, Object> requests = new LinkedHashMap<>();
        Map<String, Object> limits = new LinkedHashMap<>();
        copy(written, "cpu", requests, "cpu");
        copy(written, "memory", requests, "memory");
        copy(written, "cpuLimit", limits, "cpu");
        copy(written, "memoryLimit", limits, "memory");
        Map<String, Object> resources = new LinkedHashMap<>();
        put(resources, "requests", requests);
        put(resources, "limits", limits);
        return resources;
    }

    private static void copy(Map<String, Object> from, String key, Map<String, Object> into, String as) {
        if (from.containsKey(key)) {
            into.put(as, new Quoted(Trees.text(from.get(key))));
        }
    }

    private void addVolumes() {
        spec.map("volumes").forEach((name, written) -> {
            if (!(written instanceof Map)) {
                return;
            }
            Map<String, Object> settings = Trees.map(written);
            Map<String, Object> mount = maps("name", name, "mountPath", Trees.text(settings.get("mount")));
            if (settings.containsKey("subPath")) {
                mount.put("subPath", Trees.text(settings.get("subPath")));
            }
            if (Boolean.TRUE.equals(settings.get("readOnly"))) {
                mount.put("readOnly", true);
            }
            mounts.add(mount);
            Map<String, Object> source = source(name, settings);
            if (source != null) {
                source.put("name", name);
                Map<String, Object> volume = new LinkedHashMap<>();
                volume.put("name", name);
                source.forEach(volume::putIfAbsent);
                volumes.add(volume);
            }
        });
        Map<String, Object> files = spec.map("files");
        if (!files.isEmpty()) {
            files.keySet()
                    .forEach(path -> mounts.add(maps(
                            "name",
                            "files",
                            "mountPath",
                            path,
                            "subPath",
                            ServiceSpec.fileKey(path),
                            "readOnly",
                            true)));
            volumes.add(maps("name", "files", "configMap", maps("name", spec.filesName())));
        }
    }

    /** Null for what the workload itself claims for each pod. */
    private @Nullable Map<String, Object> source(String name, Map<String, Object> settings) {
        if (settings.containsKey("configMap")) {
            return maps("configMap", maps("name", Trees.text(settings.get("configMap"))));
        }
        if (settings.containsKey("secret")) {
            return maps("secret", maps("secretName", Trees.text(settings.get("secret"))));
        }
        if (settings.containsKey("hostPath")) {
            return maps("hostPath", maps("path", Trees.text(settings.get("hostPath"))));
        }
        Object claim = settings.get("claim");
        if (claim instanceof String existing) {
            return maps("persistentVolumeClaim", maps("claimName", existing));
        }
        if (claim instanceof Map) {
            return spec.isStateful() ? null : maps("persistentVolumeClaim", maps("claimName", spec.claimName(name)));
        }
        Object size = settings.get("empty");
        return maps(
                "emptyDir",
                size == null || size instanceof Boolean ? Map.of() : maps("sizeLimit", new Quoted(Trees.text(size))));
    }

    private static void put(Map<String, Object> map, String key, Object value) {
        boolean empty =
                value instanceof Map<?, ?> inner ? inner.isEmpty() : value instanceof List<?> list && list.isEmpty();
        if (!empty) {
            map.put(key, value);
        }
    }

    /** A map that can be changed, of keys and values in turn. */
    static Map<String, Object> maps(Object... entries) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], entries[i + 1]);
        }
        return map;
    }
}
