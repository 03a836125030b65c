package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.octavo.FourLines;
import java.util.List;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code octavo deploy}: deploys to an environment and waits until all is ready; explains what does not become
 * ready.
 */
public final class OctavoDeployStep extends EnvironmentStep {
    private String approvedHash = "";
    private String approver = "";
    private int timeout = 300;
    private String plan = "";
    private boolean rollBack = true;
    private int lockTimeout = 600;
    private int keepReleases = 10;
    private int atOnce = 4;
    private List<String> verify = List.of();
    private int verifyTimeout = 60;

    @DataBoundConstructor
    public OctavoDeployStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "deploy";
    }

    @Override
    void prepare(Call call) throws FourLines {
        prepareSignatures(call);
        Defaults.deploy(call, getEnvironment(), getKubeconfigId());
    }

    public String getApprovedHash() {
        return approvedHash;
    }

    @DataBoundSetter
    public void setApprovedHash(String approvedHash) {
        this.approvedHash = Util.fixNull(approvedHash).trim();
    }

    public String getApprover() {
        return approver;
    }

    @DataBoundSetter
    public void setApprover(String approver) {
        this.approver = Util.fixNull(approver).trim();
    }

    public int getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(int timeout) {
        this.timeout = timeout;
    }

    public String getPlan() {
        return plan;
    }

    @DataBoundSetter
    public void setPlan(String plan) {
        this.plan = Util.fixNull(plan).trim();
    }

    public boolean isRollBack() {
        return rollBack;
    }

    @DataBoundSetter
    public void setRollBack(boolean rollBack) {
        this.rollBack = rollBack;
    }

    public int getLockTimeout() {
        return lockTimeout;
    }

    @DataBoundSetter
    public void setLockTimeout(int lockTimeout) {
        this.lockTimeout = lockTimeout;
    }

    public int getKeepReleases() {
        return keepReleases;
    }

    @DataBoundSetter
    public void setKeepReleases(int keepReleases) {
        this.keepReleases = keepReleases;
    }

    public int getAtOnce() {
        return atOnce;
    }

    @DataBoundSetter
    public void setAtOnce(int atOnce) {
        this.atOnce = atOnce;
    }

    public List<String> getVerify() {
        return verify;
    }

    @DataBoundSetter
    public void setVerify(List<String> verify) {
        this.verify = Texts.copy(verify);
    }

    public int getVerifyTimeout() {
        return verifyTimeout;
    }

    @DataBoundSetter
    public void setVerifyTimeout(int verifyTimeout) {
        this.verifyTimeout = verifyTimeout;
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoDeploy";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoDeployStep_displayName();
        }
    }
}
