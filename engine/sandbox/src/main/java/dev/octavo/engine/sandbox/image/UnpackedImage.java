package dev.octavo.engine.sandbox.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An image in a folder. The folder is shared by all that use the image: nobody writes into it.
 *
 * @param digest of the manifest that the reference named, {@code sha256:…}
 * @param workingDirectory {@code ""} for the root
 * @param stopSignal {@code ""} for SIGTERM
 */
public record UnpackedImage(
        Path root,
        String digest,
        List<String> entrypoint,
        List<String> command,
        Map<String, String> environment,
        String workingDirectory,
        String stopSignal,
        Map<String, String> labels) {
    public UnpackedImage {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        labels = Map.copyOf(labels);
    }
}
