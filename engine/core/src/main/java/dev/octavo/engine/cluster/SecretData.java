package dev.octavo.engine.cluster;

import dev.octavo.engine.api.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the texts of a Secret as its data. The server does that too, but remembers who owns the texts and not the data, so
 * a text that is no longer in the manifest would stay, and a change of somebody else's would not be noticed.
 */
final class SecretData {
    /** Shorter lines are punctuation, or say what many texts say. */
    private static final int MIN_LINE = 8;

    private SecretData() {}

    static ManifestObject encoded(ManifestObject object) {
        Map<String, Object> content = encoded(object.content());
        return content.equals(object.content()) ? object : object.withContent(content);
    }

    /** What is secret in the Secrets among objects; of a text with several lines also each that is not short. */
    static List<SecretValue> values(List<ManifestObject> objects) {
        Set<String> values = new LinkedHashSet<>();
        for (ManifestObject object : objects) {
            if (object.kind().equals("Secret") && object.apiVersion().equals("v1")) {
                Map<String, Object> data = Tree.map(encoded(object.content()), "data");
                data.values().forEach(value -> add(String.valueOf(value), values));
            }
        }
        return values.stream().map(SecretValue::new).toList();
    }

    private static void add(String encoded, Set<String> values) {
        try {
            String text = new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.UTF_8);
            values.add(text);
            text.lines()
                    .map(String::strip)
                    .filter(line -> line.length() >= MIN_LINE)
                    .forEach(values::add);
        } catch (IllegalArgumentException e) {
            // the server refuses it
        }
    }

    /** The same where it is no Secret, or where the server would not take what is in it. */
    static Map<String, Object> encoded(Map<String, Object> object) {
        Map<String, Object> texts = Tree.map(object, "stringData");
        boolean secret = Tree.text(object, "kind").equals("Secret")
                && Tree.text(object, "apiVersion").equals("v1");
        if (!secret || texts.isEmpty() || !texts.values().stream().allMatch(String.class::isInstance)) {
            return object;
        }
        Map<String, Object> data = new LinkedHashMap<>(Tree.map(object, "data"));
        texts.forEach((key, value) -> data.put(
                key, Base64.getEncoder().encodeToString(String.valueOf(value).getBytes(StandardCharsets.UTF_8))));
        Map<String, Object> copy = new LinkedHashMap<>(object);
        copy.remove("stringData");
        copy.put("data", data);
        return copy;
    }
}
