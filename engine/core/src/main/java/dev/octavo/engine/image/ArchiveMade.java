package dev.octavo.engine.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code docker save} writes: a tar with a {@code manifest.json} that names configuration and layers. */
final class ArchiveMade implements ProgramBuild.Made {
    private final TarFile tar;
    private final Map<String, TarArchiveEntry> entries = new HashMap<>();
    private final JsonNode layers;
    private final JsonNode config;

    private ArchiveMade(TarFile tar) throws IOException {
        this.tar = tar;
        for (TarArchiveEntry each : tar.getEntries()) {
            entries.put(each.getName(), each);
        }
        JsonNode image = json("manifest.json").path(0);
        this.layers = image.path("Layers");
        this.config = json(image.path("Config").asString(""));
    }

    static ArchiveMade open(Path file) throws IOException {
        TarFile tar = new TarFile(file.toFile());
        try {
            return new ArchiveMade(tar);
        } catch (JacksonException e) {
            tar.close();
            throw LayoutMade.unreadable(file, e);
        } catch (IOException e) {
            tar.close();
            throw e;
        }
    }

    private JsonNode json(String name) throws IOException {
        try (InputStream in = open(name)) {
            return JsonMapper.shared().readTree(in.readAllBytes());
        }
    }

    private InputStream open(String name) throws IOException {
        TarArchiveEntry entry = entries.get(name);
        if (entry != null && entry.isSymbolicLink()) {
            // an older Docker keeps a layer once, and links to it: ../OTHER/layer.tar
            String folder = name.contains("/") ? name.substring(0, name.lastIndexOf('/') + 1) : "";
            entry = entries.get(
                    Path.of(folder + entry.getLinkName()).normalize().toString().replace('\\', '/'));
        }
        if (entry == null) {
            throw new IOException("the archive has no " + name);
        }
        return tar.getInputStream(entry);
    }

    @Override
    public JsonNode config() {
        return config;
    }

    @Override
    public InputStream layer(int index) throws IOException {
        return open(layers.path(index).asString(""));
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
