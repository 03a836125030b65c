package io.jenkins.plugins.octavo.gate;

import hudson.console.ModelHyperlinkNote;
import hudson.model.TaskListener;
import hudson.model.User;
import java.util.Objects;
import jenkins.model.CauseOfInterruption;
import org.kohsuke.stapler.export.Exported;

/** That somebody refused at a gate. */
public final class GateRefusedCause extends CauseOfInterruption {
    private static final long serialVersionUID = 1L;

    private final String gate;
    private final String user;
    private final String reason;

    public GateRefusedCause(String gate, String user, String reason) {
        this.gate = gate;
        this.user = user;
        this.reason = reason;
    }

    @Exported
    public String getGate() {
        return gate;
    }

    /** The person's ID. */
    @Exported
    public String getUser() {
        return user;
    }

    /** {@code ""} where none was given. */
    @Exported
    public String getReason() {
        return reason;
    }

    @Override
    public String getShortDescription() {
        return sentence(GateVote.fullName(user));
    }

    @Override
    public void print(TaskListener listener) {
        User known = User.getById(user, false);
        listener.getLogger().println(sentence(known == null ? user : ModelHyperlinkNote.encodeTo(known)));
    }

    private String sentence(String who) {
        return reason.isEmpty()
                ? Messages.GateRefusedCause_refused(gate, who)
                : Messages.GateRefusedCause_refusedBecause(gate, who, reason);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GateRefusedCause cause
                && gate.equals(cause.gate)
                && user.equals(cause.user)
                && reason.equals(cause.reason);
    }

    @Override
    public int hashCode() {
        return Objects.hash(gate, user, reason);
    }
}
