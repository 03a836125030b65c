/**
 * Pipelines and shell scripts as texts with a structure: what a Jenkinsfile says, without a word of Groovy.
 *
 * <p>Nothing here runs anything.
 */
@NullMarked
package dev.octavo.engine.preflight.script;

import org.jspecify.annotations.NullMarked;
