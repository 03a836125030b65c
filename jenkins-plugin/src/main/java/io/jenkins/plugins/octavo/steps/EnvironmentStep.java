package io.jenkins.plugins.octavo.steps;

import hudson.Util;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.DataBoundSetter;

/** A step about microservices as they go to an environment. */
public abstract class EnvironmentStep extends OperationStep {
    private String service = "";
    private String environment = "";
    private String manifests = "";
    private String registry = "";
    private String namespace = "";
    private String clusterNamespace = "";
    private String kubeconfig = "";
    private String context = "";
    private Map<String, String> variables = Map.of();
    private String version = "";
    private String kubeconfigId = "";
    private boolean prune = true;
    private List<String> pruneAlso = List.of();
    private boolean forceConflicts;
    private List<String> recreate = List.of();
    private String signedBy = "";
    private String registryCredentialsId = "";

    EnvironmentStep() {
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

    public String getManifests() {
        return manifests;
    }

    @DataBoundSetter
    public void setManifests(String manifests) {
        this.manifests = Util.fixNull(manifests).trim();
    }

    public String getRegistry() {
        return registry;
    }

    @DataBoundSetter
    public void setRegistry(String registry) {
        this.registry = Util.fixNull(registry).trim();
    }

    public String getNamespace() {
        return namespace;
    }

    @DataBoundSetter
    public void setNamespace(String namespace) {
        this.namespace = Util.fixNull(namespace).trim();
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

    public Map<String, String> getVariables() {
        return variables;
    }

    @DataBoundSetter
    public void setVariables(Map<String, String> variables) {
        this.variables = Texts.copy(variables);
    }

    public String getVersion() {
        return version;
    }

    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixNull(version).trim();
    }

    public String getKubeconfigId() {
        return kubeconfigId;
    }

    @DataBoundSetter
    public void setKubeconfigId(String kubeconfigId) {
        this.kubeconfigId = Util.fixNull(kubeconfigId).trim();
    }

    public boolean isPrune() {
        return prune;
    }

    @DataBoundSetter
    public void setPrune(boolean prune) {
        this.prune = prune;
    }

    public List<String> getPruneAlso() {
        return pruneAlso;
    }

    @DataBoundSetter
    public void setPruneAlso(List<String> pruneAlso) {
        this.pruneAlso = Texts.copy(pruneAlso);
    }

    public boolean isForceConflicts() {
        return forceConflicts;
    }

    @DataBoundSetter
    public void setForceConflicts(boolean forceConflicts) {
        this.forceConflicts = forceConflicts;
    }

    public List<String> getRecreate() {
        return recreate;
    }

    @DataBoundSetter
    public void setRecreate(List<String> recreate) {
        this.recreate = Texts.copy(recreate);
    }

    public String getSignedBy() {
        return signedBy;
    }

    @DataBoundSetter
    public void setSignedBy(String signedBy) {
        this.signedBy = Util.fixNull(signedBy).trim();
    }

    public String getRegistryCredentialsId() {
        return registryCredentialsId;
    }

    @DataBoundSetter
    public void setRegistryCredentialsId(String registryCredentialsId) {
        this.registryCredentialsId = Util.fixNull(registryCredentialsId).trim();
    }

    /** Signatures are in the registry, which may want a login. */
    void prepareSignatures(Call call) {
        if (!signedBy.isEmpty()) {
            Defaults.registry(call, registryCredentialsId);
        }
    }
}
