package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.octavo.FourLines;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo release}: gives the images their version, the commit its tag, and the forge its release. */
public final class OctavoReleaseStep extends RegistryStep {
    private String version = "";
    private String remote = "";
    private String message = "";
    private boolean perService;
    private boolean notesInTag;
    private String taggerName = "Octavo";
    private String taggerMail = "octavo@localhost";
    private String forge = "";
    private String forgeUrl = "";
    private String approver = "";
    private String gitCredentialsId = "";
    private String forgeCredentialsId = "";

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
        call.secrets().text(forgeCredentialsId, "FORGE_TOKEN");
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

    public String getForgeCredentialsId() {
        return forgeCredentialsId;
    }

    @DataBoundSetter
    public void setForgeCredentialsId(String forgeCredentialsId) {
        this.forgeCredentialsId = Util.fixNull(forgeCredentialsId).trim();
    }

    public boolean isPerService() {
        return perService;
    }

    @DataBoundSetter
    public void setPerService(boolean perService) {
        this.perService = perService;
    }

    public boolean isNotesInTag() {
        return notesInTag;
    }

    @DataBoundSetter
    public void setNotesInTag(boolean notesInTag) {
        this.notesInTag = notesInTag;
    }

    public String getTaggerName() {
        return taggerName;
    }

    @DataBoundSetter
    public void setTaggerName(String taggerName) {
        this.taggerName = Util.fixNull(taggerName).trim();
    }

    public String getTaggerMail() {
        return taggerMail;
    }

    @DataBoundSetter
    public void setTaggerMail(String taggerMail) {
        this.taggerMail = Util.fixNull(taggerMail).trim();
    }

    public String getForge() {
        return forge;
    }

    @DataBoundSetter
    public void setForge(String forge) {
        this.forge = Util.fixNull(forge).trim();
    }

    public String getForgeUrl() {
        return forgeUrl;
    }

    @DataBoundSetter
    public void setForgeUrl(String forgeUrl) {
        this.forgeUrl = Util.fixNull(forgeUrl).trim();
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
