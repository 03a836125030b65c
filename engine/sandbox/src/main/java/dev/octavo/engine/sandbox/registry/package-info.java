/**
 * An OCI distribution registry in this process, for laptops and tests.
 *
 * <p>Depends on core's {@code api}, on the JDK's HTTP server and on Jackson; its stand-in for nginx on
 * core's {@code image} too.
 */
@NullMarked
package dev.octavo.engine.sandbox.registry;

import org.jspecify.annotations.NullMarked;
