package io.jenkins.plugins.octavo.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.octavo.FourLines;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.verb.POST;

/**
 * The step {@code kubernetesDeploy} as the plugin kubernetes-cd had it, under the same name and with the same
 * parameters, carried out by {@code octavo kubernetes-deploy}.
 */
public final class KubernetesDeployContext extends OperationStep {
    private static final String DEFAULT_NAMESPACE = "default";

    private String configs = "";
    private String kubeconfigId = "";
    private boolean enableConfigSubstitution = true;
    private String secretNamespace = DEFAULT_NAMESPACE;
    private String secretName = "";
    private List<Object> dockerCredentials = new ArrayList<>();
    private boolean deleteResource;
    private int waitSeconds;
    private String context = "";
    private String substitution = "";
    private List<String> substituteOnly = List.of();
    private boolean dockerConfigJson;

    private String credentialsType = "";

    @CheckForNull
    private LegacyKubeconfigFile kubeConfig;

    @CheckForNull
    private LegacySsh ssh;

    @CheckForNull
    private LegacyTexts textCredentials;

    @DataBoundConstructor
    public KubernetesDeployContext() {
        // all by setters
    }

    /** Jobs that the old plugin has saved lack fields, and have logins of another class. */
    private Object readResolve() {
        configs = Util.fixNull(configs);
        kubeconfigId = Util.fixNull(kubeconfigId);
        secretNamespace = secretNamespace == null || secretNamespace.isBlank() ? DEFAULT_NAMESPACE : secretNamespace;
        secretName = Util.fixNull(secretName);
        context = Util.fixNull(context);
        substitution = Util.fixNull(substitution);
        substituteOnly = Texts.copy(substituteOnly);
        credentialsType = Util.fixNull(credentialsType);
        List<Object> logins = new ArrayList<>();
        if (dockerCredentials != null) {
            dockerCredentials.stream()
                    .map(DockerLogin::of)
                    .filter(Objects::nonNull)
                    .forEach(logins::add);
        }
        dockerCredentials = logins;
        setReturnStdout(true);
        setEncoding("UTF-8");
        return this;
    }

    @Override
    public String operation() {
        return "kubernetes-deploy";
    }

    @Override
    Map<String, Object> inputs() {
        Map<String, Object> inputs = new LinkedHashMap<>();
        inputs.put("configs", configs);
        inputs.put("enableConfigSubstitution", enableConfigSubstitution);
        inputs.put("secretNamespace", getSecretNamespace());
        inputs.put("deleteResource", deleteResource);
        inputs.put("waitSeconds", waitSeconds);
        if (!context.isEmpty()) {
            inputs.put("context", context);
        }
        if (!substitution.isEmpty()) {
            inputs.put("substitution", substitution);
        }
        if (!substituteOnly.isEmpty()) {
            inputs.put("substituteOnly", substituteOnly);
        }
        if (dockerConfigJson) {
            inputs.put("dockerConfigJson", true);
        }
        return inputs;
    }

    @Override
    void prepare(Call call) throws FourLines {
        if (configs.isBlank()) {
            throw new FourLines(
                    FourLines.INVALID,
                    "Kubernetes config files are not specified.",
                    "kubernetesDeploy, configs",
                    "it is empty",
                    "name the manifests: configs: 'deploy/**'");
        }
        String name = call.environment().expand(secretName).trim();
        if (!name.isEmpty()) {
            call.inputs().put("secretName", name);
        }
        for (DockerLogin login : getDockerCredentials()) {
            call.secrets().docker(login.getCredentialsId(), login.effectiveUrl());
        }
        if (!kubeconfigId.isBlank()) {
            call.secrets().kubeconfig(kubeconfigId);
            return;
        }
        switch (credentialsType.toLowerCase(Locale.ROOT)) {
            case "ssh" ->
                throw new FourLines(
                        FourLines.CREDENTIALS,
                        "A kubeconfig is not copied over SSH any more",
                        "kubernetesDeploy, credentialsType: 'SSH'",
                        "it let others connect anywhere with credentials of Jenkins (CVE-2022-27210, CVE-2022-27211)",
                        "keep the kubeconfig in a credential of the type \"Kubernetes configuration (kubeconfig)\" and"
                                + " name it by kubeconfigId");
            case "text" -> {
                if (textCredentials == null) {
                    throw noKubeconfig("textCredentials is missing");
                }
                call.warnings()
                        .add("textCredentials puts secrets into the Jenkinsfile; keep the kubeconfig in a"
                                + " credential and name it by kubeconfigId");
                call.plain().put("KUBECONFIG_CONTENT", textCredentials.kubeconfig());
                call.plainMasked().addAll(textCredentials.secrets());
            }
            case "", "kubeconfig" -> {
                if (kubeConfig != null && !kubeConfig.getPath().isEmpty()) {
                    call.warnings()
                            .add("kubeConfig names a file of the workspace; keep the kubeconfig in a credential"
                                    + " and name it by kubeconfigId");
                    call.inputs().put("kubeconfig", kubeConfig.getPath());
                }
                // else the environment's: withCredentials([kubeconfigContent(…)]) or kubeconfigFile, or the pod's own
            }
            default -> throw noKubeconfig("Unknown cluster credentials type \"" + credentialsType + "\"");
        }
    }

