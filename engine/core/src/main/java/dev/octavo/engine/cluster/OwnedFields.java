package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sets of fields by which the API server remembers who owns what: maps with keys such as {@code f:spec}, {@code
 * k:{"name":"web"}} for an element of a list, {@code v:"x"} for a value in one, and {@code .} for the element itself.
 */
final class OwnedFields {
    private static final String SELF = ".";

    private OwnedFields() {}

    /** How many single fields there are. */
    static int count(Map<String, Object> fields) {
        int count = 0;
        for (Map.Entry<String, Object> each : fields.entrySet()) {
            if (!each.getKey().equals(SELF)) {
                count += Math.max(1, count(Tree.map(each.getValue())));
            }
        }
        return count;
    }

    /** How many single fields both have. */
    static int common(Map<String, Object> left, Map<String, Object> right) {
        int count = 0;
        for (Map.Entry<String, Object> each : left.entrySet()) {
            if (!each.getKey().equals(SELF) && right.containsKey(each.getKey())) {
                Map<String, Object> below = Tree.map(each.getValue());
                count += count(below) == 0 ? 1 : common(below, Tree.map(right.get(each.getKey())));
            }
        }
        return count;
    }

    static Map<String, Object> union(Map<String, Object> left, Map<String, Object> right) {
        Map<String, Object> union = new LinkedHashMap<>(left);
        right.forEach(
                (key, value) -> union.merge(key, value, (before, added) -> union(Tree.map(before), Tree.map(added))));
        return union;
    }

    /** Those of the fields that an object has. */
    static Map<String, Object> in(@Nullable Object object, Map<String, Object> fields) {
        Map<String, Object> found = new LinkedHashMap<>();
        for (Map.Entry<String, Object> each : fields.entrySet()) {
            String key = each.getKey();
            Object value = key.equals(SELF) ? object : value(object, key);
            if (value != null) {
                found.put(key, in(value, Tree.map(each.getValue())));
            }
        }
        return found;
    }

    private static @Nullable Object value(@Nullable Object object, String key) {
        if (object instanceof Map<?, ?>) {
            return key.startsWith("f:") ? Tree.map(object).get(key.substring(2)) : null;
        }
        return object instanceof List<?>
                ? Tree.list(object).stream()
                        .filter(item -> names(key, item))
                        .findFirst()
                        .orElse(null)
                : null;
    }

    /**
     * Takes out of an object what somebody owned and nobody owns any more, as the server does for one who applies less than
     * before.
     *
     * @param object a copy that may be changed
     * @param lost what is owned no more
     * @param kept what all others own
     * @return whether there was anything
     */
    static boolean prune(Map<String, Object> object, Map<String, Object> lost, Map<String, Object> kept) {
        boolean changed = false;
        for (Map.Entry<String, Object> each : lost.entrySet()) {
            String key = each.getKey();
            if (!key.startsWith("f:") || !object.containsKey(key.substring(2))) {
                continue;
            }
            String name = key.substring(2);
            if (!kept.containsKey(key)) {
                object.remove(name);
                changed = true;
            } else {
                changed |= prune(object.get(name), Tree.map(each.getValue()), Tree.map(kept.get(key)));
            }
        }
        return changed;
    }

    private static boolean prune(@Nullable Object value, Map<String, Object> lost, Map<String, Object> kept) {
        if (value instanceof Map<?, ?>) {
            return prune(Tree.map(value), lost, kept);
        }
        return value instanceof List<?> && pruneList(Tree.list(value), lost, kept);
    }

    private static boolean pruneList(List<Object> list, Map<String, Object> lost, Map<String, Object> kept) {
        boolean changed = false;
        for (Map.Entry<String, Object> each : lost.entrySet()) {
            String key = each.getKey();
            Map<String, Object> below = Tree.map(each.getValue());
            for (Object item : new ArrayList<>(list)) {
                if (!names(key, item)) {
                    continue;
                }
                if (kept.containsKey(key)) {
                    changed |= prune(item, below, Tree.map(kept.get(key)));
                } else if (key.startsWith("v:") || below.containsKey(SELF)) {
                    changed |= list.remove(item);
                } else {
                    changed |= prune(item, below, Map.of());
                }
            }
        }
        return changed;
    }

    private static boolean names(String key, Object item) {
        if (key.startsWith("k:")) {
            Map<String, Object> keys = Json.parseOrEmpty(key.substring(2));
            return !keys.isEmpty() && FieldPath.matches(item, keys);
        }
        return key.startsWith("v:") && Json.text(item).equals(key.substring(2));
    }
}
