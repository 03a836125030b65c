package io.jenkins.plugins.octavo.steps;

import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.octavo.gate.GatePeople;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code octavo plan}: asks the cluster what a deployment to an environment would change, without changing it. The
 * result is what a gate shows.
 */
public final class OctavoPlanStep extends EnvironmentStep {
    private String html = "";

    @DataBoundConstructor
    public OctavoPlanStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "plan";
    }

    @Override
    void prepare(Call call) throws AbortException {
        GatePeople.require(call.run(), getEnvironment());
        prepareSignatures(call);
        Defaults.plan(call, getEnvironment(), getKubeconfigId());
    }

    public String getHtml() {
        return html;
    }

    @DataBoundSetter
    public void setHtml(String html) {
        this.html = Util.fixNull(html).trim();
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
