package dev.octavo.engine.image;

import java.nio.file.Path;
import java.util.List;

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
        Path bom) {
    /** The name of the base that is made on this machine. */
    public static final String OFFLINE_BASE = "offline base";

    public BuiltImage {
        layers = List.copyOf(layers);
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        exposedPorts = List.copyOf(exposedPorts);
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
