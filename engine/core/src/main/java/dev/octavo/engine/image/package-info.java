/**
 * Stages 4 and 5: builds a service's image without a daemon, pushes it, and promotes it by copying its manifest's
 * bytes.
 *
 * <p>Depends on {@code api}, {@code program} and {@code image.registry}; on Jib for layers, commons-compress and Jackson.
 */
@NullMarked
package dev.octavo.engine.image;

import org.jspecify.annotations.NullMarked;
