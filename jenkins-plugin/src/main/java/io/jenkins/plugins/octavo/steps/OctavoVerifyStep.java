package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import java.util.List;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo verify}: checks signature, provenance and bill of materials of images in a registry. */
public final class OctavoVerifyStep extends OperationStep {
    private String image = "";
    private String service = "";
    private String signedBy = "";
    private List<String> require = List.of();
    private String commit = "";
    private String builder = "";
    private String registryCredentialsId = "";

    @DataBoundConstructor
    public OctavoVerifyStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "verify";
    }

    @Override
    void prepare(Call call) {
        Defaults.registry(call, registryCredentialsId);
    }

    public String getImage() {
        return image;
    }

    @DataBoundSetter
    public void setImage(String image) {
        this.image = Util.fixNull(image).trim();
    }

    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixNull(service).trim();
    }

    public String getSignedBy() {
        return signedBy;
    }

    @DataBoundSetter
    public void setSignedBy(String signedBy) {
        this.signedBy = Util.fixNull(signedBy).trim();
    }

    public List<String> getRequire() {
        return require;
    }

    @DataBoundSetter
    public void setRequire(List<String> require) {
        this.require = Texts.copy(require);
    }

    public String getCommit() {
        return commit;
    }

    @DataBoundSetter
    public void setCommit(String commit) {
        this.commit = Util.fixNull(commit).trim();
    }

    public String getBuilder() {
        return builder;
    }

    @DataBoundSetter
    public void setBuilder(String builder) {
        this.builder = Util.fixNull(builder).trim();
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
            return "octavoVerify";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoVerifyStep_displayName();
        }
    }
}
