/**
 * The stages of a delivery as operations on the run's record: each takes what the ones before it left there, uses the
 * capabilities of the other packages, and leaves its own part.
 *
 * <p>May depend on every package of core; no package of core depends on it.
 */
@NullMarked
package dev.octavo.engine.delivery;

import org.jspecify.annotations.NullMarked;
