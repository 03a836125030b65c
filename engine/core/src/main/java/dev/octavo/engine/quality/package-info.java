/**
 * The service's own build and tests, and its analysis.
 *
 * <p>Depends on {@code api}, {@code program}, Jackson and SLF4J.
 */
@NullMarked
package dev.octavo.engine.quality;

import org.jspecify.annotations.NullMarked;
