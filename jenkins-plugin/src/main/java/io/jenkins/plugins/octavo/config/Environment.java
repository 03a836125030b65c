package io.jenkins.plugins.octavo.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** An environment that services are deployed to. */
public final class Environment extends AbstractDescribableImpl<Environment> {
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
        return name;
    }

    /** Name of the cluster. */
    public String getCluster() {
        return cluster;
    }

    /** The namespace on the cluster; {@code ""} for what manifests say. */
    public String getNamespace() {
        return namespace;
    }

    @DataBoundSetter
    public void setNamespace(String namespace) {
        this.namespace = Util.fixNull(namespace).trim();
    }

    /** Name of the gate that a deployment passes first; {@code ""} for none. */
    public String getGate() {
        return gate;
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
    }
}
