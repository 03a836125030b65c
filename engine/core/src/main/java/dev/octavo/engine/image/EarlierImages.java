package dev.octavo.engine.image;

import dev.octavo.engine.image.registry.ManifestContent;
import java.util.Optional;

/** Where images that were built before are looked for. */
@FunctionalInterface
public interface EarlierImages {
    /** Nowhere: each image is built as that of its commit. */
    EarlierImages NONE = inputs -> Optional.empty();

    /**
     * The manifest or index of the image with certain inputs. What comes back is believed only where it is, byte for
     * byte, what the builder makes of these inputs.
     *
     * @param inputs a digest
     */
    Optional<ManifestContent> find(String inputs);
}
