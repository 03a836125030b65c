package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.octavo.FourLines;
import java.util.Map;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo list}: finds the microservices of the sources and chooses those to deliver. */
public final class OctavoListStep extends OperationStep {
    private String directory = "";
    private String project = "";
    private String gitCredentialsId = "";
    private Map<String, String> variables = Map.of();
    private String picture = "";
    private String since = "";
    private String clusterNamespace = "";
    private String kubeconfig = "";
    private String context = "";
    private String kubeconfigId = "";

    @DataBoundConstructor
    public OctavoListStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "list";
    }

    @Override
    void prepare(Call call) throws FourLines {
        call.secrets().login(gitCredentialsId, "GIT_USERNAME", "GIT_PASSWORD");
        if (since.isEmpty()) {
            call.secrets().kubeconfig(kubeconfigId);
        } else {
            Defaults.plan(call, since, kubeconfigId);
        }
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

    public String getPicture() {
        return picture;
    }

    @DataBoundSetter
    public void setPicture(String picture) {
        this.picture = Util.fixNull(picture).trim();
    }

    public String getSince() {
        return since;
    }

    @DataBoundSetter
    public void setSince(String since) {
        this.since = Util.fixNull(since).trim();
    }

    public String getClusterNamespace() {
        return clusterNamespace;
    }

    @DataBoundSetter
    public void setClusterNamespace(String clusterNamespace) {
        this.clusterNamespace = Util.fixNull(clusterNamespace).trim();
    }

    public String getKubeconfig() {
        return kubeconfig;
    }

    @DataBoundSetter
    public void setKubeconfig(String kubeconfig) {
        this.kubeconfig = Util.fixNull(kubeconfig).trim();
    }

    public String getContext() {
        return context;
    }

    @DataBoundSetter
    public void setContext(String context) {
        this.context = Util.fixNull(context).trim();
    }

    public String getKubeconfigId() {
        return kubeconfigId;
    }

    @DataBoundSetter
    public void setKubeconfigId(String kubeconfigId) {
        this.kubeconfigId = Util.fixNull(kubeconfigId).trim();
    }

    public String getGitCredentialsId() {
        return gitCredentialsId;
    }

    @DataBoundSetter
    public void setGitCredentialsId(String gitCredentialsId) {
        this.gitCredentialsId = Util.fixNull(gitCredentialsId).trim();
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
