/**
 * What every front end and every stage share: requests' declarations, the context of a call, errors.
 *
 * <p>Depends on the JDK alone.
 */
@NullMarked
package dev.octavo.engine.api;

import org.jspecify.annotations.NullMarked;
