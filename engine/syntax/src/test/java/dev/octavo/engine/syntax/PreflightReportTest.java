package dev.octavo.engine.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.preflight.Item;
import dev.octavo.engine.preflight.MachineReports;
import dev.octavo.engine.preflight.Rule;
import dev.octavo.engine.preflight.TextReport;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Findings for people and programs. */
class PreflightReportTest {
    @TempDir
    Path folder;

    private Repository repository;

    @BeforeEach
    void begin() {
        repository = new Repository(folder);
    }

    private List<Item> items() {
        return repository.findings().stream()
                .map(finding -> Item.of(finding, ""))
                .toList();
    }

    @Test
    void textShowsTheLineWithMarksUnderWhatIsMeantWhateverItsWidth() {
        repository.file("Jenkinsfile", "node {\n\tsh '目录 && mkdir x'\n}\n");

        assertThat(new TextReport(false).render(items(), 0, 1)).isEqualTo("""
                        Jenkinsfile:2:12: warning PRE-056 mkdir
                          2 | \tsh '目录 && mkdir x'
                            | \t            ^^^^^
                          what   mkdir fails where the folder is there
                          why    the folder exists when the build is run again, and mkdir fails
                          fix    write mkdir -p (--fix does it)

                        0 errors, 1 warning in 1 file; --fix corrects 1""");
    }

    @Test
    void coloursAreThereOnlyWhenAskedFor() {
        repository.file("Jenkinsfile", "node { sh 'mkdir x' }\n");

        assertThat(new TextReport(false).render(items(), 0, 1)).doesNotContain("\u001b");
        assertThat(new TextReport(true).render(items(), 0, 1)).contains("\u001b[33mwarning\u001b[0m");
    }

    @Test
    void noReportShowsASecret() {
        repository.file(
                "Jenkinsfile",
                "node {\n  sh 'docker login -u admin -p Harbor12345 x'\n  git url: 'https://me:hunter2secret@git.example.com/x.git'\n}\n");

        assertThat(repository.findings()).hasSize(2);
        String all = new TextReport(true).render(items(), 0, 1)
                + MachineReports.sarif(items(), items())
                + MachineReports.warnings(items())
                + items();
        assertThat(all).doesNotContain("Harbor12345").doesNotContain("hunter2");
    }

    @Test
    void sarifHasTheRulesTheResultsAndWhatIsSilenced() {
        repository.file(
                "a b/Jenkinsfile",
                "node {\n  sh 'mkdir x'\n  sh 'mkdir y' // octavo:ignore mkdir a new pod\n  sh 'docker login -p $P'\n}\n");
        List<Item> silenced = repository.report().silenced().stream()
                .map(each -> Item.of(each.finding(), each.reason()))
                .toList();

        JsonNode root = JsonMapper.shared().readTree(MachineReports.sarif(items(), silenced));

        assertThat(root.at("/version").asString()).isEqualTo("2.1.0");
        JsonNode run = root.at("/runs/0");
        assertThat(run.at("/tool/driver/rules").size()).isEqualTo(Rule.values().length);
        assertThat(run.at("/results").size()).isEqualTo(3);
        JsonNode first = run.at("/results/0");
        assertThat(first.at("/ruleId").asString()).isEqualTo("PRE-056");
        assertThat(run.at("/tool/driver/rules/" + first.at("/ruleIndex").asInt() + "/id")
                        .asString())
                .isEqualTo("PRE-056");
        assertThat(first.at("/level").asString()).isEqualTo("warning");
        JsonNode place = first.at("/locations/0/physicalLocation");
        assertThat(place.at("/artifactLocation/uri").asString()).isEqualTo("a%20b/Jenkinsfile");
        assertThat(place.at("/region/startLine").asInt()).isEqualTo(2);
        assertThat(place.at("/region/startColumn").asInt()).isEqualTo(7);
        assertThat(place.at("/region/endColumn").asInt()).isEqualTo(12);
        assertThat(run.at("/results/1/level").asString()).isEqualTo("error");
        JsonNode suppression = run.at("/results/2/suppressions/0");
        assertThat(suppression.at("/kind").asString()).isEqualTo("inSource");
        assertThat(suppression.at("/justification").asString()).isEqualTo("a new pod");
    }

    @Test
    void warningsNgGetsItsOwnFormat() {
        repository.file("Jenkinsfile", "node { sh 'mkdir x' }\n");

        JsonNode root = JsonMapper.shared().readTree(MachineReports.warnings(items()));

        assertThat(root.at("/size").asInt()).isEqualTo(1);
        JsonNode issue = root.at("/issues/0");
        assertThat(issue.at("/fileName").asString()).isEqualTo("Jenkinsfile");
        assertThat(issue.at("/lineStart").asInt()).isEqualTo(1);
        assertThat(issue.at("/severity").asString()).isEqualTo("NORMAL");
        assertThat(issue.at("/type").asString()).isEqualTo("PRE-056");
        assertThat(issue.at("/category").asString()).isEqualTo("mkdir");
    }
}
