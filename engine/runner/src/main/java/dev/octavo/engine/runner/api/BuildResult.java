package dev.octavo.engine.runner.api;

/** How a build or a part of it ended, from best to worst, as Jenkins orders it. */
public enum BuildResult {
    SUCCESS,
    UNSTABLE,
    FAILURE,
    NOT_BUILT,
    ABORTED;

    /** The worse of the two. */
    public BuildResult combine(BuildResult other) {
        return other.compareTo(this) > 0 ? other : this;
    }

    public boolean isWorseThan(BuildResult other) {
        return compareTo(other) > 0;
    }
}
