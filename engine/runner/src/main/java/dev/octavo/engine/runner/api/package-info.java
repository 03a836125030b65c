/**
 * What a front end gives the runner, and what it gets back.
 *
 * <p>Depends on {@code dev.octavo.engine.api} alone.
 */
@NullMarked
package dev.octavo.engine.runner.api;

import org.jspecify.annotations.NullMarked;
