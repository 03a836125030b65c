/** Names that pipelines written for Jenkins refer to. Depends on nothing. */
@NullMarked
package hudson;

import org.jspecify.annotations.NullMarked;
