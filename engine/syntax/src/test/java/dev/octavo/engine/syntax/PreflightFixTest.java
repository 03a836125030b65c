package dev.octavo.engine.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.preflight.Finding;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --fix} writes, and what it leaves. */
class PreflightFixTest {
    @TempDir
    Path folder;

    private Repository repository;

    @BeforeEach
    void begin() {
        repository = new Repository(folder);
    }

    private void fixes(String file, String before, String after) {
        repository.file(file, before);

        assertThat(repository.fix()).anyMatch(Finding::fixed);

        assertThat(repository.read(file)).isEqualTo(after);
    }

    @Test
    void foldersAreMadeWithTheirParents() {
        fixes(
                "Jenkinsfile",
                "node {\n\tsh '''cd x\n  mkdir ~/.kube && mkdir -m 700 y'''\n}",
                "node {\n\tsh '''cd x\n  mkdir -p ~/.kube && mkdir -p -m 700 y'''\n}");
    }

    @Test
    void separatorsGetTheirOwnLineWithTheFilesLineEnds() {
        fixes(
                "a.yaml",
                "apiVersion: v1\r\n"
                        + "kind: ServiceAccount\r\n"
                        + "metadata:\r\n"
                        + "  name: x---\r\n"
                        + "apiVersion: v1\r\n"
                        + "kind: ServiceAccount\r\n"
                        + "metadata: { name: y }",
                "apiVersion: v1\r\n"
                        + "kind: ServiceAccount\r\n"
                        + "metadata:\r\n"
                        + "  name: x\r\n"
                        + "---\r\n"
                        + "apiVersion: v1\r\n"
                        + "kind: ServiceAccount\r\n"
                        + "metadata: { name: y }");
    }

    @Test
    void objectsGetTheSeparatorThatIsMissing() {
        fixes(
                "a.yaml",
                "kind: ServiceAccount\napiVersion: v1\nmetadata: { name: x }\nkind: ServiceAccount\napiVersion: v1\nmetadata: { name: y }\n",
                "kind: ServiceAccount\napiVersion: v1\nmetadata: { name: x }\n---\nkind: ServiceAccount\napiVersion: v1\nmetadata: { name: y }\n");
    }

    @Test
    void versionsWithTheSameFieldsAreReplaced() {
        fixes(
                "a.yaml",
                "apiVersion: batch/v1beta1 # old\nkind: CronJob\nmetadata: { name: x }\n",
                "apiVersion: batch/v1 # old\nkind: CronJob\nmetadata: { name: x }\n");
    }

    @Test
    void versionsWithOtherFieldsAreLeft() {
        String ingress = "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: { name: x }\n";
        repository.file("a.yaml", ingress);

        assertThat(repository.fix()).hasSize(1).noneMatch(Finding::fixed);

        assertThat(repository.read("a.yaml")).isEqualTo(ingress);
    }

    @Test
    void singleQuotesBecomeDoubleWhereAVariableIsKeptFromItsValue() {
        fixes(
                "Jenkinsfile",
                "node { withEnv(['NAME=x']) { kubernetesDeploy(configs: '$NAME/**') } }\n",
                "node { withEnv(['NAME=x']) { kubernetesDeploy(configs: \"$NAME/**\") } }\n");
    }

    @Test
    void secretsAreLeftToTheShell() {
        String before =
                "node { withCredentials([usernamePassword(credentialsId: 'c', usernameVariable: 'U', passwordVariable:"
                        + " 'P')]) { sh \"echo ${env.P} | docker login -u $U --password-stdin $P\" } }\n";
        fixes(
                "Jenkinsfile",
                before,
                before.replace("\"echo ${env.P}", "'echo ${P}")
                        .replace("$U", "${U}")
                        .replace("$P\"", "${P}'"));
        assertThat(repository.places("PRE-051")).isEmpty();
    }

    @Test
    void secretsBesideGroovysOwnVariablesAreLeftToAPerson() {
        String text =
                "node { def host = 'x'; withCredentials([string(credentialsId: 'c', variable: 'P')]) { sh \"run $P"
                        + " ${host}\" } }\n";
        repository.file("Jenkinsfile", text);

        assertThat(repository.fix()).hasSize(1).noneMatch(Finding::fixed);
        assertThat(repository.read("Jenkinsfile")).isEqualTo(text);
    }

    @Test
    void bracesEndANameBeforeOtherLetters() {
        fixes(
                "Jenkinsfile",
                "node { withEnv(['NAME=x']) { echo \"部署$NAME到集群\" } }\n",
                "node { withEnv(['NAME=x']) { echo \"部署${NAME}到集群\" } }\n");
    }

    @Test
    void byteOrderMarksStay() {
        fixes("Jenkinsfile", "\uFEFFnode { sh 'mkdir x' }\r\n", "\uFEFFnode { sh 'mkdir -p x' }\r\n");
    }

    @Test
    void nothingIsWrittenWithoutBeingAsked() {
        repository.file("Jenkinsfile", "node { sh 'mkdir x' }\n");

        assertThat(repository.findings()).noneMatch(Finding::fixed);

        assertThat(repository.read("Jenkinsfile")).isEqualTo("node { sh 'mkdir x' }\n");
    }
}
