package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings a manifest and an object together, as {@code kubectl apply} does on the client's side: what the manifest says is
 * set, what an earlier manifest said and this one does not is removed, and everything else stays as it is.
 */
final class ThreeWayMerge {
    /** By these fields the elements of the lists of Kubernetes' own kinds are known. */
    private static final Map<String, List<String>> KEYS = Map.ofEntries(
            Map.entry("containers", List.of("name")),
            Map.entry("initContainers", List.of("name")),
            Map.entry("ephemeralContainers", List.of("name")),
            Map.entry("volumes", List.of("name")),
            Map.entry("env", List.of("name")),
            Map.entry("imagePullSecrets", List.of("name")),
            Map.entry("secrets", List.of("name")),
            Map.entry("volumeMounts", List.of("mountPath")),
            Map.entry("volumeDevices", List.of("devicePath")),
            Map.entry("hostAliases", List.of("ip")),
            Map.entry("topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")),
            Map.entry("ownerReferences", List.of("uid")));

    private final boolean own;
    private final boolean service;

    private ThreeWayMerge(boolean own, boolean service) {
        this.own = own;
        this.service = service;
    }

    static ThreeWayMerge of(ManifestObject object) {
        String group = object.group();
        boolean own = !group.contains(".") || group.endsWith(".k8s.io");
        return new ThreeWayMerge(own, own && object.kind().equals("Service"));
    }

    /**
     * The object as it should be.
     *
     * @param original what was applied last; empty where that is not known, so that nothing is removed
     */
    Map<String, Object> merge(Map<String, Object> original, Map<String, Object> live, Map<String, Object> wanted) {
        Map<String, Object> result = new LinkedHashMap<>(live);
        for (String key : original.keySet()) {
            if (!wanted.containsKey(key)) {
                result.remove(key);
            }
        }
        for (Map.Entry<String, Object> each : wanted.entrySet()) {
            String key = each.getKey();
            @Nullable Object value = each.getValue();
            if (value == null) {
                result.remove(key);
            } else {
                result.put(key, value(key, original.get(key), live.get(key), value));
            }
        }
        return result;
    }

    private Object value(String field, @Nullable Object original, @Nullable Object live, Object wanted) {
        if (wanted instanceof Map<?, ?>) {
            return merge(Tree.map(original), Tree.map(live), Tree.map(wanted));
        }
        if (wanted instanceof List<?> && live instanceof List<?>) {
            return list(field, Tree.list(original), Tree.list(live), Tree.list(wanted));
        }
        return wanted;
    }

    private List<Object> list(String field, List<Object> original, List<Object> live, List<Object> wanted) {
        if (field.equals("finalizers")) {
            Set<Object> all = new LinkedHashSet<>(live);
            all.removeAll(original);
            all.addAll(wanted);
            return new ArrayList<>(all);
        }
        List<String> keys = keys(field);
        Map<List<Object>, Object> before = byKeys(original, keys);
        Map<List<Object>, Object> present = byKeys(live, keys);
        Map<List<Object>, Object> after = byKeys(wanted, keys);
        if (keys.isEmpty() || present.size() != live.size() || after.size() != wanted.size()) {
            return wanted;
        }
        List<Object> result = new ArrayList<>();
        after.forEach((key, item) ->
                result.add(merge(Tree.map(before.get(key)), Tree.map(present.get(key)), Tree.map(item))));
        present.forEach((key, item) -> {
            if (!after.containsKey(key) && !before.containsKey(key)) {
                result.add(item);
            }
        });
        return result;
    }

    private List<String> keys(String field) {
        if (!own) {
            return List.of();
        }
        if (field.equals("ports")) {
            return List.of(service ? "port" : "containerPort", "protocol");
        }
        return KEYS.getOrDefault(field, List.of());
    }

    /** The elements by their keys; fewer than there are where one is no map or two share their keys. */
    private static Map<List<Object>, Object> byKeys(List<Object> list, List<String> keys) {
        Map<List<Object>, Object> map = new LinkedHashMap<>();
        for (Object item : list) {
            if (item instanceof Map<?, ?> element) {
                List<Object> values = new ArrayList<>();
                for (String key : keys) {
                    Object value = element.get(key);
                    values.add(Objects.requireNonNullElse(value, key.equals("protocol") ? "TCP" : ""));
                }
                map.put(values, item);
            }
        }
        return map;
    }
}
