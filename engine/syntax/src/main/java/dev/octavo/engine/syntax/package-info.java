/** Reads Jenkinsfiles with Groovy's own parser for those who check them; runs and resolves nothing. */
@NullMarked
package dev.octavo.engine.syntax;

import org.jspecify.annotations.NullMarked;
