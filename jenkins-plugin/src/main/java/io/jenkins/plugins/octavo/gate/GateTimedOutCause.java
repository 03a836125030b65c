package io.jenkins.plugins.octavo.gate;

import jenkins.model.CauseOfInterruption;
import org.kohsuke.stapler.export.Exported;

/** That a gate was not answered in time. */
public final class GateTimedOutCause extends CauseOfInterruption {
    private static final long serialVersionUID = 1L;

    private final String gate;
    private final int hours;

    public GateTimedOutCause(String gate, int hours) {
        this.gate = gate;
        this.hours = hours;
    }

    @Exported
    public String getGate() {
        return gate;
    }

    /** How long it waited. */
    @Exported
    public int getHours() {
        return hours;
    }

    @Override
    public String getShortDescription() {
        return Messages.GateTimedOutCause_timedOut(gate, hours);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GateTimedOutCause cause && gate.equals(cause.gate) && hours == cause.hours;
    }

    @Override
    public int hashCode() {
        return gate.hashCode() + hours;
    }
}
