package io.jenkins.plugins.octavo.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.ComboBoxModel;
import hudson.util.FormValidation;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** An environment that services are deployed to. */
public final class Environment implements Describable<Environment> {
    private final String name;
    private final String cluster;
    private String namespace = "";
    private String gate = "";

    @DataBoundConstructor
    public Environment(String name, String cluster) {
        this.name = Util.fixNull(name).trim();
        this.cluster = Util.fixNull(cluster).trim();
    }

    /** Such as {@code dev} or {@code prod}. */
    public String getName() {
        return Util.fixNull(name);
    }

    /** Name of the cluster. */
    public String getCluster() {
        return Util.fixNull(cluster);
    }

    /** The namespace on the cluster; {@code ""} for what manifests say. */
    public String getNamespace() {
        return Util.fixNull(namespace);
    }

    @DataBoundSetter
    public void setNamespace(String namespace) {
        this.namespace = Util.fixNull(namespace).trim();
    }

    /** Name of the gate that a deployment passes first; {@code ""} for none. */
    public String getGate() {
        return Util.fixNull(gate);
    }

    @DataBoundSetter
    public void setGate(String gate) {
        this.gate = Util.fixNull(gate).trim();
    }

    /** Its form. */
    @Extension
    @Symbol("octavoEnvironment")
    public static final class DescriptorImpl extends Descriptor<Environment> {
        @Override
        public String getDisplayName() {
            return Messages.Environment_displayName();
        }

        @POST
        public FormValidation doCheckName(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            return Forms.checkName(item, value, source -> source.getEnvironments().stream()
                    .map(Environment::getName)
                    .toList());
        }

        @POST
        public ComboBoxModel doFillClusterItems(@CheckForNull @AncestorInPath Item item) {
            return Forms.suggest(item, Settings::clusterNames);
        }

        @POST
        public FormValidation doCheckCluster(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            return Forms.checkReference(item, value, true, Settings::clusterNames);
        }

        /** As Kubernetes wants it. */
        @POST
        public FormValidation doCheckNamespace(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            if (!Forms.mayConfigure(item)) {
                return FormValidation.ok();
            }
            String namespace = Util.fixNull(value).trim();
            return namespace.isEmpty() || namespace.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.Environment_namespace());
        }

        @POST
        public ComboBoxModel doFillGateItems(@CheckForNull @AncestorInPath Item item) {
            return Forms.suggest(item, Settings::gateNames);
        }

        /** Warns too where there is no gate, but the cluster's credentials are locked by another environment's. */
        @POST
        public FormValidation doCheckGate(
                @CheckForNull @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String cluster) {
            FormValidation known = Forms.checkReference(item, value, false, Settings::gateNames);
            if (!Forms.mayConfigure(item) || !Util.fixNull(value).isBlank()) {
                return known;
            }
            Settings settings = Settings.of(item);
            List<String> guarded = settings
                    .cluster(Util.fixNull(cluster).trim())
                    .map(each -> settings.guardedBy(each.getCredentialsId()))
                    .orElse(List.of())
                    .stream()
                    .map(Environment::getName)
                    .distinct()
                    .toList();
            return guarded.isEmpty()
                    ? known
                    : FormValidation.warning(Messages.Environment_locked(String.join(", ", guarded)));
        }
    }
}
