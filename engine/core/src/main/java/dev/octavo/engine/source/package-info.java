/**
 * The sources of a run: one commit in a folder, and what is known about a working tree.
 *
 * <p>Depends on {@code api}, {@code git} and JGit.
 */
@NullMarked
package dev.octavo.engine.source;

import org.jspecify.annotations.NullMarked;
