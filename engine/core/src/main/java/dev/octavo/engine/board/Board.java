package dev.octavo.engine.board;

import dev.octavo.engine.cluster.Health;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.cluster.Releases;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Microservices by environments.
 *
 * @param at when it was made
 * @param environments in the order of their columns
 * @param rows by the microservice's name
 * @param measures of the environment that people use
 * @param problems what could not be read
 */
public record Board(Instant at, List<String> environments, List<Row> rows, Measures measures, List<Problem> problems) {
    public Board {
        environments = List.copyOf(environments);
        rows = List.copyOf(rows);
        problems = List.copyOf(problems);
    }

    /**
     * Something that is missing.
     *
     * @param environment whose releases could not be read at all; {@code ""} where it is only one of them
     */
    public record Problem(String environment, String text) {}

    /** A microservice. */
    public record Row(String service, List<Cell> cells) {
        public Row {
            cells = List.copyOf(cells);
        }

        /** Its releases in an environment; more than one cell where it is in several namespaces. */
        public List<Cell> in(String environment) {
            return cells.stream()
                    .filter(cell -> cell.environment().equals(environment))
                    .toList();
        }
    }

    /**
     * A microservice in an environment.
     *
     * @param releases the newest first, never none
     */
    public record Cell(String environment, String namespace, List<Release> releases, Health health) {
        public Cell {
            releases = List.copyOf(releases);
        }

        /** What runs, or the newest one where nothing does. */
        public Release present() {
            return Releases.present(releases);
        }

        /** The newest one where it is another than what runs, such as one that failed; null otherwise. */
        public @Nullable Release later() {
            Release newest = releases.get(0);
            return newest.number() == present().number() ? null : newest;
        }
    }

    /**
     * Puts releases together.
     *
     * @param asked the environments in their order; where there are none, all that have releases
     * @param production the environment whose deliveries are measured
     */
    public static Board of(
            List<Releases.Standing> standings,
            List<String> asked,
            String production,
            int weeks,
            List<Problem> problems,
            Instant at) {
        List<Problem> all = new ArrayList<>(problems);
        Map<String, Map<List<String>, List<Release>>> byService = new TreeMap<>();
        Map<Release, Health> health = new LinkedHashMap<>();
        Set<Release> seen = new LinkedHashSet<>();
        for (Releases.Standing standing : standings) {
            standing.history().problems().forEach(problem -> all.add(new Problem("", problem)));
            health.putAll(standing.health());
            // namespaces that were asked for twice
            standing.history().releases().stream().filter(seen::add).forEach(release -> byService
                    .computeIfAbsent(release.application(), unused -> new LinkedHashMap<>())
                    .computeIfAbsent(List.of(release.environment(), release.namespace()), unused -> new ArrayList<>())
                    .add(release));
        }
        List<Row> rows = new ArrayList<>();
        List<Cell> measured = new ArrayList<>();
        byService.forEach((service, places) -> {
            List<Cell> cells = new ArrayList<>();
            places.forEach((place, releases) -> cells.add(new Cell(
                    place.get(0),
                    place.get(1),
                    releases,
                    health.getOrDefault(
                            Releases.present(releases), new Health(Health.State.UNKNOWN, "nobody has looked")))));
            rows.add(new Row(service, cells));
            cells.stream().filter(cell -> cell.environment().equals(production)).forEach(measured::add);
        });
        return new Board(at, columns(seen, asked, production), rows, Measures.of(production, measured, weeks, at), all);
    }

    private static List<String> columns(Set<Release> releases, List<String> asked, String production) {
        if (!asked.isEmpty()) {
            return asked.stream().distinct().toList();
        }
        // where people use it comes last, as it does in a delivery
        return releases.stream()
                .map(Release::environment)
                .distinct()
                .sorted(Comparator.<String, Boolean>comparing(production::equals)
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }
}
