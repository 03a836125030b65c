package dev.octavo.engine.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * An image that was built.
 *
 * @param name the folder under {@code .octavo/images}
 * @param digest its manifest's: what is pushed, deployed and promoted
 * @param layout the OCI layout folder, absolute
 * @param size of everything that a registry will hold of it, in bytes
 * @param baseReference what was built on: a reference, or {@link #OFFLINE_BASE}
 * @param baseDigest "" for an offline base or none
 * @param user whom the container runs as; never empty
 * @param exposedPorts as {@code 8080/tcp}
 * @param bom a file with what is in it, as CycloneDX 1.6; absolute
 * @param revision the commit that it is of: an earlier one than the run's where the registry has it already
 * @param inputs a digest over all that makes the image but the commit and its time
 * @param platforms such as {@code linux/amd64}
 * @param present whether the registry had an image of the same inputs, which this one is then
 */
public record BuiltImage(
        String name,
        String digest,
        Path layout,
        long size,
        List<Layer> layers,
        String baseReference,
        String baseDigest,
        String configDigest,
        List<String> entrypoint,
        List<String> command,
        String user,
        List<String> exposedPorts,
        Path bom,
        String revision,
        String inputs,
        List<String> platforms,
        Boolean present) {
    /** The name of the base that is made on this machine. */
    public static final String OFFLINE_BASE = "offline base";

    public BuiltImage {
        layers = List.copyOf(layers);
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        exposedPorts = List.copyOf(exposedPorts);
        // records of before know nothing of these
        revision = Objects.requireNonNullElse(revision, "");
        inputs = Objects.requireNonNullElse(inputs, "");
        platforms = platforms == null ? List.of() : List.copyOf(platforms);
        present = Objects.requireNonNullElse(present, false);
    }

    /**
     * One layer, from the lowest to the highest.
     *
     * @param name what is in it; {@code base} for those of the base image
     * @param size compressed, in bytes
     */
    public record Layer(String name, String digest, long size) {}

    /** Whether a base made on this machine stands in for the one asked for. */
    public boolean offlineBase() {
        return baseReference.equals(OFFLINE_BASE);
    }
}
