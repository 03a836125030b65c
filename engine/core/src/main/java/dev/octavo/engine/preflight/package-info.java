/**
 * Finds mistakes in Jenkinsfiles, manifests and Dockerfiles before anything runs, without a cluster.
 *
 * <p>What it cannot know it does not report: a variable that a shared library or an agent may set is not undefined.
 */
@NullMarked
package dev.octavo.engine.preflight;

import org.jspecify.annotations.NullMarked;
