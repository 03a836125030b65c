package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A deployment. Where it failed, some microservices may be out.
 *
 * @param services those that are deployed and ready
 * @param approver {@code ""} where nobody had to approve
 * @param outcomes what became of each, in the order in which they were chosen
 */
public record DeployResult(
        String environment,
        List<Deployed> services,
        String approver,
        Instant at,
        @Nullable List<Outcome> outcomes) implements Described {
    private static final double MILLIS = 1000.0;

    /** One microservice. */
    public record Deployed(String service, String namespace, dev.octavo.engine.cluster.DeployResult result) {}

    /**
     * What became of a microservice.
     *
     * @param detail in a few words
     */
    public record Outcome(String service, State state, String detail) {
        @Override
        public String toString() {
            return service + ": " + state.word() + (detail.isEmpty() ? "" : ", " + detail);
        }
    }

    /** How it can end. */
    public enum State {
        /** The new version is out and ready. */
        DEPLOYED("deployed"),
        /** It was out already. */
        UNCHANGED("unchanged"),
        /** It did not become ready, or could not be deployed. */
        FAILED("failed"),
        /** It was not begun, since one that it needs is not out. */
        HELD_BACK("held back"),
        /** It was not begun, since the run was stopped. */
        NOT_BEGUN("not begun");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /** For people. */
        public String word() {
            return word;
        }
    }

    public DeployResult {
        services = List.copyOf(services);
        // a record of an earlier version has none
        outcomes = outcomes == null ? List.of() : List.copyOf(outcomes);
    }

    @Override
    public List<Outcome> outcomes() {
        return Objects.requireNonNull(outcomes);
    }

    /** Those that are not out. */
    List<Outcome> missing() {
        return outcomes().stream()
                .filter(outcome -> outcome.state() != State.DEPLOYED && outcome.state() != State.UNCHANGED)
                .toList();
    }

    @Override
    public String text() {
        List<String> lines = new ArrayList<>(services.stream().map(this::line).toList());
        missing().forEach(outcome -> lines.add(outcome.toString()));
        return String.join("\n", lines);
    }

    private String line(Deployed deployed) {
        boolean unchanged = outcomes().stream()
                .anyMatch(
                        outcome -> outcome.service().equals(deployed.service()) && outcome.state() == State.UNCHANGED);
        return String.format(
                Locale.ROOT,
                "%s in %s: %s, ready after %.1f s",
                deployed.service(),
                deployed.namespace(),
                unchanged ? "unchanged" : deployed.result().written() + " written",
                deployed.result().rolloutMillis() / MILLIS);
    }

    @Override
    public String summary() {
        return services.stream()
                .map(deployed -> (services.size() == 1 ? "" : deployed.service() + ": ")
                        + deployed.result().written() + " written, ready after "
                        + String.format(Locale.ROOT, "%.1f s", deployed.result().rolloutMillis() / MILLIS))
                .collect(Collectors.joining("; "));
    }
}
