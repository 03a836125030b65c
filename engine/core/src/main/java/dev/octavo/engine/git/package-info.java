/**
 * What every use of git shares: JGit's set-up, addresses of remotes, logins, and reading of failures.
 *
 * <p>Depends on {@code api} and JGit.
 */
@NullMarked
package dev.octavo.engine.git;

import org.jspecify.annotations.NullMarked;
