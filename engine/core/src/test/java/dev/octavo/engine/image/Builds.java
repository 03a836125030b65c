package dev.octavo.engine.image;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineListener;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A workspace with what images are built from, and a look at what came of it. */
final class Builds {
    static final ImageSpec.Origin ORIGIN = new ImageSpec.Origin(
            "https://git.example.org/shop.git", "4f2c1d", "SNAPSHOT-main-7", Instant.parse("2026-02-03T04:05:06Z"));

    final Heard heard = new Heard();
    final Cancellation cancellation = new Cancellation();
    final EngineContext context;

    Builds(Path folder) throws IOException {
        this(folder, folder.resolve("cache"));
    }

    Builds(Path folder, Path cache) throws IOException {
        Path workspace = Files.createDirectories(folder.resolve("workspace"));
        context = new EngineContext(
                workspace.toAbsolutePath(),
                cache.toAbsolutePath(),
                Map.of("HOME", folder.toString()),
                heard,
                cancellation,
                Clock.systemUTC());
    }

    /** What the user was told. */
    static final class Heard implements EngineListener {
        final List<String> progress = Collections.synchronizedList(new ArrayList<>());
        final List<String> warnings = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void progress(String message) {
            progress.add(message);
        }

        @Override
        public void warning(String message) {
            warnings.add(message);
        }

        @Override
        public void output(String line) {}
    }

    Path file(String path, String text) throws IOException {
        Path file = context.workspace().resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    BuiltImage build(ImageSpec spec) {
        return new ImageBuilder().build(spec, context);
    }

    /** An executable jar as Spring Boot makes it. */
    Path bootJar(Map<String, String> classesAndResources, Map<String, String> libraries, String index)
            throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("META-INF/MANIFEST.MF", bytes("""
                Manifest-Version: 1.0
                Main-Class: org.springframework.boot.loader.launch.JarLauncher
                Start-Class: shop.Catalog
                """));
        entries.put("org/springframework/boot/loader/launch/JarLauncher.class", bytes("loader"));
        entries.put("BOOT-INF/", null);
        entries.put("BOOT-INF/classes/", null);
        classesAndResources.forEach((name, text) -> entries.put("BOOT-INF/classes/" + name, bytes(text)));
        libraries.forEach((name, text) -> entries.put("BOOT-INF/lib/" + name, bytes(text)));
        if (!index.isEmpty()) {
            entries.put("BOOT-INF/layers.idx", bytes(index));
        }
        return jar("target/catalog.jar", entries);
    }

    /** A jar or war; an entry without bytes is a folder. Libraries lie in it uncompressed. */
    Path jar(String path, Map<String, byte[]> entries) throws IOException {
        Path file = context.workspace().resolve(path);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                byte[] bytes = each.getValue() == null ? new byte[0] : each.getValue();
                if (each.getKey().endsWith(".jar")) {
                    CRC32 crc = new CRC32();
                    crc.update(bytes);
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(bytes.length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(bytes);
                zip.closeEntry();
            }
        }
        return file;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static JsonNode manifest(BuiltImage image) {
        return JsonMapper.shared()
                .readTree(OciLayout.open(image.layout()).manifest().bytes());
    }

    static JsonNode config(BuiltImage image) throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(blob(image, image.configDigest())));
    }

    static Path blob(BuiltImage image, String digest) {
        return image.layout().resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
    }

    /** One entry of a layer. */
    record Entry(String text, int mode, long user, long group, Instant modified, boolean folder) {}

    /** What is in a layer, by its path. */
    static Map<String, Entry> entries(BuiltImage image, String layer) throws IOException {
        String digest = image.layers().stream()
                .filter(each -> each.name().equals(layer))
                .map(BuiltImage.Layer::digest)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no layer " + layer + " in " + image.layers()));
        return entries(blob(image, digest));
    }

    static Map<String, Entry> entries(Path layer) throws IOException {
        Map<String, Entry> entries = new TreeMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(layer)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String text = entry.isDirectory() || entry.getSize() > 10_000
                        ? ""
                        : new String(tar.readAllBytes(), StandardCharsets.UTF_8);
                entries.put(
                        entry.getName(),
                        new Entry(
                                text,
                                entry.getMode() & 07777,
                                entry.getLongUserId(),
                                entry.getLongGroupId(),
                                entry.getLastModifiedTime().toInstant(),
                                entry.isDirectory()));
            }
        }
        return entries;
    }

    static List<String> layers(BuiltImage image) {
        return image.layers().stream().map(BuiltImage.Layer::name).toList();
    }
}
