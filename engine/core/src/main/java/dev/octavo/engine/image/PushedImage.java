package dev.octavo.engine.image;

import java.util.List;

/**
 * An image that a registry now has.
 *
 * @param digest what the registry computed, equal to what was built
 * @param reference by that digest: what is deployed
 * @param tags by each tag: names for people
 * @param bytesSent of blobs and manifest; what the registry had already isn't in it
 * @param blobsSent how many layers and configurations were sent
 * @param blobsPresent how many the registry had, or took over from another of its repositories
 */
public record PushedImage(
        String digest, String reference, List<String> tags, long bytesSent, int blobsSent, int blobsPresent) {
    public PushedImage {
        tags = List.copyOf(tags);
    }
}
