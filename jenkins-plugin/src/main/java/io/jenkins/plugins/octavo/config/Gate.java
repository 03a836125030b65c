package io.jenkins.plugins.octavo.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.security.AccessControlled;
import hudson.util.FormValidation;
import io.jenkins.plugins.octavo.OctavoPermissions;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Who may approve a deployment, and how. */
public final class Gate implements Describable<Gate> {
    private static final int DEFAULT_HOURS = 72;

    private final String name;
    private String approvers = "";
    private int quorum = 1;
    private boolean notStarter;
    private boolean notAuthor;
    private boolean reasonRequired;
    private int hours = DEFAULT_HOURS;

    @DataBoundConstructor
    public Gate(String name) {
        this.name = Util.fixNull(name).trim();
    }

    /** How environments and pipelines call it. */
    public String getName() {
        return Util.fixNull(name);
    }

    /** User IDs and groups, separated by commas; {@code ""} for everyone with the permission Octavo/Approve. */
    public String getApprovers() {
        return Util.fixNull(approvers);
    }

    @DataBoundSetter
    public void setApprovers(String approvers) {
        this.approvers = Util.fixNull(approvers).trim();
    }

    /** How many different people have to approve. */
    public int getQuorum() {
        return Math.max(1, quorum);
    }

    @DataBoundSetter
    public void setQuorum(int quorum) {
        if (quorum < 1) {
            throw new InvalidSettingException("quorum", "quorum: " + Messages.Forms_positive());
        }
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
        return hours < 1 ? DEFAULT_HOURS : hours;
    }

    @DataBoundSetter
    public void setHours(int hours) {
        if (hours < 1) {
            throw new InvalidSettingException("hours", "hours: " + Messages.Forms_positive());
        }
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

        @POST
        public FormValidation doCheckName(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            return Forms.checkName(item, value, source -> source.getGates().stream()
                    .map(Gate::getName)
                    .toList());
        }

        /** Tells of names that nobody has, and of people without the permission, who could never approve. */
        @POST
        public FormValidation doCheckApprovers(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            if (!Forms.mayConfigure(item)) {
                return FormValidation.ok();
            }
            AccessControlled where = item == null ? Jenkins.get() : item;
            List<String> nobody = new ArrayList<>();
            List<String> without = new ArrayList<>();
            for (Approver approver : Approver.parse(Util.fixNull(value))) {
                Approver.Kind kind = approver.kind();
                if (kind == Approver.Kind.NOBODY) {
                    nobody.add(approver.name());
                } else if (kind == Approver.Kind.USER
                        && !Approver.mayHave(approver.name(), OctavoPermissions.APPROVE, where)) {
                    without.add(approver.name());
                }
            }
            if (!nobody.isEmpty()) {
                return FormValidation.warning(Messages.Gate_nobody(String.join(", ", nobody)));
            }
            return without.isEmpty()
                    ? FormValidation.ok()
                    : FormValidation.warning(Messages.Gate_withoutPermission(String.join(", ", without)));
        }

        /** At least one, and no more than are named: if all of these are users, more cannot approve. */
        @POST
        public FormValidation doCheckQuorum(
                @CheckForNull @AncestorInPath Item item,
                @QueryParameter String value,
                @QueryParameter String approvers) {
            FormValidation positive = Forms.checkPositive(item, value);
            if (!Forms.mayConfigure(item) || positive.kind != FormValidation.Kind.OK) {
                return positive;
            }
            long named = Approver.entries(Util.fixNull(approvers)).size();
            return named > 0 && Forms.positive(value) > named
                    ? FormValidation.warning(Messages.Gate_quorum(named))
                    : positive;
        }

        @POST
        public FormValidation doCheckHours(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            return Forms.checkPositive(item, value);
        }
    }
}
