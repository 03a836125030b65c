package dev.octavo.engine.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.preflight.Preflight;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code octavo:ignore RULE reason}. */
class PreflightSilenceTest {
    @TempDir
    Path folder;

    private Repository repository;

    @BeforeEach
    void begin() {
        repository = new Repository(folder);
    }

    @Test
    void aReasonSilencesItsLineOrTheNext() {
        repository.file("Jenkinsfile", """
            node {
              // octavo:ignore PRE-056 a new pod each time
              sh 'mkdir one'
              sh 'mkdir two' // octavo:ignore mkdir also a new pod
              sh 'mkdir three'
            }
            """);

        Preflight.Report report = repository.report();

        assertThat(report.findings()).singleElement().satisfies(finding -> assertThat(finding.line())
                .isEqualTo(5));
        assertThat(report.silenced())
                .extracting(Preflight.Report.Silenced::reason)
                .containsExactly("a new pod each time", "also a new pod");
    }

    @Test
    void yamlAndDockerfilesHaveTheirOwnComments() {
        repository.file("Dockerfile", "FROM scratch\n# octavo:ignore shell-entrypoint it execs by itself\nCMD run\n");
        repository.file("a.yaml", """
            apiVersion: batch/v1beta1 # octavo:ignore PRE-060 this cluster is a museum
            kind: CronJob
            metadata: { name: x }
            """);

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void withoutAReasonNothingIsSilenced() {
        repository.file("Jenkinsfile", "node {\n  sh 'mkdir x' // octavo:ignore PRE-056\n}\n");

        assertThat(repository.places()).containsExactly("PRE-056 Jenkinsfile:2:7", "PRE-090 Jenkinsfile:2:16");
    }

    @Test
    void whatSilencesNothingIsToldAndMisspeltRulesToo() {
        repository.file(
                "Jenkinsfile",
                "node {\n"
                        + "  sh 'true' // octavo:ignore PRE-056 why\n"
                        + "  // octavo:ignore PRE-9999 why\n"
                        + "  // octavo:ignore\n"
                        + "}\n");

        assertThat(repository.places())
                .containsExactly("PRE-091 Jenkinsfile:2:13", "PRE-091 Jenkinsfile:3:3", "PRE-091 Jenkinsfile:4:3");
    }

    @Test
    void anotherRuleIsNotSilenced() {
        repository.file("Jenkinsfile", "node {\n  sh 'mkdir x' // octavo:ignore PRE-050 why\n}\n");

        assertThat(repository.places()).containsExactly("PRE-056 Jenkinsfile:2:7", "PRE-091 Jenkinsfile:2:16");
    }
}
