package dev.octavo.engine.sandbox.kube;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who manages which fields: the {@code managedFields} of objects, and server-side apply, which rests on them.
 *
 * <p>A field is named by its path as {@code FieldsV1} writes its steps: {@code f:spec}, {@code k:{"name":"web"}},
 * {@code v:"x"}.
 */
final class Ownership {
    /** Fields that nobody manages. */
    private static final Set<String> UNMANAGED = Set.of(
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "generation",
            "resourceVersion",
            "managedFields",
            "selfLink",
            "deletionTimestamp",
            "deletionGracePeriodSeconds");

    /** Who: one entry of {@code managedFields}. */
    private record Manager(String name, String operation, String subresource) {}

    private record Owned(String apiVersion, String time, Set<List<String>> fields) {}

    private final Schema schema;

    Ownership(Schema schema) {
        this.schema = schema;
    }

    // -------------------------------------------------------------------------------------------------------- updates

    /**
     * Notes that a manager wrote an object in any other way than by applying it.
     *
     * @param before null where the object is new
     * @param after gets its new {@code managedFields}
     */
    void update(
            Kind kind, @Nullable ObjectNode before, ObjectNode after, String manager, String subresource, String now) {
        Map<List<String>, JsonNode> old = before == null ? Map.of() : leaves(kind, before, subresource);
        Map<List<String>, JsonNode> fresh = leaves(kind, after, subresource);
        Set<List<String>> changed = new HashSet<>();
        fresh.forEach((path, value) -> {
            if (!value.equals(old.get(path))) {
                changed.add(path);
            }
        });
        Set<List<String>> removed = new HashSet<>(old.keySet());
        removed.removeAll(fresh.keySet());
        Map<Manager, Owned> managers = before == null ? new LinkedHashMap<>() : read(before);
        Manager self = new Manager(manager, "Update", subresource);
        managers.values().forEach(owned -> {
            owned.fields().removeAll(changed);
            owned.fields().removeAll(removed);
        });
        if (!changed.isEmpty()) {
            Set<List<String>> own = new HashSet<>(changed);
            Owned earlier = managers.get(self);
            if (earlier != null) {
                own.addAll(earlier.fields());
            }
            managers.put(self, new Owned(kind.apiVersion(), now, own));
        }
        write(after, managers);
    }

    // --------------------------------------------------------------------------------------------------------- apply

    /**
     * What an object is after a manager has applied a configuration to it.
     *
     * @param live null where there is no object yet
     * @throws ApiException 409 where another manager has other values and {@code force} is not set
     */
    ObjectNode apply(
            Kind kind,
            @Nullable ObjectNode live,
            ObjectNode applied,
            String manager,
            boolean force,
            String subresource,
            String now) {
        Schema.Type type = schema.of(kind);
        Map<List<String>, JsonNode> wanted = leaves(kind, applied, subresource);
        Manager self = new Manager(manager, "Apply", subresource);
        Map<Manager, Owned> managers = live == null ? new LinkedHashMap<>() : read(live);
        ObjectNode merged = live == null ? applied.deepCopy() : (ObjectNode) merge(live, applied, type);
        if (live != null) {
            Map<List<String>, JsonNode> present = leaves(kind, live, subresource);
            settle(kind, live, managers, self, wanted, present, force);
            Owned earlier = managers.get(self);
            if (earlier != null) {
                prune(merged, type, earlier.fields(), managers, self, wanted.keySet());
            }
        }
        Owned earlier = managers.get(self);
        String time = earlier != null && earlier.fields().equals(wanted.keySet()) ? earlier.time() : now;
        managers.put(self, new Owned(kind.apiVersion(), time, new HashSet<>(wanted.keySet())));
        write(merged, managers);
        return merged;
    }

