/**
 * What makes an image's origin provable: bill of materials, provenance and signature, made and checked.
 *
 * <p>Depends on {@code api}, {@code image} and {@code image.registry}; on Bouncy Castle for keys, and Jackson. The forms
 * are those of others: DSSE, in-toto, SLSA, CycloneDX and the bundles of Sigstore, so that cosign reads ours and we
 * read cosign's.
 */
@NullMarked
package dev.octavo.engine.supply;

import org.jspecify.annotations.NullMarked;
