/** Names that pipelines written for Jenkins refer to. Depends on nothing. */
@NullMarked
package hudson.model;

import org.jspecify.annotations.NullMarked;
