package dev.octavo.engine.image;

import dev.octavo.engine.image.ImageSpec.Origin;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.ManifestContent;
import dev.octavo.engine.image.registry.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All that an image is for one platform, but for the commit that it is of.
 *
 * @param labels win over those of the recipe
 * @param layers the base's too, from the lowest to the highest
 * @param user never empty
 */
record ImageContent(
        String name,
        Map<String, String> labels,
        BaseImage base,
        List<StoredLayer> layers,
        Recipe recipe,
        List<String> entrypoint,
        List<String> command,
        String user,
        @Nullable String directory) {
    ImageContent {
        layers = List.copyOf(layers);
    }

    List<String> ports() {
        Set<String> ports =
                new LinkedHashSet<>(base.container().path("ExposedPorts").propertyNames());
        ports.addAll(recipe.ports());
        return ports.stream().sorted().toList();
    }

    /** As indexes name it. */
    ObjectNode platform() {
        ObjectNode old = base.config();
        ObjectNode platform = JsonMapper.shared().createObjectNode();
        platform.put("architecture", old.path("architecture").asString("amd64"));
        platform.put("os", old.path("os").asString("linux"));
        if (old.has("variant")) {
            platform.put("variant", old.path("variant").asString(""));
        }
        return platform;
    }

    /** Such as {@code linux/arm64}. */
    String platformName() {
        ObjectNode platform = platform();
        String variant = platform.path("variant").asString("");
        return platform.path("os").asString("") + "/"
                + platform.path("architecture").asString("") + (variant.isEmpty() ? "" : "/" + variant);
    }

    /** Annotations and labels that tell where it comes from. */
    static Map<String, String> origin(String name, Origin origin) {
        Map<String, String> values = new TreeMap<>();
        values.put("org.opencontainers.image.created", origin.created().toString());
        values.put("org.opencontainers.image.title", name);
        values.put("org.opencontainers.image.source", origin.source());
        values.put("org.opencontainers.image.revision", origin.revision());
        values.put("org.opencontainers.image.version", origin.version());
        values.values().removeIf(String::isEmpty);
        return values;
    }

    /** Its configuration. */
    byte[] config(Origin origin) {
        ObjectNode old = base.config();
        JsonNode oldContainer = base.container();
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("created", origin.created().toString());
        root.setAll(platform());
        ObjectNode container = root.putObject("config");
        container.put("User", user);
        List<String> ports = ports();
        if (!ports.isEmpty()) {
            ObjectNode exposed = container.putObject("ExposedPorts");
            ports.forEach(exposed::putObject);
        }
        Map<String, String> environment = new LinkedHashMap<>(base.environment());
        environment.putAll(recipe.environment());
        ArrayNode variables = container.putArray("Env");
        environment.forEach((variable, value) -> variables.add(variable + "=" + value));
        put(container, "Entrypoint", entrypoint);
        put(container, "Cmd", command);
        Set<String> volumes = new LinkedHashSet<>(oldContainer.path("Volumes").propertyNames());
        volumes.addAll(recipe.volumes());
        if (!volumes.isEmpty()) {
            ObjectNode node = container.putObject("Volumes");
            volumes.stream().sorted().forEach(node::putObject);
        }
        if (directory != null && !directory.isEmpty()) {
            container.put("WorkingDir", directory);
        }
        Map<String, String> all = new TreeMap<>();
        oldContainer
                .path("Labels")
                .properties()
                .forEach(each -> all.put(each.getKey(), each.getValue().asString("")));
        // the base's own origin would be read as this image's
        all.keySet().removeIf(label -> label.startsWith("org.opencontainers.image."));
        all.putAll(recipe.labels());
        all.putAll(origin(name, origin));
        all.putAll(labels);
        ObjectNode labelled = container.putObject("Labels");
        all.forEach(labelled::put);
        String signal =
                recipe.stopSignal() == null ? oldContainer.path("StopSignal").asString("") : recipe.stopSignal();
        if (!signal.isEmpty()) {
            container.put("StopSignal", signal);
        }
        ArrayNode ids = root.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        layers.forEach(layer -> ids.add(layer.diffId()));
        ArrayNode history = root.putArray("history");
        long told = 0;
        for (JsonNode each : old.path("history")) {
            history.add(each);
            told += each.path("empty_layer").asBoolean(false) ? 0 : 1;
        }
        for (StoredLayer layer :
                layers.subList((int) Math.min(told, base.layers().size()), layers.size())) {
            history.addObject()
                    .put("created", origin.created().toString())
                    .put("created_by", "octavo")
                    .put("comment", layer.name());
        }
        return JsonMapper.shared().writeValueAsBytes(root);
    }

    private static void put(ObjectNode node, String name, List<String> words) {
        if (!words.isEmpty()) {
            ArrayNode array = node.putArray(name);
            words.forEach(array::add);
        }
    }

    /** The manifest of a configuration of this content. */
    ManifestContent manifest(byte[] config, Origin origin) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_MANIFEST);
        root.putObject("config")
                .put("mediaType", MediaTypes.OCI_CONFIG)
                .put("digest", Digests.of(config))
                .put("size", config.length);
        ArrayNode list = root.putArray("layers");
        for (StoredLayer layer : layers) {
            list.addObject()
                    .put("mediaType", layer.mediaType())
                    .put("digest", layer.digest())
                    .put("size", layer.size());
        }
        Map<String, String> annotations = new TreeMap<>(origin(name, origin));
        if (!base.digest().isEmpty()) {
            annotations.put("org.opencontainers.image.base.name", base.reference());
            annotations.put("org.opencontainers.image.base.digest", base.digest());
        } else if (base.offline()) {
            annotations.put("dev.octavo.image.base", BuiltImage.OFFLINE_BASE);
        }
        ObjectNode node = root.putObject("annotations");
        annotations.forEach(node::put);
        byte[] bytes = root.toString().getBytes(StandardCharsets.UTF_8);
        return new ManifestContent(bytes, MediaTypes.OCI_MANIFEST, Digests.of(bytes));
    }
}
