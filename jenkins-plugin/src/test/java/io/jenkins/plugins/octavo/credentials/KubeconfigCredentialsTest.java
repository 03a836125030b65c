package io.jenkins.plugins.octavo.credentials;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import hudson.AbortException;
import hudson.ExtensionList;
import hudson.model.Descriptor;
import hudson.model.FreeStyleBuild;
import hudson.model.Items;
import hudson.util.Secret;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.octavo.credentials.LostKubeconfigMonitor.Lost;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

class KubeconfigCredentialsTest {
    private static final String KUBECONFIG = "clusters: []\nusers: [{user: {token: new-token-456}}]\n";

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @TempDir
    private Path directory;

    @Test
    void keepsContentEncrypted() throws Throwable {
        sessions.then(jenkins -> {
            SystemCredentialsProvider.getInstance()
                    .getCredentials()
                    .add(new KubeconfigCredentials(
                            CredentialsScope.GLOBAL, "kc", "shop", Secret.fromString(KUBECONFIG)));
            SystemCredentialsProvider.getInstance().save();
            String file = Files.readString(jenkins.jenkins.getRootDir().toPath().resolve("credentials.xml"));
            assertThat(file, not(containsString("new-token-456")));
            assertThat(file, not(containsString("lostSource")));
        });
        sessions.then(jenkins -> {
            assertEquals(KUBECONFIG, credentials("kc").getContent().getPlainText());
            assertEquals("shop", credentials("kc").getDescription());
        });
    }

    @Test
    void readsWhatKubernetesCdWroteAndWritesItAnew() throws Throwable {
        sessions.then(jenkins -> {
            try (InputStream old = getClass().getResourceAsStream("kubernetes-cd.xml")) {
                Files.write(jenkins.jenkins.getRootDir().toPath().resolve("credentials.xml"), old.readAllBytes());
            }
        });
        sessions.then(jenkins -> {
            assertThat(credentials("direct").getContent().getPlainText(), containsString("old-token-123"));
            assertEquals("", credentials("direct").getLostSource());
            assertEquals("entered", credentials("direct").getDescription());
            assertNull(credentials("file").getContent());
            LostKubeconfigMonitor monitor = ExtensionList.lookupSingleton(LostKubeconfigMonitor.class);
            assertTrue(monitor.isActivated());
            assertEquals(
                    List.of(
                            new Lost("file", "", "manage/credentials/", "/etc/passwd"),
                            new Lost("ssh", "", "manage/credentials/", "master:22:.kube/config")),
                    monitor.getLost());
            String page = jenkins.createWebClient().goTo("manage").asNormalizedText();
            assertThat(page, containsString("which was read from /etc/passwd"));
            assertThat(page, containsString("CVE-2022-27208"));

            SystemCredentialsProvider.getInstance().save();
            String file = Files.readString(jenkins.jenkins.getRootDir().toPath().resolve("credentials.xml"));
            assertThat(file, not(containsString("microsoft")));
            assertThat(file, not(containsString("old-token-123")));
        });
        sessions.then(jenkins -> {
            assertThat(credentials("direct").getContent().getPlainText(), containsString("old-token-123"));
            assertEquals("/etc/passwd", credentials("file").getLostSource());
            FreeStyleBuild build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
            for (String id : List.of("file", "ssh")) {
                String failure = assertThrows(AbortException.class, () -> Kubeconfigs.content(id, build))
                        .getMessage();
                assertThat(failure, containsString("id " + id + " have no content"));
                assertThat(failure, containsString("CVE-2022-27208"));
                assertEquals(4, failure.lines().count());
            }
            ExtensionList.lookupSingleton(LostKubeconfigMonitor.class).disable(false);
        });
    }

    @Test
    void looksForNothingWhereKubernetesCdNeverWas() throws Throwable {
        sessions.then(jenkins -> assertTrue(ExtensionList.lookupSingleton(LostKubeconfigMonitor.class)
                .getLost()
                .isEmpty()));
    }

    @Test
    void formShowsNoContent() throws Throwable {
        sessions.then(jenkins -> {
            KubeconfigCredentials credentials =
                    new KubeconfigCredentials(CredentialsScope.GLOBAL, "kc", "shop", Secret.fromString(KUBECONFIG));
            SystemCredentialsProvider.getInstance().getCredentials().add(credentials);
            // what a dialog is filled with: no page of its own, so without scripts
            var client = jenkins.createWebClient().withJavaScriptEnabled(false);
            var page = client.goTo("manage/credentials/store/system/domain/_/credential/kc/updateDialog");
            String html = page.getWebResponse().getContentAsString();
            assertThat(html, not(containsString("new-token-456")));
            assertThat(html, containsString("KubeconfigCredentials/checkContent"));
        });
    }

