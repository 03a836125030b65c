package dev.octavo.engine.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReleaseNotesTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final ReleaseNotes.Image IMAGE = new ReleaseNotes.Image(
            "orders",
            "harbor.example/shop/orders:v1.2.0",
            "sha256:aa",
            "sha256:bb",
            "42 tests passed",
            "the quality gate is green: 3 conditions are met https://sonar.example/dashboard?id=orders");

    private static ReleaseNotes notes(String last, boolean complete, String... messages) {
        List<VersionHistory.Commit> commits = new ArrayList<>();
        for (int i = 0; i < messages.length; i++) {
            commits.add(new VersionHistory.Commit((i + 1) + COMMIT.substring(1), messages[i]));
        }
        return new ReleaseNotes("orders v1.2.0", COMMIT, new VersionHistory(last, commits, complete), List.of(IMAGE));
    }

    @Test
    void groupsWhatFollowsTheConvention() {
        String markdown = notes(
                        "orders/v1.1.0",
                        true,
                        "feat(api): list orders by day",
                        "fix: round to cents (#12)\n\nIt did not.",
                        "feat!: no more XML",
                        "chore: newer JUnit\n\nBREAKING CHANGE: needs Java 17\nand nothing older",
                        "perf: fewer queries",
                        "Merge by hand")
                .markdown();

        assertThat(markdown).isEqualTo("""
                # orders v1.2.0

                Commit `0123456789abcdef0123456789abcdef01234567`, after `orders/v1.1.0`.

                ## Breaking changes

                - no more XML (31234567)
                - newer JUnit (41234567)
                  needs Java 17 and nothing older

                ## Features

                - **api**: list orders by day (11234567)

                ## Fixes

                - round to cents (#12) (21234567)

                ## Performance

                - fewer queries (51234567)

                ## Other changes

                - Merge by hand (61234567)

                ## Images

                - **orders**: `harbor.example/shop/orders:v1.2.0`
                  - digest `sha256:aa`
                  - SBOM `sha256:bb`
                  - 42 tests passed
                  - the quality gate is green: 3 conditions are met https://sonar.example/dashboard?id=orders
                """);
    }

    @Test
    void listsWhatFollowsNoConvention() {
        assertThat(notes("", true, "Sort orders", "Note: nothing").body())
                .contains("the first version.", "## Changes", "- Sort orders (11234567)")
                .doesNotContain("## Other");
    }

    @Test
    void saysThatNothingHasChangedOrThatMoreHas() {
        assertThat(notes("v1.1.0", true).body()).contains("Nothing that it is made from has changed.");
        assertThat(notes("v1.1.0", false, "Sort").body()).contains("The list is not complete");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '"',
            value = {
                "<script>alert(1)</script> ~ \\<script\\>alert(1)\\</script\\>",
                "use `List<T>` here ~ use `List<T>` here",
                "@Transactional is gone ~ `@Transactional` is gone",
                "mail ada@example.org ~ mail ada@example.org",
                "[click](https://evil.example) ~ \\[click\\](https://evil.example)",
                "# no heading ~ \\# no heading",
                "1. no list ~ 1\\. no list",
                "snake_case and _bold_ ~ snake_case and \\_bold\\_",
                "see https://bot:p4ss@host.example/x ~ see https://host.example/x",
                "修复订单 ~ 修复订单",
            })
    void showsWhatPeopleWroteAndIsNoMarkup(String written, String shown) {
        assertThat(ReleaseNotes.text(written)).isEqualTo(shown);
    }

    @Test
    void takesNoCharacterThatTurnsOrHides() {
        assertThat(ReleaseNotes.text("safe\u202Etxt\u0007 \u001B[31mred\uFEFF\r\nnext"))
                .isEqualTo("safetxt \\[31mred next");
        assertThat(ReleaseNotes.text("x".repeat(300))).hasSize(201).endsWith("…");
    }
}
