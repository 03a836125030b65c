package io.jenkins.plugins.octavo.steps;

import groovy.json.JsonOutput;
import hudson.AbortException;
import hudson.CloseProofOutputStream;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.AbstractProject;
import hudson.model.Items;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.octavo.command.OctavoCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import jenkins.tasks.SimpleBuildStep;
import org.jenkinsci.plugins.credentialsbinding.masking.SecretPatterns;
import org.kohsuke.stapler.DataBoundConstructor;

/** The same as a build step of freestyle jobs, and for {@code step([$class: 'KubernetesDeploy', context: […]])}. */
public final class KubernetesDeploy extends Builder implements SimpleBuildStep {
    private static final String OLD = "com.microsoft.jenkins.kubernetes.";

    private final KubernetesDeployContext context;

    @DataBoundConstructor
    public KubernetesDeploy(KubernetesDeployContext context) {
        this.context = context;
    }

    public KubernetesDeployContext getContext() {
        return context;
    }

    /** Jobs that the old plugin has saved are loaded. */
    @Initializer(before = InitMilestone.PLUGINS_STARTED)
    public static void readOldJobs() {
        Items.XSTREAM2.addCompatibilityAlias(OLD + "KubernetesDeploy", KubernetesDeploy.class);
        Items.XSTREAM2.addCompatibilityAlias(OLD + "KubernetesDeployContext", KubernetesDeployContext.class);
        Items.XSTREAM2.addCompatibilityAlias(OLD + "credentials.SSHCredentials", LegacySsh.class);
        Items.XSTREAM2.addCompatibilityAlias(OLD + "credentials.ConfigFileCredentials", LegacyKubeconfigFile.class);
        Items.XSTREAM2.addCompatibilityAlias(OLD + "credentials.TextCredentials", LegacyTexts.class);
        if (Jenkins.get().getPluginManager().getPlugin("docker-commons") == null) {
            // else it is that plugin's own, and DockerLogin.of reads it
            Items.XSTREAM2.addCompatibilityAlias(
                    "org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryEndpoint", DockerLogin.class);
        }
    }

    @Override
    public void perform(Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener)
            throws InterruptedException, IOException {
        workspace.mkdirs();
        OperationStep.Call call = OperationStep.Call.of(run, env, context.inputs());
        context.prepare(call);
        call.warnings().forEach(warning -> listener.getLogger().println("warning: " + warning));
        Secrets.Resolved secrets = call.secrets().resolve(run);
        OctavoCommand command = OctavoCommand.on(workspace, context.operation(), JsonOutput.toJson(call.inputs()));
        EnvVars variables = new EnvVars(env);
        variables.putAll(secrets.variables());
        variables.putAll(call.plain());
        command.prepare(variables);
        // a launcher replaces $NAME in values, which may be passwords
        variables.replaceAll((name, value) -> value.replace("$", "$$"));
        List<String> hidden = new ArrayList<>(secrets.masked());
        hidden.addAll(call.plainMasked());
        Pattern masked = SecretPatterns.getAggregateSecretPattern(hidden);
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        int code;
        // closed at its end so that it writes its last line; the build's log goes on
        try (OutputStream log = new SecretPatterns.MaskingOutputStream(
                new CloseProofOutputStream(listener.getLogger()), () -> masked, StandardCharsets.UTF_8.name())) {
            code = launcher.launch()
                    .cmds(command.arguments(launcher.isUnix()))
                    .envs(variables)
                    .pwd(workspace)
                    .quiet(true)
                    .stdout(result)
                    .stderr(log)
                    .join();
            log.flush();
        }
        if (code != 0) {
            throw new AbortException("Kubernetes deployment ended with HasError (exit code " + code + ")");
        }
        PullSecretAction.add(run, result.toString(StandardCharsets.UTF_8));
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {
        @Override
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        @Override
        public String getDisplayName() {
            return Messages.KubernetesDeploy_displayName();
        }
    }
}
