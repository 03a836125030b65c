package io.jenkins.plugins.octavo.steps;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Label;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.octavo.gate.GateAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.junit.jupiter.FlagExtension;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

@DisabledOnOs(OS.WINDOWS)
class OperationRestartTest {
    private static final String PASSWORD = "hunter2-and-more";

    @RegisterExtension
    private final JenkinsSessionExtension session = new JenkinsSessionExtension();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    /** A busy machine needs more than the 15 seconds that Jenkins waits for an agent in tests. */
    @RegisterExtension
    private final FlagExtension<Long> patience = new FlagExtension<>(
            () -> ExecutorStepExecution.TIMEOUT_WAITING_FOR_NODE_MILLIS,
            millis -> ExecutorStepExecution.TIMEOUT_WAITING_FOR_NODE_MILLIS = millis,
            TimeUnit.MINUTES.toMillis(5));

    @TempDir
    private Path folder;

    @Test
    void goesOnWhereTheControllerIsRestarted() throws Throwable {
        Path go = folder.resolve("go");
        Path java = FakeJava.home(
                folder.resolve("jdk"),
                "17.0.1",
                "echo started >&2; while [ ! -e '" + go + "' ]; do sleep 0.2; done\n"
                        + "echo \"password $REGISTRY_PASSWORD\" >&2; echo '{\"digest\":\"sha256:1\"}'\n");
        session.then(jenkins -> {
            CredentialsProvider.lookupStores(jenkins.jenkins)
                    .iterator()
                    .next()
                    .addCredentials(
                            Domain.global(),
                            new UsernamePasswordCredentialsImpl(
                                    CredentialsScope.GLOBAL, "registry", "", "robot", PASSWORD));
            DumbSlave agent = (DumbSlave) agents.createAgent(
                    jenkins,
                    InboundAgentExtension.Options.newBuilder()
                            .name("remote")
                            .label("octavo")
                            .build());
            agent.setLabelString(Label.get("octavo").getName());
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "survives");
            job.setDefinition(new CpsFlowDefinition(
                    "node('octavo') { withEnv(['OCTAVO_JAVA_HOME=" + java + "']) { echo \"made <${octavoPush(registry:"
                            + " 'r.io', registryCredentialsId:"
                            + " 'registry').digest}>\" } }",
                    true));
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("started", run);
        });
        session.then(jenkins -> {
            Files.createFile(go);
            WorkflowRun run = jenkins.jenkins
                    .getItemByFullName("survives", WorkflowJob.class)
                    .getBuildByNumber(1);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("made <sha256:1>", run);
            jenkins.assertLogContains("password ****", run);
            jenkins.assertLogNotContains(PASSWORD, run);
        });
    }

    @Test
    void gateTakesAPlanThatWasMadeOverARestart() throws Throwable {
        Path go = folder.resolve("go");
        Path java = FakeJava.home(
                folder.resolve("jdk"),
                "17.0.1",
                "echo started >&2; while [ ! -e '" + go + "' ]; do sleep 0.2; done\n"
                                                        + "echo '{\"environment\":\"prod\",\"hash\":\"sha256:1\",\"services\":[{\"service\":\"a\",\"n\":1.50}]}'");
        session.then(jenkins -> {
            DumbSlave agent = (DumbSlave) agents.createAgent(
                    jenkins,
                    InboundAgentExtension.Options.newBuilder().name("remote").build());
            agent.setLabelString("octavo");
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "planned");
            job.setDefinition(new CpsFlowDefinition(
                    "def plan\nnode('octavo') { withEnv(['OCTAVO_JAVA_HOME=" + java + "']) {"
                            + " plan = octavoPlan(environment: 'prod') } }\noctavoGate(id: 'prod', plan: plan)",
                    true));
            jenkins.waitForMessage("started", job.scheduleBuild2(0).waitForStart());
        });
        session.then(jenkins -> {
            Files.createFile(go);
            WorkflowRun run = jenkins.jenkins
                    .getItemByFullName("planned", WorkflowJob.class)
                    .getBuildByNumber(1);
            jenkins.waitForMessage("Gate prod waits for approval", run);
        });
        session.then(jenkins -> {
            WorkflowRun run = jenkins.jenkins
                    .getItemByFullName("planned", WorkflowJob.class)
                    .getBuildByNumber(1);
            assertTrue(run.getAction(GateAction.class).gate("prod").isOwnPlan());
            // before its steps go on again there is nothing to stop
            run.getExecutionPromise().get().getCurrentExecutions(true).get();
            run.doStop();
            jenkins.waitForCompletion(run);
        });
    }
}
