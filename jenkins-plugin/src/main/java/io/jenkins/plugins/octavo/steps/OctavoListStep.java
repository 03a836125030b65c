package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import java.util.Map;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo list}: finds the microservices of the sources and chooses those to deliver. */
public final class OctavoListStep extends OperationStep {
    private String directory = "";
    private String project = "";
    private Map<String, String> variables = Map.of();

    @DataBoundConstructor
    public OctavoListStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "list";
    }

    public String getDirectory() {
        return directory;
    }

    @DataBoundSetter
    public void setDirectory(String directory) {
        this.directory = Util.fixNull(directory).trim();
    }

    public String getProject() {
        return project;
    }

    @DataBoundSetter
    public void setProject(String project) {
        this.project = Util.fixNull(project).trim();
    }

    public Map<String, String> getVariables() {
        return variables;
    }

    @DataBoundSetter
    public void setVariables(Map<String, String> variables) {
        this.variables = Texts.copy(variables);
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoList";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoListStep_displayName();
        }
    }
}