    private static void settle(
            Kind kind,
            ObjectNode live,
            Map<Manager, Owned> managers,
            Manager self,
            Map<List<String>, JsonNode> wanted,
            Map<List<String>, JsonNode> present,
            boolean force) {
        List<ApiException.Cause> conflicts = new ArrayList<>();
        Map<String, List<String>> byManager = new TreeMap<>();
        managers.forEach((other, owned) -> {
            if (other.equals(self)) {
                return;
            }
            List<List<String>> lost = new ArrayList<>();
            for (List<String> path : owned.fields()) {
                JsonNode value = wanted.get(path);
                if (value != null && !value.equals(present.get(path))) {
                    lost.add(path);
                }
            }
            if (force) {
                owned.fields().removeAll(lost);
                return;
            }
            lost.stream().map(Ownership::shown).sorted().forEach(field -> {
                String by = "conflict with \"" + other.name() + "\""
                        + (other.operation().equals("Update") ? " using " + owned.apiVersion() : "");
                conflicts.add(new ApiException.Cause("FieldManagerConflict", field, by));
                byManager.computeIfAbsent(by, key -> new ArrayList<>()).add(field);
            });
        });
        if (!conflicts.isEmpty()) {
            StringBuilder text = new StringBuilder(
                    "Apply failed with " + conflicts.size() + " conflict" + (conflicts.size() == 1 ? "" : "s") + ": ");
            List<String> parts = new ArrayList<>();
            byManager.forEach((by, fields) ->
                    parts.add(by + ": " + (fields.size() == 1 ? fields.get(0) : "\n- " + String.join("\n- ", fields))));
            text.append(String.join("\n", parts));
            throw new ApiException(409, "Conflict", text.toString(), kind, Json.name(live), conflicts);
        }
    }

    /** Removes what the manager applied before, does not apply any more, and nobody else manages. */
    private void prune(
            ObjectNode merged,
            Schema.Type type,
            Set<List<String>> before,
            Map<Manager, Owned> managers,
            Manager self,
            Set<List<String>> wanted) {
        Set<List<String>> kept = new HashSet<>();
        wanted.forEach(path -> addPrefixes(path, kept));
        managers.forEach((other, owned) -> {
            if (!other.equals(self)) {
                owned.fields().forEach(path -> addPrefixes(path, kept));
            }
        });
        for (List<String> path : before) {
            for (int length = 1; length <= path.size(); length++) {
                if (!kept.contains(path.subList(0, length))) {
                    remove(merged, type, path.subList(0, length));
                    break;
                }
            }
        }
    }

    private static void addPrefixes(List<String> path, Set<List<String>> all) {
        for (int length = path.size(); length > 0; length--) {
            if (!all.add(path.subList(0, length))) {
                return;
            }
        }
    }

    private void remove(JsonNode from, Schema.Type type, List<String> path) {
        JsonNode node = from;
        Schema.Type nodeType = type;
        for (int i = 0; i < path.size(); i++) {
            String step = path.get(i);
            boolean last = i == path.size() - 1;
            if (step.startsWith("f:")) {
                String name = step.substring(2);
                if (last && node instanceof ObjectNode object) {
                    object.remove(name);
                    return;
                }
                nodeType = schema.field(nodeType, name);
                node = node.path(name);
            } else if (node instanceof ArrayNode array && nodeType instanceof Schema.ListOf list) {
                int index = index(array, list, step);
                if (index < 0) {
                    return;
                }
                if (last) {
                    array.remove(index);
                    return;
                }
                nodeType = list.element();
                node = array.path(index);
            } else {
                return;
            }
        }
    }

    private static int index(ArrayNode array, Schema.ListOf list, String step) {
        for (int i = 0; i < array.size(); i++) {
            if (step(list, array.path(i)).equals(step)) {
                return i;
            }
        }
        return -1;
    }

