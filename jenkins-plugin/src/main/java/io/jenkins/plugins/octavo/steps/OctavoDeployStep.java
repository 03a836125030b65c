package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import java.util.Map;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo deploy}: Deploys to an environment and waits until all is ready; explains what does not become ready. */
public final class OctavoDeployStep extends OperationStep {
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
    private String approvedHash = "";
    private String approver = "";
    private int timeout = 300;
    private String kubeconfigId = "";

    @DataBoundConstructor
    public OctavoDeployStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "deploy";
    }

    @Override
    void prepare(Call call) throws FourLines {
        Defaults.deploy(call, environment, kubeconfigId);
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

    public String getApprovedHash() {
        return approvedHash;
    }

    @DataBoundSetter
    public void setApprovedHash(String approvedHash) {
        this.approvedHash = Util.fixNull(approvedHash).trim();
    }

    public String getApprover() {
        return approver;
    }

    @DataBoundSetter
    public void setApprover(String approver) {
        this.approver = Util.fixNull(approver).trim();
    }

    public int getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(int timeout) {
        this.timeout = timeout;
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
            return "octavoDeploy";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoDeployStep_displayName();
        }
    }
}
