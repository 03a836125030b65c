package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a program has left as an OCI layout. */
record LayoutMade(Path folder, JsonNode manifest, JsonNode config) implements ProgramBuild.Made {
    static LayoutMade open(Path folder) throws IOException {
        try {
            JsonNode entry =
                    json(folder.resolve("index.json")).path("manifests").path(0);
            JsonNode manifest = json(blob(folder, entry.path("digest").asString("")));
            return new LayoutMade(
                    folder,
                    manifest,
                    json(blob(folder, manifest.path("config").path("digest").asString(""))));
        } catch (JacksonException e) {
            throw unreadable(folder, e);
        }
    }

    static EngineException unreadable(Path place, Exception e) {
        return new EngineException(
                ErrorCode.BUILD_IMAGE,
                "What the program has built cannot be read",
                place.toString(),
                String.valueOf(e.getMessage()),
                "try a newer release of the program",
                e);
    }

    private static JsonNode json(Path file) throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(file));
    }

    private static Path blob(Path folder, String digest) {
        return folder.resolve("blobs").resolve("sha256").resolve(Digests.hex(digest));
    }

    @Override
    public InputStream layer(int index) throws IOException {
        return Files.newInputStream(
                blob(folder, manifest.path("layers").path(index).path("digest").asString("")));
    }

    @Override
    public void close() {
        // nothing is open
    }
}
