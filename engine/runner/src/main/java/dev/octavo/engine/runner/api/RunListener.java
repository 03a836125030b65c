package dev.octavo.engine.runner.api;

import java.time.Instant;

/** Hears what happens in a run. Called by several branches at a time. All texts are masked. */
public interface RunListener {
    /** Hears nothing. */
    RunListener SILENT = new RunListener() {};

    /**
     * A stage begins.
     *
     * @param path unique within the run, see {@link StageResult#path()}
     */
    default void stageStarted(String path, String name, String parent, Instant at) {}

    /** A stage ended, or was skipped (its reason says why). */
    default void stageFinished(StageResult stage) {}

    /**
     * A step begins.
     *
     * @param stage the path of the stage it is in, {@code ""} outside of all stages
     * @param label what it does, one line: the first line of a script, a file
     */
    default void stepStarted(String stage, String step, String label, SourcePlace place) {}

    /**
     * A line of the build's log.
     *
     * @param stage the path of the stage that it comes from, {@code ""} outside of all stages
     */
    default void output(String stage, String line) {}

    /** A change of state within a step, one line. */
    default void progress(String stage, String message) {}

    /** Something the user should know and that stops nothing, one line. */
    default void warning(String stage, String message) {}
}
