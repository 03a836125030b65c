package dev.octavo.engine.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the texts of a Secret as its data. The server does that too, but remembers who owns the texts and not the data, so
 * a text that is no longer in the manifest would stay, and a change of somebody else's would not be noticed.
 */
final class SecretData {
    private SecretData() {}

    static ManifestObject encoded(ManifestObject object) {
        Map<String, Object> content = encoded(object.content());
        return content.equals(object.content()) ? object : object.withContent(content);
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
