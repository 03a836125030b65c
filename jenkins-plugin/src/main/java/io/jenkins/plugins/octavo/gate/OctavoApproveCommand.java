package io.jenkins.plugins.octavo.gate;

import hudson.Extension;
import java.io.IOException;

/** {@code octavo-approve JOB BUILD GATE --hash HASH [--reason REASON]}. */
@Extension
public final class OctavoApproveCommand extends GateCommand {
    @Override
    public String getShortDescription() {
        return Messages.OctavoApproveCommand_shortDescription();
    }

    @Override
    void decide(PlanGate found) throws GateObjection, IOException {
        GateDecision.approve(found, hash, reason);
    }
}
