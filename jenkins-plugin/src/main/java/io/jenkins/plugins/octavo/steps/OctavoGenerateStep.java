package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import java.util.List;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo generate}: writes Dockerfiles and manifests, or checks that they are what would be written. */
public final class OctavoGenerateStep extends OperationStep {
    private List<String> services = List.of();
    private String directory = "";
    private boolean check;
    private boolean diff;
    private boolean overwrite;
    private String target = "";
    private boolean preflight;

    @DataBoundConstructor
    public OctavoGenerateStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "generate";
    }

    public List<String> getServices() {
        return services;
    }

    @DataBoundSetter
    public void setServices(List<String> services) {
        this.services = Texts.copy(services);
    }

    public String getDirectory() {
        return directory;
    }

    @DataBoundSetter
    public void setDirectory(String directory) {
        this.directory = Util.fixNull(directory).trim();
    }

    public boolean isCheck() {
        return check;
    }

    @DataBoundSetter
    public void setCheck(boolean check) {
        this.check = check;
    }

    public boolean isDiff() {
        return diff;
    }

    @DataBoundSetter
    public void setDiff(boolean diff) {
        this.diff = diff;
    }

    public boolean isOverwrite() {
        return overwrite;
    }

    @DataBoundSetter
    public void setOverwrite(boolean overwrite) {
        this.overwrite = overwrite;
    }

    public String getTarget() {
        return target;
    }

    @DataBoundSetter
    public void setTarget(String target) {
        this.target = Util.fixNull(target).trim();
    }

    public boolean isPreflight() {
        return preflight;
    }

    @DataBoundSetter
    public void setPreflight(boolean preflight) {
        this.preflight = preflight;
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoGenerate";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoGenerateStep_displayName();
        }
    }
}
