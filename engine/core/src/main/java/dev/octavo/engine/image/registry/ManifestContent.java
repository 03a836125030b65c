package dev.octavo.engine.image.registry;

/**
 * A manifest or index as the registry holds it.
 *
 * @param bytes exactly as stored: their digest is the image's
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that are passed on as they are; never compared as records
public record ManifestContent(byte[] bytes, String mediaType, String digest) {}
