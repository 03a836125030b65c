package dev.octavo.engine.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON of trees and records. */
final class Json {
    // Jackson's mappers cannot be changed once built, and are meant to be shared
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();
    private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};

    private Json() {}

    /** Compact, keys of maps in order: the same tree is always the same text. */
    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** @throws JacksonException where it is not a JSON object */
    static Map<String, Object> parse(byte[] text) {
        return MAPPER.readValue(text, TREE);
    }

    /** An empty tree where it is not a JSON object. */
    static Map<String, Object> parseOrEmpty(String text) {
        try {
            return MAPPER.readValue(text, TREE);
        } catch (JacksonException e) {
            return Map.of();
        }
    }
}
