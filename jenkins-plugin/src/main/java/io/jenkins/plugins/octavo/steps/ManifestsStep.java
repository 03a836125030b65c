package io.jenkins.plugins.octavo.steps;

import hudson.Util;
import java.util.Map;
import org.kohsuke.stapler.DataBoundSetter;

/** A step about the manifests of microservices, with what their placeholders stand for. */
public abstract class ManifestsStep extends OperationStep {
    private String service = "";
    private String environment = "";
    private String manifests = "";
    private String registry = "";
    private String namespace = "";
    private String clusterNamespace = "";
    private Map<String, String> variables = Map.of();
    private String version = "";

    ManifestsStep() {
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
}
