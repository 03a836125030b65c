package io.jenkins.plugins.octavo.gate;

import hudson.console.ModelHyperlinkNote;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.util.Objects;
import jenkins.model.CauseOfInterruption;
import org.kohsuke.stapler.export.Exported;

/** That a newer build of the job has come to the same gate. */
public final class GateSupersededCause extends CauseOfInterruption {
    private static final long serialVersionUID = 1L;

    private final String gate;
    private final String build;

    public GateSupersededCause(String gate, String build) {
        this.gate = gate;
        this.build = build;
    }

    @Exported
    public String getGate() {
        return gate;
    }

    /** The newer build, as {@link Run#getExternalizableId()} names it. */
    @Exported
    public String getBuild() {
        return build;
    }

    @Override
    public String getShortDescription() {
        return Messages.GateSupersededCause_superseded(gate, number());
    }

    @Override
    public void print(TaskListener listener) {
        Run<?, ?> newer = Run.fromExternalizableId(build);
        listener.getLogger()
                .println(Messages.GateSupersededCause_superseded(
                        gate,
                        newer == null
                                ? number()
                                : ModelHyperlinkNote.encodeTo("/" + newer.getUrl(), newer.getDisplayName())));
    }

    private String number() {
        return build.substring(build.lastIndexOf('#'));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GateSupersededCause cause && gate.equals(cause.gate) && build.equals(cause.build);
    }

    @Override
    public int hashCode() {
        return Objects.hash(gate, build);
    }
}
