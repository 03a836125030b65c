package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import java.util.Map;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo preflight}: finds mistakes in the repository's files before anything runs. */
public final class OctavoPreflightStep extends OperationStep {
    private String directory = "";
    private Map<String, String> variables = Map.of();
    private boolean fix;
    private boolean strict;
    private String sarif = "";
    private String warningsNg = "";

    @DataBoundConstructor
    public OctavoPreflightStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "preflight";
    }

    public String getDirectory() {
        return directory;
    }

    @DataBoundSetter
    public void setDirectory(String directory) {
        this.directory = Util.fixNull(directory).trim();
    }

    public Map<String, String> getVariables() {
        return variables;
    }

    @DataBoundSetter
    public void setVariables(Map<String, String> variables) {
        this.variables = Texts.copy(variables);
    }

    public boolean isFix() {
        return fix;
    }

    @DataBoundSetter
    public void setFix(boolean fix) {
        this.fix = fix;
    }

    public boolean isStrict() {
        return strict;
    }

    @DataBoundSetter
    public void setStrict(boolean strict) {
        this.strict = strict;
    }

    public String getSarif() {
        return sarif;
    }

    @DataBoundSetter
    public void setSarif(String sarif) {
        this.sarif = Util.fixNull(sarif).trim();
    }

    public String getWarningsNg() {
        return warningsNg;
    }

    @DataBoundSetter
    public void setWarningsNg(String warningsNg) {
        this.warningsNg = Util.fixNull(warningsNg).trim();
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoPreflight";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoPreflightStep_displayName();
        }
    }
}
