package io.jenkins.plugins.octavo.gate;

import static io.jenkins.plugins.octavo.gate.GateFixture.HASH;
import static io.jenkins.plugins.octavo.gate.GateFixture.PLAN;
import static io.jenkins.plugins.octavo.gate.GateFixture.gate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.cli.CLICommandInvoker;
import hudson.model.Item;
import hudson.model.Label;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import io.jenkins.plugins.octavo.OctavoPermissions;
import io.jenkins.plugins.octavo.config.Cluster;
import io.jenkins.plugins.octavo.config.Environment;
import io.jenkins.plugins.octavo.config.Gate;
import io.jenkins.plugins.octavo.config.OctavoConfiguration;
import io.jenkins.plugins.octavo.config.OctavoFolderProperty;
import io.jenkins.plugins.octavo.config.Registry;
import io.jenkins.plugins.octavo.config.Settings;
import io.jenkins.plugins.octavo.credentials.KubeconfigCredentials;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Two teams with a folder each, of which each tries to use what is the other's. */
@WithJenkins
class TwoTeamsTest {
    /** Tries something and tells what came of it. */
    private static final String ATTEMPT =
            "def attempt(String what, Closure body) { try { body(); echo \"OPEN ${what}\" }"
                    + " catch (e) { echo \"REFUSED ${what}: ${e.message}\" } }\n";

    private JenkinsRule jenkins;
    private GateFixture fixture;
    private Folder red;
    private Folder blue;

