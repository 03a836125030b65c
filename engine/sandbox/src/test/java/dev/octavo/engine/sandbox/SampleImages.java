package dev.octavo.engine.sandbox;

import dev.octavo.engine.sandbox.app.SampleApp;
import dev.octavo.engine.sandbox.image.ImageException;
import dev.octavo.engine.sandbox.image.ImageSource;
import dev.octavo.engine.sandbox.image.UnpackedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Images {@code test/sample:VERSION}, of any version but {@code missing}, on the Java that runs the tests. */
final class SampleImages implements ImageSource {
    private final Path root;

    SampleImages(Path root) {
        this.root = root;
        try {
            Path classes = root.resolve("app/dev/octavo/engine/sandbox/app");
            Files.createDirectories(classes);
            String name = "SampleApp.class";
            try (InputStream in = SampleApp.class.getResourceAsStream(name)) {
                Files.write(classes.resolve(name), in.readAllBytes());
            }
            Files.createDirectories(root.resolve("opt"));
            Files.createDirectories(root.resolve("etc"));
            Files.createSymbolicLink(root.resolve("opt/java"), Path.of(System.getProperty("java.home")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public UnpackedImage unpack(String reference, Path into) {
        if (!reference.startsWith("test/sample:") || reference.endsWith(":missing")) {
            throw new ImageException("failed to pull and unpack image \"" + reference + "\": not found");
        }
        String version = reference.substring(reference.indexOf(':') + 1);
        return new UnpackedImage(
                root,
                "sha256:" + "0".repeat(64),
                List.of(
                        "java",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        "/app",
                        SampleApp.class.getName()),
                List.of(),
                Map.of("PATH", "/opt/java/bin:/usr/bin", "VERSION", version),
                "/app",
                "",
                Map.of());
    }
}
