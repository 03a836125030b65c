/**
 * Judges what a scanner of vulnerabilities has reported of an image. It scans nothing itself.
 *
 * <p>Depends on {@code api} alone; on Jackson and SnakeYAML Engine.
 */
@NullMarked
package dev.octavo.engine.scan;

import org.jspecify.annotations.NullMarked;
