package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo image}: builds the image of each chosen microservice, without a Docker daemon. */
public final class OctavoImageStep extends RegistryStep {
    private String base = "";
    private String builder = "";
    private String dockerfile = "";
    private Map<String, String> buildArguments = Map.of();
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

    public String getBuilder() {
        return builder;
    }

    @DataBoundSetter
    public void setBuilder(String builder) {
        this.builder = Util.fixNull(builder).trim();
    }

    public String getDockerfile() {
        return dockerfile;
    }

    @DataBoundSetter
    public void setDockerfile(String dockerfile) {
        this.dockerfile = Util.fixNull(dockerfile).trim();
    }

    public Map<String, String> getBuildArguments() {
        return buildArguments;
    }

    @DataBoundSetter
    public void setBuildArguments(Map<String, String> buildArguments) {
        this.buildArguments = Texts.copy(buildArguments);
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
