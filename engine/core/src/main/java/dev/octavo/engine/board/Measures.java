package dev.octavo.engine.board;

import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.cluster.Release.Status;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * DORA's four measures, by weeks that begin on Monday in UTC.
 *
 * @param environment whose deliveries are measured
 * @param weeks the oldest first
 */
public record Measures(String environment, List<Week> weeks) {
    private static final int DAYS = 7;
    private static final double MINUTES = 60.0;

    public Measures {
        weeks = List.copyOf(weeks);
    }

    /**
     * A week.
     *
     * @param monday its first day
     * @param complete whether all of its releases are known; older ones may be forgotten by the cluster
     * @param deployments that ended, well or not, without rollbacks
     * @param succeeded those of them that ended well
     * @param failed those of them that failed, were undone, or that somebody went back from later
     * @param leadHours the median of the time from commit to the end of the deployment; -1 where none is known
     * @param leadKnown of how many of those that succeeded it is known
     * @param restoreHours the median of the time from the start of a deployment that failed until a good one ran again; -1
     *     where there is none
     * @param restored of how many that is known
     * @param broken how many of those that failed were not followed by a good one yet
     */
    public record Week(
            LocalDate monday,
            boolean complete,
            int deployments,
            int succeeded,
            int failed,
            double leadHours,
            int leadKnown,
            double restoreHours,
            int restored,
            int broken) {
        /** From 0 to 1; -1 where there was no deployment. */
        public double failureRate() {
            return deployments == 0 ? -1 : (double) failed / deployments;
        }
    }

    /** What one deployment adds to its week. */
    private record Counted(
            LocalDate week,
            boolean failed,
            @Nullable Duration lead,
            @Nullable Duration restored) {}

    static Measures of(String environment, List<Board.Cell> cells, int weeks, Instant now) {
        Map<LocalDate, List<Counted>> byWeek = new LinkedHashMap<>();
        Instant known = Instant.EPOCH;
        for (Board.Cell cell : cells) {
            Instant since = knownSince(cell.releases());
            known = since.isAfter(known) ? since : known;
            counted(cell.releases()).forEach(each -> byWeek.computeIfAbsent(each.week(), unused -> new ArrayList<>())
                    .add(each));
        }
        LocalDate last = monday(now);
        List<Week> all = new ArrayList<>();
        for (int i = weeks - 1; i >= 0; i--) {
            LocalDate monday = last.minusDays((long) i * DAYS);
            boolean complete = !monday.atStartOfDay(ZoneOffset.UTC).toInstant().isBefore(known);
            all.add(week(monday, complete || known.equals(Instant.EPOCH), byWeek.getOrDefault(monday, List.of())));
        }
        return new Measures(environment, all);
    }

    /** From when on no release is missing: they are numbered, and old ones are forgotten. */
    private static Instant knownSince(List<Release> newestFirst) {
        Release oldest = newestFirst.get(0);
        for (Release release : newestFirst) {
            if (release.number() < oldest.number() - 1) {
                break;
            }
            oldest = release;
        }
        return oldest.number() <= 1 ? Instant.EPOCH : oldest.started();
    }

    private static List<Counted> counted(List<Release> newestFirst) {
        List<Counted> all = new ArrayList<>();
        for (int i = 0; i < newestFirst.size(); i++) {
            Release release = newestFirst.get(i);
            if (release.status() == Status.ADOPTED || release.status().open() || release.rollbackTo() >= 0) {
                continue;
            }
            List<Release> later = newestFirst.subList(0, i);
            boolean failed = !release.status().good() || isGoneBackFrom(later);
            Instant end = release.finished() == null ? release.started() : release.finished();
            all.add(new Counted(
                    monday(end), failed, failed ? null : lead(release), failed ? restored(release, later) : null));
        }
        return all;
    }

    /** Whether the next one that ran was an older one again. */
    private static boolean isGoneBackFrom(List<Release> later) {
        for (int i = later.size() - 1; i >= 0; i--) {
            if (later.get(i).status().good()) {
                return later.get(i).rollbackTo() >= 0;
            }
        }
        return false;
    }

    private static @Nullable Duration lead(Release release) {
        try {
            String committed = release.facts().getOrDefault("committed", "");
            if (committed.isEmpty() || release.finished() == null) {
                return null;
            }
            Duration lead = Duration.between(Instant.parse(committed), release.finished());
            return lead.isNegative() ? null : lead; // a commit of the future tells nothing
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Duration restored(Release failed, List<Release> later) {
        if (failed.status() == Status.ROLLED_BACK) {
            return failed.finished() == null ? null : Duration.between(failed.started(), failed.finished());
        }
        for (int i = later.size() - 1; i >= 0; i--) {
            Instant end = later.get(i).finished();
            if (end != null && (later.get(i).status().good() || later.get(i).status() == Status.ROLLED_BACK)) {
                return Duration.between(failed.started(), end);
            }
        }
        return null;
    }

    private static Week week(LocalDate monday, boolean complete, List<Counted> counted) {
        List<Duration> leads = new ArrayList<>();
        List<Duration> restores = new ArrayList<>();
        int failed = 0;
        for (Counted each : counted) {
            failed += each.failed() ? 1 : 0;
            if (each.lead() != null) {
                leads.add(each.lead());
            }
            if (each.restored() != null) {
                restores.add(each.restored());
            }
        }
        return new Week(
                monday,
                complete,
                counted.size(),
                counted.size() - failed,
                failed,
                median(leads),
                leads.size(),
                median(restores),
                restores.size(),
                failed - restores.size());
    }

    /** In hours. */
    private static double median(List<Duration> durations) {
        if (durations.isEmpty()) {
            return -1;
        }
        long[] seconds =
                durations.stream().mapToLong(Duration::toSeconds).sorted().toArray();
        int middle = seconds.length / 2;
        double median = seconds.length % 2 == 1
                ? seconds[middle]
                : IntStream.of(middle - 1, middle)
                        .mapToLong(i -> seconds[i])
                        .average()
                        .orElse(-1);
        return median / MINUTES / MINUTES;
    }

    private static LocalDate monday(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC).toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    }
}
