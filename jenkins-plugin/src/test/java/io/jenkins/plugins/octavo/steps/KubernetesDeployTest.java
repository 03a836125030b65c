package io.jenkins.plugins.octavo.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class KubernetesDeployTest {
    /** As the plugin kubernetes-cd 2.3.1 has written it. */
    private static final String OLD_JOB = """
        <?xml version='1.1' encoding='UTF-8'?>
        <project>
          <builders>
            <com.microsoft.jenkins.kubernetes.KubernetesDeploy plugin="kubernetes-cd@2.3.1">
              <context>
                <kubeconfigId>demo-kubeconfig</kubeconfigId>
                <credentialsType>KubeConfig</credentialsType>
                <ssh>
                  <sshServer></sshServer>
                  <sshCredentialsId>*</sshCredentialsId>
                </ssh>
                <kubeConfig>
                  <path></path>
                </kubeConfig>
                <textCredentials>
                  <serverUrl>https://</serverUrl>
                </textCredentials>
                <configs>deploy/**</configs>
                <enableConfigSubstitution>true</enableConfigSubstitution>
                <secretName>pull-$BUILD_NUMBER</secretName>
                <deleteResource>false</deleteResource>
              </context>
            </com.microsoft.jenkins.kubernetes.KubernetesDeploy>
          </builders>
        </project>
        """;

    private static final String OLD_LOGINS = """
        <dockerCredentials>
          <org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryEndpoint plugin="docker-commons@1.17">
            <credentialsId>hub</credentialsId>
          </org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryEndpoint>
        </dockerCredentials>
        """;

    @TempDir
    private Path folder;

    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        rule.createOnlineSlave(Label.get("octavo"));
    }

    private WorkflowRun fails(String step) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("node('octavo') { " + step + " }", true));
        return jenkins.buildAndAssertStatus(Result.FAILURE, job);
    }

    @Test
    void loadsAJobOfTheOldPlugin() throws Exception {
        String saved = OLD_JOB.replace("<deleteResource>", OLD_LOGINS + "<deleteResource>");
        FreeStyleProject job = (FreeStyleProject) jenkins.jenkins.createProjectFromXML(
                "old", new ByteArrayInputStream(saved.getBytes(StandardCharsets.UTF_8)));

        KubernetesDeployContext context =
                job.getBuildersList().get(KubernetesDeploy.class).getContext();
        assertEquals("demo-kubeconfig", context.getKubeconfigId());
        assertEquals("deploy/**", context.getConfigs());
        assertTrue(context.isEnableConfigSubstitution());
        assertEquals("default", context.getSecretNamespace());
        assertEquals("pull-$BUILD_NUMBER", context.getSecretName());
        assertEquals("hub", context.getDockerCredentials().get(0).getCredentialsId());
        assertEquals("", context.getDockerCredentials().get(0).getUrl());
        job.save();
        assertFalse(job.getConfigFile().asString().contains("microsoft"));
        assertFalse(job.getConfigFile().asString().contains("docker.commons"));
    }

    @Test
    void runsAsABuildStep() throws Exception {
        FreeStyleProject job = (FreeStyleProject) jenkins.jenkins.createProjectFromXML(
                "old", new ByteArrayInputStream(OLD_JOB.getBytes(StandardCharsets.UTF_8)));
        job.setAssignedLabel(Label.get("octavo"));

        jenkins.assertLogContains(
                "Cannot find kubeconfig credentials with id demo-kubeconfig",
                jenkins.buildAndAssertStatus(Result.FAILURE, job));
    }

    @Test
    void roundTripsItsForm() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        KubernetesDeployContext context = new KubernetesDeployContext();
        context.setConfigs("deploy/dev/**");
        context.setWaitSeconds(60);
        context.setSubstitution("strict");
        context.setSubstituteOnly(List.of("REGISTRY", "TAG_NAME"));
        context.setDockerConfigJson(true);
        job.getBuildersList().add(new KubernetesDeploy(context));

        jenkins.configRoundtrip(job);

        KubernetesDeployContext saved =
                job.getBuildersList().get(KubernetesDeploy.class).getContext();
        assertEquals("deploy/dev/**", saved.getConfigs());
        assertEquals(60, saved.getWaitSeconds());
        assertTrue(saved.isEnableConfigSubstitution());
        assertEquals("strict", saved.getSubstitution());
        assertEquals(List.of("REGISTRY", "TAG_NAME"), saved.getSubstituteOnly());
        assertTrue(saved.isDockerConfigJson());
    }

    @Test
    void takesWhatTheOldSnippetGeneratorWrote() throws Exception {
        WorkflowRun run =
                fails("kubernetesDeploy configs: 'deploy/**', kubeconfigId: 'gone', credentialsType: 'KubeConfig',"
                        + " kubeConfig: [path: ''], secretName: '', secretNamespace: 'default', ssh: [sshCredentialsId:"
                        + " '*', sshServer: ''], textCredentials: [certificateAuthorityData: '', clientCertificateData:"
                        + " '', clientKeyData: '', serverUrl: 'https://'], dockerCredentials: [[credentialsId: '', url:"
                        + " '']]");

        jenkins.assertLogContains("Cannot find kubeconfig credentials with id gone", run);
    }

    @Test
    void isCalledByItsClassToo() throws Exception {
        WorkflowRun run =
                fails("step([$class: 'KubernetesDeploy', context: [configs: 'deploy/**', kubeconfigId: 'gone']])");

        jenkins.assertLogContains("Cannot find kubeconfig credentials with id gone", run);
    }

    @Test
    void refusesSshAndAnUnknownType() throws Exception {
        jenkins.assertLogContains(
                "CVE-2022-27210", fails("kubernetesDeploy(configs: 'a.yaml', credentialsType: 'SSH')"));
        jenkins.assertLogContains(
                "Unknown cluster credentials type", fails("kubernetesDeploy(configs: 'a.yaml', credentialsType: 'x')"));
    }

    @Test
    void needsConfigs() throws Exception {
        jenkins.assertLogContains(
                "Kubernetes config files are not specified.", fails("kubernetesDeploy(kubeconfigId: 'x')"));
    }

    @Test
    void tellsAWrongTypeOfAParameter() throws Exception {
        jenkins.assertLogContains("configs", fails("kubernetesDeploy(configs: ['a.yaml', 'b.yaml'])"));
    }

    /** Jenkins' launchers leave out what is empty, and replace $NAME in values. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void givesVariablesAsTheyAre() throws Exception {
        Path java = FakeJava.home(
                folder.resolve("jdk"), "17.0.1", "echo \"suffix <${SUFFIX-undefined}> price <$PRICE>\" >&2; echo '{}'");
        ParametersDefinitionProperty parameters = new ParametersDefinitionProperty(
                new StringParameterDefinition("SUFFIX", ""),
                new StringParameterDefinition("PRICE", "5$$$$"),
                new StringParameterDefinition("OCTAVO_JAVA_HOME", java.toString()));
        FreeStyleProject freestyle = jenkins.createFreeStyleProject();
        freestyle.setAssignedLabel(Label.get("octavo"));
        freestyle.addProperty(parameters);
        KubernetesDeployContext context = new KubernetesDeployContext();
        context.setConfigs("deploy/**");
        freestyle.getBuildersList().add(new KubernetesDeploy(context));
        WorkflowJob pipeline = jenkins.createProject(WorkflowJob.class);
        pipeline.addProperty(new ParametersDefinitionProperty(parameters.getParameterDefinitions()));
        pipeline.setDefinition(
                new CpsFlowDefinition("node('octavo') { kubernetesDeploy(configs: 'deploy/**') }", true));

        FreeStyleBuild build = jenkins.buildAndAssertSuccess(freestyle);

        // Jenkins itself makes one $ of two where it puts a build's variables together
        jenkins.assertLogContains("suffix <> price <5$$>", build);
        jenkins.assertLogContains("Finished: SUCCESS", build);
        jenkins.assertLogContains("suffix <> price <5$$>", jenkins.buildAndAssertSuccess(pipeline));
    }

    @Test
    void tellsAMissingLoginOnce() throws Exception {
        WorkflowRun run = fails("kubernetesDeploy(configs: 'a.yaml', dockerCredentials: [[credentialsId: 'gone']])");

        jenkins.assertLogContains("There is no credential \"gone\" of the type user name and password", run);
        jenkins.assertLogNotContains("not shown any more", run);
    }

    @Test
    void warnsOfAFileInTheWorkspace() throws Exception {
        WorkflowRun run = fails("kubernetesDeploy(configs: 'deploy/**', kubeConfig: [path: 'config'])");

        jenkins.assertLogContains("warning: kubeConfig names a file of the workspace", run);
        jenkins.assertLogContains("DEPLOY-104", run);
    }
}
