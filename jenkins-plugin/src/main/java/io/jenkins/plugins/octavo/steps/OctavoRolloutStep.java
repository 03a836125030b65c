package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.octavo.FourLines;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo rollout}: waits until what was deployed is ready, and explains what is not. */
public final class OctavoRolloutStep extends ReleasedStep {
    private String manifests = "";
    private String registry = "";
    private String namespace = "";
    private Map<String, String> variables = Map.of();
    private String version = "";
    private List<String> objects = List.of();
    private int timeout = 300;

    @DataBoundConstructor
    public OctavoRolloutStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "rollout";
    }

    @Override
    void prepare(Call call) throws FourLines {
        Defaults.plan(call, getEnvironment(), getKubeconfigId());
    }

    public List<String> getObjects() {
        return objects;
    }

    @DataBoundSetter
    public void setObjects(List<String> objects) {
        this.objects = Texts.copy(objects);
    }

    public int getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(int timeout) {
        this.timeout = timeout;
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

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoRollout";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoRolloutStep_displayName();
        }
    }
}
