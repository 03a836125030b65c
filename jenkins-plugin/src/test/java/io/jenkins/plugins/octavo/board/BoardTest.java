package io.jenkins.plugins.octavo.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import groovy.json.JsonSlurperClassic;
import hudson.model.ChoiceParameterDefinition;
import hudson.model.Item;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import io.jenkins.plugins.octavo.OctavoPermissions;
import java.net.URL;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.util.NameValuePair;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.jvnet.localizer.LocaleProvider;

@WithJenkins
class BoardTest {
    private JenkinsRule jenkins;
    private Folder folder;
    private WorkflowJob job;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        folder = rule.jenkins.createProject(Folder.class, "team");
        job = folder.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition("echo 'delivered'", true));
    }

    private static Map<String, Object> release(String service, int number, String version) {
        Map<String, Object> release = new LinkedHashMap<>();
        release.put("application", service);
        release.put("environment", "prod");
        release.put("namespace", "shop-prod");
        release.put("number", number);
        release.put("status", "DEPLOYED");
        release.put(
                "facts",
                Map.of("version", version, "commit", "0a1b2c3d4e5f", "committed", "2026-01-01T00:00:00Z", "approver", "bob"));
        release.put("images", List.of("r/shop:1@sha256:" + "ab".repeat(32)));
        release.put("started", "2026-01-01T01:00:00Z");
        release.put("finished", "2026-01-01T01:01:00Z");
        release.put("rollbackTo", -1);
        return release;
    }

    /** A build that has deployed. */
    private WorkflowRun deployed(WorkflowJob by, String service, int number, String version) throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.SUCCESS, by);
        Deliveries.deployed(
                run,
                Map.of("services", List.of(Map.of("result", Map.of("release", release(service, number, version))))));
        return run;
    }

    /** The pages need no scripts. */
    private JenkinsRule.WebClient client() {
        return jenkins.createWebClient().withJavaScriptEnabled(false);
    }

    private JenkinsRule.WebClient client(String user) {
        return client().withBasicCredentials(user);
    }

    private HtmlPage page(String path) throws Exception {
        return client().goTo(path);
    }

    private String text(String path) throws Exception {
        return page(path).asNormalizedText();
    }

    private static Map<?, ?> board(String service, int running, String result, String health, String run) {
        return Map.of(
                "at",
                "2026-01-02T00:00:00Z",
                "environments",
                List.of("prod"),
                "services",
                List.of(Map.of(
                        "service",
                        service,
                        "places",
                        List.of(Map.of(
                                "environment",
                                "prod",
                                "namespace",
                                "shop-prod",
                                "running",
                                running,
                                "health",
                                health,
                                "message",
                                health.equals("healthy") ? "" : "Deployment/shop: 0 of 2 replicas available",
                                "releases",
                                List.of(Map.of(
                                        "number",
                                        running,
                                        "result",
                                        result,
                                        "at",
                                        "2026-01-01T01:00:00Z",
                                        "seconds",
                                        60.0,
                                        "version",
                                        "v1." + running,
                                        "run",
                                        run)))))));
    }

    @Test
    void jobFolderAndRootShowWhatRuns() throws Exception {
        deployed(job, "shop", 1, "v1.0.0");
        deployed(job, "shop", 2, "v1.1.0");

        for (String path : List.of("job/team/job/shop/octavo-deliveries/", "job/team/octavo-deliveries/", "octavo-deliveries/")) {
            HtmlPage page = page(path);
            String text = page.getElementById("octavo-board").asNormalizedText();
            assertTrue(text.contains("v1.1.0"), text);
            assertFalse(text.contains("v1.0.0"), text);
            assertTrue(text.contains("healthy") && text.contains("0a1b2c3") && text.contains("abababababab"), text);
            assertTrue(text.contains("by bob"), text);
            assertNotNull(page.getAnchorByText("#2"));
            // icons are such pictures too
            assertEquals(4, page.getByXPath("//figure//*[local-name()='svg']").size());
        }
        String history = text("job/team/octavo-deliveries/service/shop/");
        assertTrue(history.contains("v1.0.0") && history.contains("superseded"), history);
    }

    @Test
    void keepsItsDataWhenBuildsAreDeletedAndTheJobIsRenamedAndMoved() throws Exception {
        WorkflowRun run = deployed(job, "shop", 1, "v1.0.0");
        run.delete();
        job.renameTo("store");
        Folder other = jenkins.jenkins.createProject(Folder.class, "other");
        Item moved = hudson.model.Items.move(job, other);

        String board = text(moved.getUrl() + "octavo-deliveries/");
        assertTrue(board.contains("v1.0.0"), board);
        assertTrue(board.contains("#1 (deleted)"), board);
        assertTrue(text("job/team/octavo-deliveries/").contains("Nothing was delivered yet"));
    }

    @Test
    void aReaderSeesOnlyTheJobsThatHeMayRead() throws Exception {
        WorkflowJob secret = jenkins.jenkins.createProject(WorkflowJob.class, "secret");
        secret.setDefinition(new CpsFlowDefinition("echo 'delivered'", true));
        deployed(job, "shop", 1, "v1.0.0");
        deployed(secret, "vault", 1, "v6.6.6");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("alice")
                .grant(Item.READ)
                .onItems(folder, job)
                .to("alice"));

        try (JenkinsRule.WebClient client = client("alice")) {
            String board = client.goTo("octavo-deliveries/").asNormalizedText();
            assertTrue(board.contains("v1.0.0"), board);
            assertFalse(board.contains("vault"), board);
            String json = client.goTo("octavo-deliveries/api/json", "application/json")
                    .getWebResponse()
                    .getContentAsString();
            assertTrue(json.contains("\"service\":\"shop\""), json);
            assertFalse(json.contains("vault"), json);
            client.setThrowExceptionOnFailingStatusCode(false);
            assertEquals(
                    404,
                    client.goTo("octavo-deliveries/service/vault/", null)
                            .getWebResponse()
                            .getStatusCode());
            assertEquals(
                    404,
                    client.goTo("job/secret/octavo-deliveries/", null)
                            .getWebResponse()
                            .getStatusCode());
        }
    }

    @Test
    void aDeploymentThatFailedIsShownBesideWhatRuns() throws Exception {
        deployed(job, "shop", 1, "v1.0.0");
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.SUCCESS, job);
        DeliveredSource.keep(run, Map.of("commit", "fedcba98", "committedAt", "2026-01-01T00:00:00Z"));
        Map<String, Integer> heard = new LinkedHashMap<>();
        heard.put("stock", 4);
        heard.put("shop", -1);
        Deliveries.failed(
                run,
                new Deliveries.Failed(
                        Map.of("environment", "prod", "version", "v1.1.0"),
                        heard,
                        Map.of(),
                        true,
                        "DEPLOY-202 The rollout failed"));

        String board = text("job/team/octavo-deliveries/");
        assertTrue(board.contains("v1.0.0"), board);
        assertTrue(board.contains("After it v1.1.0: failed and undone"), board);
        String history = text("job/team/octavo-deliveries/service/shop/");
        assertTrue(history.contains("fedcba9") && history.contains("DEPLOY-202 The rollout failed"), history);
        assertTrue(text("job/team/octavo-deliveries/service/stock/").contains("deployed"));
    }

    @Test
    void aFailureBeforeAnythingWasWrittenIsNoDelivery() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.SUCCESS, job);
        Deliveries.failed(
                run,
                new Deliveries.Failed(
                        Map.of("environment", "prod", "service", "shop"),
                        Map.of("shop", -1),
                        Map.of(),
                        false,
                        "DEPLOY-201 What was approved is not what would be deployed"));

        assertTrue(text("job/team/octavo-deliveries/").contains("Nothing was delivered yet"));
    }

    @Test
    void whatTheClusterSaysCounts() throws Exception {
        WorkflowRun first = deployed(job, "shop", 1, "v1.1");
        WorkflowJob watching = folder.createProject(WorkflowJob.class, "watching");
        watching.setDefinition(new CpsFlowDefinition("echo 'looked'", true));
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.SUCCESS, watching);
        Deliveries.board(
                run, board("shop", 1, "deployed", "unhealthy", jenkins.getURL() + first.getUrl()));
        Deliveries.board(run, board("stock", 3, "deployed", "healthy", "https://elsewhere.test/job/x/9/"));

        HtmlPage page = page("job/team/octavo-deliveries/");
        String text = page.getElementById("octavo-board").asNormalizedText();
        assertTrue(text.contains("not healthy") && text.contains("0 of 2 replicas available"), text);
        assertEquals(
                jenkins.getURL() + first.getUrl(), page.getAnchorByText("#1").getHrefAttribute());
        assertEquals("https://elsewhere.test/job/x/9/", page.getAnchorByText("#9").getHrefAttribute());
        // the job's own board has what its neighbour saw of its microservice, and no other's
        String own = text("job/team/job/shop/octavo-deliveries/");
        assertTrue(own.contains("not healthy"), own);
        assertFalse(own.contains("stock"), own);
    }

    @Test
    void isThereAsJsonToo() throws Exception {
        deployed(job, "shop", 1, "v1.0.0");

        Map<?, ?> json = (Map<?, ?>) new JsonSlurperClassic()
                .parseText(client()
                        .goTo("job/team/octavo-deliveries/api/json", "application/json")
                        .getWebResponse()
                        .getContentAsString());
        Map<?, ?> service = (Map<?, ?>) ((List<?>) json.get("services")).get(0);
        Map<?, ?> cell = (Map<?, ?>) ((List<?>) service.get("cells")).get(0);
        assertEquals("shop", service.get("service"));
        assertEquals("healthy", cell.get("health"));
        assertEquals("v1.0.0", ((Map<?, ?>) cell.get("delivery")).get("version"));
        assertEquals(12, ((List<?>) json.get("measures")).size());
        // a job with all its actions is no board
        String all = client()
                .goTo("job/team/api/json?depth=4", "application/json")
                .getWebResponse()
                .getContentAsString();
        assertFalse(all.contains("v1.0.0"), all);
    }

    @Test
    void holdsNoScriptOfItsOwn() throws Exception {
        deployed(job, "<script>alert(1)</script>", 1, "v1.0.0");
        String main = page("job/team/octavo-deliveries/").getElementById("main-panel").asXml();
        assertFalse(main.contains("<script>alert"), main);
        assertFalse(main.matches("(?s).*\\s(style|on[a-z]+)=\".*"), main);
    }

    @Test
    void speaksChinese() throws Exception {
        deployed(job, "shop", 1, "v1.0.0");
        LocaleProvider before = LocaleProvider.getProvider();
        // a test's Jenkins does not look at what a browser asks for, a real one does
        LocaleProvider.setProvider(new LocaleProvider() {
            @Override
            public Locale get() {
                return Locale.SIMPLIFIED_CHINESE;
            }
        });
        try {
            String board = text("job/team/octavo-deliveries/");
            for (String words : List.of("交付看板", "微服务", "健康", "批准人", "部署频率", "变更前置时间", "变更失败率", "恢复时间")) {
                assertTrue(board.contains(words), words + " in " + board);
            }
        } finally {
            LocaleProvider.setProvider(before);
        }
    }

    @Test
    void allThatCanBeDoneIsReachedByKeyboard() throws Exception {
        deployed(job, "shop", 1, "v1.0.0");
        DomElement main = page("job/team/octavo-deliveries/").getElementById("main-panel");
        // what moves sideways takes the focus, and nothing is clicked that is neither link nor button
        for (DomNode scrolled : main.querySelectorAll(".octavo-scroll")) {
            assertEquals("0", ((DomElement) scrolled).getAttribute("tabindex"));
        }
        assertTrue(main.querySelectorAll("[tabindex]:not([tabindex='0'])").isEmpty());
        // what Jenkins' own layout has to be jumped to has an id
        assertTrue(main.querySelectorAll("a:not([href]):not([id])").isEmpty());
    }

    // ------------------------------------------------------------------------------------------------------ going back

    private WorkflowJob rollbackJob() throws Exception {
        WorkflowJob back = folder.createProject(WorkflowJob.class, "back");
        back.setDefinition(new CpsFlowDefinition("echo \"back to ${params.TO} of ${params.SERVICE}\"", true));
        back.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("SERVICE", ""),
                new ChoiceParameterDefinition("ENVIRONMENT", new String[] {"dev", "prod"}, ""),
                new StringParameterDefinition("TO", "")));
        return back;
    }

    private int start(String user, String to) throws Exception {
        try (JenkinsRule.WebClient client = client(user)) {
            client.setThrowExceptionOnFailingStatusCode(false);
            WebRequest request = new WebRequest(
                    new URL(jenkins.getURL(), "job/team/octavo-deliveries/start"), HttpMethod.POST);
            request.setRequestParameters(List.of(
                    new NameValuePair("service", "shop"),
                    new NameValuePair("environment", "prod"),
                    new NameValuePair("namespace", "shop-prod"),
                    new NameValuePair("to", to)));
            return client.getPage(client.addCrumb(request)).getWebResponse().getStatusCode();
        }
    }

    private void people() {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("alice", "bob", "carol")
                .grant(Item.BUILD)
                .everywhere()
                .to("alice", "bob")
                .grant(OctavoPermissions.ROLL_BACK)
                .everywhere()
                .to("alice"));
    }

    @Test
    void goingBackStartsTheJobForThatInTheReadersName() throws Exception {
        WorkflowJob back = rollbackJob();
        deployed(job, "shop", 1, "v1.0.0");
        deployed(job, "shop", 2, "v1.1.0");
        people();

        try (JenkinsRule.WebClient client = client("alice")) {
            HtmlPage page = client.goTo("job/team/octavo-deliveries/");
            HtmlPage choice = page.getAnchorByText("Roll back").click();
            assertTrue(choice.asNormalizedText().contains("release 1 v1.0.0"), choice.asNormalizedText());
            assertTrue(choice.asNormalizedText().contains("team » back will be started"), choice.asNormalizedText());
        }
        assertEquals(200, start("alice", "1"));
        jenkins.waitUntilNoActivity();

        WorkflowRun run = back.getLastBuild();
        assertEquals("1", run.getAction(ParametersAction.class).getParameter("TO").getValue());
        assertEquals("shop", run.getAction(ParametersAction.class).getParameter("SERVICE").getValue());
        assertEquals("prod", run.getAction(ParametersAction.class).getParameter("ENVIRONMENT").getValue());
        assertEquals(
                "alice", run.getCause(hudson.model.Cause.UserIdCause.class).getUserId());
    }

    @Test
    void whoMayNotGoBackSeesNoLinkAndStartsNothing() throws Exception {
        WorkflowJob back = rollbackJob();
        deployed(job, "shop", 1, "v1.0.0");
        deployed(job, "shop", 2, "v1.1.0");
        people();

        for (String user : List.of("bob", "carol")) {
            try (JenkinsRule.WebClient client = client(user)) {
                String board = client.goTo("job/team/octavo-deliveries/").asNormalizedText();
                assertTrue(board.contains("v1.1.0"), board);
                assertFalse(board.contains("Roll back"), board);
            }
            assertEquals(403, start(user, "1"));
        }
        jenkins.waitUntilNoActivity();
        assertNull(back.getLastBuild());
    }

    @Test
    void whereThereIsNoJobForThatItSaysHowToMakeOne() throws Exception {
        deployed(job, "shop", 1, "v1.0.0");
        deployed(job, "shop", 2, "v1.1.0");
        people();

        try (JenkinsRule.WebClient client = client("alice")) {
            HtmlPage choice = client.goTo("job/team/octavo-deliveries/")
                    .getAnchorByText("Roll back")
                    .click();
            assertTrue(choice.asNormalizedText().contains("microserviceRollback()"), choice.asNormalizedText());
        }
    }

    @Test
    void canBeFilteredByName() throws Exception {
        deployed(job, "shop", 1, "v1.0.0");
        deployed(job, "stock", 1, "v2.0.0");

        String board = text("job/team/octavo-deliveries/?q=STO");
        assertTrue(board.contains("v2.0.0"), board);
        assertFalse(board.contains("v1.0.0"), board);
    }
}
