package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import java.util.List;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo push}: pushes the images that were built. */
public final class OctavoPushStep extends RegistryStep {
    private List<String> tags = List.of();

    @DataBoundConstructor
    public OctavoPushStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "push";
    }

    public List<String> getTags() {
        return tags;
    }

    @DataBoundSetter
    public void setTags(List<String> tags) {
        this.tags = Texts.copy(tags);
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoPush";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoPushStep_displayName();
        }
    }
}
