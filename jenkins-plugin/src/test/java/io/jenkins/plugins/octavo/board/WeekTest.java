package io.jenkins.plugins.octavo.board;

import static io.jenkins.plugins.octavo.board.Samples.back;
import static io.jenkins.plugins.octavo.board.Samples.delivery;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same cases as those of {@code octavo board}. */
class WeekTest {
    /** A Wednesday. */
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private static long daysAgo(int days) {
        return NOW.minus(days, ChronoUnit.DAYS).toEpochMilli();
    }

    private static List<Week> weeks(Delivery... oldestFirst) {
        return Week.of(List.of(List.of(oldestFirst)), 4, NOW);
    }

    @Test
    void measuresByWeeks() {
        List<Week> weeks = weeks(
                delivery(1, "superseded", daysAgo(8)),
                delivery(2, "superseded", daysAgo(7)),
                delivery(3, "rolled-back", daysAgo(1)),
                delivery(4, "deployed", daysAgo(0)));

        assertTrue(weeks.stream().allMatch(Week::isComplete));
        Week last = weeks.get(3);
        assertEquals("2026-11-23", last.getMonday());
        assertEquals(2, last.getDeployments());
        assertEquals(1, last.getSucceeded());
        assertEquals(0.5, last.getFailureRate());
        assertEquals("3.0 h", last.getLead());
        assertEquals("10 min", last.getRestore());
        assertEquals(2, weeks.get(2).getSucceeded());
        assertEquals(-1, weeks.get(1).getFailureRate());
    }

    @Test
    void whatSomebodyWentBackFromHasFailedAndIsRestoredByThat() {
        Week last = weeks(
                        delivery(1, "superseded", daysAgo(2)),
                        delivery(2, "superseded", daysAgo(1)),
                        back(delivery(3, "deployed", daysAgo(0)), 1))
                .get(3);

        assertEquals(2, last.getDeployments());
        assertEquals(1, last.getFailed());
        assertEquals("24.2 h", last.getRestore());
    }

    @Test
    void whatFailedAndWasFollowedByNothingGoodIsNotRestored() {
        Week last = weeks(delivery(1, "failed", daysAgo(0))).get(3);

        assertEquals(1, last.getBroken());
        assertEquals("–", last.getRestore());
        assertEquals("–", last.getLead());
    }

    @Test
    void weeksOfWhichReleasesAreForgottenAreIncomplete() {
        assertEquals(
                List.of(false, false, false, true),
                weeks(
                                delivery(5, "superseded", daysAgo(12)),
                                delivery(8, "superseded", daysAgo(9)),
                                delivery(9, "deployed", daysAgo(0)))
                        .stream()
                        .map(Week::isComplete)
                        .toList());
    }
}
