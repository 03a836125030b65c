package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code kubeConfig: [path: …]} of old Jenkinsfiles: a kubeconfig in the workspace. */
public final class LegacyKubeconfigFile implements Describable<LegacyKubeconfigFile> {
    private String path = "";

    @DataBoundConstructor
    public LegacyKubeconfigFile() {
        // all by setters
    }

    public String getPath() {
        return Util.fixNull(path);
    }

    @DataBoundSetter
    public void setPath(String path) {
        this.path = Util.fixNull(path).trim();
    }

    /** Has no form: it is not offered any more. */
    @Extension
    public static final class DescriptorImpl extends Descriptor<LegacyKubeconfigFile> {}
}
