/**
 * Pods as processes of this machine: their files, environment, probes, logs and states.
 *
 * <p>Depends on {@code api}, {@code program}, and of the sandbox on {@code kube}, {@code image}, {@code network} and {@code
 * agent}.
 */
@NullMarked
package dev.octavo.engine.sandbox.pod;

import org.jspecify.annotations.NullMarked;
