/**
 * What happened in a run: one JSON document, the only hand-over between stages and the source of every report.
 *
 * <p>Depends on {@code api}; knows no stage, only that each leaves a record of its own.
 */
@NullMarked
package dev.octavo.engine.record;

import org.jspecify.annotations.NullMarked;
