package io.jenkins.plugins.octavo.credentials;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Run;

/** Knows which builds have passed the gates of which environments. Where nobody knows, none has. */
public interface Approvals extends ExtensionPoint {
    /** Whether this build may deploy to the environment, since its gate was approved. */
    boolean approved(Run<?, ?> run, String environment);

    /** Whether any of them says so. */
    static boolean anyApproved(Run<?, ?> run, String environment) {
        return ExtensionList.lookup(Approvals.class).stream().anyMatch(each -> each.approved(run, environment));
    }
}
