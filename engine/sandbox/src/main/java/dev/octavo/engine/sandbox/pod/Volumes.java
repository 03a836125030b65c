package dev.octavo.engine.sandbox.pod;

import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kinds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The volumes of a pod as folders of this machine. */
final class Volumes {
    private final Api api;
    private final ObjectNode pod;
    private final Path folder;
    private final Path claims;

    /**
     * @param folder of this pod
     * @param claims where persistent volumes lie
     */
    Volumes(Api api, ObjectNode pod, Path folder, Path claims) {
        this.api = api;
        this.pod = pod;
        this.folder = folder;
        this.claims = claims;
    }

    /**
     * Makes all folders, with what is in them.
     *
     * @throws ConfigException where something that is named does not exist
     */
    void make() throws IOException, ConfigException {
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            String name = Json.text(volume, "name");
            Path target = folder.resolve(name);
            if (volume.has("hostPath") || volume.has("persistentVolumeClaim")) {
                continue;
            }
            Files.createDirectories(target);
            if (volume.has("configMap")) {
                JsonNode source = volume.path("configMap");
                write(target, select(content(Kinds.CONFIG_MAP, source, "name"), source.path("items"), name));
            } else if (volume.has("secret")) {
                JsonNode source = volume.path("secret");
                write(target, select(content(Kinds.SECRET, source, "secretName"), source.path("items"), name));
            } else if (volume.has("downwardAPI")) {
                write(target, downward(volume.path("downwardAPI").path("items")));
            } else if (volume.has("projected")) {
                projected(target, volume.path("projected").path("sources"), name);
            }
        }
    }

    /** Where a volume's content is; null where the pod has no such volume. */
    @Nullable
    Path of(String name) throws IOException {
        JsonNode volume = Json.named(pod.path("spec").path("volumes"), name);
        if (volume.isMissingNode()) {
            return null;
        }
        if (volume.has("hostPath")) {
            return Path.of(Json.text(volume, "hostPath", "path"));
        }
        if (volume.has("persistentVolumeClaim")) {
            Path claim = claims.resolve(Json.namespace(pod))
                    .resolve(Json.text(volume, "persistentVolumeClaim", "claimName"));
            Files.createDirectories(claim);
            return claim;
        }
        return folder.resolve(name);
    }

    private Map<String, byte[]> content(dev.octavo.engine.sandbox.kube.Kind kind, JsonNode source, String nameField)
            throws ConfigException {
        ObjectNode reference = Json.object().put("name", Json.text(source, nameField));
        reference.put("optional", source.path("optional").asBoolean(false));
        return Environment.content(api, Json.namespace(pod), kind, reference);
    }

    private static Map<String, byte[]> select(Map<String, byte[]> content, JsonNode items, String volume)
            throws ConfigException {
        if (items.isEmpty()) {
            return content;
        }
        Map<String, byte[]> selected = new LinkedHashMap<>();
        for (JsonNode item : items) {
            byte[] bytes = content.get(Json.text(item, "key"));
            if (bytes == null) {
                throw new ConfigException(
                        "ContainerCreating",
                        "MountVolume.SetUp failed for volume \"" + volume + "\" : references non-existent key: "
                                + Json.text(item, "key"));
            }
            selected.put(Json.text(item, "path"), bytes);
        }
        return selected;
    }

    private Map<String, byte[]> downward(JsonNode items) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (JsonNode item : items) {
            String value = Environment.field(pod, Json.text(item, "fieldRef", "fieldPath"));
            files.put(Json.text(item, "path"), value.getBytes(StandardCharsets.UTF_8));
        }
        return files;
    }

    private void projected(Path target, JsonNode sources, String volume) throws IOException, ConfigException {
        for (JsonNode source : sources) {
            if (source.has("configMap")) {
                JsonNode of = source.path("configMap");
                write(target, select(content(Kinds.CONFIG_MAP, of, "name"), of.path("items"), volume));
            } else if (source.has("secret")) {
                JsonNode of = source.path("secret");
                write(target, select(content(Kinds.SECRET, of, "name"), of.path("items"), volume));
            } else if (source.has("downwardAPI")) {
                write(target, downward(source.path("downwardAPI").path("items")));
            }
        }
    }

    private static void write(Path target, Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> each : files.entrySet()) {
            Path file = target.resolve(each.getKey()).normalize();
            if (!file.startsWith(target)) {
                continue; // the API refuses such a key; an item's path may still say so
            }
            Files.createDirectories(file.getParent());
            Files.write(file, each.getValue());
        }
    }
}
