package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code octavo render}: shows manifests with their values, and where each value comes from; asks no cluster. */
public final class OctavoRenderStep extends ManifestsStep {
    @DataBoundConstructor
    public OctavoRenderStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "render";
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoRender";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoRenderStep_displayName();
        }
    }
}
