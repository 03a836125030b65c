/**
 * What runs inside the pods' Java virtual machines, and how it gets there.
 *
 * <p>{@code PodAgent} and {@code PodSockets} use the JDK's {@code java.base} and {@code java.instrument} alone, {@code Weaver}
 * ASM too.
 */
@NullMarked
package dev.octavo.engine.sandbox.agent;

import org.jspecify.annotations.NullMarked;
