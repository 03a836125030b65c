package dev.octavo.engine.cluster;

/**
 * How far a workload is.
 *
 * @param message such as {@code 1 of 2 replicas available}
 */
public record WorkloadStatus(String kind, String namespace, String name, boolean ready, String message) {
    /** {@code Kind/name}. */
    public String title() {
        return kind + "/" + name;
    }
}
