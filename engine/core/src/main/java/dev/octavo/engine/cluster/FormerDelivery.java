package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What delivered an object before Octavo did: {@code kubectl apply}, or the plugin kubernetes-cd. Its fields become Octavo's
 * before the first apply; so those that the manifest no longer has go away, as they would have. Otherwise they would stay
 * for ever, owned by something that never comes again.
 */
final class FormerDelivery {
    private static final String LAST_APPLIED = "f:kubectl.kubernetes.io/last-applied-configuration";
    /** Java clients that do not name themselves, kubernetes-cd among them. */
    private static final Set<String> UNNAMED = Set.of("Kubernetes Java Client", "OpenAPI-Generator", "Swagger-Codegen");

    private final List<Map<String, Object>> entries;
    private final List<Map<String, Object>> rest;
    private final boolean replicas;

    private FormerDelivery(List<Map<String, Object>> entries, List<Map<String, Object>> rest, boolean replicas) {
        this.entries = entries;
        this.rest = rest;
        this.replicas = replicas;
    }

    /**
     * Who delivered an object that Octavo has never applied.
     *
     * @param applied the fields that Octavo is about to own
     */
    static FormerDelivery of(Map<String, Object> live, Map<String, Object> applied) {
        List<Map<String, Object>> entries = new ArrayList<>();
        List<Map<String, Object>> rest = new ArrayList<>();
        for (Map<String, Object> entry : Tree.maps(live, "metadata", "managedFields")) {
            if (isOctavos(entry)) {
                return new FormerDelivery(List.of(), List.of(), false);
            }
            (isFormer(entry, applied) ? entries : rest).add(entry);
        }
        boolean replicas = Tree.at(applied, "f:spec", "f:replicas") != null;
        return new FormerDelivery(entries, rest, replicas);
    }

    static boolean isOctavos(Map<String, Object> entry) {
        return Tree.text(entry, "manager").equals(ClusterClient.FIELD_MANAGER)
                && Tree.text(entry, "operation").equals("Apply");
    }

    private static boolean isFormer(Map<String, Object> entry, Map<String, Object> applied) {
        if (!Tree.text(entry, "subresource").isEmpty()) {
            return false;
        }
        String manager = Tree.text(entry, "manager");
        Map<String, Object> fields = Tree.map(entry, "fieldsV1");
        if (Tree.text(entry, "operation").equals("Update")) {
            boolean annotated = Tree.map(fields, "f:metadata", "f:annotations").containsKey(LAST_APPLIED);
            return manager.equals("kubectl-client-side-apply")
                    || (annotated && !manager.equals("kubectl-last-applied"))
                    || (UNNAMED.contains(manager) && isMost(fields, applied));
        }
        return manager.equals("kubectl") && isMost(fields, applied);
    }

    /** Whether these are not some fields that were added, but the object. */
    private static boolean isMost(Map<String, Object> fields, Map<String, Object> applied) {
        return 2 * OwnedFields.common(applied, fields) >= OwnedFields.count(applied);
    }

    boolean isPresent() {
        return !entries.isEmpty();
    }

    String names() {
        return String.join(
                ", ",
                entries.stream()
                        .map(entry -> Tree.text(entry, "manager"))
                        .distinct()
                        .toList());
    }

    /**
     * The object once the fields that nobody owns any more are gone.
     *
     * @param result the object as it would be with them
     */
    Map<String, Object> pruned(Map<String, Object> result) {
        Map<String, Object> kept = Map.of();
        for (Map<String, Object> entry : Tree.maps(result, "metadata", "managedFields")) {
            boolean former = entries.stream()
                    .anyMatch(each -> Tree.text(each, "manager").equals(Tree.text(entry, "manager"))
                            && Tree.text(each, "operation").equals(Tree.text(entry, "operation"))
                            && Tree.text(entry, "subresource").isEmpty());
            if (!former) {
                kept = OwnedFields.union(kept, Tree.map(entry, "fieldsV1"));
            }
        }
        Map<String, Object> pruned = Tree.copy(result);
        OwnedFields.prune(pruned, fields(), kept);
        return pruned;
    }

    /** All that is taken over. A number of replicas that the manifest leaves open is nobody's, and stays. */
    private Map<String, Object> fields() {
        Map<String, Object> fields = Map.of();
        for (Map<String, Object> entry : entries) {
            fields = OwnedFields.union(fields, Tree.map(entry, "fieldsV1"));
        }
        Map<String, Object> copy = Tree.copy(fields);
        if (!replicas && copy.containsKey("f:spec")) {
            Tree.map(copy, "f:spec").remove("f:replicas");
        }
        return copy;
    }

    /**
     * The JSON patch that makes these fields Octavo's. It fails where the object was changed meanwhile.
     *
     * @param served whether the server still has a version in which the fields are named; it forgets the others
     */
    List<Map<String, Object>> patch(Map<String, Object> live, Predicate<String> served) {
        Map<String, Object> own = new LinkedHashMap<>(entries.get(0));
        own.put("manager", ClusterClient.FIELD_MANAGER);
        own.put("operation", "Apply");
        if (!served.test(Tree.text(own, "apiVersion"))) {
            own.put("apiVersion", Tree.text(live, "apiVersion"));
        }
        own.put("fieldsV1", fields());
        List<Map<String, Object>> managed = new ArrayList<>(rest);
        managed.add(0, own);
        return managed(live, managed);
    }

    /** The JSON patch that replaces the account of owners. It fails where the object was changed meanwhile. */
    static List<Map<String, Object>> managed(Map<String, Object> live, List<Map<String, Object>> managed) {
        return List.of(
                Map.of("op", "replace", "path", "/metadata/managedFields", "value", managed),
                Map.of(
                        "op",
                        "replace",
                        "path",
                        "/metadata/resourceVersion",
                        "value",
                        Tree.text(live, "metadata", "resourceVersion")));
    }
}
