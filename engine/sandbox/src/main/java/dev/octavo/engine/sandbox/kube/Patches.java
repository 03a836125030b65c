package dev.octavo.engine.sandbox.kube;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The three kinds of patches that are not server-side apply. None changes what it is given. */
final class Patches {
    private final Schema schema;

    Patches(Schema schema) {
        this.schema = schema;
    }

    // ---------------------------------------------------------------------------------------------------- merge patch

    /** RFC 7386. */
    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch.deepCopy();
        }
        ObjectNode result = target instanceof ObjectNode object ? object.deepCopy() : Json.object();
        for (var each : patch.properties()) {
            if (each.getValue().isNull()) {
                result.remove(each.getKey());
            } else {
                result.set(each.getKey(), merge(result.path(each.getKey()), each.getValue()));
            }
        }
        return result;
    }

    // ----------------------------------------------------------------------------------------------------- JSON patch

    /**
     * RFC 6902.
     *
     * @throws ApiException 400 where the patch is malformed, 422 where it does not fit
     */
    static JsonNode json(JsonNode target, JsonNode patch) {
        if (!patch.isArray()) {
            throw ApiException.badRequest("a JSON patch is a list of operations");
        }
        JsonNode result = target.deepCopy();
        for (JsonNode operation : patch) {
            result = operate(result, operation);
        }
        return result;
    }

    private static JsonNode operate(JsonNode target, JsonNode operation) {
        String name = Json.text(operation, "op");
        JsonPointer path = pointer(operation, "path");
        JsonNode value = operation.path("value");
        switch (name) {
            case "test" -> {
                if (!target.at(path).equals(value)) {
                    throw unfit("testing value " + path + " failed");
                }
                return target;
            }
            case "add" -> {
                return add(target, path, value.deepCopy());
            }
            case "replace" -> {
                if (target.at(path).isMissingNode()) {
                    throw unfit("replace operation does not apply: doc is missing key: " + path);
                }
                return path.matches() ? value.deepCopy() : add(remove(target, path), path, value.deepCopy());
            }
            case "remove" -> {
                return remove(target, path);
            }
            case "copy", "move" -> {
                JsonPointer from = pointer(operation, "from");
                JsonNode moved = target.at(from);
                if (moved.isMissingNode()) {
                    throw unfit(name + " operation does not apply: doc is missing from path: " + from);
                }
                JsonNode copy = moved.deepCopy();
                return add(name.equals("move") ? remove(target, from) : target, path, copy);
            }
            default -> throw ApiException.badRequest("unexpected kind of JSON patch operation: \"" + name + "\"");
        }
    }

    private static JsonPointer pointer(JsonNode operation, String field) {
        try {
            return JsonPointer.compile(Json.text(operation, field));
        } catch (IllegalArgumentException | JacksonException e) {
            throw ApiException.badRequest("not a JSON pointer: " + Json.text(operation, field));
        }
    }

    private static JsonNode add(JsonNode target, JsonPointer path, JsonNode value) {
        if (path.matches()) {
            return value;
        }
        JsonNode parent = target.at(path.head());
        String last = path.last().getMatchingProperty();
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode array) {
            int index = last.equals("-") ? array.size() : path.last().getMatchingIndex();
            if (index < 0 || index > array.size()) {
                throw unfit("add operation does not apply: invalid index " + last);
            }
            array.insert(index, value);
        } else {
            throw unfit("add operation does not apply: doc is missing path: " + path);
        }
        return target;
    }

    private static JsonNode remove(JsonNode target, JsonPointer path) {
        JsonNode parent = target.at(path.head());
        if (target.at(path).isMissingNode()) {
            throw unfit("remove operation does not apply: doc is missing path: " + path);
        }
        if (parent instanceof ObjectNode object) {
            object.remove(path.last().getMatchingProperty());
        } else if (parent instanceof ArrayNode array) {
            array.remove(path.last().getMatchingIndex());
        }
        return target;
    }

    private static ApiException unfit(String message) {
        return new ApiException(
                422, "Invalid", "the server rejected our request due to an error in our request: " + message);
    }

    // ------------------------------------------------------------------------------------------ strategic merge patch

    /** Kubernetes' own: as a merge patch, but lists with a key are merged item by item. */
    JsonNode strategic(Kind kind, JsonNode target, JsonNode patch) {
        return strategic(target, patch, schema.of(kind));
    }

    private JsonNode strategic(JsonNode target, JsonNode patch, Schema.Type type) {
        if (!patch.isObject()) {
            return patch.deepCopy();
        }
        String directive = Json.text(patch, "$patch");
        if (directive.equals("replace")) {
            ObjectNode whole = ((ObjectNode) patch).deepCopy();
            whole.remove("$patch");
            return whole;
        }
        ObjectNode result = target instanceof ObjectNode object ? object.deepCopy() : Json.object();
        if (patch.has("$retainKeys")) {
            List<String> kept = new ArrayList<>();
            patch.path("$retainKeys").forEach(key -> kept.add(key.asString("")));
            List<String> dropped = new ArrayList<>(result.propertyNames());
            dropped.removeAll(kept);
            result.remove(dropped);
        }
        for (var each : patch.properties()) {
            String name = each.getKey();
            JsonNode value = each.getValue();
            if (name.startsWith("$deleteFromPrimitiveList/")) {
                String field = name.substring(name.indexOf('/') + 1);
                if (result.path(field) instanceof ArrayNode array) {
                    array.removeIf(item -> value.valueStream().anyMatch(item::equals));
                }
            } else if (value.isNull() && !name.startsWith("$")) {
                result.remove(name);
            } else if (!name.startsWith("$")) {
                Schema.Type below = schema.field(type, name);
                if (value instanceof ArrayNode items && below instanceof Schema.ListOf list && list.isKeyed()) {
                    ArrayNode merged = items(result.path(name), items, list);
                    result.set(name, order(merged, patch.path("$setElementOrder/" + name), list));
                } else if (value instanceof ArrayNode items && below instanceof Schema.ListOf list && list.isSet()) {
                    ArrayNode union = result.path(name) instanceof ArrayNode old ? old.deepCopy() : Json.array();
                    items.forEach(item -> {
                        if (union.valueStream().noneMatch(item::equals)) {
                            union.add(item);
                        }
                    });
                    result.set(name, union);
                } else if (value.isObject()) {
                    result.set(name, strategic(result.path(name), value, below));
                } else {
                    result.set(name, value.deepCopy());
                }
            }
        }
        return result;
    }

    private ArrayNode items(JsonNode target, ArrayNode patch, Schema.ListOf list) {
        // the patch's key is the first one alone, other than server-side apply's
        String key = list.keys().get(0);
        if (patch.valueStream().anyMatch(item -> Json.text(item, "$patch").equals("replace"))) {
            ArrayNode whole = Json.array();
            patch.forEach(item -> {
                if (!item.has("$patch")) {
                    whole.add(item.deepCopy());
                }
            });
            return whole;
        }
        Map<JsonNode, JsonNode> result = new LinkedHashMap<>();
        int unnamed = 0;
        for (JsonNode item : target) {
            JsonNode name = item.path(key);
            result.put(result.containsKey(name) ? Json.array().add(unnamed++) : name, item);
        }
        for (JsonNode item : patch) {
            JsonNode name = item.path(key);
            if (name.isMissingNode()) {
                throw ApiException.badRequest(
                        "map: " + Json.text(item) + " does not contain declared merge key: " + key);
            }
            if (Json.text(item, "$patch").equals("delete")) {
                result.remove(name);
            } else {
                JsonNode old = result.get(name);
                result.put(name, strategic(old == null ? Json.object() : old, item, list.element()));
            }
        }
        ArrayNode array = Json.array();
        result.values().forEach(item -> array.add(item.deepCopy()));
        return array;
    }

    private static ArrayNode order(ArrayNode items, JsonNode order, Schema.ListOf list) {
        if (!order.isArray()) {
            return items;
        }
        String key = list.keys().get(0);
        List<JsonNode> names = new ArrayList<>();
        order.forEach(each -> names.add(each.path(key)));
        List<JsonNode> sorted = new ArrayList<>(items.values());
        sorted.sort((one, other) -> Integer.compare(rank(names, one.path(key)), rank(names, other.path(key))));
        return Json.array().addAll(sorted);
    }

    private static int rank(List<JsonNode> names, JsonNode name) {
        int index = names.indexOf(name);
        return index < 0 ? names.size() : index;
    }
}
