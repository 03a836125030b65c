package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import java.util.List;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo image}: builds the image of each chosen microservice, without a Docker daemon. */
public final class OctavoImageStep extends RegistryStep {
    private String base = "";
    private String offline = "auto";
    private List<String> platforms = List.of();
    private boolean rebuild;
    private boolean push;

    @DataBoundConstructor
    public OctavoImageStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "image";
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

    public List<String> getPlatforms() {
        return platforms;
    }

    @DataBoundSetter
    public void setPlatforms(List<String> platforms) {
        this.platforms = Texts.copy(platforms);
    }

    public boolean isRebuild() {
        return rebuild;
    }

    @DataBoundSetter
    public void setRebuild(boolean rebuild) {
        this.rebuild = rebuild;
    }

    public boolean isPush() {
        return push;
    }

    @DataBoundSetter
    public void setPush(boolean push) {
        this.push = push;
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
