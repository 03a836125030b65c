/**
 * A stand-in for nginx: reads the same configuration, serves the same files, passes on the same requests. For the
 * sandbox alone, where nginx's own program cannot run.
 *
 * <p>Depends on the JDK alone, since its classes are all that is in its jar.
 */
@NullMarked
package dev.octavo.engine.sandbox.web;

import org.jspecify.annotations.NullMarked;
