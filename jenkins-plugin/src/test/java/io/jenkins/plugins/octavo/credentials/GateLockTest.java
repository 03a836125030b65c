package io.jenkins.plugins.octavo.credentials;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.AbortException;
import hudson.model.Result;
import hudson.model.Run;
import hudson.util.Secret;
import io.jenkins.plugins.octavo.config.Cluster;
import io.jenkins.plugins.octavo.config.Environment;
import io.jenkins.plugins.octavo.config.Gate;
import io.jenkins.plugins.octavo.config.OctavoConfiguration;
import io.jenkins.plugins.octavo.config.OctavoFolderProperty;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class GateLockTest {
    private static final String KUBECONFIG = "clusters: []\nusers: [{user: {token: prod-token-789}}]\n";

    private JenkinsRule jenkins;
    private Folder folder;

    /** Approves what a test says. */
    @TestExtension
    public static final class Approved implements Approvals {
        private final Set<String> environments = new HashSet<>();

        @Override
        public boolean approved(Run<?, ?> run, String environment) {
            return environments.contains(environment);
        }
    }

    @BeforeEach
    void lockedCluster(JenkinsRule rule) throws Exception {
        jenkins = rule;
        List<Credentials> credentials = SystemCredentialsProvider.getInstance().getCredentials();
        credentials.add(new KubeconfigCredentials(CredentialsScope.GLOBAL, "kc", "", Secret.fromString(KUBECONFIG)));
        credentials.add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "text", "", Secret.fromString(KUBECONFIG)));
        OctavoConfiguration configuration = OctavoConfiguration.get();
        configuration.setGates(List.of(new Gate("release")));
        configuration.setClusters(List.of(new Cluster("shop", "kc"), new Cluster("plain", "text")));
        configuration.setEnvironments(List.of(
                environment("dev", "shop", ""),
                environment("prod", "shop", "release"),
                environment("qa", "plain", "release")));
        folder = jenkins.createProject(Folder.class, "team");
    }

    @Test
    void nobodyGetsTheContentBeforeTheGate() throws Exception {
        Run<?, ?> run = run(jenkins.createProject(WorkflowJob.class, "job"), Result.FAILURE);

        jenkins.assertLogContains("Kubeconfig credentials with id kc are locked for this build", run);
        jenkins.assertLogContains("  where  job #1", run);
        jenkins.assertLogContains("  why    they open prod (gate release)", run);
        jenkins.assertLogContains("  fix    pass the gate first (octavoGate environment: 'prod')", run);
        jenkins.assertLogNotContains("prod-token-789", run);
        StandardCredentials found =
                CredentialsProvider.findCredentialById("kc", StandardCredentials.class, run, List.of());
        LockedKubeconfigCredentials locked = assertInstanceOf(LockedKubeconfigCredentials.class, found);
        assertThat(
                assertThrows(IllegalStateException.class, locked::getContent).getMessage(),
                not(containsString("prod-token-789")));
    }

    @Test
    void gateOfAnotherEnvironmentOpensNothing() throws Exception {
        approve("dev", "qa");

        run(jenkins.createProject(WorkflowJob.class, "job"), Result.FAILURE);
    }

    @Test
    void approvedGateOpens() throws Exception {
        approve("prod");

        run(jenkins.createProject(WorkflowJob.class, "job"), Result.SUCCESS);
    }

    @Test
    void locksOtherTypesInItsOwnSteps() throws Exception {
        Run<?, ?> run = run(jenkins.createProject(WorkflowJob.class, "job"), Result.FAILURE);

        String failure = assertThrows(AbortException.class, () -> Kubeconfigs.content("text", run))
                .getMessage();

        assertThat(failure, containsString("they open qa (gate release)"));
    }

    @Test
    void planIsMadeBeforeTheGate() throws Exception {
        Run<?, ?> run = run(jenkins.createProject(WorkflowJob.class, "job"), Result.FAILURE);

        assertEquals(KUBECONFIG, Kubeconfigs.contentForPlan("kc", run).getPlainText());
        assertEquals(KUBECONFIG, Kubeconfigs.contentForPlan("text", run).getPlainText());
        assertThrows(AbortException.class, () -> Kubeconfigs.contentForPlan("nosuch", run));
    }

    @Test
    void folderCannotUnlockByAClusterOfTheSameName() throws Exception {
        folder(List.of(new Cluster("shop", "other")), List.of(), List.of());

        run(folder.createProject(WorkflowJob.class, "job"), Result.FAILURE);
    }

    @Test
    void folderCannotUnlockByAGateOfItsOwn() throws Exception {
        folder(List.of(), List.of(new Gate("easy")), List.of(environment("mine", "shop", "easy")));
        approve("mine");

        run(folder.createProject(WorkflowJob.class, "job"), Result.FAILURE);
    }

    @Test
    void folderCannotUnlockByAnEnvironmentOfTheSameName() throws Exception {
        folder(List.of(), List.of(new Gate("easy")), List.of(environment("prod", "shop", "easy")));
        approve("prod");

        Run<?, ?> run = run(folder.createProject(WorkflowJob.class, "job"), Result.FAILURE);

        jenkins.assertLogContains("hidden here by environments of the same name in a folder", run);
    }

    private void folder(List<Cluster> clusters, List<Gate> gates, List<Environment> environments) throws Exception {
        OctavoFolderProperty property = new OctavoFolderProperty();
        property.setClusters(clusters);
        property.setGates(gates);
        property.setEnvironments(environments);
        folder.addProperty(property);
    }

    private void approve(String... environments) {
        jenkins.jenkins
                .getExtensionList(Approvals.class)
                .get(Approved.class)
                .environments
                .addAll(Set.of(environments));
    }

    private Run<?, ?> run(WorkflowJob job, Result result) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                "withCredentials([kubeconfigContent('kc')]) { echo 'length ' + env.KUBECONFIG_CONTENT.length() }",
                true));
        Run<?, ?> run = jenkins.assertBuildStatus(result, job.scheduleBuild2(0));
        if (result == Result.SUCCESS) {
            jenkins.assertLogContains("length ", run);
        }
        return run;
    }

    private static Environment environment(String name, String cluster, String gate) {
        Environment environment = new Environment(name, cluster);
        environment.setGate(gate);
        return environment;
    }
}
