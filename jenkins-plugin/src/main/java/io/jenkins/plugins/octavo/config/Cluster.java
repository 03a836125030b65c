package io.jenkins.plugins.octavo.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** A cluster that services are deployed to. */
public final class Cluster extends AbstractDescribableImpl<Cluster> {
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
        return name;
    }

    /** ID of the kubeconfig credential with which is deployed: a kubeconfig, a secret file or a secret text. */
    public String getCredentialsId() {
        return credentialsId;
    }

    /** The context in the kubeconfig; {@code ""} for its current one. */
    public String getContext() {
        return context;
    }

    @DataBoundSetter
    public void setContext(String context) {
        this.context = Util.fixNull(context).trim();
    }

    /** ID of a kubeconfig credential with which plans are made before a gate; {@code ""} for the same one. */
    public String getPlanCredentialsId() {
        return planCredentialsId;
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
    }
}
