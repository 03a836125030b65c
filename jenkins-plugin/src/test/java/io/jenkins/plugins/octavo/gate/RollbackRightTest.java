package io.jenkins.plugins.octavo.gate;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Item;
import hudson.model.Result;
import hudson.security.HudsonPrivateSecurityRealm;
import io.jenkins.plugins.octavo.OctavoPermissions;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Who may go back to an earlier release. */
@WithJenkins
class RollbackRightTest {
    private static final String REFUSED = "GATE-101  The build may not go back to an earlier release";

    private JenkinsRule jenkins;
    private GateFixture fixture;

    @BeforeEach
    void people(JenkinsRule rule) throws Exception {
        jenkins = rule;
        fixture = new GateFixture(rule);
        HudsonPrivateSecurityRealm realm = new HudsonPrivateSecurityRealm(false, false, null);
        for (String name : List.of("alice", "bob")) {
            realm.createAccount(name, name);
        }
        rule.jenkins.setSecurityRealm(realm);
        rule.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Item.BUILD)
                .everywhere()
                .to("alice", "bob")
                .grant(OctavoPermissions.ROLL_BACK)
                .everywhere()
                .to("alice"));
    }

    private String log(String starter, String inputs) throws Exception {
        WorkflowRun run = fixture.start(fixture.job("node { octavoRollback(" + inputs + ") }"), starter);
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        return JenkinsRule.getLog(run);
    }

    @Test
    void whoMayBuildAndNoMoreIsRefused() throws Exception {
        String log = log("bob", "service: 'shop', environment: 'prod'");

        assertTrue(log.contains(REFUSED), log);
        assertTrue(log.contains("\"bob\" has started the build and lacks the permission Octavo/RollBack"), log);
    }

    @Test
    void theSameGoesForItsPlan() throws Exception {
        String log = log("bob", "service: 'shop', environment: 'prod', planOnly: true");

        assertTrue(log.contains(REFUSED), log);
    }

    @Test
    void whoHasThePermissionGoesOn() throws Exception {
        // fails later, for want of a cluster
        String log = log("alice", "service: 'shop', environment: 'prod', planOnly: true");

        assertFalse(log.contains(REFUSED), log);
    }
}
