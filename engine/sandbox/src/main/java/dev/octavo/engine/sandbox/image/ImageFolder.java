package dev.octavo.engine.sandbox.image;

import dev.octavo.engine.sandbox.kube.Json;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An image put together from its layers' folders, by hard links. */
public final class ImageFolder {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private ImageFolder() {}

    private static Path folder(Path into, String digest) {
        return into.resolve("images").resolve(digest.substring(digest.indexOf(':') + 1));
    }

    /** The image where it is there already; null where it is not. */
    static @Nullable UnpackedImage read(Path into, String digest) throws IOException {
        Path folder = folder(into, digest);
        Path config = folder.resolve("config.json");
        if (!Files.isRegularFile(config)) {
            return null;
        }
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now())); // it is used: see clean
        return image(folder, digest, Json.parse(Files.readAllBytes(config)));
    }

    static UnpackedImage compose(Path into, String digest, List<Path> layers, JsonNode config) throws IOException {
        Path target = folder(into, digest);
        Files.createDirectories(target.getParent());
        Path next = Files.createTempDirectory(target.getParent(), "composing-");
        try {
            Path root = Files.createDirectory(next.resolve("root")).toRealPath();
            for (Path layer : layers) {
                lay(layer, root);
                Files.setLastModifiedTime(layer, FileTime.from(Instant.now()));
            }
            Files.write(next.resolve("config.json"), Json.bytes(config));
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (java.nio.file.FileSystemException e) {
            if (!Files.isRegularFile(target.resolve("config.json"))) {
                throw e;
            }
            // another process was faster
        } finally {
            LayerFolder.delete(next);
        }
        return image(target, digest, config);
    }

    private static void lay(Path layer, Path root) throws IOException {
        Files.walkFileTree(layer, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Path target = root.resolve(layer.relativize(folder).toString());
                if (Files.exists(folder.resolve(OPAQUE), LinkOption.NOFOLLOW_LINKS)) {
                    try (Stream<Path> children = Files.exists(target) ? Files.list(target) : Stream.empty()) {
                        for (Path child : children.toList()) {
                            LayerFolder.delete(child);
                        }
                    }
                }
                if (!Files.isDirectory(target)) {
                    Files.deleteIfExists(target);
                    Files.createDirectory(target);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = String.valueOf(file.getFileName());
                Path target = root.resolve(layer.relativize(file).toString());
                if (name.equals(OPAQUE)) {
                    return FileVisitResult.CONTINUE;
                }
                if (name.startsWith(WHITEOUT)) {
                    LayerFolder.delete(target.resolveSibling(name.substring(WHITEOUT.length())));
                    return FileVisitResult.CONTINUE;
                }
                LayerFolder.delete(target);
                if (attributes.isSymbolicLink()) {
                    // counted from where the folder really is, which a link of a lower layer may have moved
                    Path shown = root.resolve(layer.relativize(file).toString()).resolveSibling("");
                    Path real = shown.toRealPath();
                    Path link = Files.readSymbolicLink(file);
                    Files.createSymbolicLink(
                            target,
                            real.equals(shown)
                                    ? link
                                    : real.relativize(shown.resolve(link).normalize()));
                } else {
                    try {
                        Files.createLink(target, file);
                    } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
                        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static UnpackedImage image(Path folder, String digest, JsonNode content) {
        JsonNode config = content.path("config");
        Map<String, String> environment = new LinkedHashMap<>();
        for (JsonNode variable : config.path("Env")) {
            String text = variable.asString("");
            int equals = text.indexOf('=');
            if (equals > 0) {
                environment.put(text.substring(0, equals), text.substring(equals + 1));
            }
        }
        Map<String, String> labels = new LinkedHashMap<>();
        config.path("Labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asString("")));
        return new UnpackedImage(
                folder.resolve("root"),
                digest,
                texts(config.path("Entrypoint")),
                texts(config.path("Cmd")),
                environment,
                Json.text(config, "WorkingDir"),
                Json.text(config, "StopSignal"),
                labels);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asString("")));
        return texts;
    }

    /** Deletes what nobody has used for long, and what a process that was killed has left half done. */
    public static void clean(Path into, Duration unused) {
        Instant oldest = Instant.now().minus(unused);
        Instant abandoned = Instant.now().minus(Duration.ofHours(1));
        for (String kind : new String[] {"images", "layers"}) {
            Path folder = into.resolve(kind);
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> all = Files.list(folder)) {
                for (Path each : all.toList()) {
                    Instant used = Files.getLastModifiedTime(each).toInstant();
                    boolean half = each.getFileName().toString().contains("ing-");
                    if (used.isBefore(half ? abandoned : oldest)) {
                        LayerFolder.delete(each);
                    }
                }
            } catch (IOException e) {
                return; // tried again at the next start
            }
        }
    }
}
