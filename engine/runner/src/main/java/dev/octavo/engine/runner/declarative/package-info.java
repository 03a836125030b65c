/**
 * Declarative Pipeline: its structure, the rules it has to keep, and how it runs.
 *
 * <p>Depends on {@code runner.api}, {@code runner.cps} and {@code runner.step}.
 */
@NullMarked
package dev.octavo.engine.runner.declarative;

import org.jspecify.annotations.NullMarked;
