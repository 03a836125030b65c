package io.jenkins.plugins.octavo.gate;

import static io.jenkins.plugins.octavo.gate.GateFixture.HASH;
import static io.jenkins.plugins.octavo.gate.GateFixture.PLAN;
import static io.jenkins.plugins.octavo.gate.GateFixture.gate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

class OctavoGateRestartTest {
    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private String job;

    @Test
    void keepsVotesAndGoesOnWaiting() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = waiting(jenkins, "quorum: 2, hours: 9");
            new GateFixture(jenkins).approve(run, "prod", "bob");
        });
        sessions.then(jenkins -> {
            GateFixture fixture = new GateFixture(jenkins).withPeople();
            WorkflowRun run = run(jenkins);
            PlanGate gate = gate(run, "prod");
            assertEquals("bob", gate.getApprovals().get(0).getUser());
            assertEquals(
                    9,
                    TimeUnit.MILLISECONDS.toHours(
                            gate.getDeadline().getTime() - gate.getSince().getTime()));
            assertEquals(200, fixture.approve(run, "prod", "carol").getStatusCode());
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("Gate prod was approved by bob, carol", run);
        });
        sessions.then(jenkins -> {
            new GateFixture(jenkins).withPeople();
            WorkflowRun run = run(jenkins);
            assertEquals(GateState.APPROVED, gate(run, "prod").getState());
            assertEquals(Optional.of(HASH), GateAction.approvedHash(run, "prod", ""));
            assertTrue(jenkins.createWebClient()
                    .login("erin")
                    .getPage(run, "octavo-gates/prod/")
                    .asNormalizedText()
                    .contains("orders-service"));
        });
    }

    @Test
    void goesOnWithADecisionThatItsStepNeverHeardOf() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = waiting(jenkins, "quorum: 1");
            // on disk, and then the controller dies
            PlanGate gate = gate(run, "prod");
            synchronized (gate.lock()) {
                gate.approve("bob", "just in time");
            }
        });
        sessions.then(jenkins -> {
            WorkflowRun run = run(jenkins);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            jenkins.assertLogContains("Gate prod was approved by bob (just in time)", run);
        });
    }

    @Test
    void goesOnWithARefusalThatItsStepNeverHeardOf() throws Throwable {
        sessions.then(jenkins -> {
            PlanGate gate = gate(waiting(jenkins, "quorum: 1"), "prod");
            synchronized (gate.lock()) {
                gate.refuse("bob", "no");
            }
        });
        sessions.then(jenkins -> {
            WorkflowRun run = run(jenkins);
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
            jenkins.assertLogContains("Gate prod was refused by bob: no", run);
        });
    }

    @Test
    void endsWhenItsTimeWasOverMeanwhile() throws Throwable {
        sessions.then(jenkins -> {
            WorkflowRun run = waiting(jenkins, "hours: 7");
            gate(run, "prod").setDeadline(System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(2));
            run.save();
        });
        sessions.then(jenkins -> {
            WorkflowRun run = run(jenkins);
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
            jenkins.assertLogContains("Gate prod was not answered within 7 hours", run);
            assertEquals(GateState.TIMED_OUT, gate(run, "prod").getState());
        });
    }

    private WorkflowRun waiting(JenkinsRule jenkins, String arguments) throws Exception {
        WorkflowRun run = new GateFixture(jenkins)
                .withPeople()
                .withMade(PLAN)
                .waiting("octavoGate(id: 'prod', plan: " + PLAN + ", " + arguments + ")");
        job = run.getParent().getFullName();
        return run;
    }

    private WorkflowRun run(JenkinsRule jenkins) {
        return jenkins.jenkins.getItemByFullName(job, WorkflowJob.class).getBuildByNumber(1);
    }
}
