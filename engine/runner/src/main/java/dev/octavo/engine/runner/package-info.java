/**
 * Runs a Jenkinsfile and its shared libraries on this machine.
 *
 * <p>Depends on {@code dev.octavo.engine.api} and its own sub-packages: {@code api} (what goes in and out), {@code cps}
 * (the interpreter), {@code step} (the steps) and {@code declarative} (Declarative Pipeline), which know only those before
 * them.
 */
@NullMarked
package dev.octavo.engine.runner;

import org.jspecify.annotations.NullMarked;
