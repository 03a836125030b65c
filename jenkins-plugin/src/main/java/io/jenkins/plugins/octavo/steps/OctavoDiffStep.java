package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import io.jenkins.plugins.octavo.FourLines;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo diff}: shows what somebody has changed by hand since the last release. */
public final class OctavoDiffStep extends ReleasedStep {
    private boolean live;
    private boolean failOnDifference;

    @DataBoundConstructor
    public OctavoDiffStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "diff";
    }

    @Override
    void prepare(Call call) throws FourLines {
        Defaults.plan(call, getEnvironment(), getKubeconfigId());
    }

    public boolean isLive() {
        return live;
    }

    @DataBoundSetter
    public void setLive(boolean live) {
        this.live = live;
    }

    public boolean isFailOnDifference() {
        return failOnDifference;
    }

    @DataBoundSetter
    public void setFailOnDifference(boolean failOnDifference) {
        this.failOnDifference = failOnDifference;
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoDiff";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoDiffStep_displayName();
        }
    }
}