    /** A tree with the applied values laid over the live ones. */
    private JsonNode merge(JsonNode live, JsonNode applied, Schema.Type type) {
        if (live instanceof ObjectNode liveObject && applied instanceof ObjectNode && !isAtomic(type)) {
            ObjectNode result = liveObject.deepCopy();
            for (var each : applied.properties()) {
                String name = each.getKey();
                if (each.getValue().isNull()) {
                    result.remove(name);
                } else if (result.has(name)) {
                    result.set(name, merge(result.path(name), each.getValue(), schema.field(type, name)));
                } else {
                    result.set(name, each.getValue().deepCopy());
                }
            }
            return result;
        }
        if (live instanceof ArrayNode && applied instanceof ArrayNode && type instanceof Schema.ListOf list) {
            if (list.isKeyed() || list.isSet()) {
                return mergeItems(live, applied, list);
            }
        }
        return applied.deepCopy();
    }

    /** Applied items in their order; what only the live list has stays behind the item that it follows there. */
    private ArrayNode mergeItems(JsonNode live, JsonNode applied, Schema.ListOf list) {
        Map<String, JsonNode> liveItems = new LinkedHashMap<>();
        live.forEach(item -> liveItems.put(step(list, item), item));
        Set<String> appliedSteps = new HashSet<>();
        applied.forEach(item -> appliedSteps.add(step(list, item)));
        Map<String, List<JsonNode>> followers = new LinkedHashMap<>();
        String predecessor = "";
        for (var each : liveItems.entrySet()) {
            if (appliedSteps.contains(each.getKey())) {
                predecessor = each.getKey();
            } else {
                followers
                        .computeIfAbsent(predecessor, key -> new ArrayList<>())
                        .add(each.getValue().deepCopy());
            }
        }
        ArrayNode result = Json.array();
        followers.getOrDefault("", List.of()).forEach(result::add);
        for (JsonNode item : applied) {
            String step = step(list, item);
            JsonNode old = liveItems.get(step);
            result.add(old == null ? item.deepCopy() : merge(old, item, list.element()));
            followers.getOrDefault(step, List.of()).forEach(result::add);
        }
        return result;
    }

    private static boolean isAtomic(Schema.Type type) {
        return (type instanceof Schema.Struct struct && struct.atomic())
                || (type instanceof Schema.MapOf map && map.atomic());
    }

    // --------------------------------------------------------------------------------------------------------- fields

    /** All fields that can have an owner, with their values. */
    private Map<List<String>, JsonNode> leaves(Kind kind, ObjectNode object, String subresource) {
        Map<List<String>, JsonNode> leaves = new LinkedHashMap<>();
        Schema.Type type = schema.of(kind);
        for (var each : object.properties()) {
            String name = each.getKey();
            if (name.equals("apiVersion") || name.equals("kind")) {
                continue;
            }
            if (kind.hasStatus() && name.equals("status") != subresource.equals("status")) {
                continue;
            }
            List<String> path = List.of("f:" + name);
            if (name.equals("metadata")) {
                Schema.Type metadata = schema.field(type, name);
                for (var field : each.getValue().properties()) {
                    if (!UNMANAGED.contains(field.getKey())) {
                        collect(
                                field.getValue(),
                                schema.field(metadata, field.getKey()),
                                child(path, "f:" + field.getKey()),
                                leaves);
                    }
                }
            } else {
                collect(each.getValue(), schema.field(type, name), path, leaves);
            }
        }
        return leaves;
    }

    private void collect(JsonNode value, Schema.Type type, List<String> path, Map<List<String>, JsonNode> leaves) {
        if (value.isObject() && !value.isEmpty() && !isAtomic(type)) {
            for (var each : value.properties()) {
                collect(each.getValue(), schema.field(type, each.getKey()), child(path, "f:" + each.getKey()), leaves);
            }
        } else if (value.isArray() && !value.isEmpty() && type instanceof Schema.ListOf list && list.isSet()) {
            value.forEach(item -> leaves.put(child(path, step(list, item)), item));
        } else if (value.isArray() && !value.isEmpty() && type instanceof Schema.ListOf list && list.isKeyed()) {
            for (JsonNode item : value) {
                List<String> below = child(path, step(list, item));
                leaves.put(below, BooleanNode.TRUE);
                collect(item, list.element(), below, leaves);
            }
        } else {
            leaves.put(path, value);
        }
    }

