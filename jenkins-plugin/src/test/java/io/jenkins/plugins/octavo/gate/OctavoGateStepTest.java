package io.jenkins.plugins.octavo.gate;

import static io.jenkins.plugins.octavo.gate.GateFixture.HASH;
import static io.jenkins.plugins.octavo.gate.GateFixture.OTHER_HASH;
import static io.jenkins.plugins.octavo.gate.GateFixture.PLAN;
import static io.jenkins.plugins.octavo.gate.GateFixture.gate;
import static io.jenkins.plugins.octavo.gate.GateFixture.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.Launcher;
import hudson.cli.CLICommandInvoker;
import hudson.model.Computer;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.User;
import hudson.scm.SCMDescriptor;
import hudson.scm.SCMRevisionState;
import io.jenkins.plugins.octavo.config.Environment;
import io.jenkins.plugins.octavo.config.Gate;
import io.jenkins.plugins.octavo.config.OctavoConfiguration;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import jenkins.model.CauseOfInterruption;
import jenkins.model.InterruptedBuildAction;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.FakeChangeLogSCM;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.jvnet.localizer.LocaleProvider;
import org.kohsuke.stapler.DataBoundConstructor;

@WithJenkins
class OctavoGateStepTest {
    private JenkinsRule jenkins;
    private GateFixture fixture;

    @BeforeEach
    void people(JenkinsRule rule) throws Exception {
        jenkins = rule;
        fixture = new GateFixture(rule).withPeople().withMade(PLAN, plan("prod", OTHER_HASH));
    }

    @Test
    void goesOnWithWhoApproved() throws Exception {
        WorkflowRun run = fixture.waiting("def r = octavoGate(id: 'prod', plan: " + PLAN + ")\n"
                + "echo \"by ${r.approver} of ${r.approvers.size()}: ${r.reason}; ${r.hash} for ${r.environment}\"");

        WebResponse answer = fixture.post(run, "prod/approve", "bob", "hash", HASH, "reason", "reviewed\nforged line");

        assertEquals(200, answer.getStatusCode());
        assertTrue(answer.getContentAsString().contains("\"state\":\"approved\""), answer.getContentAsString());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("by bob of 1: reviewed forged line; " + HASH + " for prod", run);
        jenkins.assertLogContains("Gate prod was approved by bob (reviewed forged line)", run);
        assertEquals(GateState.APPROVED, gate(run, "prod").getState());
    }

    @Test
    void holdsNoExecutor() throws Exception {
        jenkins.createOnlineSlave();
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ")");

