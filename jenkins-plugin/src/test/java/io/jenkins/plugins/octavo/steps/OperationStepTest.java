package io.jenkins.plugins.octavo.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.FilePath;
import hudson.model.Label;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.octavo.config.Environment;
import io.jenkins.plugins.octavo.config.OctavoConfiguration;
import io.jenkins.plugins.octavo.config.Registry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
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
@DisabledOnOs(OS.WINDOWS)
class OperationStepTest {
    private static final String PASSWORD = "hunter2-and-more";

    @TempDir
    private Path folder;

    private JenkinsRule jenkins;
    private DumbSlave agent;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        agent = rule.createOnlineSlave(Label.get("octavo"));
    }

    private WorkflowRun run(Result expected, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return jenkins.buildAndAssertStatus(expected, job);
    }

    private void addLogin() throws Exception {
        CredentialsProvider.lookupStores(jenkins.jenkins)
                .iterator()
                .next()
                .addCredentials(
                        Domain.global(),
                        new UsernamePasswordCredentialsImpl(
                                CredentialsScope.GLOBAL, "registry", "", "robot", PASSWORD));
    }

    @Test
    void returnsWhatTheCommandHasFound() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, """
            node('octavo') {
                sh 'git init -q -b main . && git config user.email a@b && git config user.name a && git commit -q --allow-empty -m x'
                def source = octavoSource(mainBranch: 'main')
                echo "pinned ${source.shortCommit} on ${source.branch} ${source.mainBranch}"
            }
            """);

        assertTrue(JenkinsRule.getLog(run).matches("(?s).*pinned [0-9a-f]{7,} on main true.*"));
    }

    @Test
    void tellsTheFailureInItsException() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, """
            node('octavo') {
                try {
                    octavoDeploy(environment: 'dev')
                } catch (e) {
                    echo "caught <${e.message}>"
                }
            }
            """);

        assertTrue(JenkinsRule.getLog(run).matches("(?s).*caught <octavoDeploy: [A-Z]+-[0-9]{3} .*>.*"));
    }

    @Test
    void givesCredentialsByTheEnvironmentAndHidesThem() throws Exception {
        addLogin();
        String encoded = Base64.getEncoder().encodeToString(("robot:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        Path java = FakeJava.home(folder.resolve("jdk"), "17.0.1", """
            echo "plain $REGISTRY_PASSWORD" >&2
            printf 'basic %s\\n' "$(printf '%s' "$REGISTRY_USERNAME:$REGISTRY_PASSWORD" | base64)" >&2
            echo "REGISTRY-101  wrong password $REGISTRY_PASSWORD" >&2
            exit 4
            """);
        WorkflowRun run = run(
                Result.FAILURE,
                "node('octavo') { withEnv(['OCTAVO_JAVA_HOME=" + java + "']) {"
                        + " octavoPush(registry: 'r.io', registryCredentialsId: 'registry') } }");

        String log = JenkinsRule.getLog(run);
        assertTrue(log.contains("plain ****"), log);
        jenkins.assertLogNotContains(PASSWORD, run);
        jenkins.assertLogNotContains(encoded, run);
        jenkins.assertLogContains("octavoPush: REGISTRY-101 wrong password ****", run);
    }

    @Test
    void sendsAConfiguredLoginToItsRegistryAndToNoOther() throws Exception {
        addLogin();
        Registry configured = new Registry("r.io");
        configured.setCredentialsId("registry");
        OctavoConfiguration.get().setRegistries(List.of(configured));
        Path java =
                FakeJava.home(folder.resolve("jdk"), "17.0.1", "echo \"{\\\"user\\\":\\\"$REGISTRY_USERNAME\\\"}\"");
        WorkflowRun run = run(
                Result.SUCCESS,
                "node('octavo') { withEnv(['OCTAVO_JAVA_HOME=" + java + "']) {"
                        + " echo \"own <${octavoPush(registry: 'r.io').user}>\";"
                        + " echo \"other <${octavoPush(registry: 'evil.io').user}>\" } }");

        jenkins.assertLogContains("own <robot>", run);
        jenkins.assertLogContains("other <>", run);
    }

    @Test
    void refusesACredentialThatIsNotThere() throws Exception {
        WorkflowRun run = run(
                Result.FAILURE, "node('octavo') { octavoPush(registry: 'r.io', registryCredentialsId: 'nothing') }");

        jenkins.assertLogContains("There is no credential \"nothing\"", run);
    }

    @Test
    void refusesAnEnvironmentThatNobodyConfigured() throws Exception {
        OctavoConfiguration.get().setEnvironments(List.of(new Environment("dev", "shop")));

        WorkflowRun run = run(Result.FAILURE, "node('octavo') { octavoDeploy(environment: 'prdo') }");

        jenkins.assertLogContains("There is no environment \"prdo\"", run);
        jenkins.assertLogContains("configured for it are dev", run);
    }

    @Test
    void refusesToDeployToAGatedEnvironmentWithoutApproval() throws Exception {
        Environment prod = new Environment("prod", "shop");
        prod.setGate("production");
        OctavoConfiguration.get().setEnvironments(List.of(prod));

        WorkflowRun run = run(
                Result.FAILURE, "node('octavo') { octavoDeploy(environment: 'prod', approvedHash: 'sha256:forged') }");

        jenkins.assertLogContains("The environment \"prod\" has a gate that this build has not passed", run);
    }

    @Test
    void copiesTheCommandAgainWhereItWasCut() throws Exception {
        String script =
                "node('octavo') { sh 'git init -q . && git config user.email a@b && git config user.name a && git"
                        + " commit -q --allow-empty -m x'; octavoSource() }";
        run(Result.SUCCESS, script);
        FilePath[] jars = agent.getRootPath().list("caches/octavo/*/octavo.jar");
        assertEquals(1, jars.length);
        jars[0].write("cut", "UTF-8");

        run(Result.SUCCESS, script);

        assertTrue(jars[0].length() > 1_000_000);
        assertEquals(0, agent.getRootPath().list("caches/octavo/*/octavo.jar.*").length);
    }

    @Test
    void bringsTheCommandAsSoonAsAnAgentConnects() throws Exception {
        FilePath root = agent.getRootPath();

        FilePath[] jars = root.list("caches/octavo/*/octavo.jar");
        for (int i = 0; i < 600 && jars.length == 0; i++) {
            Thread.sleep(100);
            jars = root.list("caches/octavo/*/octavo.jar");
        }

        assertEquals(1, jars.length);
        assertTrue(jars[0].length() > 1_000_000);
    }

    @Test
    void returnsNothingElse() throws Exception {
        WorkflowRun run = run(Result.FAILURE, "node('octavo') { octavoTest(returnStatus: true, returnStdout: false) }");

        jenkins.assertLogContains("The step octavoTest returns its result", run);
    }

    @Test
    void needsAWorkspace() throws Exception {
        WorkflowRun run = run(Result.FAILURE, "octavoTest()");

        jenkins.assertLogContains("octavoTest", run);
        jenkins.assertLogContains("node", run);
    }

    @Test
    void snippetsHoldOnlyWhatIsNotAsByDefault() throws Exception {
        OctavoDeployStep step = new OctavoDeployStep();
        step.setEnvironment("dev");
        step.setVariables(Map.of("REPLICAS", "2"));

        assertEquals("octavoDeploy environment: 'dev', variables: [REPLICAS: '2']", Snippetizer.object2Groovy(step));
        assertEquals(Map.of("environment", "dev", "variables", Map.of("REPLICAS", "2")), step.inputs());
    }
}
