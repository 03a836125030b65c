package dev.octavo.engine.blueprint;

import dev.octavo.engine.api.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares {@code delivery.yaml} with its JSON Schema, the one that editors use.
 *
 * <p>It knows the words of JSON Schema that this one uses; a test sees to that. A validator of all of them would say
 * {@code additionalProperties is not allowed}, and not which name was likely meant.
 */
final class Shape {
    static final String RESOURCE = "delivery.schema.json";
    static final List<String> WORDS = List.of(
            "$schema",
            "title",
            "description",
            "$ref",
            "$defs",
            "type",
            "properties",
            "additionalProperties",
            "unevaluatedProperties",
            "propertyNames",
            "required",
            "items",
            "enum",
            "pattern",
            "anyOf",
            "minimum",
            "maximum");

    private final JsonNode root;
    private final List<Problem> problems = new ArrayList<>();

    /**
     * What is wrong.
     *
     * @param path of the key, such as {@code /services/orders/prot}
     */
    record Problem(String path, String message) {}

    private Shape(JsonNode root) {
        this.root = root;
    }

    /** All that is wrong with a document, in its order. */
    static List<Problem> check(@Nullable Object document) {
        Shape shape = new Shape(schema());
        shape.check(shape.root, document, "");
        return shape.problems;
    }

    static JsonNode schema() {
        return JsonMapper.shared().readTree(text());
    }

