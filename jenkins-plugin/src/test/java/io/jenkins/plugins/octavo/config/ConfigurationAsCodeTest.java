package io.jenkins.plugins.octavo.config;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.ConfiguratorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class ConfigurationAsCodeTest {
    private static final String HEAD = "unclassified:\n";

    @TempDir
    private Path directory;

    @Test
    void exportsWhatItImports(JenkinsRule jenkins) throws Exception {
        String settings = resource("settings.yaml");

        apply(settings);

        assertEquals(settings, HEAD + exported());
        assertEquals("kc-read", Settings.of(null).cluster("dev").orElseThrow().getPlanCredentialsId());
        assertEquals(72, Settings.of(null).gate("simple").orElseThrow().getHours());
    }

    @Test
    void importsTwiceWithoutChange(JenkinsRule jenkins) throws Exception {
        apply(resource("settings.yaml"));
        String once = exported();

        apply(HEAD + once);

        assertEquals(once, exported());
    }

    @Test
    void replacesListsAsAWhole(JenkinsRule jenkins) throws Exception {
        apply(resource("settings.yaml"));

        apply(HEAD + "  octavo:\n    gates: []\n    clusters:\n    - name: other\n      credentialsId: x\n");

        assertTrue(OctavoConfiguration.get().getGates().isEmpty());
        assertEquals("other", OctavoConfiguration.get().getClusters().get(0).getName());
        assertEquals(2, OctavoConfiguration.get().getEnvironments().size());
    }

    @Test
    void refusesNamesThatAreThereTwice(JenkinsRule jenkins) {
        assertRefused("    gates:\n    - name: a\n    - name: a\n", "Two are called \"a\"");
    }

    @Test
    void refusesNumbersThatMakeNoSense(JenkinsRule jenkins) {
        assertRefused("    gates:\n    - name: a\n      quorum: 0\n", "quorum");
        assertRefused("    gates:\n    - name: a\n      hours: -1\n", "hours");
    }

    @Test
    void refusesWhatItDoesNotKnow(JenkinsRule jenkins) {
        assertRefused("    clusters:\n    - name: a\n      kubeconfigPath: /etc/passwd\n", "kubeconfigPath");
    }

    private void assertRefused(String yaml, String reason) {
        ConfiguratorException refusal =
                assertThrows(ConfiguratorException.class, () -> apply(HEAD + "  octavo:\n" + yaml));
        StringBuilder messages = new StringBuilder();
        for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            messages.append(cause.getMessage()).append('\n');
        }
        assertThat(messages.toString(), containsString(reason));
        assertTrue(OctavoConfiguration.get().getGates().isEmpty());
    }

    private void apply(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("jenkins.yaml"), yaml);
        ConfigurationAsCode.get().configure(file.toString());
    }

    private static String exported() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(all);
        return all.toString(StandardCharsets.UTF_8)
                .lines()
                .dropWhile(line -> !line.equals("  octavo:"))
                .takeWhile(line -> line.equals("  octavo:") || line.startsWith("    "))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    static String resource(String name) throws IOException {
        try (InputStream stream = ConfigurationAsCodeTest.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
