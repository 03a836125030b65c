package dev.octavo.engine.cluster;

import java.util.Map;

/**
 * An object put into another version of the API.
 *
 * @param note what the reader should know about it; {@code ""} for nothing
 * @param obstacle why it would not mean the same there; {@code ""} where it does
 */
record Conversion(Map<String, Object> content, String note, String obstacle) {
    static Conversion done(Map<String, Object> content) {
        return new Conversion(content, "", "");
    }

    static Conversion done(Map<String, Object> content, String note) {
        return new Conversion(content, note, "");
    }

    static Conversion refused(String obstacle) {
        return new Conversion(Map.of(), "", obstacle);
    }

    /** Into apps/v1. The first versions took the selector from the template's labels where there was none. */
    static Conversion workload(ManifestObject object, Map<String, Object> content) {
        Map<String, Object> spec = Tree.map(content, "spec");
        if (spec.containsKey("rollbackTo")) {
            return refused("it has no spec.rollbackTo");
        }
        spec.remove("templateGeneration");
        String note = object.kind().equals("ReplicaSet")
                ? ""
                : "what it does not say, such as the update strategy, has the defaults of apps/v1";
        if (spec.containsKey("selector")) {
            return done(content, note);
        }
        Map<String, Object> labels = Tree.map(spec, "template", "metadata", "labels");
        if (object.apiVersion().equals("apps/v1beta2") || labels.isEmpty()) {
            return refused("it needs a spec.selector");
        }
        spec.put("selector", Tree.copy(Map.of("matchLabels", labels)));
        return done(content, "its selector is that of its template's labels; " + note);
    }

    /** An empty selector means all pods in policy/v1, and none before. */
    static Conversion disruptionBudget(String version, Map<String, Object> content) {
        Map<String, Object> spec = Tree.map(content, "spec");
        Map<String, Object> selector = Tree.map(spec, "selector");
        boolean some = !Tree.map(selector, "matchLabels").isEmpty()
                || !Tree.list(selector, "matchExpressions").isEmpty();
        if (!some && spec.containsKey("selector")) {
            return refused("an empty selector stands for all pods in policy/v1 and for none in policy/v1beta1");
        }
        if (!version.equals("policy/v1") && spec.containsKey("unhealthyPodEvictionPolicy")) {
            return refused("it has no spec.unhealthyPodEvictionPolicy");
        }
        return done(content);
    }

    /** Where an endpoint is has another form in each version. */
    static Conversion endpoints(String version, Map<String, Object> content) {
        String unknown = version.equals("discovery.k8s.io/v1") ? "topology" : "zone";
        boolean has = Tree.list(content, "endpoints").stream()
                .anyMatch(each -> each instanceof Map<?, ?> endpoint && endpoint.containsKey(unknown));
        return has ? refused("its endpoints have no " + unknown) : done(content);
    }

    static Conversion binding(Map<String, Object> content) {
        if (content.get("roleRef") instanceof Map<?, ?>) {
            Tree.map(content, "roleRef").putIfAbsent("apiGroup", "rbac.authorization.k8s.io");
        }
        return done(content);
    }
}
