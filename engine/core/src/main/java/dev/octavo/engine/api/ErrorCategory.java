package dev.octavo.engine.api;

/** What kind of thing went wrong; decides the exit code of the {@code octavo} command. */
public enum ErrorCategory {
    /** An option, a parameter, a file that a person wrote. */
    CONFIGURATION(2),
    /** The source tree or its git repository. */
    SOURCE(8),
    /** The service's own build, or the building of its image. */
    BUILD(8),
    /** Tests, analysis, the quality gate. */
    QUALITY(3),
    /** The image registry. */
    REGISTRY(4),
    /** The cluster, or a rollout on it. */
    CLUSTER(5),
    /** Something took longer than it was given. */
    TIMEOUT(6),
    /** A gate that nobody approved. */
    GATE(7),
    /** Mistakes in the files of the repository, found before anything ran. */
    FINDINGS(9),
    /** A person or a signal stopped the work. */
    CANCELLED(130),
    /** A bug of ours. */
    INTERNAL(1);

    private final int exitCode;

    ErrorCategory(int exitCode) {
        this.exitCode = exitCode;
    }

    /** The exit code of the command, 1 to 255. */
    public int exitCode() {
        return exitCode;
    }
}
