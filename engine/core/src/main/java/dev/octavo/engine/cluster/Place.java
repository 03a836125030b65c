package dev.octavo.engine.cluster;

/**
 * Where objects of a kind are.
 *
 * @param group the API group, {@code ""} for the core one
 * @param namespace {@code ""} for kinds without
 */
record Place(String group, String kind, String namespace) {
    static Place of(String apiVersion, String kind, String namespace) {
        int slash = apiVersion.indexOf('/');
        return new Place(slash < 0 ? "" : apiVersion.substring(0, slash), kind, namespace);
    }

    /** Pods of a namespace. */
    static Place pods(String namespace) {
        return new Place("", "Pod", namespace);
    }

    /** ReplicaSets of a namespace. */
    static Place replicaSets(String namespace) {
        return new Place("apps", "ReplicaSet", namespace);
    }

    /** Whether the kind is one that a definition has added to the cluster. */
    boolean custom() {
        return group.contains(".") && !group.endsWith(".k8s.io");
    }
}
