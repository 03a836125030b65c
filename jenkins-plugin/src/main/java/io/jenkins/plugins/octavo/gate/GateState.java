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
    /** The build ended while it was waiting. */
    ABORTED;

    /** For JSON and logs, such as {@code timed out}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** For people, in their language. */
    public String text() {
        return switch (this) {
            case WAITING -> Messages.GateState_waiting();
            case APPROVED -> Messages.GateState_approved();
            case REFUSED -> Messages.GateState_refused();
            case TIMED_OUT -> Messages.GateState_timedOut();
            case ABORTED -> Messages.GateState_aborted();
        };
    }
}
