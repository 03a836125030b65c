package dev.octavo.engine.image;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an image is built on.
 *
 * @param reference as asked for, or {@link BuiltImage#OFFLINE_BASE}
 * @param digest of its manifest for the platform; "" where it has none
 * @param config its configuration, whole
 * @param replaced programs whose work the base's own entrypoint does, though an image names them
 */
record BaseImage(String reference, String digest, ObjectNode config, List<StoredLayer> layers, Set<String> replaced) {
    boolean offline() {
        return reference.equals(BuiltImage.OFFLINE_BASE);
    }

    /** What is set for the container. */
    JsonNode container() {
        return config.path("config");
    }

    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        container().path("Env").forEach(each -> {
            String text = each.asString("");
            int equals = text.indexOf('=');
            environment.put(
                    equals < 0 ? text : text.substring(0, equals), equals < 0 ? "" : text.substring(equals + 1));
        });
        return environment;
    }

    String user() {
        return container().path("User").asString("");
    }

    @Nullable
    String workingDirectory() {
        return container().path("WorkingDir").asString(null);
    }
}
