/**
 * Runs Groovy as Jenkins does: through groovy-cps, step by step, in logical threads.
 *
 * <p>Depends on {@code dev.octavo.engine.api} and {@code runner.api}; knows no step of its own.
 */
@NullMarked
package dev.octavo.engine.runner.cps;

import org.jspecify.annotations.NullMarked;
