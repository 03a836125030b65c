/**
 * The delivery board: which release of which microservice runs where, and how delivery does over time.
 *
 * <p>Depends on {@code api} and {@code cluster}.
 */
@NullMarked
package dev.octavo.engine.board;

import org.jspecify.annotations.NullMarked;
