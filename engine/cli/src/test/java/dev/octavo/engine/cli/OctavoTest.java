package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class OctavoTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private int run(String... arguments) {
        CommandLine line =
                Octavo.commandLine(Map.of("OCTAVO_HOME", folder.resolve("home").toString()));
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void helpNamesEveryCommandAndExitCode() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("run", "sandbox", "image", "deploy", "release");

        assertThat(run("run", "--help")).isZero();
        assertThat(out.toString()).contains("--approve", "--keep", "Exit codes", "130");
    }

    @Test
    void operationsHaveAnOptionForEachInput() {
        assertThat(run("plan", "--help")).isZero();

        assertThat(out.toString()).contains("--environment", "--cluster-namespace", "--kubeconfig", "[SERVICE]");
    }

    @Test
    void misspeltCommandsGetASuggestion() {
        assertThat(run("sorce")).isEqualTo(2);

        assertThat(err.toString()).contains("CONFIG-101", "source").doesNotContain("Exception");
    }

    @Test
    void aShortSlipGetsASuggestionTooAndNoHiddenCommandIsNamed() {
        assertThat(run("rn")).isEqualTo(2);

        assertThat(err.toString())
                .contains("did you mean run?", "the commands are ")
                .doesNotContain("train");
    }

    @Test
    void errorsHaveFourLinesAndTheirExitCode() {
        assertThat(run("source", "-C", folder.toString())).isEqualTo(8);

        assertThat(err.toString())
                .contains("SOURCE-101", "  where  ", "  why    ", "  fix    ")
                .doesNotContain("\tat ");
    }

    @Test
    void anUnknownFormatIsRefused() {
        assertThat(run("run", "--output", "yaml")).isEqualTo(2);
        assertThat(err.toString()).contains("CONFIG-101", "--output", "TEXT, JSON");

        assertThat(run("source", "--output", "yaml")).isEqualTo(2);
    }

    @Test
    void readsARequestFromAFile() throws java.io.IOException {
        Path request = Files.writeString(folder.resolve("request.json"), "{\"nonsense\": 1}");

        assertThat(run("source", "-C", folder.toString(), "--request", request.toString()))
                .isEqualTo(2);

        assertThat(err.toString()).contains("\"nonsense\" is no input of it");
    }

    @Test
    void preflightEndsWithItsOwnExitCodeAndStillPrintsWhatItFound() throws java.io.IOException {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        Files.writeString(repository.resolve("Jenkinsfile"), "node {\n  sh 'docker login -p $P'\n  sh 'mkdir x'\n}\n");

        assertThat(run("preflight", "-C", repository.toString())).isEqualTo(9);

        assertThat(out.toString())
                .contains("Jenkinsfile:2:23: error PRE-052", "^^", "1 error, 1 warning in 1 file")
                .doesNotContain("\u001b");
        assertThat(err.toString()).contains("PREFLIGHT-101", "  where  Jenkinsfile:2:23");
        assertThat(repository.resolve(".octavo")).doesNotExist();
    }

    @Test
    void preflightWritesWhatProgramsRead() throws java.io.IOException {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        Files.writeString(repository.resolve("Jenkinsfile"), "node { sh 'mkdir x' }\n");

        assertThat(run(
                        "preflight",
                        "-C",
                        repository.toString(),
                        "-o",
                        "json",
                        "--sarif",
                        "out/p.sarif",
                        "--warnings-ng",
                        "p.json"))
                .isZero();

        assertThat(out.toString()).contains("\"rule\" : \"PRE-056\"", "\"warnings\" : 1");
        assertThat(repository.resolve("out/p.sarif")).content().contains("2.1.0");
        assertThat(repository.resolve("p.json")).content().contains("\"issues\"");
        assertThat(run("preflight", "-C", repository.toString(), "--strict")).isEqualTo(9);
        assertThat(run("preflight", "-C", repository.toString(), "--fix", "--strict"))
                .isZero();
        assertThat(repository.resolve("Jenkinsfile")).content().contains("mkdir -p x");
    }

    @Test
    void completesInShells() {
        assertThat(run("completion")).isZero();

        assertThat(out.toString()).contains("complete", "catalog".substring(0, 3), "--approve");
    }
}
