/**
 * Variable substitution in manifests.
 *
 * <p>Depends on {@code api} alone.
 */
@NullMarked
package dev.octavo.engine.template;

import org.jspecify.annotations.NullMarked;
