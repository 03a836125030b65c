package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and copies trees of maps, lists, texts, numbers and truth values: JSON in memory. */
final class Tree {
    private Tree() {}

    /** What is at the end of the path of keys; null where there is nothing. */
    static @Nullable Object at(@Nullable Object tree, String... path) {
        Object current = tree;
        for (String key : path) {
            if (!(current instanceof Map<?, ?> map)) {
                return null;
            }
            current = map.get(key);
        }
        return current;
    }

    /** The text there; {@code ""} where there is none. */
    static String text(@Nullable Object tree, String... path) {
        Object value = at(tree, path);
        return value instanceof String text ? text : "";
    }

    /** The whole number there, or {@code otherwise}. */
    static long number(@Nullable Object tree, long otherwise, String... path) {
        Object value = at(tree, path);
        return value instanceof Number number ? number.longValue() : otherwise;
    }

    static boolean isTrue(@Nullable Object tree, String... path) {
        return Boolean.TRUE.equals(at(tree, path));
    }

    /** The map there; an empty one where there is none. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object tree, String... path) {
        Object value = at(tree, path);
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    /** The list there; an empty one where there is none. */
    @SuppressWarnings("unchecked")
    static List<Object> list(@Nullable Object tree, String... path) {
        Object value = at(tree, path);
        return value instanceof List<?> list ? (List<Object>) list : List.of();
    }

    /** The maps in the list there. */
    static List<Map<String, Object>> maps(@Nullable Object tree, String... path) {
        List<Map<String, Object>> maps = new ArrayList<>();
        for (Object item : list(tree, path)) {
            if (item instanceof Map<?, ?>) {
                maps.add(map(item));
            }
        }
        return maps;
    }

    /** A copy that can be changed, all the way down. */
    static Map<String, Object> copy(Map<String, Object> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(key, copyValue(value)));
        return copy;
    }

    @SuppressWarnings("NullAway") // null is a value in JSON, and these maps hold it
    private static Object copyValue(@Nullable Object value) {
        if (value instanceof Map<?, ?>) {
            return copy(map(value));
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(item -> copy.add(copyValue(item)));
            return copy;
        }
        return value;
    }

    /** A copy that cannot be changed, all the way down. */
    static Map<String, Object> freeze(Map<String, Object> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(key, freezeValue(value)));
        return Collections.unmodifiableMap(copy);
    }

    @SuppressWarnings("NullAway") // as above
    private static Object freezeValue(@Nullable Object value) {
        if (value instanceof Map<?, ?>) {
            return freeze(map(value));
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(item -> copy.add(freezeValue(item)));
            return Collections.unmodifiableList(copy);
        }
        return value;
    }
}
