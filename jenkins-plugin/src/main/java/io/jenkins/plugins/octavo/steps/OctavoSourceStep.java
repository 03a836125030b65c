package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.octavo.gate.GatePeople;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo source}: pins the commit that a run delivers, and checks the version that it is to become. */
public final class OctavoSourceStep extends OperationStep {
    private String branch = "";
    private String mainBranch = "main,master";
    private String version = "";
    private String remote = "";
    private boolean perService;
    private boolean pinned;
    private String gitCredentialsId = "";

    @DataBoundConstructor
    public OctavoSourceStep() {
        // all by setters
    }

    @Override
    void begin(Run<?, ?> run, TaskListener listener) {
        GatePeople.warn(run, listener);
    }

    @Override
    public String operation() {
        return "source";
    }

    @Override
    void prepare(Call call) {
        call.secrets().login(gitCredentialsId, "GIT_USERNAME", "GIT_PASSWORD");
    }

    public String getBranch() {
        return branch;
    }

    @DataBoundSetter
    public void setBranch(String branch) {
        this.branch = Util.fixNull(branch).trim();
    }

    public String getMainBranch() {
        return mainBranch;
    }

    @DataBoundSetter
    public void setMainBranch(String mainBranch) {
        this.mainBranch = Util.fixNull(mainBranch).trim();
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

    public boolean isPinned() {
        return pinned;
    }

    @DataBoundSetter
    public void setPinned(boolean pinned) {
        this.pinned = pinned;
    }

    public String getGitCredentialsId() {
        return gitCredentialsId;
    }

    @DataBoundSetter
    public void setGitCredentialsId(String gitCredentialsId) {
        this.gitCredentialsId = Util.fixNull(gitCredentialsId).trim();
    }

    public boolean isPerService() {
        return perService;
    }

    @DataBoundSetter
    public void setPerService(boolean perService) {
        this.perService = perService;
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoSource";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoSourceStep_displayName();
        }
    }
}