    private static FourLines noKubeconfig(String why) {
        return new FourLines(
                FourLines.CREDENTIALS,
                "No cluster is named",
                "kubernetesDeploy",
                why,
                "keep the kubeconfig in a credential of the type \"Kubernetes configuration (kubeconfig)\" and name it"
                        + " by kubeconfigId");
    }

    public String getConfigs() {
        return configs;
    }

    @DataBoundSetter
    public void setConfigs(String configs) {
        this.configs = Util.fixNull(configs);
    }

    public String getKubeconfigId() {
        return kubeconfigId;
    }

    @DataBoundSetter
    public void setKubeconfigId(String kubeconfigId) {
        this.kubeconfigId = Util.fixNull(kubeconfigId).trim();
    }

    public boolean isEnableConfigSubstitution() {
        return enableConfigSubstitution;
    }

    @DataBoundSetter
    public void setEnableConfigSubstitution(boolean enableConfigSubstitution) {
        this.enableConfigSubstitution = enableConfigSubstitution;
    }

    public String getSecretNamespace() {
        return secretNamespace;
    }

    @DataBoundSetter
    public void setSecretNamespace(String secretNamespace) {
        String given = Util.fixNull(secretNamespace).trim();
        this.secretNamespace = given.isEmpty() ? DEFAULT_NAMESPACE : given;
    }

    public String getSecretName() {
        return secretName;
    }

    @DataBoundSetter
    public void setSecretName(String secretName) {
        this.secretName = Util.fixNull(secretName).trim();
    }

    public List<DockerLogin> getDockerCredentials() {
        return dockerCredentials.stream().map(DockerLogin.class::cast).toList();
    }

    @DataBoundSetter
    public void setDockerCredentials(List<DockerLogin> dockerCredentials) {
        List<Object> logins = new ArrayList<>();
        if (dockerCredentials != null) {
            dockerCredentials.stream()
                    .filter(login -> !login.getCredentialsId().isEmpty())
                    .forEach(logins::add);
        }
        this.dockerCredentials = logins;
    }

    public boolean isDeleteResource() {
        return deleteResource;
    }

    @DataBoundSetter
    public void setDeleteResource(boolean deleteResource) {
        this.deleteResource = deleteResource;
    }

    public int getWaitSeconds() {
        return waitSeconds;
    }

    @DataBoundSetter
    public void setWaitSeconds(int waitSeconds) {
        this.waitSeconds = waitSeconds;
    }

    public String getContext() {
        return context;
    }

    @DataBoundSetter
    public void setContext(String context) {
        this.context = Util.fixNull(context).trim();
    }

    public String getSubstitution() {
        return substitution;
    }

    @DataBoundSetter
    public void setSubstitution(String substitution) {
        this.substitution = Util.fixNull(substitution).trim();
    }

    public List<String> getSubstituteOnly() {
        return substituteOnly;
    }

    @DataBoundSetter
    public void setSubstituteOnly(List<String> substituteOnly) {
        this.substituteOnly = Texts.copy(substituteOnly);
    }

    public boolean isDockerConfigJson() {
        return dockerConfigJson;
    }

    @DataBoundSetter
    public void setDockerConfigJson(boolean dockerConfigJson) {
        this.dockerConfigJson = dockerConfigJson;
    }

    // ------------------------------------------------------------------- accepted, since old Jenkinsfiles have them

    public String getCredentialsType() {
        return credentialsType;
    }

    @DataBoundSetter
    public void setCredentialsType(String credentialsType) {
        this.credentialsType = Util.fixNull(credentialsType).trim();
    }

    @CheckForNull
    public LegacyKubeconfigFile getKubeConfig() {
        return kubeConfig;
    }

    @DataBoundSetter
    public void setKubeConfig(@CheckForNull LegacyKubeconfigFile kubeConfig) {
        this.kubeConfig = kubeConfig;
    }

    @CheckForNull
    public LegacySsh getSsh() {
        return ssh;
    }

    @DataBoundSetter
    public void setSsh(@CheckForNull LegacySsh ssh) {
        this.ssh = ssh;
    }

    @CheckForNull
    public LegacyTexts getTextCredentials() {
        return textCredentials;
    }

    @DataBoundSetter
    public void setTextCredentials(@CheckForNull LegacyTexts textCredentials) {
        this.textCredentials = textCredentials;
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "kubernetesDeploy";
        }

        @Override
        public String getDisplayName() {
            return Messages.KubernetesDeploy_displayName();
        }

        @POST
        public ListBoxModel doFillSubstitutionItems() {
            return new ListBoxModel(
                    new ListBoxModel.Option("compat", ""),
                    new ListBoxModel.Option("envsubst"),
                    new ListBoxModel.Option("strict"));
        }
    }
}
