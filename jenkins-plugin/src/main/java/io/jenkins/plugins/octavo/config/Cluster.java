package io.jenkins.plugins.octavo.config;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.octavo.credentials.KubeconfigCredentials;
import io.jenkins.plugins.octavo.credentials.Kubeconfigs;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A cluster that services are deployed to. */
public final class Cluster implements Describable<Cluster> {
    private final String name;
    private final String credentialsId;
    private String context = "";
    private String planCredentialsId = "";

    @DataBoundConstructor
    public Cluster(String name, String credentialsId) {
        this.name = Util.fixNull(name).trim();
        this.credentialsId = Util.fixNull(credentialsId).trim();
    }

    /** How environments call it. */
    public String getName() {
        return Util.fixNull(name);
    }

    /** ID of the kubeconfig credential with which is deployed: a kubeconfig, a secret file or a secret text. */
    public String getCredentialsId() {
        return Util.fixNull(credentialsId);
    }

    /** The context in the kubeconfig; {@code ""} for its current one. */
    public String getContext() {
        return Util.fixNull(context);
    }

    @DataBoundSetter
    public void setContext(String context) {
        this.context = Util.fixNull(context).trim();
    }

    /** ID of a kubeconfig credential with which plans are made before a gate; {@code ""} for the same one. */
    public String getPlanCredentialsId() {
        return Util.fixNull(planCredentialsId);
    }

    @DataBoundSetter
    public void setPlanCredentialsId(String planCredentialsId) {
        this.planCredentialsId = Util.fixNull(planCredentialsId).trim();
    }

    /** Its form. */
    @Extension
    @Symbol("octavoCluster")
    public static final class DescriptorImpl extends Descriptor<Cluster> {
        @Override
        public String getDisplayName() {
            return Messages.Cluster_displayName();
        }

        @POST
        public FormValidation doCheckName(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            return Forms.checkName(item, value, source -> source.getClusters().stream()
                    .map(Cluster::getName)
                    .toList());
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @CheckForNull @AncestorInPath Item item, @QueryParameter String credentialsId) {
            return Forms.credentials(item, credentialsId, List.of(), Kubeconfigs.matcher());
        }

        /** A gate can lock a kubeconfig of its own type only: a secret file is anybody's to read. */
        @POST
        public FormValidation doCheckCredentialsId(
                @CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            FormValidation known = Forms.checkCredentials(item, value, Kubeconfigs.matcher(), true);
            CredentialsMatcher plain =
                    CredentialsMatchers.not(CredentialsMatchers.instanceOf(KubeconfigCredentials.class));
            boolean unlockable = known.kind == FormValidation.Kind.OK
                    && Forms.maySeeCredentials(item)
                    && Forms.find(item, Util.fixNull(value).trim(), plain);
            return unlockable ? FormValidation.warning(Messages.Cluster_plainCredentials()) : known;
        }

        @POST
        public ListBoxModel doFillPlanCredentialsIdItems(
                @CheckForNull @AncestorInPath Item item, @QueryParameter String planCredentialsId) {
            return Forms.credentials(item, planCredentialsId, List.of(), Kubeconfigs.matcher());
        }

        @POST
        public FormValidation doCheckPlanCredentialsId(
                @CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            return Forms.checkCredentials(item, value, Kubeconfigs.matcher(), false);
        }
    }
}
