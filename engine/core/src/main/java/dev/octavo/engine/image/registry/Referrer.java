package dev.octavo.engine.image.registry;

import java.util.Map;

/**
 * Something in a registry that says something about an image: a signature, a bill of materials and the like.
 *
 * @param digest of its manifest
 * @param size of its manifest, in bytes
 * @param artifactType what it is; "" where the registry doesn't say
 */
public record Referrer(
        String mediaType, String digest, long size, String artifactType, Map<String, String> annotations) {
    public Referrer {
        annotations = Map.copyOf(annotations);
    }
}
