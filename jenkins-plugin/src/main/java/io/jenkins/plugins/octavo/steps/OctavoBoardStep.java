package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.octavo.FourLines;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo board}: what runs where, and how it is; the board of the job shows it too. */
public final class OctavoBoardStep extends OperationStep {
    private String service = "";
    private List<String> environments = List.of();
    private String clusterNamespace = "";
    private Map<String, String> namespaces = Map.of();
    private String kubeconfig = "";
    private Map<String, String> kubeconfigs = Map.of();
    private String context = "";
    private Map<String, String> contexts = Map.of();
    private String production = "prod";
    private int weeks = 12;
    private boolean health = true;
    private String rollbackJob = "";
    private String html = "";
    private String kubeconfigId = "";

    @DataBoundConstructor
    public OctavoBoardStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "board";
    }

    /** A single environment that is configured has its cluster and namespace from there. */
    @Override
    void prepare(Call call) throws FourLines {
        if (environments.size() == 1) {
            Defaults.plan(call, environments.get(0), kubeconfigId);
        } else {
            call.secrets().kubeconfig(kubeconfigId);
        }
    }

    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixNull(service).trim();
    }

    public List<String> getEnvironments() {
        return environments;
    }

    @DataBoundSetter
    public void setEnvironments(List<String> environments) {
        this.environments = Texts.copy(environments);
    }

    public String getClusterNamespace() {
        return clusterNamespace;
    }

    @DataBoundSetter
    public void setClusterNamespace(String clusterNamespace) {
        this.clusterNamespace = Util.fixNull(clusterNamespace).trim();
    }

    public Map<String, String> getNamespaces() {
        return namespaces;
    }

    @DataBoundSetter
    public void setNamespaces(Map<String, String> namespaces) {
        this.namespaces = Texts.copy(namespaces);
    }

    public String getKubeconfig() {
        return kubeconfig;
    }

    @DataBoundSetter
    public void setKubeconfig(String kubeconfig) {
        this.kubeconfig = Util.fixNull(kubeconfig).trim();
    }

    public Map<String, String> getKubeconfigs() {
        return kubeconfigs;
    }

    @DataBoundSetter
    public void setKubeconfigs(Map<String, String> kubeconfigs) {
        this.kubeconfigs = Texts.copy(kubeconfigs);
    }

    public String getContext() {
        return context;
    }

    @DataBoundSetter
    public void setContext(String context) {
        this.context = Util.fixNull(context).trim();
    }

    public Map<String, String> getContexts() {
        return contexts;
    }

    @DataBoundSetter
    public void setContexts(Map<String, String> contexts) {
        this.contexts = Texts.copy(contexts);
    }

    public String getProduction() {
        return production;
    }

    @DataBoundSetter
    public void setProduction(String production) {
        this.production = Util.fixNull(production).trim();
    }

    public int getWeeks() {
        return weeks;
    }

    @DataBoundSetter
    public void setWeeks(int weeks) {
        this.weeks = weeks;
    }

    public boolean isHealth() {
        return health;
    }

    @DataBoundSetter
    public void setHealth(boolean health) {
        this.health = health;
    }

    public String getRollbackJob() {
        return rollbackJob;
    }

    @DataBoundSetter
    public void setRollbackJob(String rollbackJob) {
        this.rollbackJob = Util.fixNull(rollbackJob).trim();
    }

    public String getHtml() {
        return html;
    }

    @DataBoundSetter
    public void setHtml(String html) {
        this.html = Util.fixNull(html).trim();
    }

    public String getKubeconfigId() {
        return kubeconfigId;
    }

    @DataBoundSetter
    public void setKubeconfigId(String kubeconfigId) {
        this.kubeconfigId = Util.fixNull(kubeconfigId).trim();
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoBoard";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoBoardStep_displayName();
        }
    }
}
