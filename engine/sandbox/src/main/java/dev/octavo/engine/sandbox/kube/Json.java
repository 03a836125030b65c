package dev.octavo.engine.sandbox.kube;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON trees. A tree that is in the store is never changed: whoever changes one works on a copy. */
public final class Json {
    /** The longest body that is read, in bytes: the real server's limit. */
    private static final int MAX_BODY = 3 * 1024 * 1024;

    // a mapper cannot be changed once built, and is meant to be shared
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    public static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** Compact. */
    public static String text(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    /** @throws JacksonException where it is not JSON */
    public static JsonNode parse(String text) {
        return MAPPER.readTree(text);
    }

    /** @throws JacksonException where it is not JSON */
    public static JsonNode parse(byte[] text) {
        return MAPPER.readTree(text);
    }

    /** An object from a tree of maps and lists. */
    public static ObjectNode object(Map<String, ?> tree) {
        return (ObjectNode) MAPPER.<JsonNode>valueToTree(tree);
    }

    /**
     * Reads a request's body: JSON, or YAML where it is no JSON.
     *
     * @throws ApiException 400 where it is neither, 413 where it is too long
     */
    static JsonNode read(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BODY + 1);
        if (bytes.length > MAX_BODY) {
            throw new ApiException(413, "RequestEntityTooLarge", "Request entity too large: limit is " + MAX_BODY);
        }
        int first = 0;
        while (first < bytes.length && Character.isWhitespace(bytes[first])) {
            first++;
        }
        try {
            if (first < bytes.length && (bytes[first] == '{' || bytes[first] == '[')) {
                return parse(bytes);
            }
            LoadSettings settings =
                    LoadSettings.builder().setCodePointLimit(MAX_BODY).build();
            Object tree = new Load(settings).loadFromString(new String(bytes, StandardCharsets.UTF_8));
            return MAPPER.valueToTree(tree);
        } catch (JacksonException e) {
            throw ApiException.badRequest(
                    "the object provided is unrecognized (must be of type JSON or YAML): " + e.getOriginalMessage());
        } catch (YamlEngineException e) {
            throw ApiException.badRequest("error decoding YAML: " + e.getMessage());
        }
    }

    // ------------------------------------------------------------------------------------------------ what objects
    // have

    public static String name(JsonNode object) {
        return object.path("metadata").path("name").asString("");
    }

    public static String namespace(JsonNode object) {
        return object.path("metadata").path("namespace").asString("");
    }

    public static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asString("");
    }

    public static boolean isDeleted(JsonNode object) {
        return object.path("metadata").has("deletionTimestamp");
    }

    /** The text at a path; {@code ""} where there is none. */
    public static String text(JsonNode node, String... path) {
        JsonNode found = node;
        for (String step : path) {
            found = found.path(step);
        }
        return found.isNull() ? "" : found.asString("");
    }

    /** The object of that name in a list of objects with names; a missing node where there is none. */
    public static JsonNode named(JsonNode list, String name) {
        for (JsonNode each : list) {
            if (each.path("name").asString("").equals(name)) {
                return each;
            }
        }
        return JsonNodeFactory.instance.missingNode();
    }
}
