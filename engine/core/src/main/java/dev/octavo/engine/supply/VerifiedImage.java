package dev.octavo.engine.supply;

/**
 * An image of which everything that was asked for could be verified.
 *
 * @param digest what was verified; a tag may name something else a moment later
 * @param signedBy the fingerprint of the key: the SHA-256 of its public part, in base64
 * @param commit the provenance's; "" where provenance wasn't asked for
 * @param builder the provenance's; "" where provenance wasn't asked for
 * @param components how many components the bill of materials names; 0 where it wasn't asked for
 */
public record VerifiedImage(
        String reference, String digest, String signedBy, String commit, String builder, int components) {}
