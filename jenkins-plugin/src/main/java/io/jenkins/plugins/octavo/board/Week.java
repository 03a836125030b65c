package io.jenkins.plugins.octavo.board;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** DORA's measures of a week from Monday, UTC; they are counted as {@code octavo board} does. */
@ExportedBean(defaultVisibility = 3)
public final class Week {
    private static final double HOUR = 3_600_000.0;

    private final LocalDate monday;
    private final boolean complete;
    private final List<Long> leads = new ArrayList<>();
    private final List<Long> restores = new ArrayList<>();
    private int deployments;
    private int failed;

    private Week(LocalDate monday, boolean complete) {
        this.monday = monday;
        this.complete = complete;
    }

    /** @param places the deliveries to an environment, by place, the oldest first */
    static List<Week> of(Collection<List<Delivery>> places, int count, Instant now) {
        long known = places.stream().mapToLong(Week::knownSince).max().orElse(0);
        Map<LocalDate, Week> weeks = new HashMap<>();
        List<Week> all = new ArrayList<>();
        for (int i = count - 1; i >= 0; i--) {
            LocalDate monday = monday(now).minusWeeks(i);
            Week week = new Week(
                    monday, monday.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli() >= known);
            weeks.put(monday, week);
            all.add(week);
        }
        LocalDate first = all.get(0).monday;
        places.forEach(deliveries -> count(deliveries, weeks, first));
        return all;
    }

    private static LocalDate monday(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC).toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    }

    /** From when on none is missing: releases are numbered. */
    private static long knownSince(List<Delivery> deliveries) {
        int expected = -1;
        long since = 0;
        for (int i = deliveries.size() - 1; i >= 0; i--) {
            Delivery delivery = deliveries.get(i);
            if (delivery.release() < 0) {
                continue;
            }
            if (expected >= 0 && delivery.release() < expected) {
                return since;
            }
            expected = delivery.release() - 1;
            since = delivery.started();
        }
        return expected <= 0 ? 0 : since;
    }

    private static void count(List<Delivery> deliveries, Map<LocalDate, Week> weeks, LocalDate first) {
        long begin = first.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        for (int i = deliveries.size() - 1; i >= 0; i--) {
            Delivery delivery = deliveries.get(i);
            if (delivery.ended() < begin) {
                continue;
            }
            boolean counts = !delivery.open() && delivery.rollbackTo() < 0 && !delivery.result().equals("adopted");
            Week week = counts ? weeks.get(monday(Instant.ofEpochMilli(delivery.ended()))) : null;
            if (week != null) {
                week.add(delivery, deliveries, i);
            }
        }
    }

    private void add(Delivery delivery, List<Delivery> deliveries, int at) {
        deployments++;
        if (delivery.good() && !isGoneBackFrom(deliveries, at)) {
            if (delivery.committed() > 0 && delivery.ended() >= delivery.committed()) {
                leads.add(delivery.ended() - delivery.committed());
            }
            return;
        }
        failed++;
        if (delivery.result().equals("rolled-back")) {
            restores.add(delivery.ended() - delivery.started());
            return;
        }
        for (int i = at + 1; i < deliveries.size(); i++) {
            Delivery later = deliveries.get(i);
            if (later.good() || later.result().equals("rolled-back")) {
                restores.add(later.ended() - delivery.started());
                return;
            }
        }
    }

    private static boolean isGoneBackFrom(List<Delivery> deliveries, int at) {
        for (int i = at + 1; i < deliveries.size(); i++) {
            if (deliveries.get(i).good()) {
                return deliveries.get(i).rollbackTo() >= 0;
            }
        }
        return false;
    }

    private static double median(List<Long> millis) {
        if (millis.isEmpty()) {
            return -1;
        }
        List<Long> sorted = millis.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median =
                sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2.0;
        return median / HOUR;
    }

    /** Its first day. */
    @Exported
    public String getMonday() {
        return monday.toString();
    }

    /** Whether all of its releases are known. */
    @Exported
    public boolean isComplete() {
        return complete;
    }

    /** That ended, well or not, without rollbacks. */
    @Exported
    public int getDeployments() {
        return deployments;
    }

    @Exported
    public int getSucceeded() {
        return deployments - failed;
    }

    /** That failed, were undone, or that somebody went back from. */
    @Exported
    public int getFailed() {
        return failed;
    }

    /** From 0 to 1; -1 where there was no deployment. */
    @Exported
    public double getFailureRate() {
        return deployments == 0 ? -1 : (double) failed / deployments;
    }

    /** The median from commit to the end of its deployment; -1 where none is known. */
    @Exported
    public double getLeadHours() {
        return median(leads);
    }

    /** Of how many the time is known. */
    @Exported
    public int getLeadKnown() {
        return leads.size();
    }

    /** The median from the start of a deployment that failed until a good one ran; -1 where there is none. */
    @Exported
    public double getRestoreHours() {
        return median(restores);
    }

    @Exported
    public int getRestored() {
        return restores.size();
    }

    /** That failed and were not followed by a good one yet. */
    @Exported
    public int getBroken() {
        return failed - restores.size();
    }

    public String getLead() {
        return hours(getLeadHours());
    }

    public String getRestore() {
        return hours(getRestoreHours());
    }

    static String hours(double hours) {
        if (hours < 0) {
            return "–";
        }
        if (hours < 1) {
            return Math.max(1, Math.round(hours * 60)) + " min";
        }
        return hours < 48
                ? String.format(java.util.Locale.ROOT, "%.1f h", hours)
                : String.format(java.util.Locale.ROOT, "%.1f d", hours / 24);
    }
}
