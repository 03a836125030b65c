package dev.octavo.engine.runner.api;

/** What became of a stage. */
public enum StageStatus {
    SUCCESS,
    UNSTABLE,
    FAILURE,
    ABORTED,
    /** Its steps did not run: a condition was not met, or something before it had failed. */
    SKIPPED
}
