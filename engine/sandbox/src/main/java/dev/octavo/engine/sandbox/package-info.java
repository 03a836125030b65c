/**
 * A registry and a Kubernetes API in this process, for laptops and tests. Pods are local processes.
 *
 * <p>Depends on {@code api} and {@code program} of core.
 */
@NullMarked
package dev.octavo.engine.sandbox;

import org.jspecify.annotations.NullMarked;
