package io.jenkins.plugins.octavo.gate;

import static io.jenkins.plugins.octavo.gate.GateFixture.HASH;
import static io.jenkins.plugins.octavo.gate.GateFixture.OTHER_HASH;
import static io.jenkins.plugins.octavo.gate.GateFixture.PLAN;
import static io.jenkins.plugins.octavo.gate.GateFixture.gate;
import static io.jenkins.plugins.octavo.gate.GateFixture.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.octavo.credentials.Approvals;
import java.util.List;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Where a gate's plan comes from, and what an approval of it opens. */
@WithJenkins
class GateOriginTest {
    private JenkinsRule jenkins;
    private GateFixture fixture;

    @BeforeEach
    void people(JenkinsRule rule) throws Exception {
        jenkins = rule;
        fixture = new GateFixture(rule).withPeople();
    }

    @Test
    void refusesAPlanThatSaysAnotherThanWhatItsHashStandsFor() throws Exception {
        fixture.withMade(PLAN);

        assertRefused(PLAN.replace("before: '1', after:", "before: '1', hidden: '9', after:"), "is not as octavoPlan");
        assertRefused(PLAN.replace("change: 'CHANGE'", "change: 'UNCHANGED'"), "is not as octavoPlan returned it");
        assertRefused(plan("dev", HASH), "is not as octavoPlan returned it");
        assertRefused(plan("prod", OTHER_HASH), "no octavoPlan of this build has returned this plan");
        assertRefused(plan("prod", OTHER_HASH), HASH + " for \"prod\"");
    }

    @Test
    void takesAPlanAsItWasReturnedHoweverItsFieldsAreOrdered() throws Exception {
        fixture.withMade(plan("dev", OTHER_HASH), PLAN);
        WorkflowRun run = fixture.waiting("def plan = " + PLAN + "\n"
                + "octavoGate(id: 'prod', plan: [services: plan.services, question: plan.question, hash: plan.hash,"
                + " environment: plan.environment])");

        assertTrue(gate(run, "prod").isOwnPlan());
        assertNull(gate(run, "prod").getOriginWarning());
        String list = jenkins.createWebClient()
                .login("erin")
                .goTo(run.getUrl() + "octavo-gates/api/json", "application/json")
                .getWebResponse()
                .getContentAsString();
        assertTrue(list.contains("\"id\":\"prod\"") && list.contains("\"ownPlan\":true"), list);
        fixture.approve(run, "prod", "bob");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertEquals(Optional.of(HASH), GateAction.approvedHash(run, "prod", ""));
        assertTrue(Approvals.anyApproved(run, "prod"));
        assertFalse(Approvals.anyApproved(run, "dev"));
    }

    @Test
    void saysThatAPlanIsNotOfOctavoPlanAndOpensNothingForIt() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ")");

        jenkins.assertLogContains(
                "warning: gate prod asks with no plan of octavoPlan, so it will not open the credentials of prod", run);
        String page = jenkins.createWebClient()
                .login("erin")
                .getPage(run, "octavo-gates/prod/")
                .asNormalizedText();
        assertTrue(page.contains("was not made by octavoPlan in this build"), page);
        assertEquals(200, fixture.approve(run, "prod", "bob").getStatusCode());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertEquals(GateState.APPROVED, gate(run, "prod").getState());
        assertEquals(Optional.empty(), GateAction.approvedHash(run, "prod", ""));
        assertFalse(Approvals.anyApproved(run, "prod"));
    }

    @Test
    void opensNothingWithoutAPlan() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'go', environment: 'prod', message: 'Go?')");

        String page = jenkins.createWebClient()
                .login("erin")
                .getPage(run, "octavo-gates/go/")
                .asNormalizedText();
        assertTrue(page.contains("an approval opens no credentials of the environment prod"), page);
        fixture.approve(run, "go", "bob");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertFalse(Approvals.anyApproved(run, "prod"));
    }

    @Test
    void keepsWhatAPlanHasOpenedThroughAnApprovalWithoutOne() throws Exception {
        fixture.withMade(PLAN);
        String ask = "octavoGate(id: 'go', environment: 'prod', message: 'Go?')\n";
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ")\n" + ask + ask);

        fixture.approve(run, "prod", "bob");
        jenkins.waitForMessage("Gate go waits for approval", run);
        fixture.approve(run, "go", "bob");
        jenkins.waitForMessage("Gate go was approved", run);
        assertEquals(Optional.of(HASH), GateAction.approvedHash(run, "prod", ""));
        // a refusal takes it back, whatever was asked
        while (run.getAction(GateAction.class).getGates().size() < 3 && run.isBuilding()) {
            Thread.onSpinWait();
        }
        fixture.post(run, "go/refuse", "bob");
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        assertEquals(Optional.empty(), GateAction.approvedHash(run, "prod", ""));
    }

    private void assertRefused(String plan, String sentence) throws Exception {
        WorkflowRun run = fixture.start("octavoGate(id: 'prod', plan: " + plan + ")");

        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains(sentence, run);
        for (String line : List.of("CONFIG-101  ", "  where  ", "  why    ", "  fix    ")) {
            jenkins.assertLogContains(line, run);
        }
        assertNull(run.getAction(GateAction.class));
    }
}
