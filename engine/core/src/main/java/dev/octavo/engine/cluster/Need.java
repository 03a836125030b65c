package dev.octavo.engine.cluster;

import java.util.List;
import java.util.Map;

/**
 * Something that a deployment has to do in the cluster, as its rules of access name it.
 *
 * @param group {@code ""} for the core one
 * @param resource in the plural, such as {@code configmaps} or {@code pods/log}
 * @param namespace {@code ""} for a kind without namespaces
 * @param name of the object; {@code ""} for any
 * @param reason what it is for, as people read it
 * @param level what its lack means
 */
record Need(String verb, String group, String resource, String namespace, String name, String reason, Level level) {
    /** What the lack of a permission means. */
    enum Level {
        /** The deployment cannot be done. */
        NEEDED,
        /** A failure is explained with less. */
        USEFUL
    }

    /** Needs with the same key are one question. */
    String key() {
        return String.join(" ", verb, group, resource, namespace);
    }

    boolean isAllowedBy(Map<String, Object> rule) {
        List<Object> names = Tree.list(rule, "resourceNames");
        return has(Tree.list(rule, "verbs"), verb)
                && has(Tree.list(rule, "apiGroups"), group)
                && hasResource(Tree.list(rule, "resources"))
                && (names.isEmpty() || names.contains(name));
    }

    private static boolean has(List<Object> list, String value) {
        return list.contains("*") || list.contains(value);
    }

    private boolean hasResource(List<Object> resources) {
        int slash = resource.indexOf('/');
        return has(resources, resource) || (slash > 0 && resources.contains("*" + resource.substring(slash)));
    }

    /** The question for the server. */
    Map<String, Object> question(boolean named) {
        int slash = resource.indexOf('/');
        return Map.of(
                "apiVersion",
                "authorization.k8s.io/v1",
                "kind",
                "SelfSubjectAccessReview",
                "spec",
                Map.of(
                        "resourceAttributes",
                        Map.of(
                                "verb",
                                verb,
                                "group",
                                group,
                                "resource",
                                slash < 0 ? resource : resource.substring(0, slash),
                                "subresource",
                                slash < 0 ? "" : resource.substring(slash + 1),
                                "namespace",
                                namespace,
                                "name",
                                named ? name : "")));
    }
}
