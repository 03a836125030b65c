package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code ssh: [sshServer: …, sshCredentialsId: …]} of old Jenkinsfiles. It is read, and never used. */
public final class LegacySsh implements Describable<LegacySsh> {
    private String sshServer = "";
    private String sshCredentialsId = "";

    @DataBoundConstructor
    public LegacySsh() {
        // all by setters
    }

    public String getSshServer() {
        return Util.fixNull(sshServer);
    }

    @DataBoundSetter
    public void setSshServer(String sshServer) {
        this.sshServer = Util.fixNull(sshServer);
    }

    public String getSshCredentialsId() {
        return Util.fixNull(sshCredentialsId);
    }

    @DataBoundSetter
    public void setSshCredentialsId(String sshCredentialsId) {
        this.sshCredentialsId = Util.fixNull(sshCredentialsId);
    }

    /** Has no form: it is not offered any more. */
    @Extension
    public static final class DescriptorImpl extends Descriptor<LegacySsh> {}
}
