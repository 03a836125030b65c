package dev.octavo.engine.sandbox.kube;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Which fields objects have, of which types, and which lists are merged by which keys. Read when first asked. */
final class Schema {
    /** The type of a value. */
    sealed interface Type {}

    /** A single value; the code is the schema file's. */
    record Scalar(char code) implements Type {}

    /** Anything: maps are merged field by field, lists are one value. */
    record Any() implements Type {}

    /** @param atomic whether it is one value for ownership */
    record MapOf(Type element, boolean atomic) implements Type {}

    /** @param keys tell items apart; {@code "="}: a set of single values; none: the list is one value */
    record ListOf(Type element, List<String> keys) implements Type {
        ListOf {
            keys = List.copyOf(keys);
        }

        boolean isKeyed() {
            return !keys.isEmpty() && !isSet();
        }

        boolean isSet() {
            return keys.equals(List.of("="));
        }
    }

    /** A type with named fields. They are looked up by name, since types contain each other. */
    record Struct(String name, boolean atomic) implements Type {}

    static final Any ANY = new Any();

    private final Map<String, String> lines = new HashMap<>();
    private final Map<String, Map<String, Type>> parsed = new ConcurrentHashMap<>();

    private Schema() {}

    static Schema load() {
        Schema schema = new Schema();
        try (InputStream in = Schema.class.getResourceAsStream("schema.txt")) {
            if (in == null) {
                throw new IllegalStateException("schema.txt is missing from the jar");
            }
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#") && !line.isEmpty()) {
                    int end = line.indexOf(' ');
                    String name = end < 0 ? line : line.substring(0, end);
                    schema.lines.put(name.startsWith("!") ? name.substring(1) : name, line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return schema;
    }

    /** The type of a kind's objects; a custom resource is known by its metadata alone. */
    Type of(Kind kind) {
        return lines.containsKey(kind.name()) ? struct(kind.name()) : new Struct("", false);
    }

    private Struct struct(String name) {
        String line = lines.get(name);
        if (line == null) {
            throw new IllegalStateException("no type " + name + " in the schema");
        }
        return new Struct(name, line.startsWith("!"));
    }

    Map<String, Type> fields(Struct struct) {
        if (struct.name().isEmpty()) {
            return Map.of("metadata", struct("ObjectMeta"));
        }
        return parsed.computeIfAbsent(struct.name(), this::parse);
    }

    private Map<String, Type> parse(String name) {
        Map<String, Type> fields = new LinkedHashMap<>();
        String[] words = lines.getOrDefault(name, name).split(" ");
        for (int i = 1; i < words.length; i++) {
            int colon = words[i].indexOf(':');
            fields.put(words[i].substring(0, colon), type(words[i].substring(colon + 1)));
        }
        return fields;
    }

    private Type type(String text) {
        if (text.startsWith("[")) {
            String inner = text.substring(1, text.length() - 1);
            int bar = inner.lastIndexOf('|');
            return bar < 0
                    ? new ListOf(type(inner), List.of())
                    : new ListOf(
                            type(inner.substring(0, bar)),
                            List.of(inner.substring(bar + 1).split(",")));
        }
        boolean atomic = text.startsWith("!");
        String rest = atomic ? text.substring(1) : text;
        if (rest.startsWith("{")) {
            return new MapOf(type(rest.substring(1, rest.length() - 1)), atomic);
        }
        if (rest.equals("*")) {
            return ANY;
        }
        return rest.length() == 1 ? new Scalar(rest.charAt(0)) : struct(rest);
    }

    /** The type of a field of a value; {@link #ANY} where it is not known. */
    Type field(Type type, String name) {
        if (type instanceof Struct struct) {
            return fields(struct).getOrDefault(name, ANY);
        }
        return type instanceof MapOf map ? map.element() : ANY;
    }

    /**
     * Checks an object against the types.
     *
     * @param unknown takes the paths of fields that do not exist
     * @return what is of the wrong type, as a sentence; null where nothing is
     */
    @Nullable
    String check(JsonNode value, Type type, String path, List<String> unknown) {
        if (value.isNull()) {
            return null;
        }
        if (type instanceof Struct struct) {
            if (!value.isObject()) {
                return wrong(value, path, "object");
            }
            Map<String, Type> fields = fields(struct);
            for (var each : value.properties()) {
                String below = path.isEmpty() ? each.getKey() : path + "." + each.getKey();
                Type next = fields.get(each.getKey());
                if (next == null) {
                    if (!struct.name().isEmpty()) {
                        unknown.add(below);
                    }
                    continue;
                }
                String problem = check(each.getValue(), next, below, unknown);
                if (problem != null) {
                    return problem;
                }
            }
            return null;
        }
        if (type instanceof MapOf map) {
            if (!value.isObject()) {
                return wrong(value, path, "map");
            }
            for (var each : value.properties()) {
                String problem = check(each.getValue(), map.element(), path + "." + each.getKey(), unknown);
                if (problem != null) {
                    return problem;
                }
            }
            return null;
        }
        if (type instanceof ListOf list) {
            if (!value.isArray()) {
                return wrong(value, path, "list");
            }
            for (int i = 0; i < value.size(); i++) {
                String problem = check(value.path(i), list.element(), path + "[" + i + "]", unknown);
                if (problem != null) {
                    return problem;
                }
            }
            return null;
        }
        if (type instanceof Scalar scalar) {
            boolean fits =
                    switch (scalar.code()) {
                        case 's' -> value.isString();
                        case 'i' -> value.isIntegralNumber();
                        case 'n' -> value.isNumber();
                        case 'b' -> value.isBoolean();
                        case 'x' -> value.isIntegralNumber() || value.isString();
                        default -> value.isNumber() || value.isString();
                    };
            if (!fits) {
                return wrong(
                        value,
                        path,
                        switch (scalar.code()) {
                            case 's' -> "string";
                            case 'i' -> "integer";
                            case 'n' -> "number";
                            case 'b' -> "boolean";
                            default -> "integer or string";
                        });
            }
        }
        return null;
    }

    private static String wrong(JsonNode value, String path, String expected) {
        String found = value.isObject()
                ? "object"
                : value.isArray() ? "array" : value.isString() ? "string" : value.isBoolean() ? "bool" : "number";
        return "cannot unmarshal " + found + " into field " + path + " of type " + expected;
    }

    /** How an item of a keyed list is told apart; keys that it lacks have their defaults. */
    static List<JsonNode> key(ListOf list, JsonNode item) {
        List<JsonNode> key = new ArrayList<>();
        for (String field : list.keys()) {
            JsonNode value = item.path(field);
            key.add(
                    value.isMissingNode() && field.equals("protocol")
                            ? Json.array().add("TCP").path(0)
                            : value);
        }
        return key;
    }
}
