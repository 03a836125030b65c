package dev.octavo.engine.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON merge patches, by RFC 7386. */
final class MergePatch {
    static final String TYPE = "application/merge-patch+json";

    private MergePatch() {}

    /** What makes the one into the other; empty where they are the same. */
    @SuppressWarnings("NullAway") // null is what such a patch deletes with
    static Map<String, Object> between(Map<String, Object> before, Map<String, Object> after) {
        Map<String, Object> patch = new LinkedHashMap<>();
        for (String key : before.keySet()) {
            if (!after.containsKey(key)) {
                patch.put(key, null);
            }
        }
        after.forEach((key, value) -> {
            @Nullable Object old = before.get(key);
            if (old instanceof Map<?, ?> && value instanceof Map<?, ?>) {
                Map<String, Object> below = between(Tree.map(old), Tree.map(value));
                if (!below.isEmpty()) {
                    patch.put(key, below);
                }
            } else if (!Objects.equals(old, value)) {
                patch.put(key, value);
            }
        });
        return patch;
    }
}
