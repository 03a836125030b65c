package dev.octavo.engine.cluster;

/** API versions that Kubernetes no longer has, and what took their place. */
public final class RemovedApis {
    private RemovedApis() {}

    /** A sentence for the reader of an error; {@code ""} where nothing is known of the version. */
    static String advice(String apiVersion, String kind) {
        String successor = successor(apiVersion, kind);
        return successor.isEmpty() ? "" : apiVersion + " was removed from Kubernetes; write apiVersion: " + successor;
    }

    /** The version that took its place; {@code ""} where it is not known to be gone. */
    public static String successor(String apiVersion, String kind) {
        return switch (apiVersion) {
            case "extensions/v1beta1" ->
                kind.equals("Ingress") || kind.equals("NetworkPolicy") ? "networking.k8s.io/v1" : "apps/v1";
            case "apps/v1beta1", "apps/v1beta2" -> "apps/v1";
            case "networking.k8s.io/v1beta1" -> "networking.k8s.io/v1";
            case "batch/v1beta1", "batch/v2alpha1" -> "batch/v1";
            case "autoscaling/v2beta1", "autoscaling/v2beta2" -> "autoscaling/v2";
            case "policy/v1beta1" -> kind.equals("PodDisruptionBudget") ? "policy/v1" : "";
            case "rbac.authorization.k8s.io/v1beta1" -> "rbac.authorization.k8s.io/v1";
            case "apiextensions.k8s.io/v1beta1" -> "apiextensions.k8s.io/v1";
            case "admissionregistration.k8s.io/v1beta1" -> "admissionregistration.k8s.io/v1";
            case "storage.k8s.io/v1beta1" -> "storage.k8s.io/v1";
            case "scheduling.k8s.io/v1beta1" -> "scheduling.k8s.io/v1";
            case "coordination.k8s.io/v1beta1" -> "coordination.k8s.io/v1";
            case "certificates.k8s.io/v1beta1" -> "certificates.k8s.io/v1";
            case "discovery.k8s.io/v1beta1" -> "discovery.k8s.io/v1";
            default -> "";
        };
    }
}
