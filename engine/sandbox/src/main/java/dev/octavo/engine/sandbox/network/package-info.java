/**
 * The addresses of pods and Services, the listeners of Services, and the names that pods know.
 *
 * <p>Depends on {@code api}, {@code kube} and the JDK.
 */
@NullMarked
package dev.octavo.engine.sandbox.network;

import org.jspecify.annotations.NullMarked;
