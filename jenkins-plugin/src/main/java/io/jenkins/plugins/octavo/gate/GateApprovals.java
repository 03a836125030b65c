package io.jenkins.plugins.octavo.gate;

import hudson.Extension;
import hudson.model.Run;
import io.jenkins.plugins.octavo.credentials.Approvals;

/** Unlocks an environment's credentials for the build that its gate has let pass. */
@Extension
public final class GateApprovals implements Approvals {
    @Override
    public boolean approved(Run<?, ?> run, String environment) {
        return !GateAction.approvedHashes(run, environment).isEmpty();
    }
}
