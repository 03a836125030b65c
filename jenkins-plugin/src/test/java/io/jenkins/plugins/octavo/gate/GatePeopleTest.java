package io.jenkins.plugins.octavo.gate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Item;
import hudson.model.Result;
import hudson.security.HudsonPrivateSecurityRealm;
import io.jenkins.plugins.octavo.OctavoPermissions;
import io.jenkins.plugins.octavo.config.Environment;
import io.jenkins.plugins.octavo.config.Gate;
import io.jenkins.plugins.octavo.config.OctavoConfiguration;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Gates that nobody could pass, in a Jenkins that knows all of its people. */
@WithJenkins
class GatePeopleTest {
    private JenkinsRule jenkins;
    private GateFixture fixture;

    @BeforeEach
    void people(JenkinsRule rule) throws Exception {
        jenkins = rule;
        fixture = new GateFixture(rule);
        HudsonPrivateSecurityRealm realm = new HudsonPrivateSecurityRealm(false, false, null);
        for (String name : List.of("alice", "bob", "erin")) {
            realm.createAccount(name, name);
        }
        rule.jenkins.setSecurityRealm(realm);
        rule.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Item.BUILD)
                .everywhere()
                .to("alice", "bob", "erin")
                .grant(OctavoPermissions.APPROVE)
                .everywhere()
                .to("alice", "bob"));
    }

    private void gate(String approvers, int quorum, boolean notStarter) {
        Gate gate = new Gate("production");
        gate.setApprovers(approvers);
        gate.setQuorum(quorum);
        gate.setNotStarter(notStarter);
        Environment prod = new Environment("prod", "main");
        prod.setGate("production");
        OctavoConfiguration.get().setGates(List.of(gate));
        OctavoConfiguration.get().setEnvironments(List.of(prod, new Environment("dev", "main")));
    }

    private String failure(String script) throws Exception {
        WorkflowRun run = fixture.start(script);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        return JenkinsRule.getLog(run);
    }

    private static void assertContains(String log, String... texts) {
        for (String text : texts) {
            assertTrue(log.contains(text), log);
        }
    }

    @Test
    void planFailsWhereItsGateNamesPeopleWithoutThePermission() throws Exception {
        gate("bob, erin, ghost", 2, false);

        String log = failure("node { octavoPlan(environment: 'prod') }");

        assertContains(
                log,
                "GATE-101  nobody can pass gate \"production\": approvals needed: 2, people who may approve: 1",
                "  where  environment \"prod\" in Octavo's settings, gate production",
                "without the permission Octavo/Approve: erin",
                "  fix    ");
    }

    @Test
    void planFailsWhereThereAreTooFewPeopleBesidesTheStarter() throws Exception {
        gate("", 2, true);

        assertContains(
                failure("node { octavoPlan(environment: 'prod') }"),
                "approvals needed: 2, people who may approve: 1",
                "not allowed: alice");
    }

    @Test
    void planOfAnotherEnvironmentAsksNobody() throws Exception {
        gate("ghost", 1, false);

        // fails later, for want of a cluster
        assertContains(failure("node { octavoPlan(environment: 'dev') }"), "There is no cluster \"main\"");
    }

    @Test
    void buildIsWarnedAtItsBeginning() throws Exception {
        gate("ghost", 1, false);
        WorkflowJob job = fixture.job("node { catchError { octavoSource() } }");
        WorkflowRun run = fixture.start(job, "alice");

        jenkins.waitForMessage("warning: GATE-101  nobody can pass gate \"production\"", run);
        jenkins.waitForCompletion(run);
    }

    @Test
    void gateWithoutListsNeedsEnoughPeopleWithThePermission() throws Exception {
        assertContains(
                failure("octavoGate(id: 'go', message: 'Go?', quorum: 3)"),
                "nobody can pass gate \"go\": approvals needed: 3, people who may approve: 2",
                "octavoGate(id: 'go')",
                "everyone with the permission Octavo/Approve");
        WorkflowRun run = fixture.waiting("octavoGate(id: 'go', message: 'Go?', quorum: 2)");
        run.doStop();
        jenkins.waitForCompletion(run);
    }
}
