package dev.octavo.engine.image;

import java.nio.file.Path;

/**
 * A layer in the cache.
 *
 * @param digest of the compressed bytes
 * @param diffId of the uncompressed ones
 * @param size compressed, in bytes
 * @param file the compressed bytes; never changed, since others link to it
 */
record StoredLayer(String name, String mediaType, String digest, String diffId, long size, Path file) {}
