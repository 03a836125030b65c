package dev.octavo.engine.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.preflight.Finding;
import dev.octavo.engine.preflight.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** docs/preflight.md: every rule is there, its example has the mistake, and its correction has not. */
class RuleExamplesTest {
    private static final Path PAGE = Path.of("../../docs/preflight.md");
    private static final Pattern HEADING = Pattern.compile("(?m)^### (PRE-\\d+) (\\S+)$");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(?:\\w+) ([^\\s`]+)( fixed)?\\n(.*?)^```$");
    /** Those whose example is no text; they have tests of their own. */
    private static final Set<Rule> WITHOUT_EXAMPLE = EnumSet.of(Rule.ENCODING, Rule.BINARY, Rule.TOO_LARGE, Rule.LINK);

    @TempDir
    Path folder;

    private record Example(Map<String, String> wrong, Map<String, String> fixed) {}

    private static Map<String, String> sections() throws IOException {
        String page = Files.readString(PAGE);
        Map<String, String> sections = new LinkedHashMap<>();
        List<int[]> places = new ArrayList<>();
        Matcher heading = HEADING.matcher(page);
        while (heading.find()) {
            places.add(new int[] {heading.start(), heading.end()});
        }
        for (int i = 0; i < places.size(); i++) {
            int end = i + 1 < places.size() ? places.get(i + 1)[0] : page.length();
            sections.put(page.substring(places.get(i)[0] + 4, places.get(i)[1]), page.substring(places.get(i)[1], end));
        }
        return sections;
    }

    private static Example example(String section) {
        Map<String, String> wrong = new LinkedHashMap<>();
        Map<String, String> fixed = new LinkedHashMap<>();
        Matcher block = BLOCK.matcher(section);
        while (block.find()) {
            (block.group(2) == null ? wrong : fixed).put(block.group(1), block.group(3));
        }
        return new Example(wrong, fixed);
    }

    @Test
    void everyRuleIsExplainedUnderItsNameWithItsSeverityAndReason() throws IOException {
        Map<String, String> sections = sections();

        assertThat(sections.keySet())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Rule.values())
                        .map(rule -> rule.id() + " " + rule.label())
                        .toList());
        for (Rule rule : Rule.values()) {
            assertThat(sections.get(rule.id() + " " + rule.label()))
                    .as(rule.id())
                    .contains("*" + rule.severity().name().toLowerCase(Locale.ROOT) + "*: " + rule.why() + ".")
                    .contains("**Fix:**");
        }
    }

    @TestFactory
    Stream<DynamicTest> examplesHaveTheMistakeAndCorrectionsHaveNot() throws IOException {
        Map<String, String> sections = sections();
        return Arrays.stream(Rule.values())
                .filter(rule -> !WITHOUT_EXAMPLE.contains(rule))
                .map(rule -> DynamicTest.dynamicTest(
                        rule.id() + " " + rule.label(),
                        () -> check(rule, example(sections.getOrDefault(rule.id() + " " + rule.label(), "")))));
    }

    private void check(Rule rule, Example example) {
        Repository repository = new Repository(folder.resolve(rule.id()));
        example.wrong().forEach(repository::file);
        assertThat(repository.findings())
                .as("the example")
                .extracting(Finding::rule)
                .contains(rule);
        if (!example.fixed().isEmpty()) {
            example.fixed().forEach(repository::file);
            assertThat(repository.findings())
                    .as("its correction")
                    .extracting(Finding::rule)
                    .doesNotContain(rule);
        }
    }
}
