package io.jenkins.plugins.octavo.credentials;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.FilePath;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.labels.LabelAtom;
import hudson.slaves.DumbSlave;
import hudson.slaves.WorkspaceList;
import hudson.tasks.Shell;
import hudson.util.Secret;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.credentialsbinding.impl.BindingStep;
import org.jenkinsci.plugins.credentialsbinding.impl.SecretBuildWrapper;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class KubeconfigBindingTest {
    private static final String KEY =
            Base64.getEncoder().encodeToString("the-private-key".getBytes(StandardCharsets.UTF_8));
    private static final String KUBECONFIG = "apiVersion: v1\nclusters:\n- cluster: {server: \"https://k:6443\"}\n"
            + "  name: shop\nusers:\n- name: a\n  user: {token: tok-SECRET-1, password: \"p$ss w'rd\"}\n"
            + "- name: b\n  user:\n    client-key-data: " + KEY + "\n";

    private JenkinsRule jenkins;
    private DumbSlave agent;

    @BeforeEach
    void agentAndCredentials(JenkinsRule rule) throws Exception {
        jenkins = rule;
        agent = jenkins.createOnlineSlave(new LabelAtom("agent"));
        List<Credentials> credentials = SystemCredentialsProvider.getInstance().getCredentials();
        credentials.add(new KubeconfigCredentials(CredentialsScope.GLOBAL, "kc", "", Secret.fromString(KUBECONFIG)));
        credentials.add(text("text", KUBECONFIG));
        credentials.add(new FileCredentialsImpl(
                CredentialsScope.GLOBAL,
                "file",
                "",
                "config",
                SecretBytes.fromBytes(KUBECONFIG.getBytes(StandardCharsets.UTF_8))));
        credentials.add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "password", "", "u", "p"));
        credentials.add(text("garbage", "not a kubeconfig"));
        credentials.add(text("exec", "clusters: []\nusers: [{user: {exec: {command: sh}}}]"));
        credentials.add(text("path", "clusters: []\nusers: [{user: {tokenFile: /etc/passwd}}]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kc", "text", "file"})
    void fileIsForItsOwnerAndGoneAfterwards(String id) throws Exception {
        WorkflowRun run = run("""
            node('agent') {
              withCredentials([kubeconfigFile('%s')]) {
                sh 'stat -c "mode %%a" "$KUBECONFIG"; cp "$KUBECONFIG" copy'
              }
            }
            """.formatted(id), Result.SUCCESS);

        FilePath workspace = agent.getWorkspaceFor(run.getParent());
        jenkins.assertLogContains("mode 400", run);
        assertEquals(KUBECONFIG, workspace.child("copy").readToString());
        assertFalse(WorkspaceList.tempDir(workspace).child("secretFiles").list().stream()
                .anyMatch(each -> true));
        assertEquals(
                1,
                CredentialsProvider.getFingerprintOf(SystemCredentialsProvider.getInstance().getCredentials().stream()
                                .filter(each -> ((com.cloudbees.plugins.credentials.common.IdCredentials) each)
                                        .getId()
                                        .equals(id))
                                .findFirst()
                                .orElseThrow())
                        .getJobs()
                        .size());
    }

    @Test
    void logShowsNoSecretOfAFile() throws Exception {
        WorkflowRun run = run("""
            node('agent') {
              withCredentials([kubeconfigFile(credentialsId: 'kc')]) {
                sh 'set -x; cat "$KUBECONFIG"; base64 -w0 < "$KUBECONFIG" > /dev/null; printf tok-SECRET-1 | base64'
                try {
                  error 'it was tok-SECRET-1'
                } catch (e) {
                  echo "caught: ${e.message}"
                }
                error 'again tok-SECRET-1'
              }
            }
            """, Result.FAILURE);

        jenkins.assertLogContains("server: \"https://k:6443\"", run);
        jenkins.assertLogContains("caught: it was ****", run);
        assertNoSecrets(run);
    }

    @Test
    void logShowsNoSecretOfContent() throws Exception {
        WorkflowRun run = run("""
            node('agent') {
              withCredentials([kubeconfigContent(credentialsId: 'kc')]) {
                sh 'set -x; echo "$KUBECONFIG_CONTENT"; env'
              }
              withCredentials([kubeconfigContent(credentialsId: 'kc', variable: 'MINE')]) {
                echo env.MINE
              }
            }
            """, Result.SUCCESS);

        jenkins.assertLogContains("name: shop", run);
        assertNoSecrets(run);
    }

    @Test
    void contentNeedsNoAgent() throws Exception {
        run(
                "withCredentials([kubeconfigContent('kc')]) { if (!KUBECONFIG_CONTENT.contains('shop')) error 'no' }",
                Result.SUCCESS);
    }

    @Test
    void fileNeedsAnAgent() throws Exception {
        WorkflowRun run = run("withCredentials([kubeconfigFile('kc')]) { echo 'no' }", Result.FAILURE);

        jenkins.assertLogContains("FilePath is missing", run);
    }

    @ParameterizedTest
    @CsvSource({
        "nosuch, Cannot find kubeconfig credentials with id nosuch",
        "password, Username with password",
        "garbage, neither YAML nor JSON",
        "exec, exec starts a program",
        "path, tokenFile names a file"
    })
    void refusesInFourLines(String id, String why) throws Exception {
        WorkflowRun run = run(
                "node('agent') { withCredentials([kubeconfigFile('" + id + "')]) { echo 'bound' } }", Result.FAILURE);

        jenkins.assertLogContains("  where  ", run);
        jenkins.assertLogContains(why, run);
        jenkins.assertLogContains("  fix    ", run);
        jenkins.assertLogNotContains("bound", run);
        jenkins.assertLogNotContains("/etc/passwd", run);
        jenkins.assertLogNotContains("\tat ", run);
    }

    @Test
    void snippetsNameOnlyWhatDiffers() throws Exception {
        KubeconfigContentBinding content = new KubeconfigContentBinding("kc");
        content.setVariable("MINE");
        KubeconfigFileBinding file = new KubeconfigFileBinding("kc");
        file.setVariable("KUBECONFIG");

        String snippet = Snippetizer.object2Groovy(new BindingStep(List.of(file, content)));

        assertThat(snippet, containsString("kubeconfigFile('kc')"));
        assertThat(snippet, containsString("kubeconfigContent(credentialsId: 'kc', variable: 'MINE')"));
    }

    @Test
    void freestyleJobOfKubernetesCdRuns() throws Exception {
        String bindings = "com.microsoft.jenkins.kubernetes.credentials.Kubeconfig";
        String xml = """
            <project>
              <buildWrappers>
                <org.jenkinsci.plugins.credentialsbinding.impl.SecretBuildWrapper plugin="credentials-binding@1.24">
                  <bindings>
                    <%1$sFileCredentialsBinding plugin="kubernetes-cd@2.3.1">
                      <credentialsId>kc</credentialsId>
                      <variable>KUBECONFIG</variable>
                    </%1$sFileCredentialsBinding>
                    <%1$sCredentialsBinding plugin="kubernetes-cd@2.3.1">
                      <credentialsId>text</credentialsId>
                      <variable>KC</variable>
                    </%1$sCredentialsBinding>
                  </bindings>
                </org.jenkinsci.plugins.credentialsbinding.impl.SecretBuildWrapper>
              </buildWrappers>
            </project>
            """.formatted(bindings);
        FreeStyleProject project = (FreeStyleProject) Jenkins.get()
                .createProjectFromXML("old", new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        project.setAssignedNode(agent);
        project.getBuildersList().add(new Shell("cat \"$KUBECONFIG\"; echo \"$KC\""));

        var build = jenkins.buildAndAssertSuccess(project);

        jenkins.assertLogContains("name: shop", build);
        jenkins.assertLogNotContains("tok-SECRET-1", build);
        project.save();
        assertThat(project.getConfigFile().asString(), not(containsString("microsoft")));
        var read = project.getBuildWrappersList().get(SecretBuildWrapper.class).getBindings();
        assertInstanceOf(KubeconfigFileBinding.class, read.get(0));
        assertEquals(
                "KC",
                assertInstanceOf(KubeconfigContentBinding.class, read.get(1)).getVariable());
    }

    @Test
    void formListsKubeconfigsForThoseWhoMayUseThem() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "job");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .toEveryone()
                .grant(Item.CONFIGURE)
                .everywhere()
                .to("dev"));
        var descriptor = (KubeconfigBinding.KubeconfigBindingDescriptor)
                Jenkins.get().getDescriptorOrDie(KubeconfigFileBinding.class);

        try (var ignored = hudson.security.ACL.as(hudson.model.User.getOrCreateByIdOrFullName("dev"))) {
            var values = descriptor.doFillCredentialsIdItems(job).stream()
                    .map(option -> option.value)
                    .toList();
            assertThat(values.toString(), containsString("kc"));
            assertFalse(values.contains("password"));
            assertEquals(hudson.util.FormValidation.Kind.ERROR, descriptor.doCheckVariable(job, "a-b").kind);
        }
        try (var ignored = hudson.security.ACL.as(hudson.model.User.getOrCreateByIdOrFullName("guest"))) {
            assertEquals(List.of(), List.copyOf(descriptor.doFillCredentialsIdItems(job)));
            assertEquals(hudson.util.FormValidation.Kind.OK, descriptor.doCheckVariable(job, "a-b").kind);
        }
    }

    private static StringCredentialsImpl text(String id, String content) {
        return new StringCredentialsImpl(CredentialsScope.GLOBAL, id, "", Secret.fromString(content));
    }

    private WorkflowRun run(String script, Result result) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return jenkins.assertBuildStatus(result, job.scheduleBuild2(0));
    }

    private void assertNoSecrets(WorkflowRun run) throws Exception {
        for (String secret : List.of("tok-SECRET-1", "p$ss w'rd", KEY, "dG9rLVNFQ1JFVC0x")) {
            jenkins.assertLogNotContains(secret, run);
        }
    }
}
