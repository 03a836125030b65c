package dev.octavo.engine.cluster;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Finds, for an object in a version of the API that the cluster does not have, the version that it has, and writes the
 * object in that, where it means the same there.
 */
final class ServedVersions {
    private static final Set<String> APPS = Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet");
    private static final Set<String> RBAC = Set.of("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding");

    private final BiFunction<String, String, Boolean> served;

    /** @param served whether the cluster has a version ({@code apps/v1}) of a kind */
    ServedVersions(BiFunction<String, String, Boolean> served) {
        this.served = served;
    }

    /**
     * What has become of an object.
     *
     * @param object in a version that the cluster has; as it was where there is none
     * @param note why the version is another, or why it could not be; {@code ""} where nothing is known of the kind
     */
    record Found(ManifestObject object, boolean converted, String note) {}

    Found find(ManifestObject object) {
        String reason = "";
        for (String version : candidates(object)) {
            if (version.equals(object.apiVersion()) || !served.apply(version, object.kind())) {
                continue;
            }
            Conversion conversion = convert(object, version);
            if (conversion.obstacle().isEmpty()) {
                return new Found(
                        object.inVersion(version, conversion.content()),
                        true,
                        "it is written in " + object.apiVersion() + ", which the cluster does not have, and applied in "
                                + version + (conversion.note().isEmpty() ? "" : "; " + conversion.note()));
            }
            if (reason.isEmpty()) {
                reason = "it cannot be put into " + version + ": " + conversion.obstacle();
            }
        }
        return new Found(object, false, reason);
    }

    /** The versions that may stand for each other, the best first; none for kinds that have always had one. */
    private static List<String> candidates(ManifestObject object) {
        String kind = object.kind();
        return switch (object.group()) {
            case "apps" -> APPS.contains(kind) ? List.of("apps/v1") : List.of();
            case "extensions" -> extensions(kind);
            case "networking.k8s.io" -> networking(kind);
            case "batch" -> kind.equals("CronJob") ? List.of("batch/v1", "batch/v1beta1", "batch/v2alpha1") : List.of();
            case "policy" -> kind.equals("PodDisruptionBudget") ? List.of("policy/v1", "policy/v1beta1") : List.of();
            case "autoscaling" ->
                kind.equals("HorizontalPodAutoscaler")
                        ? List.of("autoscaling/v2", "autoscaling/v2beta2", "autoscaling/v1")
                        : List.of();
            case "rbac.authorization.k8s.io" -> RBAC.contains(kind) ? versions(object) : List.of();
            case "storage.k8s.io" -> kind.equals("StorageClass") ? versions(object) : List.of();
            case "scheduling.k8s.io" -> kind.equals("PriorityClass") ? versions(object) : List.of();
            case "discovery.k8s.io" -> kind.equals("EndpointSlice") ? versions(object) : List.of();
            case "coordination.k8s.io" -> kind.equals("Lease") ? versions(object) : List.of();
            default -> List.of();
        };
    }

    private static List<String> extensions(String kind) {
        return switch (kind) {
            case "Ingress" -> networking(kind);
            case "NetworkPolicy" -> List.of("networking.k8s.io/v1");
            default -> APPS.contains(kind) ? List.of("apps/v1") : List.of();
        };
    }

    private static List<String> networking(String kind) {
        return switch (kind) {
            case "Ingress" -> List.of("networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1");
            case "IngressClass" -> List.of("networking.k8s.io/v1", "networking.k8s.io/v1beta1");
            default -> List.of();
        };
    }

    private static List<String> versions(ManifestObject object) {
        return List.of(object.group() + "/v1", object.group() + "/v1beta1");
    }

    private static Conversion convert(ManifestObject object, String version) {
        Map<String, Object> content = Tree.copy(object.content());
        boolean specless = RBAC.contains(object.kind())
                || object.kind().equals("StorageClass")
                || object.kind().equals("PriorityClass")
                || object.kind().equals("EndpointSlice");
        if (!specless && !(content.get("spec") instanceof Map<?, ?>)) {
            return Conversion.refused("it has no spec");
        }
        return switch (object.kind()) {
            case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet" -> Conversion.workload(object, content);
            case "Ingress" -> IngressConversion.to(version, content);
            case "HorizontalPodAutoscaler" -> AutoscalerConversion.to(version, object, content);
            case "PodDisruptionBudget" -> Conversion.disruptionBudget(version, content);
            case "CronJob" ->
                !version.equals("batch/v1") && Tree.at(content, "spec", "timeZone") != null
                        ? Conversion.refused("it has no spec.timeZone")
                        : Conversion.done(content);
            case "EndpointSlice" -> Conversion.endpoints(version, content);
            case "RoleBinding", "ClusterRoleBinding" -> Conversion.binding(content);
            // the others have never had other fields
            default -> Conversion.done(content);
        };
    }
}
