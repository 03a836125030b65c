/**
 * Images from registries, unpacked into folders.
 *
 * <p>Depends on {@code api}, {@code kube}'s JSON, commons-compress and the JDK's HTTP client.
 */
@NullMarked
package dev.octavo.engine.sandbox.image;

import org.jspecify.annotations.NullMarked;
