package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the paths by which the API server names fields: {@code .spec.containers[name="web"].image}. */
final class FieldPath {
    private FieldPath() {}

    /** What is there; null where there is nothing. */
    static @Nullable Object at(@Nullable Object tree, String path) {
        Object current = tree;
        String rest = path;
        while (!rest.isEmpty() && current != null) {
            if (rest.startsWith("[")) {
                int end = end(rest);
                current = element(current, rest.substring(1, end));
                rest = rest.substring(end + 1);
            } else {
                String key = key(current, rest.substring(1));
                current = Tree.map(current).get(key);
                rest = rest.substring(1 + key.length());
            }
        }
        return current;
    }

    /** The path as changes show it: {@code spec.containers[web].image}. */
    static String shown(String path) {
        StringBuilder shown = new StringBuilder();
        String rest = path;
        while (!rest.isEmpty()) {
            int bracket = rest.indexOf('[');
            if (bracket < 0) {
                return unrooted(shown.append(rest).toString());
            }
            shown.append(rest, 0, bracket);
            rest = rest.substring(bracket);
            int end = end(rest);
            Map<String, Object> keys = keys(rest.substring(1, end));
            Object first = keys.isEmpty()
                    ? rest.substring(1, end)
                    : keys.values().iterator().next();
            shown.append('[').append(first).append(']');
            rest = rest.substring(Math.min(rest.length(), end + 1));
        }
        return unrooted(shown.toString());
    }

    private static String unrooted(String path) {
        return path.startsWith(".") ? path.substring(1) : path;
    }

    /** The longest key of the map that the path begins with, since keys may hold dots; else the path up to a dot. */
    private static String key(Object map, String path) {
        String found = "";
        for (String key : Tree.map(map).keySet()) {
            boolean whole = path.length() == key.length()
                    || (path.length() > key.length() && ".[".indexOf(path.charAt(key.length())) >= 0);
            if (path.startsWith(key) && whole && key.length() > found.length()) {
                found = key;
            }
        }
        return found.isEmpty() ? path.split("[.\\[]", 2)[0] : found;
    }

    /** Where a bracket closes that opens at the begin. */
    private static int end(String text) {
        boolean quoted = false;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ']' && !quoted) {
                return i;
            }
        }
        return text.length() - 1;
    }

    private static @Nullable Object element(Object list, String selector) {
        Map<String, Object> keys = keys(selector);
        List<Object> items = Tree.list(list);
        if (keys.isEmpty()) {
            boolean index = selector.matches("\\d{1,6}") && Integer.parseInt(selector) < items.size();
            return index ? items.get(Integer.parseInt(selector)) : null;
        }
        if (keys.containsKey("")) {
            return items.contains(keys.get("")) ? keys.get("") : null;
        }
        return items.stream().filter(item -> matches(item, keys)).findFirst().orElse(null);
    }

    /** Whether an element of a list has these keys; a protocol that is not written is TCP. */
    static boolean matches(Object item, Map<String, Object> keys) {
        Map<String, Object> map = Tree.map(item);
        return keys.entrySet().stream().allMatch(key -> {
            Object value = map.get(key.getKey());
            Object present = value == null && key.getKey().equals("protocol") ? "TCP" : value;
            return String.valueOf(key.getValue()).equals(String.valueOf(present));
        });
    }

    /** {@code name="web",port=80}; with the empty key where the element itself is meant: {@code ="x"}. */
    private static Map<String, Object> keys(String selector) {
        Map<String, Object> keys = new LinkedHashMap<>();
        for (String part : parts(selector)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                return Map.of();
            }
            Object value = Json.parseOrEmpty("{\"v\":" + part.substring(equals + 1) + "}")
                    .get("v");
            if (value == null) {
                return Map.of();
            }
            keys.put(part.substring(0, equals), value);
        }
        return keys;
    }

    private static List<String> parts(String selector) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < selector.length(); i++) {
            char c = selector.charAt(i);
            quoted ^= c == '"';
            if (c == ',' && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }
}