        for (Computer computer : jenkins.jenkins.getComputers()) {
            assertEquals(0, computer.countBusy(), computer.getName());
        }
        assertTrue(new File(run.getRootDir(), "octavo-gates/prod.1.json").isFile());
        fixture.approve(run, "prod", "bob");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @Test
    void isApprovedOnItsPage() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ", quorum: 2)");

        decide(run, "bob", "approve", "fine");
        assertEquals("bob", gate(run, "prod").getApprovals().get(0).getUser());
        HtmlPage again = page(run, "bob");
        assertTrue(again.asNormalizedText().contains("Waiting for approval: 1 of 2"), again.asNormalizedText());
        decide(run, "carol", "approve", "");

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("Gate prod: bob approved, 1 of 2", run);
    }

    @Test
    void isRefusedOnItsPage() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ", quorum: 2)");

        decide(run, "carol", "refuse", "not on a Friday");

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("Gate prod was refused by carol: not on a Friday", run);
        assertEquals(List.of(new GateRefusedCause("prod", "carol", "not on a Friday")), causes(run));
        assertEquals(GateState.REFUSED, gate(run, "prod").getState());
        assertTrue(page(run, "erin").asNormalizedText().contains("Refused by carol: not on a Friday"));
    }

    @Test
    void isDecidedOnTheCommandLine() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ")\n"
                + "octavoGate(id: 'release', message: 'Release v1.0.0?')");
        String job = run.getParent().getFullName();

        assertFailed(cli("octavo-approve", "bob", job, "1", "prod"), "Say which plan you approve");
        assertFailed(cli("octavo-approve", "bob", job, "1", "prod", "--hash", OTHER_HASH), "the hash differs");
        assertFailed(cli("octavo-approve", "erin", job, "1", "prod", "--hash", HASH), "lacks the permission");
        assertFailed(cli("octavo-approve", "bob", job, "1", "other", "--hash", HASH), "has no gate other");
        CLICommandInvoker.Result approved = cli("octavo-approve", "bob", job, "1", "prod", "--hash", HASH);
        assertEquals(0, approved.returnCode(), approved.stderr());
        assertTrue(approved.stdout().contains("Approved by bob."), approved.stdout());

        jenkins.waitForMessage("Release v1.0.0?", run);
        CLICommandInvoker.Result refused = cli("octavo-refuse", "bob", job, "1", "release", "--reason", "too soon");
        assertEquals(0, refused.returnCode(), refused.stderr());
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
    }

    @Test
    void letsOnlyThoseDecideWhoMay() throws Exception {
        WorkflowRun run =
                fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ", approvers: 'OPS, Dave', notStarter: true)");

        assertRefused(403, "erin lacks the permission", fixture.approve(run, "prod", "erin"));
        assertRefused(403, "admin is not among the approvers", fixture.approve(run, "prod", "admin"));
        assertRefused(403, "alice is not among the approvers", fixture.approve(run, "prod", "alice"));
        assertRefused(403, "lacks the permission", fixture.post(run, "prod/refuse", "erin"));
        assertTrue(page(run, "erin").asNormalizedText().contains("You cannot approve or refuse here."));
        assertTrue(page(run, "erin").getForms().stream()
                .noneMatch(form -> "octavo-decision".equals(form.getNameAttribute())));
        assertEquals(GateState.WAITING, gate(run, "prod").getState());

        assertEquals(200, fixture.approve(run, "prod", "dave").getStatusCode());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @Test
    void asksSomebodyElseThanTheStarterEvenWhereThatIsAnAdministrator() throws Exception {
        WorkflowJob job = fixture.job("octavoGate(id: 'prod', plan: " + PLAN + ", notStarter: true)");
        WorkflowRun run = fixture.start(job, "admin");
        jenkins.waitForMessage("waits for approval", run);

        assertRefused(403, "you started this build", fixture.approve(run, "prod", "admin"));
        assertRefused(403, "you started this build", fixture.post(run, "prod/refuse", "admin"));
        assertEquals(200, fixture.approve(run, "prod", "alice").getStatusCode());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @Test
    void asksSomebodyElseThanTheAuthors() throws Exception {
        jenkins.createOnlineSlave();
        WorkflowRun run = fixture.waiting("node('!built-in') { checkout([$class: 'AuthoredScm', author: 'bob']) }\n"
                + "octavoGate(id: 'prod', plan: " + PLAN + ", notAuthor: true)");

        assertRefused(403, "your own changes are in this build", fixture.approve(run, "prod", "bob"));
        assertTrue(page(run, "bob").asNormalizedText().contains("Not an author of the changes in this build: bob"));
        assertEquals(200, fixture.approve(run, "prod", "carol").getStatusCode());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @Test
    void wantsDifferentPeople() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ", approvers: 'ops', quorum: 2)");

        assertEquals(200, fixture.approve(run, "prod", "bob").getStatusCode());
        assertRefused(409, "You have approved already", fixture.approve(run, "prod", "bob"));
        assertTrue(run.isBuilding());
        assertEquals(200, fixture.approve(run, "prod", "carol").getStatusCode());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        assertRefused(409, "no longer waits", fixture.approve(run, "prod", "dave"));
    }

    @Test
    void countsOnlyWhatWasSeenAndExplained() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ", reasonRequired: true)");

        assertRefused(400, "Say which plan", fixture.post(run, "prod/approve", "bob", "reason", "fine"));
        assertRefused(
                409,
                "the hash differs",
                fixture.post(run, "prod/approve", "bob", "hash", OTHER_HASH, "reason", "fine"));
        assertRefused(400, "wants a reason", fixture.approve(run, "prod", "bob"));
        assertRefused(400, "wants a reason", fixture.post(run, "prod/refuse", "bob", "reason", " "));
        assertRefused(
                400, "longer than", fixture.post(run, "prod/approve", "bob", "hash", HASH, "reason", "x".repeat(1001)));
        assertEquals(
                200,
                fixture.post(run, "prod/approve", "bob", "hash", HASH, "reason", "fine")
                        .getStatusCode());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @Test
    void isNotDecidedByGetOrWithoutCrumb() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ")");
        JenkinsRule.WebClient client = jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .login("bob");

        assertEquals(
                404,
                client.getPage(fixture.url(run, "prod/approve?hash=" + HASH))
                        .getWebResponse()
                        .getStatusCode());
        assertEquals(
                403,
                client.loadWebResponse(new WebRequest(fixture.url(run, "prod/approve?hash=" + HASH), HttpMethod.POST))
                        .getStatusCode());
        assertEquals(GateState.WAITING, gate(run, "prod").getState());
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @Test
    void endsWhenItsTimeIsOver() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ", hours: 5)");

        gate(run, "prod").setDeadline(System.currentTimeMillis());

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("Gate prod was not answered within 5 hours", run);
        assertEquals(List.of(new GateTimedOutCause("prod", 5)), causes(run));
        assertEquals(GateState.TIMED_OUT, gate(run, "prod").getState());
        assertEquals(Optional.empty(), GateAction.approvedHash(run, "prod", ""));
    }

    @Test
    void knowsThatItsBuildWasAborted() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ")");

        run.doStop();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        assertEquals(GateState.ABORTED, gate(run, "prod").getState());
        assertRefused(409, "no longer waits", fixture.approve(run, "prod", "bob"));
    }

    @Test
    void failsAtOnceWhereNobodyCanApprove() throws Exception {
        assertFails("approvers: 'bob, dave', quorum: 3", "GATE-101", "approvals needed: 3, people who may approve: 2");
        assertFails("approvers: 'alice', notStarter: true", "GATE-101", "not allowed: alice");
        assertFails("approvers: ' , '", "GATE-101", "the list of approvers names nobody");
        assertFails("quorum: 0", "GATE-101", "the quorum is 0");
        assertFails("policy: 'missing'", "GATE-101", "there is no gate \"missing\"");
        assertFails("hours: -1", "CONFIG-101", "cannot wait -1 hours");
        assertFails("environment: 'dev'", "CONFIG-101", "the plan is for environment \"prod\"");
        OctavoConfiguration.get().setEnvironments(List.of(new Environment("dev", "main")));
        assertFails("quorum: 1", "CONFIG-101", "nobody configured an environment \"prod\"", "configured are: dev");
    }

    @Test
    void failsAtOnceWhereNothingIsAsked() throws Exception {
        for (String arguments : List.of(
                "id: 'prod'",
                "id: '../../secrets', plan: " + PLAN,
                "id: 'prod', plan: [services: []]",
                "id: 'prod', plan: [hash: 'x']")) {
            WorkflowRun run = fixture.start("octavoGate(" + arguments + ")");
            jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
            jenkins.assertLogContains("CONFIG-101", run);
            jenkins.assertLogContains("  fix    ", run);
            assertNull(run.getAction(GateAction.class));
        }
    }

    @Test
    void isNeverWeakerThanConfigured() throws Exception {
        Gate strict = new Gate("strict");
        strict.setApprovers("ops");
        strict.setQuorum(2);
        strict.setNotStarter(true);
        strict.setHours(5);
        Environment prod = new Environment("prod", "main");
        prod.setGate("strict");
        Gate lenient = new Gate("lenient");
        lenient.setApprovers("alice, bob, carol");
        OctavoConfiguration.get().setGates(List.of(strict, lenient));
        OctavoConfiguration.get().setEnvironments(List.of(prod));

        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ", policy: 'lenient', quorum: 1,"
                + " notStarter: false, approvers: 'bob, carol, dave', hours: 9)");

        GatePolicy policy = gate(run, "prod").getPolicy();
        assertEquals(2, policy.getQuorum());
        assertEquals(5, policy.getHours());
        assertTrue(policy.isNotStarter());
        assertRefused(403, "is not among", fixture.approve(run, "prod", "dave"));
        assertRefused(403, "is not among", fixture.approve(run, "prod", "alice"));
        assertEquals(200, fixture.approve(run, "prod", "bob").getStatusCode());
        assertEquals(200, fixture.approve(run, "prod", "carol").getStatusCode());
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
    }

    @Test
    void showsThePlan() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ", message: 'Hello <b>')");

        HtmlPage page = page(run, "erin");
        String html = page.getWebResponse().getContentAsString();

        for (String expected : List.of(
                "orders-service",
                "sha256:0d1ge57",
                "42 passed",
                "coverage 83 %",
                "1 to create, 1 to change, 0 unchanged",
                "deploy/orders.yaml:3",
                "spec.replicas",
                "&lt;2",
                "no probe",
                "no quota",
                "registry.example/orders",
                "$TAG",
                "the run",
                "Hello &lt;b",
                HASH)) {
            assertTrue(html.contains(expected), expected);
        }
        assertFalse(html.contains("<2>") || html.contains("Hello <b>"), "what a plan says is no markup");
        assertTrue(jenkins.createWebClient()
                .login("erin")
                .goTo(run.getUrl() + "octavo-gates/")
                .asNormalizedText()
                .contains("1 to create, 1 to change"));
        String chinese = chinese(run);
        assertTrue(chinese.contains("\u5ba1\u6279\u95e8 prod"), chinese);
        assertTrue(chinese.contains("\u65b0\u5efa 1 \u4e2a"), chinese);
        String json = jenkins.createWebClient()
                .withBasicApiToken(User.getById("erin", true))
                .getPage(fixture.url(run, "prod/api/json"))
                .getWebResponse()
                .getContentAsString();
        assertTrue(json.contains("\"state\":\"waiting\"") && json.contains("\"hash\":\"" + HASH + "\""), json);
        String plan = jenkins.createWebClient()
                .withBasicApiToken(User.getById("erin", true))
                .getPage(fixture.url(run, "prod/plan"))
                .getWebResponse()
                .getContentAsString();
        assertTrue(plan.contains("\"fingerprint\":\"f\""), plan);
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @Test
    void isNotApprovedWhenItsPlanCannotBeShown() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ")");
        assertTrue(new File(run.getRootDir(), "octavo-gates/prod.1.json").delete());

        assertTrue(page(run, "bob").asNormalizedText().contains("The plan of this gate cannot be read"));
        assertRefused(409, "cannot be shown", fixture.approve(run, "prod", "bob"));
        assertEquals(200, fixture.post(run, "prod/refuse", "bob").getStatusCode());
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
    }

    @Test
    void asksAgainForAnotherPlan() throws Exception {
        WorkflowRun run = fixture.waiting("octavoGate(id: 'prod', plan: " + PLAN + ")\n"
                + "octavoGate(id: 'prod', plan: " + plan("prod", OTHER_HASH) + ")\n" + "octavoGate(id: 'again', plan: "
                + plan("prod", HASH) + ")");

        assertEquals(Optional.empty(), GateAction.approvedHash(run, "prod", ""));
        assertEquals(200, fixture.approve(run, "prod", "bob").getStatusCode());
        assertEquals(Optional.of(HASH), GateAction.approvedHash(run, "prod", ""));
        assertEquals(Optional.empty(), GateAction.approvedHash(run, "dev", ""));
        waitForGates(run, 2);
        assertEquals(GateState.APPROVED, gate(run, "prod.1").getState());
        // the page that was open before
        assertRefused(409, "the hash differs", fixture.post(run, "prod/approve", "bob", "hash", HASH));
        assertEquals(
                200,
                fixture.post(run, "prod/approve", "bob", "hash", OTHER_HASH).getStatusCode());
        assertEquals(Optional.of(OTHER_HASH), GateAction.approvedHash(run, "prod", ""));
        waitForGates(run, 3);
        fixture.post(run, "again/refuse", "bob");
        assertEquals(Optional.empty(), GateAction.approvedHash(run, "prod", ""));
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));

        WorkflowRun next = fixture.start(run.getParent(), "alice");
        jenkins.waitForMessage("waits for approval", next);
        assertEquals(Optional.empty(), GateAction.approvedHash(next, "prod", ""));
        next.doStop();
        jenkins.waitForCompletion(next);
    }

    @Test
    void doesNotMixTwoGatesOfOneId() throws Exception {
        WorkflowRun run = fixture.waiting("try { parallel(failFast: true, a: { octavoGate(id: 'prod', plan: " + PLAN
                + ") }," + " b: { octavoGate(id: 'prod', plan: " + PLAN + ") }) } finally { echo 'over' }");

        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        jenkins.assertLogContains("two gates \"prod\" at once", run);
        assertEquals(1, run.getAction(GateAction.class).getGates().size());
    }

    private void waitForGates(WorkflowRun run, int count) throws InterruptedException {
        while (run.getAction(GateAction.class).getGates().size() < count && run.isBuilding()) {
            Thread.onSpinWait();
        }
        assertEquals(count, run.getAction(GateAction.class).getGates().size());
    }

    private void assertFails(String arguments, String... texts) throws Exception {
        WorkflowRun run = fixture.start("octavoGate(id: 'prod', plan: " + PLAN + ", " + arguments + ")");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(run));
        for (String text : texts) {
            jenkins.assertLogContains(text, run);
        }
        for (String line : List.of("  where  ", "  why    ", "  fix    ")) {
            jenkins.assertLogContains(line, run);
        }
        assertNull(run.getAction(GateAction.class));
    }

    private static void assertRefused(int status, String sentence, WebResponse answer) {
        assertEquals(status, answer.getStatusCode(), answer.getContentAsString());
        assertTrue(answer.getContentAsString().contains(sentence), answer.getContentAsString());
    }

    private static void assertFailed(CLICommandInvoker.Result result, String sentence) {
        assertFalse(result.returnCode() == 0, result.stdout());
        assertTrue(result.stderr().contains(sentence), result.stderr());
    }

    private CLICommandInvoker.Result cli(String command, String user, String... arguments) {
        return new CLICommandInvoker(jenkins, command).asUser(user).invokeWithArgs(arguments);
    }

    private static List<CauseOfInterruption> causes(Run<?, ?> run) {
        return run.getActions(InterruptedBuildAction.class).stream()
                .flatMap(action -> action.getCauses().stream())
                .toList();
    }

    private HtmlPage page(WorkflowRun run, String user) throws Exception {
        return jenkins.createWebClient().login(user).getPage(run, "octavo-gates/prod/");
    }

    private String chinese(WorkflowRun run) throws Exception {
        LocaleProvider before = LocaleProvider.getProvider();
        // a test's Jenkins does not look at what a browser asks for, a real one does
        LocaleProvider.setProvider(new LocaleProvider() {
            @Override
            public Locale get() {
                return Locale.SIMPLIFIED_CHINESE;
            }
        });
        try {
            return page(run, "erin").asNormalizedText();
        } finally {
            LocaleProvider.setProvider(before);
        }
    }

    private void decide(WorkflowRun run, String user, String decision, String reason) throws Exception {
        HtmlForm form = page(run, user).getFormByName("octavo-decision");
        form.getTextAreaByName("reason").setText(reason);
        HtmlPage after = form.getButtonsByName("decision").stream()
                .filter(button -> button.getValueAttribute().equals(decision))
                .findFirst()
                .orElseThrow()
                .click();
        assertNotNull(after);
    }

    /** A source whose every checkout holds a change by somebody. */
    public static final class AuthoredScm extends FakeChangeLogSCM {
        private static final long serialVersionUID = 1L;

        private final String author;

        @DataBoundConstructor
        public AuthoredScm(String author) {
            this.author = author;
        }

        public String getAuthor() {
            return author;
        }

        @Override
        public void checkout(
                Run<?, ?> build,
                Launcher launcher,
                FilePath folder,
                TaskListener listener,
                File changes,
                SCMRevisionState baseline)
                throws IOException, InterruptedException {
            addChange().withAuthor(author);
            super.checkout(build, launcher, folder, listener, changes, baseline);
        }

        @Override
        public SCMDescriptor<?> getDescriptor() {
            return (SCMDescriptor<?>) Jenkins.get().getDescriptorOrDie(getClass());
        }

        @TestExtension
        public static final class DescriptorImpl extends SCMDescriptor<AuthoredScm> {
            public DescriptorImpl() {
                super(null);
            }
        }
    }
}
