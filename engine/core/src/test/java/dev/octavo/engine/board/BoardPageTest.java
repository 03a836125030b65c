package dev.octavo.engine.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.board.Measures.Week;
import dev.octavo.engine.cluster.Health;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.cluster.Release.Status;
import dev.octavo.engine.cluster.Releases;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xml.sax.InputSource;

class BoardPageTest {
    /** A Wednesday. */
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private static Release release(
            String service, String environment, int number, Status status, int back, Instant end) {
        return new Release(
                service,
                environment,
                "shop-" + environment,
                number,
                status,
                "",
                Map.of(
                        "version",
                        "v1." + number,
                        "commit",
                        "0a1b2c3d4e5f",
                        "committed",
                        end.minus(Duration.ofHours(3)).toString(),
                        "approver",
                        "alice",
                        "run",
                        "https://ci.test/job/shop/" + number + "/"),
                List.of("r/shop:1@sha256:0123456789abcdef0123"),
                "sha256:1",
                1,
                back,
                end.minus(Duration.ofMinutes(10)),
                end);
    }

    private static Board board(List<Release> releases, Map<Release, Health> health, String... environments) {
        Releases.Standing standing =
                new Releases.Standing("https://cluster.test", new Releases.History(releases, List.of()), health);
        return Board.of(List.of(standing), List.of(environments), "prod", 4, List.of(), NOW);
    }

    private static List<Week> weeks(Release... newestFirst) {
        return board(List.of(newestFirst), Map.of(), "prod").measures().weeks();
    }

    private static Instant daysAgo(int days) {
        return NOW.minus(days, ChronoUnit.DAYS);
    }

    @Test
    void measuresByWeeks() {
        List<Week> weeks = weeks(
                release("shop", "prod", 4, Status.DEPLOYED, -1, daysAgo(0)),
                release("shop", "prod", 3, Status.ROLLED_BACK, -1, daysAgo(1)),
                release("shop", "prod", 2, Status.SUPERSEDED, -1, daysAgo(7)),
                release("shop", "prod", 1, Status.SUPERSEDED, -1, daysAgo(8)));

        assertThat(weeks).hasSize(4).allMatch(Week::complete);
        assertThat(weeks.get(3)).satisfies(week -> {
            assertThat(week.monday()).hasToString("2026-11-23");
            assertThat(week.deployments()).isEqualTo(2);
            assertThat(week.succeeded()).isEqualTo(1);
            assertThat(week.failureRate()).isEqualTo(0.5);
            assertThat(week.leadHours()).isEqualTo(3.0);
            assertThat(week.restoreHours() * 60).isEqualTo(10.0);
        });
        assertThat(weeks.get(2).succeeded()).isEqualTo(2);
        assertThat(weeks.get(1).failureRate()).isEqualTo(-1);
    }

    @Test
    void whatSomebodyWentBackFromHasFailedAndIsRestoredByThat() {
        List<Week> weeks = weeks(
                release("shop", "prod", 3, Status.DEPLOYED, 1, daysAgo(0)),
                release("shop", "prod", 2, Status.SUPERSEDED, -1, daysAgo(1)),
                release("shop", "prod", 1, Status.SUPERSEDED, -1, daysAgo(2)));

        assertThat(weeks.get(3).deployments()).isEqualTo(2);
        assertThat(weeks.get(3).failed()).isEqualTo(1);
        assertThat(weeks.get(3).restoreHours()).isBetween(24.1, 24.2);
    }

    @Test
    void whatFailedAndWasFollowedByNothingGoodIsNotRestored() {
        Week week =
                weeks(release("shop", "prod", 1, Status.FAILED, -1, daysAgo(0))).get(3);

        assertThat(week.broken()).isEqualTo(1);
        assertThat(week.restoreHours()).isEqualTo(-1);
        assertThat(week.leadHours()).isEqualTo(-1);
    }

    @Test
    void weeksOfWhichReleasesAreForgottenAreIncomplete() {
        assertThat(weeks(
                        release("shop", "prod", 9, Status.DEPLOYED, -1, daysAgo(0)),
                        release("shop", "prod", 8, Status.SUPERSEDED, -1, daysAgo(9)),
                        release("shop", "prod", 5, Status.SUPERSEDED, -1, daysAgo(12))))
                .extracting(Week::complete)
                .containsExactly(false, false, false, true);
    }

