package io.jenkins.plugins.octavo.steps;

import hudson.Util;
import org.kohsuke.stapler.DataBoundSetter;

/** A step about what was released to an environment. */
public abstract class ReleasedStep extends OperationStep {
    private String service = "";
    private String environment = "";
    private String clusterNamespace = "";
    private String kubeconfig = "";
    private String context = "";
    private String kubeconfigId = "";

    ReleasedStep() {
        // all by setters
    }

    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixNull(service).trim();
    }

    public String getEnvironment() {
        return environment;
    }

    @DataBoundSetter
    public void setEnvironment(String environment) {
        this.environment = Util.fixNull(environment).trim();
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
}
