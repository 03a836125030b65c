/**
 * Versions, and their tags in git.
 *
 * <p>Depends on {@code api}, {@code git} and JGit.
 */
@NullMarked
package dev.octavo.engine.release;

import org.jspecify.annotations.NullMarked;
