package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import java.util.List;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo push}: Pushes the images that were built. */
public final class OctavoPushStep extends OperationStep {
    private String service = "";
    private String registry = "";
    private String namespace = "";
    private List<String> tags = List.of();
    private String registryCredentialsId = "";

    @DataBoundConstructor
    public OctavoPushStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "push";
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

    public List<String> getTags() {
        return tags;
    }

    @DataBoundSetter
    public void setTags(List<String> tags) {
        this.tags = Texts.copy(tags);
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
            return "octavoPush";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoPushStep_displayName();
        }
    }
}
