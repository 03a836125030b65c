package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.octavo.FourLines;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo release}: gives the images their version and the commit its tag. */
public final class OctavoReleaseStep extends RegistryStep {
    private String version = "";
    private String remote = "";
    private String message = "";
    private String approver = "";
    private String gitCredentialsId = "";

    @DataBoundConstructor
    public OctavoReleaseStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "release";
    }

    @Override
    void prepare(Call call) throws FourLines {
        super.prepare(call);
        call.secrets().login(gitCredentialsId, "GIT_USERNAME", "GIT_PASSWORD");
    }

    public String getVersion() {
        return version;
    }

    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixNull(version).trim();
    }

    public String getRemote() {
        return remote;
    }

    @DataBoundSetter
    public void setRemote(String remote) {
        this.remote = Util.fixNull(remote).trim();
    }

    public String getMessage() {
        return message;
    }

    @DataBoundSetter
    public void setMessage(String message) {
        this.message = Util.fixNull(message).trim();
    }

    public String getApprover() {
        return approver;
    }

    @DataBoundSetter
    public void setApprover(String approver) {
        this.approver = Util.fixNull(approver).trim();
    }

    public String getGitCredentialsId() {
        return gitCredentialsId;
    }

    @DataBoundSetter
    public void setGitCredentialsId(String gitCredentialsId) {
        this.gitCredentialsId = Util.fixNull(gitCredentialsId).trim();
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoRelease";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoReleaseStep_displayName();
        }
    }
}