    private static List<String> child(List<String> path, String step) {
        List<String> child = new ArrayList<>(path.size() + 1);
        child.addAll(path);
        child.add(step);
        return child;
    }

    private static String step(Schema.ListOf list, JsonNode item) {
        if (list.isSet()) {
            return "v:" + Json.text(item);
        }
        ObjectNode key = Json.object();
        List<JsonNode> values = Schema.key(list, item);
        for (int i = 0; i < values.size(); i++) {
            if (!values.get(i).isMissingNode()) {
                key.set(list.keys().get(i), values.get(i));
            }
        }
        return "k:" + Json.text(key);
    }

    /** As messages write a path: {@code .spec.template.spec.containers[name="web"].image}. */
    private static String shown(List<String> path) {
        StringBuilder text = new StringBuilder();
        for (String step : path) {
            if (step.startsWith("f:")) {
                text.append('.').append(step.substring(2));
            } else if (step.startsWith("k:")) {
                List<String> parts = new ArrayList<>();
                for (var each : Json.parse(step.substring(2)).properties()) {
                    parts.add(each.getKey() + "=" + Json.text(each.getValue()));
                }
                text.append('[').append(String.join(",", parts)).append(']');
            } else {
                text.append('[').append(step.substring(2)).append(']');
            }
        }
        return text.toString();
    }

    // -------------------------------------------------------------------------------------------------- managedFields

    private static Map<Manager, Owned> read(ObjectNode object) {
        Map<Manager, Owned> managers = new LinkedHashMap<>();
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            Set<List<String>> fields = new HashSet<>();
            readFields(entry.path("fieldsV1"), List.of(), fields);
            managers.put(
                    new Manager(
                            Json.text(entry, "manager"),
                            Json.text(entry, "operation"),
                            Json.text(entry, "subresource")),
                    new Owned(Json.text(entry, "apiVersion"), Json.text(entry, "time"), fields));
        }
        return managers;
    }

    private static void readFields(JsonNode node, List<String> path, Set<List<String>> fields) {
        if (node.isEmpty() && !path.isEmpty()) {
            fields.add(path);
        }
        for (var each : node.properties()) {
            if (each.getKey().equals(".")) {
                fields.add(path);
            } else {
                readFields(each.getValue(), child(path, each.getKey()), fields);
            }
        }
    }

    private static void write(ObjectNode object, Map<Manager, Owned> managers) {
        ArrayNode list = Json.array();
        managers.forEach((manager, owned) -> {
            if (owned.fields().isEmpty()) {
                return;
            }
            ObjectNode fields = Json.object();
            List<List<String>> sorted = new ArrayList<>(owned.fields());
            sorted.sort((one, other) -> {
                for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
                    int order = one.get(i).compareTo(other.get(i));
                    if (order != 0) {
                        return order;
                    }
                }
                return Integer.compare(one.size(), other.size());
            });
            for (int i = 0; i < sorted.size(); i++) {
                ObjectNode node = fields;
                for (String step : sorted.get(i)) {
                    node = node.withObjectProperty(step);
                }
                // the next one lies below this one
                if (i + 1 < sorted.size()
                        && sorted.get(i + 1).size() > sorted.get(i).size()
                        && sorted.get(i + 1).subList(0, sorted.get(i).size()).equals(sorted.get(i))) {
                    node.putObject(".");
                }
            }
            ObjectNode entry = list.addObject()
                    .put("manager", manager.name())
                    .put("operation", manager.operation())
                    .put("apiVersion", owned.apiVersion())
                    .put("time", owned.time())
                    .put("fieldsType", "FieldsV1");
            entry.set("fieldsV1", fields);
            if (!manager.subresource().isEmpty()) {
                entry.put("subresource", manager.subresource());
            }
        });
        ObjectNode metadata = object.withObjectProperty("metadata");
        if (list.isEmpty()) {
            metadata.remove("managedFields");
        } else {
            metadata.set("managedFields", list);
        }
    }
}
