package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import io.jenkins.plugins.octavo.FourLines;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code octavo history}: lists what was deployed to an environment, and what became of it. */
public final class OctavoHistoryStep extends ReleasedStep {
    @DataBoundConstructor
    public OctavoHistoryStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "history";
    }

    @Override
    void prepare(Call call) throws FourLines {
        if (getEnvironment().isEmpty()) {
            call.secrets().kubeconfig(getKubeconfigId());
        } else {
            Defaults.plan(call, getEnvironment(), getKubeconfigId());
        }
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoHistory";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoHistoryStep_displayName();
        }
    }
}
