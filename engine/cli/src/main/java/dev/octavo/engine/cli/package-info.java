/**
 * The {@code octavo} command: arguments and secrets in, progress and JSON out.
 *
 * <p>Depends on everything else in the engine; nothing depends on it.
 */
@NullMarked
package dev.octavo.engine.cli;

import org.jspecify.annotations.NullMarked;
