package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo analyze}: analyses each chosen microservice with SonarQube and waits for its quality gate. */
public final class OctavoAnalyzeStep extends OperationStep {
    private String service = "";
    private String sonarUrl = "";
    private String projectKey = "";
    private boolean requireConditions;
    private int timeout = 600;
    private String sonarCredentialsId = "";

    @DataBoundConstructor
    public OctavoAnalyzeStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "analyze";
    }

    @Override
    void prepare(Call call) {
        Defaults.sonar(call, sonarCredentialsId);
    }

    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixNull(service).trim();
    }

    public String getSonarUrl() {
        return sonarUrl;
    }

    @DataBoundSetter
    public void setSonarUrl(String sonarUrl) {
        this.sonarUrl = Util.fixNull(sonarUrl).trim();
    }

    public String getProjectKey() {
        return projectKey;
    }

    @DataBoundSetter
    public void setProjectKey(String projectKey) {
        this.projectKey = Util.fixNull(projectKey).trim();
    }

    public int getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(int timeout) {
        this.timeout = timeout;
    }

    public String getSonarCredentialsId() {
        return sonarCredentialsId;
    }

    @DataBoundSetter
    public void setSonarCredentialsId(String sonarCredentialsId) {
        this.sonarCredentialsId = Util.fixNull(sonarCredentialsId).trim();
    }

    public boolean isRequireConditions() {
        return requireConditions;
    }

    @DataBoundSetter
    public void setRequireConditions(boolean requireConditions) {
        this.requireConditions = requireConditions;
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoAnalyze";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoAnalyzeStep_displayName();
        }
    }
}
