package io.jenkins.plugins.octavo.steps;

import hudson.Util;
import java.util.List;
import org.kohsuke.stapler.DataBoundSetter;

/** A step about microservices as they go to an environment. */
public abstract class EnvironmentStep extends ManifestsStep {
    private String kubeconfig = "";
    private String context = "";
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
