/**
 * The steps that pipelines use.
 *
 * <p>Depends on {@code dev.octavo.engine.api}, {@code program}, {@code runner.api} and {@code runner.cps}.
 */
@NullMarked
package dev.octavo.engine.runner.step;

import org.jspecify.annotations.NullMarked;
