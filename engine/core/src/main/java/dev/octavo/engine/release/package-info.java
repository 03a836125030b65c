/**
 * Versions: their tags in git, their notes, and the releases that forges make of them.
 *
 * <p>Depends on {@code api}, {@code git}, JGit and Jackson.
 */
@NullMarked
package dev.octavo.engine.release;

import org.jspecify.annotations.NullMarked;
