package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.ManifestContent;
import dev.octavo.engine.image.registry.MediaTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder that holds one image as the OCI image layout has it.
 *
 * @param folder absolute
 * @param manifest the image's
 */
public record OciLayout(Path folder, ManifestContent manifest) {
    /** A blob of the image. */
    public record Blob(String mediaType, String digest, long size, Path file) {}

    /**
     * Opens what a build has left.
     *
     * @throws EngineException {@link ErrorCode#BUILD_OUTPUT} where it is no such folder, or was changed
     */
    public static OciLayout open(Path folder) {
        try {
            JsonNode entry = JsonMapper.shared()
                    .readTree(Files.readAllBytes(folder.resolve("index.json")))
                    .path("manifests")
                    .path(0);
            String digest = entry.path("digest").asString("");
            if (!digest.matches("sha256:[0-9a-f]{64}")) {
                throw unusable(folder, "its index.json names no manifest", null);
            }
            byte[] bytes = Files.readAllBytes(blob(folder, digest));
            if (!Digests.of(bytes).equals(digest)) {
                throw unusable(folder, "the manifest is not the one that was built", null);
            }
            return new OciLayout(
                    folder,
                    new ManifestContent(bytes, entry.path("mediaType").asString(MediaTypes.OCI_MANIFEST), digest));
        } catch (IOException | JacksonException e) {
            throw unusable(folder, String.valueOf(e.getMessage()), e);
        }
    }

    /** The configuration and the layers, in the manifest's order. */
    public List<Blob> blobs() {
        JsonNode root = JsonMapper.shared().readTree(manifest.bytes());
        List<Blob> blobs = new ArrayList<>();
        blobs.add(blob(root.path("config")));
        root.path("layers").forEach(layer -> blobs.add(blob(layer)));
        return List.copyOf(blobs);
    }

    private Blob blob(JsonNode descriptor) {
        String digest = descriptor.path("digest").asString("");
        return new Blob(
                descriptor.path("mediaType").asString(""),
                digest,
                descriptor.path("size").asLong(0),
                blob(folder, digest));
    }

    private static Path blob(Path folder, String digest) {
        return folder.resolve("blobs").resolve("sha256").resolve(Digests.hex(digest));
    }

    /**
     * Writes a layout, in one step for whoever reads it.
     *
     * @param layers whose files are linked to where that can be, else copied
     */
    static OciLayout write(Path folder, String name, ManifestContent manifest, byte[] config, List<StoredLayer> layers)
            throws IOException {
        Path parent = Files.createDirectories(LayerStore.folderOf(folder));
        Path temporary = Files.createTempDirectory(parent, ".image");
        try {
            Files.createDirectories(temporary.resolve("blobs").resolve("sha256"));
            Files.writeString(temporary.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
            Files.write(temporary.resolve("index.json"), index(name, manifest));
            Files.write(blob(temporary, manifest.digest()), manifest.bytes());
            Files.write(blob(temporary, Digests.of(config)), config);
            for (StoredLayer layer : layers) {
                link(layer.file(), blob(temporary, layer.digest()));
            }
            LayerStore.delete(folder);
            Files.move(temporary, folder);
            return new OciLayout(folder, manifest);
        } finally {
            LayerStore.delete(temporary);
        }
    }

    private static byte[] index(String name, ManifestContent manifest) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX);
        root.putArray("manifests")
                .addObject()
                .put("mediaType", manifest.mediaType())
                .put("digest", manifest.digest())
                .put("size", manifest.bytes().length)
                .putObject("annotations")
                .put("org.opencontainers.image.ref.name", name);
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void link(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            return; // one layer twice
        }
        try {
            Files.createLink(to, from);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(from, to); // another disk, or one that knows no links
        }
    }

    private static EngineException unusable(Path folder, String why, @org.jspecify.annotations.Nullable Throwable e) {
        return new EngineException(
                ErrorCode.BUILD_OUTPUT, "The built image cannot be used", folder.toString(), why, "build it again", e);
    }
}
