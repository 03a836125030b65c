package io.jenkins.plugins.octavo.steps;

import hudson.Util;
import io.jenkins.plugins.octavo.FourLines;
import org.kohsuke.stapler.DataBoundSetter;

/** A step about images of microservices in a registry. */
public abstract class RegistryStep extends OperationStep {
    private String service = "";
    private String registry = "";
    private String namespace = "";
    private String registryCredentialsId = "";

    RegistryStep() {
        // all by setters
    }

    @Override
    void prepare(Call call) throws FourLines {
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

    public String getRegistryCredentialsId() {
        return registryCredentialsId;
    }

    @DataBoundSetter
    public void setRegistryCredentialsId(String registryCredentialsId) {
        this.registryCredentialsId = Util.fixNull(registryCredentialsId).trim();
    }
}
