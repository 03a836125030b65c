package io.jenkins.plugins.octavo.board;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import hudson.model.ItemGroup;
import hudson.model.Job;
import io.jenkins.plugins.octavo.OctavoPermissions;
import io.jenkins.plugins.octavo.config.Settings;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jvnet.localizer.LocaleProvider;

/** The board as one reader sees it now. */
public final class BoardView {
    private static final int WEEKS = 12;
    private static final List<String> USED = List.of("prod", "production");

    private final Known known;
    private final List<String> environments;
    private final String measured;
    private final DateTimeFormatter times;
    private final Map<ItemGroup<?>, Optional<Job<?, ?>>> rollbackJobs = new IdentityHashMap<>();
    private final Map<Job<?, ?>, Boolean> mayRollBack = new IdentityHashMap<>();
    private final String filter;

    /**
     * @param item whose settings name environments; null for what counts everywhere
     * @param filter a part of the microservices' names, or {@code ""}
     * @param asked the environment to measure; {@code ""} for the one that people use
     */
    BoardView(Known known, @CheckForNull Item item, String filter, String asked) {
        this.known = known;
        this.filter = filter.strip().toLowerCase(Locale.ROOT);
        this.times = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withLocale(LocaleProvider.getLocale())
                .withZone(ZoneId.systemDefault());
        Set<String> there = new LinkedHashSet<>();
        known.places().forEach(place -> there.add(place.environment()));
        List<String> configured = Settings.of(item).environmentNames();
        this.environments = there.stream()
                .sorted(Comparator.<String>comparingInt(each -> rank(configured, each))
                        .thenComparing(USED::contains)
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        this.measured = environments.contains(asked)
                ? asked
                : environments.stream()
                        .filter(USED::contains)
                        .findFirst()
                        .orElse(environments.isEmpty() ? "" : environments.get(environments.size() - 1));
    }

    private static int rank(List<String> configured, String environment) {
        int at = configured.indexOf(environment);
        return at < 0 ? configured.size() : at;
    }

    /** In the order of their columns. */
    public List<String> getEnvironments() {
        return environments;
    }

    /** The environment that is measured. */
    public String getMeasured() {
        return measured;
    }

    public List<Row> getRows() {
        List<Row> rows = new ArrayList<>();
        known.services().forEach((service, places) -> {
            if (service.toLowerCase(Locale.ROOT).contains(filter)) {
                rows.add(new Row(service, slots(places)));
            }
        });
        return rows;
    }

    private List<Row.Slot> slots(List<Place> places) {
        List<Row.Slot> slots = new ArrayList<>();
        for (String environment : environments) {
            List<Cell> cells = new ArrayList<>();
            for (Place place : places) {
                if (place.environment().equals(environment)) {
                    cells.add(cell(place));
                }
            }
            cells.sort(Comparator.comparing(Cell::getNamespace));
            slots.add(new Row.Slot(environment, cells));
        }
        return slots;
    }

    Cell cell(Place place) {
        return new Cell(this, place, known.at(place), known.health(place));
    }

    public List<Week> getWeeks() {
        List<List<Delivery>> deliveries = new ArrayList<>();
        for (Place place : known.places()) {
            if (place.environment().equals(measured)) {
                deliveries.add(known.at(place).deliveries());
            }
        }
        return Week.of(deliveries, WEEKS, Instant.now());
    }

    /** @param weeks of {@link #getWeeks}, which are counted once */
    public List<Chart> charts(List<Week> weeks) {
        return List.of(
                new Chart(
                        "frequency",
                        Messages.Chart_frequency(),
                        Messages.Chart_frequencyIs(),
                        weeks,
                        Week::getSucceeded,
                        week -> String.valueOf(week.getSucceeded())),
                new Chart("lead", Messages.Chart_lead(), Messages.Chart_leadIs(), weeks, Week::getLeadHours, Week::getLead),
                new Chart(
                        "failures",
                        Messages.Chart_failures(),
                        Messages.Chart_failuresIs(),
                        weeks,
                        Week::getFailureRate,
                        week -> week.getFailureRate() < 0 ? "–" : Math.round(week.getFailureRate() * 100) + " %"),
                new Chart(
                        "restore",
                        Messages.Chart_restore(),
                        Messages.Chart_restoreIs(),
                        weeks,
                        Week::getRestoreHours,
                        Week::getRestore));
    }

    /** For people; {@code ""} where it is not known. */
    String when(long millis) {
        return millis == 0 ? "" : times.format(Instant.ofEpochMilli(millis));
    }

    /** Whether the reader may ask for an earlier release of what the job delivers. */
    boolean mayRollBack(Job<?, ?> job) {
        return mayRollBack.computeIfAbsent(job, each -> rollbackJob(each)
                .map(RollbackJob::mayStart)
                .orElseGet(() -> each.hasPermission(OctavoPermissions.ROLL_BACK)));
    }

    Optional<Job<?, ?>> rollbackJob(Job<?, ?> job) {
        return rollbackJobs.computeIfAbsent(job.getParent(), unused -> RollbackJob.of(job));
    }
}
