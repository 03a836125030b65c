/** Turns a Jenkinsfile that a team has written itself into the two lines and {@code delivery.yaml}. */
@NullMarked
package dev.octavo.engine.migrate;

import org.jspecify.annotations.NullMarked;
