package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo image}: Builds the image of each chosen microservice, without a Docker daemon. */
public final class OctavoImageStep extends OperationStep {
    private String service = "";
    private String registry = "";
    private String namespace = "";
    private String base = "";
    private String offline = "auto";
    private String registryCredentialsId = "";

    @DataBoundConstructor
    public OctavoImageStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "image";
    }

    @Override
    void prepare(Call call) {
        Defaults.registry(call, registryCredentialsId);
    }

    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixNull(service).trim();
    }

    public String getRegistry() {
        return registry;
    }

    @DataBoundSetter
    public void setRegistry(String registry) {
        this.registry = Util.fixNull(registry).trim();
    }

    public String getNamespace() {
        return namespace;
    }

    @DataBoundSetter
    public void setNamespace(String namespace) {
        this.namespace = Util.fixNull(namespace).trim();
    }

    public String getBase() {
        return base;
    }

    @DataBoundSetter
    public void setBase(String base) {
        this.base = Util.fixNull(base).trim();
    }

    public String getOffline() {
        return offline;
    }

    @DataBoundSetter
    public void setOffline(String offline) {
        this.offline = Util.fixNull(offline).trim();
    }

    public String getRegistryCredentialsId() {
        return registryCredentialsId;
    }

    @DataBoundSetter
    public void setRegistryCredentialsId(String registryCredentialsId) {
        this.registryCredentialsId = Util.fixNull(registryCredentialsId).trim();
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoImage";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoImageStep_displayName();
        }
    }
}
