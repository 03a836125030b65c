/**
 * Starting other programs and ending all that they started.
 *
 * <p>Depends on {@code api} alone.
 */
@NullMarked
package dev.octavo.engine.program;

import org.jspecify.annotations.NullMarked;
