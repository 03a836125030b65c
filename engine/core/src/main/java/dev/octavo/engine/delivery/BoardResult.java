package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.board.Board;
import dev.octavo.engine.board.Measures;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What runs where.
 *
 * @param at when that was so
 * @param problems what could not be read
 */
public record BoardResult(
        Instant at, List<String> environments, List<Service> services, Measures measures, List<Board.Problem> problems)
        implements Described {
    private static final int SHORT = 7;

    public BoardResult {
        environments = List.copyOf(environments);
        services = List.copyOf(services);
        problems = List.copyOf(problems);
    }

    /** A microservice. */
    public record Service(String service, List<Place> places) {
        public Service {
            places = List.copyOf(places);
        }
    }

    /**
     * A microservice in an environment.
     *
     * @param running the number of the release that runs; -1 where none does
     * @param health a {@link dev.octavo.engine.cluster.Health.State} in lower case
     * @param message about the health; {@code ""} where all is well
     * @param releases as {@code history} has them
     */
    public record Place(
            String environment,
            String namespace,
            int running,
            String health,
            String message,
            List<HistoryResult.Entry> releases) {
        public Place {
            releases = List.copyOf(releases);
        }

        private HistoryResult.@Nullable Entry shown() {
            return releases.stream()
                    .filter(each -> each.number() == running)
                    .findFirst()
                    .orElse(releases.isEmpty() ? null : releases.get(0));
        }
    }

    static BoardResult of(Board board) {
        return new BoardResult(
                board.at(),
                board.environments(),
                board.rows().stream()
                        .map(row -> new Service(
                                row.service(),
                                row.cells().stream().map(BoardResult::place).toList()))
                        .toList(),
                board.measures(),
                board.problems());
    }

    private static Place place(Board.Cell cell) {
        return new Place(
                cell.environment(),
                cell.namespace(),
                cell.present().status().good() ? cell.present().number() : -1,
                cell.health().state().name().toLowerCase(Locale.ROOT),
                cell.health().message(),
                cell.releases().stream().map(HistoryOperation::entry).toList());
    }

    @Override
    public String text() {
        if (services.isEmpty()) {
            return "nothing was released";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "SERVICE", "ENVIRONMENT", "VERSION", "HEALTH", "RELEASE", "AT", "COMMIT", "IMAGE", "BY", "RUN"));
        for (Service service : services) {
            String name = service.service();
            for (String environment : environments) {
                for (Place place : service.places()) {
                    if (place.environment().equals(environment)) {
                        rows.add(cells(name, place));
                        name = "";
                    }
                }
            }
        }
        return HistoryResult.table(rows) + "\n" + measured();
    }

    private static List<String> cells(String name, Place place) {
        HistoryResult.Entry release = place.shown();
        if (release == null) {
            return List.of(name, place.environment(), "-", place.health(), "-", "-", "-", "-", "-", "-");
        }
        HistoryResult.Entry newest = place.releases().get(0);
        String later = newest.number() == release.number() ? "" : ", then " + newest.number() + " " + newest.result();
        return List.of(
                name,
                place.environment(),
                release.version().isEmpty() ? "-" : release.version(),
                place.health() + (place.message().isEmpty() ? "" : ": " + place.message()),
                release.number() + (place.running() < 0 ? " " + release.result() : "") + later,
                release.at().truncatedTo(ChronoUnit.SECONDS).toString(),
                release.commit().isEmpty()
                        ? "-"
                        : release.commit()
                                .substring(0, Math.min(SHORT, release.commit().length())),
                release.images().isEmpty()
                        ? "-"
                        : HistoryResult.Entry.digest(release.images().get(0)),
                release.approver().isEmpty() ? "-" : release.approver(),
                release.run().isEmpty() ? "-" : release.run());
    }

    private String measured() {
        int deployments = 0;
        int failed = 0;
        for (Measures.Week week : measures.weeks()) {
            deployments += week.deployments();
            failed += week.failed();
        }
        return "deployments to " + measures.environment() + " in "
                + measures.weeks().size() + " weeks: " + deployments + ", " + failed + " of them failed";
    }

    @Override
    public String summary() {
        return services.size() + " microservices in " + environments.size() + " environments";
    }
}