    @Test
    void showsWhatRunsAndWhatFailedAfterIt() {
        Release running = release("shop", "prod", 1, Status.DEPLOYED, -1, daysAgo(1));
        Release failed = release("shop", "prod", 2, Status.ROLLED_BACK, -1, daysAgo(0));
        String page = BoardPage.html(
                board(
                        List.of(failed, running, release("stock<b>", "dev", 1, Status.DEPLOYED, -1, daysAgo(2))),
                        Map.of(
                                running,
                                new Health(Health.State.UNHEALTHY, "Deployment/shop: 0 of 2 replicas available"))),
                "https://ci.test/job/rollback/");

        assertThat(page)
                .contains(
                        "<strong>v1.1</strong>",
                        "✗ not healthy 不健康",
                        "Deployment/shop: 0 of 2 replicas available",
                        "then release 之后的发布 2 (v1.2): failed and undone 失败并已回滚",
                        "<code title=\"0a1b2c3d4e5f\">0a1b2c3</code>",
                        "<code title=\"0123456789abcdef0123\">0123456789ab</code>",
                        "by 批准人 alice",
                        "<a href=\"https://ci.test/job/shop/1/\">run 运行</a>",
                        "2026-11-24 12:00:00 UTC",
                        "never released 未发布",
                        "stock&lt;b&gt;",
                        "? health unknown 健康状况未知")
                .doesNotContain("stock<b>");
        // the columns: what people use is last
        assertThat(page.indexOf("<th scope=\"col\">dev")).isLessThan(page.indexOf("<th scope=\"col\">prod"));
    }

    @Test
    void offersToGoBackWhereThereIsSomethingToGoBackTo() {
        List<Release> releases = List.of(
                release("shop", "prod", 2, Status.DEPLOYED, -1, daysAgo(0)),
                release("shop", "prod", 1, Status.SUPERSEDED, -1, daysAgo(1)),
                release("stock", "prod", 1, Status.DEPLOYED, -1, daysAgo(1)));

        assertThat(BoardPage.html(board(releases, Map.of()), "https://ci.test/job/rollback/"))
                .containsOnlyOnce("href=\"https://ci.test/job/rollback/build\"")
                .contains("octavo rollback shop --environment prod --to 1");
        assertThat(BoardPage.html(board(releases, Map.of()), "javascript:alert(1)"))
                .doesNotContain("javascript")
                .doesNotContain("/build\"");
    }

    @Test
    void needsNoScriptAndIsWellFormed() throws Exception {
        String page = BoardPage.html(
                board(List.of(release("shop", "prod", 1, Status.DEPLOYED, -1, daysAgo(0))), Map.of()), "");

        assertThat(page).doesNotContainIgnoringCase("<script").contains("prefers-color-scheme: dark");
        assertThat(Pattern.compile("\\son\\w+=").matcher(page).find()).isFalse();
        String xml = page.replace("<!DOCTYPE html>", "").replaceAll("<meta[^>]*>", "");
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(xml)))
                        .getElementsByTagName("svg")
                        .getLength())
                .isEqualTo(4);
    }

    @Test
    void chartsAreTextToo() {
        String page = BoardPage.html(
                board(List.of(release("shop", "prod", 1, Status.DEPLOYED, -1, daysAgo(0))), Map.of()), "");

        assertThat(page)
                .contains(
                        "<title>Lead time for changes 变更前置时间</title><desc>2026-11-02: –; 2026-11-09: –; 2026-11-16: –; "
                                + "2026-11-23: 3.0 h</desc>")
                .contains("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
    }

    @Test
    @Timeout(20)
    void aThousandMicroservicesWithAllTheirReleasesArePutTogetherQuickly() {
        List<Release> releases = new ArrayList<>();
        IntStream.range(0, 1_000).forEach(service -> IntStream.range(0, 10)
                .forEach(i -> releases.add(release(
                        "service-" + service,
                        "prod",
                        10 - i,
                        i == 0 ? Status.DEPLOYED : Status.SUPERSEDED,
                        -1,
                        daysAgo(i)))));

        assertThat(BoardPage.html(board(releases, Map.of()), "").length()).isBetween(1_000_000, 12_000_000);
    }
}
