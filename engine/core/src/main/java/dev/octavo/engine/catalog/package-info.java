/**
 * Finds the microservices in a source tree, without running their builds, and which of them a change concerns.
 *
 * <p>Depends on {@code api}, the JDK's XML reader and snakeyaml-engine. Paths in results are relative to the scanned
 * folder and have slashes on every system; {@code "."} is that folder itself.
 */
@NullMarked
package dev.octavo.engine.catalog;

import org.jspecify.annotations.NullMarked;