    @BeforeEach
    void teams(JenkinsRule rule) throws Exception {
        jenkins = rule;
        fixture = new GateFixture(rule).withMade(PLAN);
        jenkins.createOnlineSlave(Label.get("octavo"));
        OctavoConfiguration.get().setClusters(List.of(new Cluster("shared", "shared-kubeconfig")));
        SystemCredentialsProvider.getInstance().getCredentials().add(kubeconfig("shared-kubeconfig"));
        red = team("red", "rita");
        blue = team("blue", "bert");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .toEveryone()
                .grant(Item.READ, Item.BUILD, Item.CONFIGURE, OctavoPermissions.APPROVE)
                .onFolders(red)
                .to("rita")
                .grant(Item.READ, Item.BUILD, Item.CONFIGURE, OctavoPermissions.APPROVE)
                .onFolders(blue)
                .to("bert")
                .grant(Item.READ)
                .onFolders(red, blue)
                .to("guest")
                .grant(OctavoPermissions.APPROVE)
                .onFolders(blue)
                .to("guest"));
    }

    /** A folder with a cluster, a registry, environments, a gate and credentials of its own. */
    private Folder team(String name, String approver) throws Exception {
        Folder folder = jenkins.createProject(Folder.class, name);
        OctavoFolderProperty property = new OctavoFolderProperty();
        property.setClusters(List.of(new Cluster(name + "-cluster", name + "-kubeconfig")));
        Registry registry = new Registry("registry.example");
        registry.setCredentialsId(name + "-login");
        property.setRegistries(List.of(registry));
        Gate release = new Gate("release");
        release.setApprovers(approver);
        property.setGates(List.of(release));
        property.setEnvironments(List.of(
                environment("dev", "shared", name + "-dev", ""),
                environment("prod", name + "-cluster", name + "-prod", "release"),
                environment(name + "-only", name + "-cluster", "", "")));
        folder.addProperty(property);
        keep(folder, kubeconfig(name + "-kubeconfig"));
        keep(
                folder,
                new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, name + "-login", "", "robot", "password-of-" + name));
        return folder;
    }

    private static Environment environment(String name, String cluster, String namespace, String gate) {
        Environment environment = new Environment(name, cluster);
        environment.setNamespace(namespace);
        environment.setGate(gate);
        return environment;
    }

    private static KubeconfigCredentials kubeconfig(String id) throws Exception {
        return new KubeconfigCredentials(
                CredentialsScope.GLOBAL,
                id,
                "",
                Secret.fromString("clusters: []\nusers: [{name: u, user: {token: token-of-" + id + "}}]\n"));
    }

    private static void keep(Folder folder, Credentials credentials) throws Exception {
        for (CredentialsStore store : CredentialsProvider.lookupStores(folder)) {
            if (store.getProvider() instanceof FolderCredentialsProvider) {
                store.addCredentials(Domain.global(), credentials);
                return;
            }
        }
    }

    private WorkflowJob job(Folder folder, String script) throws Exception {
        WorkflowJob job = folder.createProject(
                WorkflowJob.class, "job" + folder.getItems().size());
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    @Test
    void noJenkinsfileReachesWhatIsTheOtherTeams() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.SUCCESS, job(red, ATTEMPT + """
            node('octavo') {
                attempt('environment') { octavoPlan(environment: 'blue-only') }
                attempt('history') { octavoHistory(environment: 'blue-only') }
                attempt('namespace') { octavoPlan(environment: 'dev', clusterNamespace: 'blue-dev') }
                attempt('namespace of a deployment') { octavoDeploy(environment: 'dev', clusterNamespace: 'blue-dev') }
                attempt('namespace of a history') { octavoHistory(environment: 'dev', clusterNamespace: 'blue-prod') }
                attempt('kubeconfig of a step') { octavoDeploy(environment: 'dev', kubeconfigId: 'blue-kubeconfig') }
                attempt('kubeconfig of a file') { withCredentials([kubeconfigFile('blue-kubeconfig')]) { echo 'got it' } }
                attempt('kubeconfig of a text') {
                    withCredentials([kubeconfigContent(credentialsId: 'blue-kubeconfig', variable: 'K')]) { echo 'got it' }
                }
                attempt('old step') { kubernetesDeploy(configs: '*.yaml', kubeconfigId: 'blue-kubeconfig') }
                attempt('registry') { octavoPush(registry: 'registry.example', registryCredentialsId: 'blue-login') }
                attempt('login') {
                    withCredentials([usernamePassword(credentialsId: 'blue-login', usernameVariable: 'U', passwordVariable: 'P')]) {
                        echo 'got it'
                    }
                }
                attempt('own production') { octavoDeploy(environment: 'prod') }
            }
            """));

        String log = JenkinsRule.getLog(run);
        assertFalse(log.contains("OPEN ") || log.contains("got it"), log);
        assertRefused(log, "environment", "There is no environment \"blue-only\"");
        assertRefused(log, "environment", "configured for it are dev, prod, red-only");
        assertRefused(log, "history", "There is no environment \"blue-only\"");
        for (String what : List.of("namespace", "namespace of a deployment")) {
            assertRefused(
                    log, what, "its namespace is configured as \"red-dev\", and clusterNamespace is \"blue-dev\"");
        }
        assertRefused(log, "namespace of a history", "clusterNamespace is \"blue-prod\"");
        assertRefused(log, "kubeconfig of a step", "no credentials that this job may use have that id");
        assertRefused(log, "kubeconfig of a file", "blue-kubeconfig");
        assertRefused(log, "kubeconfig of a text", "blue-kubeconfig");
        assertRefused(log, "old step", "blue-kubeconfig");
        assertRefused(log, "registry", "blue-login");
        assertRefused(log, "own production", "has a gate that this build has not passed");
        assertFalse(log.contains("token-of-") || log.contains("password-of-"), log);
    }

    @Test
    void settingsAndFormsOfOneTeamNameNothingOfTheOther() throws Exception {
        Settings settings = Settings.of(job(red, ""));

        assertEquals(List.of("dev", "prod", "red-only"), settings.environmentNames());
        assertEquals(List.of("red-cluster", "shared"), settings.clusterNames());
        assertEquals(
                "red-login", settings.registry("registry.example").orElseThrow().getCredentialsId());
        try (ACLContext ignored = ACL.as(User.getById("rita", true))) {
            ListBoxModel offered = jenkins.jenkins
                    .getDescriptorByType(Cluster.DescriptorImpl.class)
                    .doFillCredentialsIdItems(red, "");
            assertTrue(offered.stream().anyMatch(each -> each.value.equals("red-kubeconfig")), offered.toString());
            assertTrue(offered.stream().noneMatch(each -> each.value.contains("blue")), offered.toString());
            ListBoxModel foreign = jenkins.jenkins
                    .getDescriptorByType(Cluster.DescriptorImpl.class)
                    .doFillCredentialsIdItems(blue, "");
            assertTrue(foreign.stream().noneMatch(each -> each.value.contains("kubeconfig")), foreign.toString());
        }
    }

    @Test
    void gateAndPlanOfOneTeamAreHiddenFromTheOther() throws Exception {
        WorkflowRun run = waiting(blue);
        String name = run.getParent().getFullName();

        for (String path : List.of("prod/", "api/json", "prod/api/json")) {
            assertEquals(404, get(run, path, "rita"), path);
            assertEquals(200, get(run, path, "bert"), path);
        }
        assertEquals(404, fixture.approve(run, "prod", "rita").getStatusCode());
        assertEquals(404, fixture.post(run, "prod/refuse", "rita").getStatusCode());
        for (String command : List.of("octavo-approve", "octavo-refuse")) {
            CLICommandInvoker.Result told = new CLICommandInvoker(jenkins, command)
                    .asUser("rita")
                    .invokeWithArgs(name, "1", "prod", "--hash", HASH);
            assertNotEquals(0, told.returnCode());
            assertTrue(told.stderr().contains("No such job"), told.stderr());
            assertFalse(told.stderr().contains(HASH), told.stderr());
        }
        assertEquals(GateState.WAITING, gate(run, "prod").getState());

        assertEquals(200, fixture.approve(run, "prod", "bert").getStatusCode());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertEquals("bert", gate(run, "prod").getApprovals().get(0).getUser());
    }

    @Test
    void whoMayLookAtBothTeamsApprovesForNeitherThatDoesNotNameThem() throws Exception {
        WorkflowRun ofRed = waiting(red);
        WorkflowRun ofBlue = waiting(blue);

        WebResponse withoutPermission = fixture.approve(ofRed, "prod", "guest");
        WebResponse notNamed = fixture.approve(ofBlue, "prod", "guest");

        assertEquals(403, withoutPermission.getStatusCode());
        assertTrue(withoutPermission.getContentAsString().contains("lacks the permission"));
        assertEquals(403, notNamed.getStatusCode());
        assertTrue(notNamed.getContentAsString().contains("not among the approvers"));
        fixture.approve(ofRed, "prod", "rita");
        fixture.approve(ofBlue, "prod", "bert");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(ofRed));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(ofBlue));
        assertEquals("rita", gate(ofRed, "prod").getApprovals().get(0).getUser());
    }

    private WorkflowRun waiting(Folder folder) throws Exception {
        WorkflowRun run = fixture.start(job(folder, "octavoGate(id: 'prod', plan: " + PLAN + ")"), "rita");
        jenkins.waitForMessage("waits for approval", run);
        return run;
    }

    private int get(WorkflowRun run, String path, String user) throws Exception {
        return jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .withBasicApiToken(User.getById(user, true))
                .loadWebResponse(new WebRequest(fixture.url(run, path)))
                .getStatusCode();
    }

    private static void assertRefused(String log, String what, String why) {
        int at = log.indexOf("REFUSED " + what + ":");
        assertTrue(at >= 0, log);
        int end = log.indexOf("REFUSED ", at + 1);
        String told = end < 0 ? log.substring(at) : log.substring(at, end);
        assertTrue(told.contains(why), told);
    }
}
