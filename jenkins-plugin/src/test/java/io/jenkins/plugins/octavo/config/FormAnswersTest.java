package io.jenkins.plugins.octavo.config;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Item;
import hudson.util.Secret;
import java.net.URL;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What forms are told, and who is told nothing. */
@WithJenkins
class FormAnswersTest {
    private static final String[] QUESTIONS = {
        "Cluster/checkName?value=",
        "Cluster/checkCredentialsId?value=nosuch",
        "Cluster/checkPlanCredentialsId?value=nosuch",
        "Registry/checkHost?value=https://x",
        "Registry/checkNamespace?value=A",
        "Registry/checkCredentialsId?value=nosuch",
        "Sonar/checkUrl?value=x",
        "Sonar/checkCredentialsId?value=nosuch",
        "Environment/checkName?value=",
        "Environment/checkCluster?value=nosuch",
        "Environment/checkNamespace?value=A",
        "Environment/checkGate?value=nosuch",
        "Gate/checkName?value=",
        "Gate/checkApprovers?value=nosuch",
        "Gate/checkQuorum?value=0",
        "Gate/checkHours?value=0",
    };

    private JenkinsRule jenkins;

    @BeforeEach
    void users(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        Folder folder = jenkins.createProject(Folder.class, "team");
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader", "lead")
                .grant(Item.CONFIGURE)
                .onItems(folder)
                .to("lead"));
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "kc", "", Secret.fromString("x")));
        OctavoConfiguration.get().setClusters(List.of(new Cluster("shop", "kc")));
    }

    @Test
    void whoMayNotConfigureLearnsNothing() throws Exception {
        for (String question : QUESTIONS) {
            assertEquals("<div/>", ask("reader", "", question), question);
            assertEquals("<div/>", ask("lead", "", question), question);
            assertEquals("<div/>", ask("reader", "job/team/", question), question);
        }
    }

    @Test
    void whoMayConfigureLearnsWhatIsWrong() throws Exception {
        for (String question : QUESTIONS) {
            assertThat(question, ask("admin", "", question), not("<div/>"));
            assertThat(question, ask("lead", "job/team/", question), containsString("class="));
        }
    }

    @Test
    void listsCredentialsOnlyForThoseWhoMayUseThem() throws Exception {
        for (String list : List.of(
                "Cluster/fillCredentialsIdItems?credentialsId=mine",
                "Cluster/fillPlanCredentialsIdItems?planCredentialsId=mine",
                "Sonar/fillCredentialsIdItems?credentialsId=mine&url=")) {
            assertThat(ask("admin", "", list), containsString("\"kc\""));
            assertThat(ask("lead", "job/team/", list), containsString("\"kc\""));
            for (String answer :
                    List.of(ask("reader", "", list), ask("lead", "", list), ask("reader", "job/team/", list))) {
                assertThat(answer, not(containsString("\"kc\"")));
                assertThat(answer, containsString("\"mine\""));
            }
        }
        String registry = "Registry/fillCredentialsIdItems?credentialsId=mine&host=";
        assertThat(ask("reader", "", registry), containsString("\"mine\""));
    }

    @Test
    void suggestsNamesOnlyToThoseWhoMayConfigure() throws Exception {
        assertThat(ask("lead", "job/team/", "Environment/fillClusterItems"), containsString("shop"));
        assertThat(ask("reader", "job/team/", "Environment/fillClusterItems"), not(containsString("shop")));
    }

    @Test
    void answersPostsOnly() throws Exception {
        for (String question : QUESTIONS) {
            assertEquals(404, response("admin", "", question, HttpMethod.GET).getStatusCode(), question);
        }
    }

    @Test
    void warnsOfNamesThatMeanNothingAndSaysWhichThereAre() throws Exception {
        assertThat(ask("admin", "", "Environment/checkCluster?value=shpo"), containsString("There are: shop"));
        assertThat(ask("admin", "", "Environment/checkGate?value=release"), containsString("there is none at all"));
    }

    @Test
    void warnsOfCredentialsThatAGateLocks() throws Exception {
        OctavoConfiguration.get().setEnvironments(List.of(SettingsFormTest.environment("prod", "", "release")));

        assertThat(ask("admin", "", "Environment/checkGate?value=&cluster=shop"), containsString("prod"));
        assertThat(ask("admin", "", "Cluster/checkCredentialsId?value=kc"), containsString("cannot lock"));
    }

    @Test
    void warnsOfAQuorumThatCannotBeReached() throws Exception {
        assertThat(
                ask("admin", "", "Gate/checkQuorum?value=3&approvers=alice,%20bob,alice"),
                containsString("Only 2 are named"));
        assertEquals("<div/>", ask("admin", "", "Gate/checkQuorum?value=2&approvers=alice,bob"));
        assertEquals("<div/>", ask("admin", "", "Gate/checkQuorum?value=9&approvers="));
        assertThat(ask("admin", "", "Gate/checkQuorum?value=1.5&approvers="), containsString("whole number"));
    }

    @Test
    void acceptsUsualAddresses() throws Exception {
        for (String right : List.of(
                "Registry/checkHost?value=registry.example.com:5000",
                "Registry/checkHost?value=localhost",
                "Registry/checkNamespace?value=team/shop",
                "Sonar/checkUrl?value=https://sonar.example.com/sonar",
                "Environment/checkNamespace?value=shop-prod",
                "Cluster/checkName?value=shop")) {
            assertEquals("<div/>", ask("admin", "", right), right);
        }
        assertThat(ask("admin", "", "Sonar/checkUrl?value=https://u:p@host"), containsString("logs"));
    }

    private String ask(String user, String place, String question) throws Exception {
        return response(user, place, question, HttpMethod.POST)
                .getContentAsString()
                .trim();
    }

    private WebResponse response(String user, String place, String question, HttpMethod method) throws Exception {
        JenkinsRule.WebClient client = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        client.login(user);
        String url = jenkins.getURL() + place + "descriptorByName/io.jenkins.plugins.octavo.config." + question;
        return client.loadWebResponse(client.addCrumb(new WebRequest(new URL(url), method)));
    }
}
