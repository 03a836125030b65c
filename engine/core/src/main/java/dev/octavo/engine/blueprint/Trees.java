package dev.octavo.engine.blueprint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and lays over one another trees of maps, lists, texts, numbers and truth values. */
final class Trees {
    private Trees() {}

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    static List<String> texts(@Nullable Object value) {
        return list(value).stream().map(String::valueOf).toList();
    }

    /** {@code ""} where there is nothing. */
    static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    /** The second over the first: maps are put together, everything else is replaced. */
    static Map<String, Object> over(Map<String, Object> below, Map<String, Object> above) {
        Map<String, Object> result = new LinkedHashMap<>(below);
        above.forEach((key, value) -> {
            if (value instanceof Map && result.get(key) instanceof Map) {
                result.put(key, over(map(result.get(key)), map(value)));
            } else if (value == null) {
                result.remove(key);
            } else {
                result.put(key, value);
            }
        });
        return result;
    }
}
