package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells where applying an object cannot change it: where the server's own account says that exactly these fields were
 * applied before, and each still has its value. Only what is beyond doubt counts; else the server is asked.
 */
final class AppliedState {
    private AppliedState() {}

    /** The fields that Octavo owns by having applied them; nothing where it has not. */
    static Map<String, Object> entry(Map<String, Object> live) {
        for (Map<String, Object> entry : Tree.maps(live, "metadata", "managedFields")) {
            if (Tree.text(entry, "manager").equals(ClusterClient.FIELD_MANAGER)
                    && Tree.text(entry, "operation").equals("Apply")
                    && Tree.text(entry, "subresource").isEmpty()) {
                return entry;
            }
        }
        return Map.of();
    }

    static boolean same(ManifestObject object, Map<String, Object> live) {
        Map<String, Object> entry = entry(live);
        if (entry.isEmpty()) {
            return ownsNothing(object);
        }
        if (!Tree.text(entry, "apiVersion").equals(object.apiVersion())) {
            return false;
        }
        Map<String, Object> written = Tree.copy(object.content());
        written.remove("apiVersion");
        written.remove("kind");
        Map<String, Object> metadata = Tree.map(written, "metadata");
        metadata.remove("name");
        metadata.remove("namespace");
        if (metadata.isEmpty()) {
            written.remove("metadata");
        }
        return sameMap(Tree.map(entry, "fieldsV1"), written, live);
    }

    /** Whether the object that is there has each field that is written, whoever has put it there. */
    static boolean holds(ManifestObject object, Map<String, Object> live) {
        Map<String, Object> written = Tree.copy(object.content());
        // an object of a list does not say them
        written.remove("apiVersion");
        written.remove("kind");
        return holds(written, live);
    }

    private static boolean holds(@Nullable Object written, @Nullable Object live) {
        if (written instanceof Map<?, ?> && live instanceof Map<?, ?>) {
            Map<String, Object> there = Tree.map(live);
            return Tree.map(written).entrySet().stream()
                    .allMatch(field -> holds(field.getValue(), there.get(field.getKey())));
        }
        return written != null && live != null && LiveDiff.same(written, live);
    }

    /** Whether it has nothing but a name, so that there is nothing to keep account of. */
    private static boolean ownsNothing(ManifestObject object) {
        Set<String> names = Set.of("name", "namespace");
        return Set.of("apiVersion", "kind", "metadata")
                        .containsAll(object.content().keySet())
                && names.containsAll(Tree.map(object.content(), "metadata").keySet());
    }

    private static boolean same(Map<String, Object> fields, @Nullable Object written, @Nullable Object live) {
        if (written == null || live == null) {
            return false;
        }
        boolean whole = fields.isEmpty() || (fields.size() == 1 && fields.containsKey("."));
        if (whole) {
            return LiveDiff.same(written, live);
        }
        if (written instanceof Map<?, ?> && live instanceof Map<?, ?>) {
            return sameMap(fields, Tree.map(written), Tree.map(live));
        }
        return written instanceof List<?>
                && live instanceof List<?>
                && sameList(fields, Tree.list(written), Tree.list(live));
    }

    private static boolean sameMap(Map<String, Object> fields, Map<String, Object> written, Map<String, Object> live) {
        int count = 0;
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            if (field.getKey().equals(".")) {
                continue;
            }
            if (!field.getKey().startsWith("f:")) {
                return false;
            }
            String name = field.getKey().substring(2);
            if (!same(Tree.map(field.getValue()), written.get(name), live.get(name))) {
                return false;
            }
            count++;
        }
        return count == written.size();
    }

    /** Elements that are known by keys: each is there, and they follow each other in the same order. */
    private static boolean sameList(Map<String, Object> fields, List<Object> written, List<Object> live) {
        Set<Integer> seen = new HashSet<>();
        List<int[]> places = new ArrayList<>();
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            if (field.getKey().equals(".")) {
                continue;
            }
            if (!field.getKey().startsWith("k:")) {
                return false;
            }
            Map<String, Object> keys = Json.parseOrEmpty(field.getKey().substring(2));
            int mine = find(keys, written);
            int there = find(keys, live);
            if (mine < 0 || there < 0 || !seen.add(mine)) {
                return false;
            }
            if (!same(Tree.map(field.getValue()), written.get(mine), live.get(there))) {
                return false;
            }
            places.add(new int[] {mine, there});
        }
        places.sort((left, right) -> Integer.compare(left[0], right[0]));
        for (int i = 1; i < places.size(); i++) {
            if (places.get(i)[1] < places.get(i - 1)[1]) {
                return false;
            }
        }
        return places.size() == written.size();
    }

    private static int find(Map<String, Object> keys, List<Object> list) {
        int found = -1;
        for (int i = 0; i < list.size(); i++) {
            Map<String, Object> item = Tree.map(list.get(i));
            if (!keys.isEmpty()
                    && keys.entrySet().stream()
                            .allMatch(key -> LiveDiff.same(key.getValue(), item.get(key.getKey())))) {
                if (found >= 0) {
                    return -1;
                }
                found = i;
            }
        }
        return found;
    }
}
