package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import java.util.Map;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo extract}: takes addresses out of the configuration. */
public final class OctavoExtractStep extends OperationStep {
    private String directory = "";
    private String environment = "prod";
    private String middlewareNamespace = "";
    private Map<String, String> at = Map.of();
    private boolean oldClusters;
    private boolean check;
    private boolean diff;
    private boolean overwrite;

    @DataBoundConstructor
    public OctavoExtractStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "extract";
    }

    public String getDirectory() {
        return directory;
    }

    @DataBoundSetter
    public void setDirectory(String directory) {
        this.directory = Util.fixNull(directory).trim();
    }

    public String getEnvironment() {
        return environment;
    }

    @DataBoundSetter
    public void setEnvironment(String environment) {
        this.environment = Util.fixNull(environment).trim();
    }

    public String getMiddlewareNamespace() {
        return middlewareNamespace;
    }

    @DataBoundSetter
    public void setMiddlewareNamespace(String middlewareNamespace) {
        this.middlewareNamespace = Util.fixNull(middlewareNamespace).trim();
    }

    public Map<String, String> getAt() {
        return at;
    }

    @DataBoundSetter
    public void setAt(Map<String, String> at) {
        this.at = Texts.copy(at);
    }

    public boolean isOldClusters() {
        return oldClusters;
    }

    @DataBoundSetter
    public void setOldClusters(boolean oldClusters) {
        this.oldClusters = oldClusters;
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

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoExtract";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoExtractStep_displayName();
        }
    }
}
