package io.jenkins.plugins.octavo.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.util.Secret;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class SettingsFormTest {
    @Test
    void globalFormKeepsEverything(JenkinsRule jenkins) throws Exception {
        credentials();
        OctavoConfiguration configuration = OctavoConfiguration.get();
        configuration.setClusters(List.of(cluster("shop"), cluster("dev")));
        configuration.setRegistries(List.of(registry()));
        configuration.setSonar(sonar());
        configuration.setEnvironments(List.of(environment("dev", "", ""), environment("prod", "shop-prod", "release")));
        configuration.setGates(List.of(gate()));
        String before = jenkins.jenkins.XSTREAM2.toXML(configuration);

        jenkins.configRoundtrip();

        assertEquals(before, jenkins.jenkins.XSTREAM2.toXML(OctavoConfiguration.get()));
    }

    @Test
    void globalFormKeepsNothing(JenkinsRule jenkins) throws Exception {
        jenkins.configRoundtrip();

        OctavoConfiguration configuration = OctavoConfiguration.get();
        assertTrue(configuration.getClusters().isEmpty()
                && configuration.getGates().isEmpty());
        assertNull(configuration.getSonar());
    }

    @Test
    void globalFormForgetsWhatIsRemovedInIt(JenkinsRule jenkins) throws Exception {
        OctavoConfiguration configuration = OctavoConfiguration.get();
        configuration.setGates(List.of(gate()));
        configuration.setSonar(sonar());
        var form = jenkins.createWebClient().goTo("configure").getFormByName("config");
        form.getElementsByAttribute("input", "name", "sonar").forEach(each -> each.removeAttribute("checked"));

        // what the page would send without them
        var json = new net.sf.json.JSONObject();
        jenkins.executeOnServer(() -> configuration.configure(org.kohsuke.stapler.Stapler.getCurrentRequest2(), json));

        assertTrue(configuration.getGates().isEmpty());
        assertNull(configuration.getSonar());
    }

    @Test
    void folderFormKeepsEverything(JenkinsRule jenkins) throws Exception {
        credentials();
        Folder folder = jenkins.createProject(Folder.class, "team");
        OctavoFolderProperty property = new OctavoFolderProperty();
        property.setClusters(List.of(cluster("shop")));
        property.setRegistries(List.of(registry()));
        property.setSonar(sonar());
        property.setEnvironments(List.of(environment("prod", "shop-prod", "release")));
        property.setGates(List.of(gate()));
        folder.addProperty(property);
        String before = jenkins.jenkins.XSTREAM2.toXML(property);

        jenkins.configRoundtrip(folder);

        assertEquals(
                before, jenkins.jenkins.XSTREAM2.toXML(folder.getProperties().get(OctavoFolderProperty.class)));
    }

    @Test
    void folderFormWithoutSettingsAddsNothing(JenkinsRule jenkins) throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "team");

        jenkins.configRoundtrip(folder);

        assertNull(folder.getProperties().get(OctavoFolderProperty.class));
    }

    static Cluster cluster(String name) {
        Cluster cluster = new Cluster(name, "kc");
        cluster.setContext("deployer@" + name);
        cluster.setPlanCredentialsId("kc");
        return cluster;
    }

    static Environment environment(String name, String namespace, String gate) {
        Environment environment = new Environment(name, "shop");
        environment.setNamespace(namespace);
        environment.setGate(gate);
        return environment;
    }

    static Gate gate() {
        Gate gate = new Gate("release");
        gate.setApprovers("alice, ops");
        gate.setQuorum(2);
        gate.setNotStarter(true);
        gate.setReasonRequired(true);
        gate.setHours(24);
        return gate;
    }

    private static Registry registry() {
        Registry registry = new Registry("registry.example.com:5000");
        registry.setNamespace("shop");
        registry.setCredentialsId("registry");
        return registry;
    }

    private static Sonar sonar() {
        Sonar sonar = new Sonar("https://sonar.example.com");
        sonar.setCredentialsId("kc");
        return sonar;
    }

    private static void credentials() throws Exception {
        List.of(
                        new StringCredentialsImpl(CredentialsScope.GLOBAL, "kc", "", Secret.fromString("x")),
                        new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "registry", "", "u", "p"))
                .forEach(SystemCredentialsProvider.getInstance().getCredentials()::add);
    }
}
