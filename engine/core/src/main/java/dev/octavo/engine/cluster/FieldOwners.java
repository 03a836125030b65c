package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells from an object's managed fields who has set a field last, and when. */
final class FieldOwners {
    private final List<Map<String, Object>> entries;

    FieldOwners(Map<String, Object> live) {
        entries = new ArrayList<>(Tree.maps(live, "metadata", "managedFields"));
        entries.removeIf(entry -> Tree.text(entry, "subresource").equals("status"));
        entries.sort(Comparator.comparing((Map<String, Object> entry) -> Tree.text(entry, "time"))
                .reversed());
    }

    /** @param time as the server writes it */
    record Owner(String manager, String time) {}

    /**
     * The owner of a field that Octavo does not own by having applied it. One that is not there any more has none: the
     * one who changed the object last is named then.
     *
     * @param path as {@link LiveDiff} writes it: {@code spec.template.spec.containers[web].image}
     */
    Optional<Owner> of(String path) {
        List<Map<String, Object>> others = entries.stream()
                .filter(entry -> !(Tree.text(entry, "manager").equals(ClusterClient.FIELD_MANAGER)
                        && Tree.text(entry, "operation").equals("Apply")))
                .toList();
        return others.stream()
                .filter(entry -> owns(Tree.map(entry, "fieldsV1"), parts(path)))
                .findFirst()
                .map(FieldOwners::owner);
    }

    private static Owner owner(Map<String, Object> entry) {
        return new Owner(Tree.text(entry, "manager"), Tree.text(entry, "time"));
    }

    /** {@code a.b[c].d} as a, b, [c], d. */
    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            int end = c == '[' ? path.indexOf(']', i) : -1;
            if (end > 0) {
                add(parts, part);
                parts.add(path.substring(i, end + 1));
                i = end;
            } else if (c == '.') {
                add(parts, part);
            } else {
                part.append(c);
            }
        }
        add(parts, part);
        return parts;
    }

    private static void add(List<String> parts, StringBuilder part) {
        if (!part.isEmpty()) {
            parts.add(part.toString());
            part.setLength(0);
        }
    }

    private static boolean owns(Map<String, Object> fields, List<String> parts) {
        if (parts.isEmpty()) {
            return true;
        }
        if (fields.isEmpty()) {
            return false;
        }
        String part = parts.get(0);
        List<String> rest = parts.subList(1, parts.size());
        if (!part.startsWith("[")) {
            Map<String, Object> below = Tree.map(fields, "f:" + part);
            // a leaf owns what is in it
            return fields.containsKey("f:" + part) && (below.isEmpty() || owns(below, rest));
        }
        String name = part.substring(1, part.length() - 1);
        if (fields.containsKey("f:" + name)) {
            Map<String, Object> below = Tree.map(fields, "f:" + name);
            return below.isEmpty() || owns(below, rest);
        }
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            String key = field.getKey();
            boolean element = key.startsWith("k:") && (key.contains("\"" + name + "\"") || key.contains(":" + name));
            if (element && owns(Tree.map(field.getValue()), rest)) {
                return true;
            }
        }
        return false;
    }
}
