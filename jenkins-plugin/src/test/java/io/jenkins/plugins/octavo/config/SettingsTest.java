package io.jenkins.plugins.octavo.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Items;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class SettingsTest {
    private Folder folder;

    @BeforeEach
    void settings(JenkinsRule jenkins) throws Exception {
        OctavoConfiguration configuration = OctavoConfiguration.get();
        configuration.setClusters(List.of(new Cluster("shop", "kc")));
        configuration.setGates(List.of(new Gate("release")));
        configuration.setEnvironments(List.of(SettingsFormTest.environment("prod", "", "release")));
        folder = jenkins.createProject(Folder.class, "team");
    }

    @Test
    void nearestSettingsComeFirst() throws Exception {
        property(new Cluster("shop", "mine"), SettingsFormTest.environment("prod", "team", ""));

        assertEquals("mine", Settings.of(folder).cluster("shop").orElseThrow().getCredentialsId());
        assertEquals(
                "team", Settings.of(folder).environment("prod").orElseThrow().getNamespace());
        assertEquals("kc", Settings.of(null).cluster("shop").orElseThrow().getCredentialsId());
        assertEquals(List.of("shop"), Settings.of(folder).clusterNames());
    }

    @Test
    void environmentMeansWhatIsKeptWhereItIsKept() throws Exception {
        property(new Cluster("shop", "mine"), SettingsFormTest.environment("other", "", "release"));
        Settings settings = Settings.of(folder);
        Environment prod = settings.environment("prod").orElseThrow();

        assertEquals("kc", settings.cluster(prod).orElseThrow().getCredentialsId());
        assertEquals(
                "mine",
                settings.cluster(settings.environment("other").orElseThrow())
                        .orElseThrow()
                        .getCredentialsId());
        assertEquals("release", settings.gate(prod).orElseThrow().getName());
    }

    @Test
    void folderCannotUnlockWhatIsLockedOutside() throws Exception {
        property(new Cluster("shop", "mine"), SettingsFormTest.environment("prod", "", ""));
        Settings settings = Settings.of(folder);

        List<Environment> guarded = settings.guardedBy("kc");

        assertEquals(1, guarded.size());
        assertFalse(settings.counts(guarded.get(0)));
        assertTrue(settings.counts(settings.environment("prod").orElseThrow()));
        assertTrue(settings.guardedBy("mine").isEmpty());
    }

    @Test
    void readsPropertiesThatLackFields() throws Exception {
        Object read = Items.XSTREAM2.fromXML("<io.jenkins.plugins.octavo.config.OctavoFolderProperty><environments>"
                + "<io.jenkins.plugins.octavo.config.Environment><name>dev</name>"
                + "</io.jenkins.plugins.octavo.config.Environment></environments>"
                + "</io.jenkins.plugins.octavo.config.OctavoFolderProperty>");
        folder.addProperty((OctavoFolderProperty) read);

        Settings settings = Settings.of(folder);

        assertEquals("", settings.environment("dev").orElseThrow().getGate());
        assertTrue(settings.guardedBy("").isEmpty());
        assertEquals(List.of("dev", "prod"), settings.environmentNames());
    }

    private void property(Cluster cluster, Environment environment) throws Exception {
        OctavoFolderProperty property = new OctavoFolderProperty();
        property.setClusters(List.of(cluster));
        property.setEnvironments(List.of(environment));
        folder.addProperty(property);
    }
}