    @Test
    void refusesBadContentInTheForm() throws Throwable {
        sessions.then(jenkins -> {
            for (String content : List.of(
                    "",
                    "garbage",
                    "clusters: []\nusers: [{user: {exec: {command: sh}}}]",
                    "clusters: []\nusers: [{user: {auth-provider: {name: gcp}}}]",
                    "clusters: [{cluster: {certificate-authority: /etc/ca}}]\nusers: []")) {
                Descriptor.FormException refusal = assertThrows(
                        Descriptor.FormException.class,
                        () -> new KubeconfigCredentials(CredentialsScope.GLOBAL, "kc", "", Secret.fromString(content)));
                assertEquals("content", refusal.getFormField());
                assertThat(check(jenkins, content), containsString("class=\"error\""));
            }
            assertEquals("<div/>", check(jenkins, KUBECONFIG));
            assertEquals("<div/>", check(jenkins, Secret.fromString(KUBECONFIG).getEncryptedValue()));
        });
    }

    @Test
    void roundTripsThroughConfigurationAsCode() throws Throwable {
        sessions.then(jenkins -> {
            Path file = directory.resolve("jenkins.yaml");
            try (InputStream yaml = getClass().getResourceAsStream("kubeconfig.yaml")) {
                Files.write(file, yaml.readAllBytes());
            }

            ConfigurationAsCode.get().configure(file.toString());
            ByteArrayOutputStream exported = new ByteArrayOutputStream();
            ConfigurationAsCode.get().export(exported);

            assertThat(credentials("kc").getContent().getPlainText(), containsString("tok-SECRET-1234567"));
            String text = exported.toString(StandardCharsets.UTF_8);
            assertThat(text, containsString("- kubeconfig:"));
            assertThat(text, not(containsString("tok-SECRET-1234567")));
            assertThat(text, not(containsString("lostSource")));
        });
    }

    @Test
    void refusesBadContentInConfigurationAsCode() throws Throwable {
        sessions.then(jenkins -> {
            Path file = directory.resolve("jenkins.yaml");
            Files.writeString(
                    file,
                    "credentials:\n  system:\n    domainCredentials:\n    - credentials:\n      - kubeconfig:\n"
                            + "          id: kc\n          content: 'tokenFile: /etc/passwd'\n");

            assertThrows(Exception.class, () -> ConfigurationAsCode.get().configure(file.toString()));

            assertTrue(SystemCredentialsProvider.getInstance().getCredentials().isEmpty());
        });
    }

    @Test
    void writesALockedOneAsWhatItLocks() throws Throwable {
        sessions.then(jenkins -> {
            KubeconfigCredentials open =
                    new KubeconfigCredentials(CredentialsScope.GLOBAL, "kc", "shop", Secret.fromString(KUBECONFIG));
            Credentials locked = new LockedKubeconfigCredentials(open, "because");

            Object read = Items.XSTREAM2.fromXML(Items.XSTREAM2.toXML(locked));

            assertEquals(KubeconfigCredentials.class, read.getClass());
            assertEquals(KUBECONFIG, ((KubeconfigCredentials) read).getContent().getPlainText());
            assertEquals(
                    "because",
                    assertThrows(IllegalStateException.class, ((KubeconfigCredentials) locked)::getContent)
                            .getMessage());
            assertFalse(locked.getDescriptor().getDisplayName().isEmpty());
        });
    }

    private static KubeconfigCredentials credentials(String id) {
        return CredentialsProvider.lookupCredentialsInItemGroup(
                        IdCredentials.class, jenkins.model.Jenkins.get(), hudson.security.ACL.SYSTEM2, List.of())
                .stream()
                .filter(each -> each.getId().equals(id))
                .map(KubeconfigCredentials.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static String check(org.jvnet.hudson.test.JenkinsRule jenkins, String content) throws Exception {
        var client = jenkins.createWebClient();
        WebRequest request = new WebRequest(
                new java.net.URL(jenkins.getURL() + "descriptorByName/" + KubeconfigCredentials.class.getName()
                        + "/checkContent"),
                HttpMethod.POST);
        request.setRequestParameters(List.of(new org.htmlunit.util.NameValuePair("value", content)));
        return client.loadWebResponse(client.addCrumb(request))
                .getContentAsString()
                .trim();
    }
}
