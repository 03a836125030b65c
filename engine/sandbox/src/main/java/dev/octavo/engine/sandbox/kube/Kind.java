package dev.octavo.engine.sandbox.kube;

import java.util.List;
import java.util.Set;

/**
 * A kind of object that the API serves.
 *
 * @param group {@code ""} for the core group
 * @param subresources such as {@code status} and {@code scale}
 */
public record Kind(
        String group,
        String version,
        String name,
        String plural,
        String singular,
        List<String> shortNames,
        boolean namespaced,
        Set<String> subresources) {
    public Kind {
        shortNames = List.copyOf(shortNames);
        subresources = Set.copyOf(subresources);
    }

    /** As objects state it: {@code v1} or {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** As messages name it: {@code pods} or {@code deployments.apps}. */
    public String resource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    boolean hasStatus() {
        return subresources.contains("status");
    }
}
