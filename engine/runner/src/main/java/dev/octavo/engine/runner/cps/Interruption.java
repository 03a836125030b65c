package dev.octavo.engine.runner.cps;

import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.SourcePlace;

/**
 * Why a step was made to end.
 *
 * @param place of what interrupts: the {@code timeout} around it, for one
 */
public record Interruption(Kind kind, String message, BuildResult result, SourcePlace place) {
    /** What interrupted it. */
    public enum Kind {
        /** The run was cancelled. */
        CANCELLED,
        /** A time limit around it passed. */
        TIMEOUT,
        /** Another branch failed first. */
        FAIL_FAST,
        /** A person said no at a gate. */
        REFUSED
    }

    /** Whether it means the end of the build, so that {@code retry} does not try again. */
    public boolean endsBuild() {
        return kind != Kind.TIMEOUT;
    }
}
