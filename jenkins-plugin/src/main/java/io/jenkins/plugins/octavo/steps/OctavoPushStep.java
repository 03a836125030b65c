package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.octavo.FourLines;
import java.util.List;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo push}: pushes the images that were built. */
public final class OctavoPushStep extends RegistryStep {
    private List<String> tags = List.of();
    private String signingKey = "";
    private String signingKeyId = "";
    private String signingPasswordId = "";

    @DataBoundConstructor
    public OctavoPushStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "push";
    }

    @Override
    void prepare(Call call) throws FourLines {
        super.prepare(call);
        call.secrets().key(signingKeyId, "COSIGN_PRIVATE_KEY");
        call.secrets().text(signingPasswordId, "COSIGN_PASSWORD");
    }

    public List<String> getTags() {
        return tags;
    }

    @DataBoundSetter
    public void setTags(List<String> tags) {
        this.tags = Texts.copy(tags);
    }

    public String getSigningKey() {
        return signingKey;
    }

    @DataBoundSetter
    public void setSigningKey(String signingKey) {
        this.signingKey = Util.fixNull(signingKey).trim();
    }

    public String getSigningKeyId() {
        return signingKeyId;
    }

    @DataBoundSetter
    public void setSigningKeyId(String signingKeyId) {
        this.signingKeyId = Util.fixNull(signingKeyId).trim();
    }

    public String getSigningPasswordId() {
        return signingPasswordId;
    }

    @DataBoundSetter
    public void setSigningPasswordId(String signingPasswordId) {
        this.signingPasswordId = Util.fixNull(signingPasswordId).trim();
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
