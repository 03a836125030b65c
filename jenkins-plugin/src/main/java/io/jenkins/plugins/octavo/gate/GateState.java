package io.jenkins.plugins.octavo.gate;

import java.util.Locale;

/** What became of a gate. */
public enum GateState {
    /** Not enough people have approved yet. */
    WAITING,
    /** As many people as needed have approved. */
    APPROVED,
    /** Somebody who may approve has refused. */
    REFUSED,
    /** Nobody ended it in time. */
    TIMED_OUT,
    /** A newer build of the job has come to the same gate. */
    SUPERSEDED,
    /** The build ended while it was waiting. */
    ABORTED;

    /** For JSON and logs, such as {@code timed out}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
