package io.jenkins.plugins.octavo.gate;

import static io.jenkins.plugins.octavo.gate.GateFixture.HASH;
import static io.jenkins.plugins.octavo.gate.GateFixture.OTHER_HASH;
import static io.jenkins.plugins.octavo.gate.GateFixture.gate;
import static io.jenkins.plugins.octavo.gate.GateFixture.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jenkins.model.InterruptedBuildAction;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.jvnet.localizer.LocaleProvider;

/** A newer build at the same gate, and gates of one environment side by side. */
@WithJenkins
class GateSupersedeTest {
    private static final String ORDERS = plan("prod", HASH);
    private static final String CATALOG = plan("prod", OTHER_HASH).replace("orders-service", "catalog-service");

    private JenkinsRule jenkins;
    private GateFixture fixture;

    @BeforeEach
    void people(JenkinsRule rule) throws Exception {
        jenkins = rule;
        fixture = new GateFixture(rule).withPeople().withMade(ORDERS, CATALOG);
    }

    private WorkflowRun waiting(WorkflowJob job, String script) throws Exception {
        job.setDefinition(new CpsFlowDefinition(script, true));
        WorkflowRun run = fixture.start(job, "alice");
        jenkins.waitForMessage("waits for approval", run);
        return run;
    }

    @Test
    void aNewerBuildEndsAnOlderOneAtTheSameGateAndSaysSoInTheReadersLanguage() throws Exception {
        WorkflowJob job = fixture.job("");
        WorkflowRun older = waiting(job, "octavoGate(id: 'prod', plan: " + ORDERS + ")");
        WorkflowRun newer = waiting(job, "octavoGate(id: 'prod-2', plan: " + ORDERS + ")");

        jenkins.assertBuildStatus(Result.NOT_BUILT, jenkins.waitForCompletion(older));
        assertEquals(GateState.SUPERSEDED, gate(older, "prod").getState());
        jenkins.assertLogContains("superseded by", older);
        String cause = older.getAction(InterruptedBuildAction.class)
                .getCauses()
                .get(0)
                .getShortDescription();
        assertEquals("Gate prod: superseded by #2, a newer build that waits at the same gate", cause);
        LocaleProvider.setProvider(new LocaleProvider() {
            @Override
            public Locale get() {
                return Locale.SIMPLIFIED_CHINESE;
            }
        });
        try {
            assertTrue(gate(older, "prod").getStateSentence().contains("更新的构建 #2"));
        } finally {
            LocaleProvider.setProvider(LocaleProvider.DEFAULT);
        }
        fixture.approve(newer, "prod-2", "bob");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(newer));
    }

    @Test
    void oneThatAsksForSomethingElseWaitsOn() throws Exception {
        WorkflowJob job = fixture.job("");
        WorkflowRun orders = waiting(job, "octavoGate(id: 'prod', plan: " + ORDERS + ")");
        WorkflowRun catalog = waiting(job, "octavoGate(id: 'prod', plan: " + CATALOG + ")");
        WorkflowRun release =
                waiting(job, "octavoGate(id: 'release', notSuperseded: true, plan: " + ORDERS + ")");
        WorkflowRun afterIt = waiting(job, "octavoGate(id: 'release', plan: " + ORDERS + ")");
        WorkflowRun otherGate = waiting(job, "octavoGate(id: 'second-look', plan: " + ORDERS + ")");

        for (WorkflowRun run : List.of(orders, catalog, release, afterIt, otherGate)) {
            String id = run.getAction(GateAction.class).getGates().get(0).getId();
            assertEquals(GateState.WAITING, gate(run, id).getState());
            fixture.approve(run, id, "bob");
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        }
    }

    @Test
    void anOlderOneThatComesLaterGivesWayToo() throws Exception {
        WorkflowJob job = fixture.job("");
        job.setDefinition(new CpsFlowDefinition(
                "octavoGate(id: 'first', message: 'go on?')\noctavoGate(id: 'prod', plan: " + ORDERS + ")", true));
        WorkflowRun older = fixture.start(job, "alice");
        jenkins.waitForMessage("waits for approval", older);
        WorkflowRun newer = waiting(job, "octavoGate(id: 'prod', plan: " + ORDERS + ")");

        fixture.approve(older, "first", "bob");

        jenkins.assertBuildStatus(Result.NOT_BUILT, jenkins.waitForCompletion(older));
        fixture.approve(newer, "prod", "bob");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(newer));
    }

    @Test
    void gatesOfOneEnvironmentSideBySideOpenEachItsOwnPlan() throws Exception {
        WorkflowJob job = fixture.job("");
        job.setDefinition(new CpsFlowDefinition(
                "parallel(orders: { octavoGate(id: 'prod-orders', plan: " + ORDERS
                        + ") }, catalog: { octavoGate(id: 'prod-catalog', plan: " + CATALOG + ") })",
                true));
        WorkflowRun run = fixture.start(job, "alice");
        jenkins.waitForMessage("Gate prod-orders waits for approval", run);
        jenkins.waitForMessage("Gate prod-catalog waits for approval", run);

        fixture.approve(run, "prod-orders", "bob");
        assertEquals(List.of(HASH), GateAction.approvedHashes(run, "prod"));
        fixture.approve(run, "prod-catalog", "bob");

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertEquals(Set.of(HASH, OTHER_HASH), Set.copyOf(GateAction.approvedHashes(run, "prod")));
        assertEquals(
                OTHER_HASH,
                GateAction.approvedHash(run, "prod", "catalog-service").orElseThrow());
    }

    @Test
    void aRefusalTakesBackOnlyWhatWasApprovedForItsOwnMicroservices() throws Exception {
        WorkflowRun run = waiting(
                fixture.job(""),
                "octavoGate(id: 'orders', plan: " + ORDERS + ")\noctavoGate(id: 'catalog', plan: " + CATALOG
                        + ")\ntry { octavoGate(id: 'again', plan: " + ORDERS + ") } catch (e) { }");
        fixture.approve(run, "orders", "bob");
        jenkins.waitForMessage("Gate catalog waits for approval", run);
        fixture.approve(run, "catalog", "bob");
        jenkins.waitForMessage("Gate again waits for approval", run);

        fixture.post(run, "again/refuse", "bob", "hash", HASH, "reason", "no");

        jenkins.waitForCompletion(run);
        assertEquals(List.of(OTHER_HASH), GateAction.approvedHashes(run, "prod"));
    }
}