    static String text() {
        try (InputStream in = Objects.requireNonNull(Shape.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode resolved(JsonNode schema) {
        JsonNode ref = schema.path("$ref");
        return ref.isString() && !schema.has("properties")
                ? resolved(root.at(ref.asString().substring(1)))
                : schema;
    }

    private void check(JsonNode written, @Nullable Object value, String path) {
        JsonNode schema = resolved(written);
        if (schema.has("anyOf")) {
            JsonNode fitting = alternative(schema.path("anyOf"), value);
            if (fitting == null) {
                problem(path, value, schema);
            } else {
                check(fitting, value, path);
            }
            return;
        }
        if (!hasType(schema, value)) {
            problem(path, value, schema);
        } else if (value instanceof Map<?, ?> map) {
            checkMap(written, map, path);
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                check(schema.path("items"), list.get(i), path + "/" + i);
            }
        } else if (value != null) {
            checkScalar(schema, value, path);
        }
    }

    /** The alternative of the value's type; of several, the first that it fits. */
    private @Nullable JsonNode alternative(JsonNode alternatives, @Nullable Object value) {
        JsonNode ofType = null;
        for (JsonNode each : alternatives) {
            JsonNode candidate = each;
            JsonNode one = resolved(each);
            if (one.has("anyOf")) {
                candidate = alternative(one.path("anyOf"), value);
                if (candidate == null) {
                    continue;
                }
                one = resolved(candidate);
            }
            if (hasType(one, value)) {
                if (value instanceof Map || scalarProblem(one, value).isEmpty()) {
                    return candidate;
                }
                ofType = ofType == null ? candidate : ofType;
            }
        }
        return ofType;
    }

    private void checkMap(JsonNode written, Map<?, ?> map, String path) {
        Map<String, JsonNode> known = new TreeMap<>();
        collect(written, known);
        JsonNode schema = resolved(written);
        JsonNode others = schema.path("additionalProperties");
        JsonNode names = resolved(schema.path("propertyNames"));
        boolean closed = (others.isBoolean() && !others.asBoolean()) || isClosed(written);
        map.forEach((key, value) -> {
            String name = String.valueOf(key);
            String at = path + "/" + name;
            JsonNode property = known.get(name);
            if (property != null) {
                check(property, value, at);
            } else if (closed) {
                problems.add(new Problem(
                        at, "\"" + name + "\" is not known here: " + NearestName.hint(name, known.keySet(), "keys")));
            } else {
                if (names.has("pattern") && !matches(names, name)) {
                    problems.add(new Problem(at, "\"" + name + "\" is no name that is possible here"));
                }
                if (others.isObject()) {
                    check(others, value, at);
                }
            }
        });
        schema.path("required").forEach(each -> {
            if (!map.containsKey(each.asString())) {
                problems.add(new Problem(path, "\"" + each.asString() + "\" is missing"));
            }
        });
    }

    private boolean isClosed(JsonNode written) {
        JsonNode ref = written.path("$ref");
        return written.has("unevaluatedProperties")
                || (ref.isString() && isClosed(root.at(ref.asString().substring(1))));
    }

    private void collect(JsonNode schema, Map<String, JsonNode> into) {
        JsonNode ref = schema.path("$ref");
        if (ref.isString()) {
            collect(root.at(ref.asString().substring(1)), into);
        }
        schema.path("properties").properties().forEach(each -> into.put(each.getKey(), each.getValue()));
    }

    private void checkScalar(JsonNode schema, Object value, String path) {
        String problem = scalarProblem(schema, value);
        if (!problem.isEmpty()) {
            problems.add(new Problem(path, problem));
        }
    }

    private static String scalarProblem(JsonNode schema, @Nullable Object value) {
        if (schema.has("enum")) {
            List<String> allowed = new ArrayList<>();
            schema.path("enum").forEach(each -> allowed.add(each.asString()));
            if (!allowed.contains(String.valueOf(value))) {
                return "\"" + value + "\" is not possible here: "
                        + NearestName.hint(String.valueOf(value), allowed, "values");
            }
        }
        if (schema.has("pattern") && value instanceof String text && !matches(schema, text)) {
            return "\"" + text + "\" is not possible here"
                    + (schema.has("description")
                            ? ": " + schema.path("description").asString()
                            : "");
        }
        if (value instanceof Number number) {
            if (schema.has("minimum")
                    && number.longValue() < schema.path("minimum").asLong()) {
                return value + " is less than " + schema.path("minimum").asLong();
            }
            if (schema.has("maximum")
                    && number.longValue() > schema.path("maximum").asLong()) {
                return value + " is more than " + schema.path("maximum").asLong();
            }
        }
        return "";
    }

    private static boolean matches(JsonNode schema, String text) {
        return Pattern.compile(schema.path("pattern").asString()).matcher(text).find();
    }

    private boolean hasType(JsonNode written, @Nullable Object value) {
        List<String> types = types(written);
        return types.isEmpty()
                || types.contains(type(value))
                || (type(value).equals("integer") && types.contains("number"));
    }

    private List<String> types(JsonNode written) {
        JsonNode schema = written;
        while (!schema.has("type") && schema.path("$ref").isString()) {
            schema = root.at(schema.path("$ref").asString().substring(1));
        }
        List<String> types = new ArrayList<>();
        JsonNode type = schema.path("type");
        if (type.isString()) {
            types.add(type.asString());
        }
        type.forEach(each -> types.add(each.asString()));
        if (types.isEmpty() && schema.has("enum")) {
            types.add("string");
        }
        for (JsonNode each : schema.path("anyOf")) {
            types.addAll(types(each));
        }
        return types;
    }

    private static String type(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Map) {
            return "object";
        }
        if (value instanceof List) {
            return "array";
        }
        if (value instanceof Boolean) {
            return "boolean";
        }
        if (value instanceof Number) {
            return value instanceof Double ? "number" : "integer";
        }
        return "string";
    }

    private void problem(String path, @Nullable Object value, JsonNode schema) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        List<String> words = types(schema).stream().map(Shape::word).distinct().toList();
        problems.add(new Problem(
                path,
                (name.isEmpty() ? "the document" : "\"" + name + "\"") + " is " + word(type(value)) + ", and "
                        + String.join(" or ", words) + " is expected"));
    }

    private static String word(String type) {
        return switch (type) {
            case "object" -> "a map";
            case "array" -> "a list";
            case "boolean" -> "a truth value";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "null" -> "nothing";
            default -> "a text";
        };
    }
}
