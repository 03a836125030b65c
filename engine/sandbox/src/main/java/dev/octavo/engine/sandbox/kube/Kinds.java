package dev.octavo.engine.sandbox.kube;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import tools.jackson.databind.JsonNode;

/** The kinds that the API serves: the built-in ones and those that custom resource definitions add. */
public final class Kinds {
    private static final Set<String> STATUS = Set.of("status");
    private static final Set<String> SCALE = Set.of("status", "scale");
    private static final Set<String> NONE = Set.of();

    public static final Kind NAMESPACE = core("Namespace", "namespaces", "ns", false, STATUS);
    public static final Kind NODE = core("Node", "nodes", "no", false, STATUS);
    public static final Kind POD = core("Pod", "pods", "po", true, Set.of("status", "log"));
    public static final Kind SERVICE = core("Service", "services", "svc", true, STATUS);
    public static final Kind ENDPOINTS = core("Endpoints", "endpoints", "ep", true, NONE);
    public static final Kind CONFIG_MAP = core("ConfigMap", "configmaps", "cm", true, NONE);
    public static final Kind SECRET = core("Secret", "secrets", "", true, NONE);
    public static final Kind SERVICE_ACCOUNT = core("ServiceAccount", "serviceaccounts", "sa", true, NONE);
    public static final Kind EVENT = core("Event", "events", "ev", true, NONE);
    public static final Kind CLAIM = core("PersistentVolumeClaim", "persistentvolumeclaims", "pvc", true, STATUS);
    public static final Kind DEPLOYMENT = kind("apps", "v1", "Deployment", "deployments", "deploy", true, SCALE);
    public static final Kind REPLICA_SET = kind("apps", "v1", "ReplicaSet", "replicasets", "rs", true, SCALE);
    public static final Kind STATEFUL_SET = kind("apps", "v1", "StatefulSet", "statefulsets", "sts", true, SCALE);
    public static final Kind DAEMON_SET = kind("apps", "v1", "DaemonSet", "daemonsets", "ds", true, STATUS);
    public static final Kind JOB = kind("batch", "v1", "Job", "jobs", "", true, STATUS);
    public static final Kind ENDPOINT_SLICE =
            kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "", true, NONE);
    public static final Kind CUSTOM_RESOURCE = kind(
            "apiextensions.k8s.io",
            "v1",
            "CustomResourceDefinition",
            "customresourcedefinitions",
            "crd",
            false,
            STATUS);
    public static final Kind ACCESS_REVIEW =
            kind("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", "", false, NONE);

    public static final Kind RULES_REVIEW =
            kind("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", "", false, NONE);

    private static final List<Kind> BUILT_IN = List.of(
            NAMESPACE,
            NODE,
            POD,
            SERVICE,
            ENDPOINTS,
            CONFIG_MAP,
            SECRET,
            SERVICE_ACCOUNT,
            EVENT,
            CLAIM,
            core("PersistentVolume", "persistentvolumes", "pv", false, STATUS),
            core("ResourceQuota", "resourcequotas", "quota", true, STATUS),
            core("LimitRange", "limitranges", "limits", true, NONE),
            DEPLOYMENT,
            REPLICA_SET,
            STATEFUL_SET,
            DAEMON_SET,
            kind("apps", "v1", "ControllerRevision", "controllerrevisions", "", true, NONE),
            JOB,
            kind("batch", "v1", "CronJob", "cronjobs", "cj", true, STATUS),
            kind("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", true, STATUS),
            kind("networking.k8s.io", "v1", "Ingress", "ingresses", "ing", true, STATUS),
            kind("networking.k8s.io", "v1", "IngressClass", "ingressclasses", "", false, NONE),
            kind("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", "netpol", true, NONE),
            kind("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb", true, STATUS),
            kind("coordination.k8s.io", "v1", "Lease", "leases", "", true, NONE),
            ENDPOINT_SLICE,
            kind("rbac.authorization.k8s.io", "v1", "Role", "roles", "", true, NONE),
            kind("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", "", true, NONE),
            kind("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", "", false, NONE),
            kind("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", "", false, NONE),
            kind("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", "pc", false, NONE),
            kind("storage.k8s.io", "v1", "StorageClass", "storageclasses", "sc", false, NONE),
            CUSTOM_RESOURCE,
            ACCESS_REVIEW,
            RULES_REVIEW);

    private final Map<String, Kind> byPath = new ConcurrentSkipListMap<>();

    public Kinds() {
        BUILT_IN.forEach(kind -> byPath.put(path(kind.group(), kind.version(), kind.plural()), kind));
    }

    private static Kind core(String name, String plural, String shortName, boolean namespaced, Set<String> sub) {
        return kind("", "v1", name, plural, shortName, namespaced, sub);
    }

    private static Kind kind(
            String group,
            String version,
            String name,
            String plural,
            String shortName,
            boolean namespaced,
            Set<String> sub) {
        return new Kind(
                group,
                version,
                name,
                plural,
                name.toLowerCase(java.util.Locale.ROOT),
                shortName.isEmpty() ? List.of() : List.of(shortName),
                namespaced,
                sub);
    }

    private static String path(String group, String version, String plural) {
        return group + "/" + version + "/" + plural;
    }

    Optional<Kind> find(String group, String version, String plural) {
        return Optional.ofNullable(byPath.get(path(group, version, plural)));
    }

    /** Finds a kind as objects name it. */
    Optional<Kind> named(String apiVersion, String name) {
        return byPath.values().stream()
                .filter(kind -> kind.name().equals(name) && kind.apiVersion().equals(apiVersion))
                .findFirst();
    }

    List<Kind> all() {
        return List.copyOf(byPath.values());
    }

    boolean isBuiltIn(Kind kind) {
        return BUILT_IN.contains(kind);
    }

    /** The kinds that a definition adds, one for each version that it serves. */
    static List<Kind> defined(JsonNode definition) {
        JsonNode spec = definition.path("spec");
        JsonNode names = spec.path("names");
        List<Kind> kinds = new ArrayList<>();
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean(false)) {
                List<String> shortNames = new ArrayList<>();
                names.path("shortNames").forEach(name -> shortNames.add(name.asString("")));
                String kind = names.path("kind").asString("");
                JsonNode sub = version.path("subresources");
                Set<String> subresources = sub.has("scale") && sub.has("status")
                        ? SCALE
                        : sub.has("status") ? STATUS : sub.has("scale") ? Set.of("scale") : Collections.emptySet();
                kinds.add(new Kind(
                        spec.path("group").asString(""),
                        version.path("name").asString(""),
                        kind,
                        names.path("plural").asString(""),
                        names.path("singular").asString(kind.toLowerCase(java.util.Locale.ROOT)),
                        shortNames,
                        !"Cluster".equals(spec.path("scope").asString("")),
                        subresources));
            }
        }
        return kinds;
    }

    void add(Kind kind) {
        byPath.put(path(kind.group(), kind.version(), kind.plural()), kind);
    }

    void remove(Kind kind) {
        byPath.remove(path(kind.group(), kind.version(), kind.plural()));
    }
}
