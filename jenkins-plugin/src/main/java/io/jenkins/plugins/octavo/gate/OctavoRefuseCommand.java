package io.jenkins.plugins.octavo.gate;

import hudson.Extension;
import java.io.IOException;

/** {@code octavo-refuse JOB BUILD GATE [--hash HASH] [--reason REASON]}. */
@Extension
public final class OctavoRefuseCommand extends GateCommand {
    @Override
    public String getShortDescription() {
        return Messages.OctavoRefuseCommand_shortDescription();
    }

    @Override
    void decide(PlanGate found) throws GateObjection, IOException {
        GateDecision.refuse(found, hash, reason);
    }
}
