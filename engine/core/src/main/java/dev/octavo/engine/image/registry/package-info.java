/**
 * Talks to OCI registries: references, credentials, blobs and manifests over HTTP.
 *
 * <p>Depends on {@code api}, the JDK's HTTP client, Jackson, and Jib for credential helpers.
 */
@NullMarked
package dev.octavo.engine.image.registry;

import org.jspecify.annotations.NullMarked;
