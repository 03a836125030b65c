package dev.octavo.engine.image;

import java.util.List;

/**
 * An image under its further names.
 *
 * @param digest the source's, unchanged
 * @param reference by that digest, in the target's repository
 * @param tags by each tag
 * @param alreadyThere those of {@code tags} that named this digest before
 * @param bytesCopied of layers and manifests that went through this machine
 */
public record PromotedImage(
        String digest, String reference, List<String> tags, List<String> alreadyThere, long bytesCopied) {
    public PromotedImage {
        tags = List.copyOf(tags);
        alreadyThere = List.copyOf(alreadyThere);
    }
}
