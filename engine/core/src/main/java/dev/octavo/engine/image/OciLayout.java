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
 * @param manifest the image's: where it is for several platforms, their index
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

    /** The manifests that the image has for its platforms; none where {@link #manifest} is the only one. */
    public List<ManifestContent> platforms() {
        if (!MediaTypes.isIndex(manifest.mediaType())) {
            return List.of();
        }
        List<ManifestContent> platforms = new ArrayList<>();
        for (JsonNode each : JsonMapper.shared().readTree(manifest.bytes()).path("manifests")) {
            String digest = each.path("digest").asString("");
            try {
                byte[] bytes = Files.readAllBytes(blob(folder, digest));
                if (!Digests.of(bytes).equals(digest)) {
                    throw unusable(folder, "a manifest is not the one that was built", null);
                }
                platforms.add(
                        new ManifestContent(bytes, each.path("mediaType").asString(MediaTypes.OCI_MANIFEST), digest));
            } catch (IOException e) {
                throw unusable(folder, String.valueOf(e.getMessage()), e);
            }
        }
        return List.copyOf(platforms);
    }

    /** The configurations and the layers, in the manifests' order. */
    public List<Blob> blobs() {
        List<Blob> blobs = new ArrayList<>();
        List<ManifestContent> platforms = platforms();
        for (ManifestContent each : platforms.isEmpty() ? List.of(manifest) : platforms) {
            JsonNode root = JsonMapper.shared().readTree(each.bytes());
            blobs.add(blob(root.path("config")));
            root.path("layers").forEach(layer -> blobs.add(blob(layer)));
        }
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

    /** Writes a layout, in one step for whoever reads it. Layers are linked to where that can be, else copied. */
    static OciLayout write(Path folder, String name, AssembledImage image) throws IOException {
        Path parent = Files.createDirectories(LayerStore.folderOf(folder));
        Path temporary = Files.createTempDirectory(parent, ".image");
        try {
            Files.createDirectories(temporary.resolve("blobs").resolve("sha256"));
            Files.writeString(temporary.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
            Files.write(temporary.resolve("index.json"), index(name, image.top()));
            Files.write(blob(temporary, image.top().digest()), image.top().bytes());
            for (AssembledImage.Part part : image.parts()) {
                Files.write(
                        blob(temporary, part.manifest().digest()),
                        part.manifest().bytes());
                Files.write(blob(temporary, Digests.of(part.config())), part.config());
                for (StoredLayer layer : part.content().layers()) {
                    link(layer.file(), blob(temporary, layer.digest()));
                }
            }
            LayerStore.delete(folder);
            Files.move(temporary, folder);
            return new OciLayout(folder, image.top());
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
