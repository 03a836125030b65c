package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.octavo.FourLines;
import io.jenkins.plugins.octavo.gate.RollbackRight;
import java.util.List;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo rollback}: deploys an earlier release again. Whoever started the build needs the permission for it. */
public final class OctavoRollbackStep extends ReleasedStep {
    private String to = "";
    private boolean planOnly;
    private String approvedHash = "";
    private String approver = "";
    private int timeout = 300;
    private boolean prune = true;
    private List<String> pruneAlso = List.of();
    private boolean rollBack = true;
    private int lockTimeout = 600;
    private int keepReleases = 10;
    private String signedBy = "";

    @DataBoundConstructor
    public OctavoRollbackStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "rollback";
    }

    @Override
    void prepare(Call call) throws FourLines {
        RollbackRight.require(call.run());
        if (planOnly) {
            Defaults.plan(call, getEnvironment(), getKubeconfigId());
        } else {
            Defaults.deploy(call, getEnvironment(), getKubeconfigId());
        }
    }

    public String getTo() {
        return to;
    }

    @DataBoundSetter
    public void setTo(String to) {
        this.to = Util.fixNull(to).trim();
    }

    public boolean isPlanOnly() {
        return planOnly;
    }

    @DataBoundSetter
    public void setPlanOnly(boolean planOnly) {
        this.planOnly = planOnly;
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

    public boolean isPrune() {
        return prune;
    }

    @DataBoundSetter
    public void setPrune(boolean prune) {
        this.prune = prune;
    }

    public List<String> getPruneAlso() {
        return pruneAlso;
    }

    @DataBoundSetter
    public void setPruneAlso(List<String> pruneAlso) {
        this.pruneAlso = Texts.copy(pruneAlso);
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

    public String getSignedBy() {
        return signedBy;
    }

    @DataBoundSetter
    public void setSignedBy(String signedBy) {
        this.signedBy = Util.fixNull(signedBy).trim();
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoRollback";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoRollbackStep_displayName();
        }
    }
}
