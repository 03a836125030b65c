package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A deployment that has become ready.
 *
 * @param approver {@code ""} where nobody had to approve
 */
public record DeployResult(String environment, List<Deployed> services, String approver, Instant at)
        implements Described {
    private static final double MILLIS = 1000.0;

    /** One microservice. */
    public record Deployed(String service, String namespace, dev.octavo.engine.cluster.DeployResult result) {}

    public DeployResult {
        services = List.copyOf(services);
    }

    @Override
    public String text() {
        return services.stream().map(DeployResult::line).collect(Collectors.joining("\n"));
    }

    private static String line(Deployed deployed) {
        return String.format(
                Locale.ROOT,
                "%s in %s: %d written, ready after %.1f s",
                deployed.service(),
                deployed.namespace(),
                deployed.result().written(),
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
