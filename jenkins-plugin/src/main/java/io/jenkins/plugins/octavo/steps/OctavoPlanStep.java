package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import io.jenkins.plugins.octavo.FourLines;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * {@code octavo plan}: asks the cluster what a deployment to an environment would change, without changing it. The
 * result is what a gate shows.
 */
public final class OctavoPlanStep extends EnvironmentStep {
    @DataBoundConstructor
    public OctavoPlanStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "plan";
    }

    @Override
    void prepare(Call call) throws FourLines {
        Defaults.plan(call, getEnvironment(), getKubeconfigId());
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoPlan";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoPlanStep_displayName();
        }
    }
}
