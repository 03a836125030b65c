package io.jenkins.plugins.octavo.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Who may approve a deployment, and how. */
public final class Gate extends AbstractDescribableImpl<Gate> {
    private final String name;
    private String approvers = "";
    private int quorum = 1;
    private boolean notStarter;
    private boolean notAuthor;
    private boolean reasonRequired;
    private int hours = 72;

    @DataBoundConstructor
    public Gate(String name) {
        this.name = Util.fixNull(name).trim();
    }

    /** How environments and pipelines call it. */
    public String getName() {
        return name;
    }

    /** User IDs and groups, separated by commas; {@code ""} for everyone with the permission Octavo/Approve. */
    public String getApprovers() {
        return approvers;
    }

    @DataBoundSetter
    public void setApprovers(String approvers) {
        this.approvers = Util.fixNull(approvers).trim();
    }

    /** How many different people have to approve. */
    public int getQuorum() {
        return quorum;
    }

    @DataBoundSetter
    public void setQuorum(int quorum) {
        this.quorum = quorum;
    }

    /** Whether the one who started the build may not approve. */
    public boolean isNotStarter() {
        return notStarter;
    }

    @DataBoundSetter
    public void setNotStarter(boolean notStarter) {
        this.notStarter = notStarter;
    }

    /** Whether those whose changes are in the build may not approve. */
    public boolean isNotAuthor() {
        return notAuthor;
    }

    @DataBoundSetter
    public void setNotAuthor(boolean notAuthor) {
        this.notAuthor = notAuthor;
    }

    /** Whether an approval needs a reason. */
    public boolean isReasonRequired() {
        return reasonRequired;
    }

    @DataBoundSetter
    public void setReasonRequired(boolean reasonRequired) {
        this.reasonRequired = reasonRequired;
    }

    /** How long it waits, in hours, before it ends the build. */
    public int getHours() {
        return hours;
    }

    @DataBoundSetter
    public void setHours(int hours) {
        this.hours = hours;
    }

    /** Its form. */
    @Extension
    @Symbol("octavoGatePolicy")
    public static final class DescriptorImpl extends Descriptor<Gate> {
        @Override
        public String getDisplayName() {
            return Messages.Gate_displayName();
        }
    }
}
