package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares an object with what it will be, field by field. */
final class LiveDiff {
    private static final Set<String> SERVER_METADATA =
            Set.of("managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink");
    private static final Set<String> BOOKKEEPING =
            Set.of("kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision");
    /** By these the elements of lists are known, the first that all elements have. */
    private static final List<String> KEYS = List.of("name", "containerPort", "port", "mountPath", "key", "type", "ip");

    private static final int MAX_CHANGES = 500;

    private LiveDiff() {}

    /** A field with its values as they are; null where it is not there. */
    record Raw(
            String path, @Nullable Object before, @Nullable Object after) {}

    static List<Raw> compare(Map<String, Object> live, Map<String, Object> result) {
        List<Raw> changes = new ArrayList<>();
        compare("", stripped(live), stripped(result), changes);
        return changes;
    }

    /** Without what the server keeps account of itself. */
    static Map<String, Object> stripped(Map<String, Object> object) {
        Map<String, Object> copy = new LinkedHashMap<>(object);
        copy.remove("status");
        // the elements of a list do not say what they are, and neither changes
        copy.remove("kind");
        copy.remove("apiVersion");
        Map<String, Object> metadata = new LinkedHashMap<>(Tree.map(object, "metadata"));
        metadata.keySet().removeAll(SERVER_METADATA);
        Map<String, Object> annotations = new LinkedHashMap<>(Tree.map(metadata, "annotations"));
        annotations.keySet().removeAll(BOOKKEEPING);
        if (annotations.isEmpty()) {
            metadata.remove("annotations");
        } else {
            metadata.put("annotations", annotations);
        }
        copy.put("metadata", metadata);
        return copy;
    }

    /** The changes as they are shown. */
    static List<FieldChange> shown(String kind, List<Raw> changes, Masker masker) {
        List<FieldChange> shown = new ArrayList<>();
        for (Raw change : changes) {
            boolean secret = kind.equals("Secret")
                    && (change.path().startsWith("data") || change.path().startsWith("stringData"));
            shown.add(
                    secret
                            ? new FieldChange(change.path(), hidden(change.before()), hidden(change.after()))
                            : new FieldChange(
                                    change.path(),
                                    masker.mask(display(change.before())),
                                    masker.mask(display(change.after()))));
        }
        return shown;
    }

    private static String hidden(@Nullable Object value) {
        return value == null ? "" : Masker.MASK;
    }

    private static String display(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof String text) {
            boolean ambiguous = text.isBlank() || text.matches("true|false|null|[-+0-9.eE]+|[\\[{\"].*");
            return ambiguous ? Json.text(text) : text;
        }
        return Json.text(value);
    }

    private static void compare(String path, @Nullable Object before, @Nullable Object after, List<Raw> changes) {
        if (changes.size() >= MAX_CHANGES || same(before, after)) {
            return;
        }
        if (before instanceof Map<?, ?> && after instanceof Map<?, ?>) {
            compareMaps(path, Tree.map(before), Tree.map(after), changes);
        } else if (before instanceof List<?> && after instanceof List<?>) {
            compareLists(path, Tree.list(before), Tree.list(after), changes);
        } else {
            changes.add(new Raw(path, before, after));
        }
    }

    private static void compareMaps(
            String path, Map<String, Object> before, Map<String, Object> after, List<Raw> changes) {
        Set<String> keys = new LinkedHashSet<>(before.keySet());
        keys.addAll(after.keySet());
        for (String key : keys) {
            String part = key.matches("[A-Za-z0-9_-]+") ? key : "[" + key + "]";
            String separator = path.isEmpty() || part.startsWith("[") ? "" : ".";
            compareValues(path + separator + part, before.get(key), after.get(key), changes);
        }
    }

    /** A map that is new or gone is shown by its fields. */
    private static void compareValues(String path, @Nullable Object before, @Nullable Object after, List<Raw> changes) {
        if (before == null && after instanceof Map<?, ?> map && !map.isEmpty()) {
            compareMaps(path, Map.of(), Tree.map(after), changes);
        } else if (after == null && before instanceof Map<?, ?> map && !map.isEmpty()) {
            compareMaps(path, Tree.map(before), Map.of(), changes);
        } else {
            compare(path, before, after, changes);
        }
    }

    private static void compareLists(String path, List<Object> before, List<Object> after, List<Raw> changes) {
        for (String key : KEYS) {
            Map<String, Object> left = byKey(before, key);
            Map<String, Object> right = byKey(after, key);
            if (left.size() == before.size() && right.size() == after.size()) {
                Set<String> names = new LinkedHashSet<>(left.keySet());
                names.addAll(right.keySet());
                int count = changes.size();
                for (String name : names) {
                    compare(path + "[" + name + "]", left.get(name), right.get(name), changes);
                }
                if (changes.size() == count) {
                    changes.add(new Raw(path, before, after)); // the same elements in another order
                }
                return;
            }
        }
        if (before.size() != after.size()) {
            changes.add(new Raw(path, before, after));
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            compare(path + "[" + i + "]", before.get(i), after.get(i), changes);
        }
    }

    /** The elements by the value of a key; fewer than there are where one lacks it or two share it. */
    private static Map<String, Object> byKey(List<Object> list, String key) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Object item : list) {
            Object value = Tree.at(item, key);
            if (value != null) {
                map.put(String.valueOf(value), item);
            }
        }
        return map;
    }

    static boolean same(@Nullable Object before, @Nullable Object after) {
        if (before instanceof Number left && after instanceof Number right) {
            return left.equals(right)
                    || (left.doubleValue() == right.doubleValue() && left.longValue() == right.longValue());
        }
        return Objects.equals(before, after);
    }
}
