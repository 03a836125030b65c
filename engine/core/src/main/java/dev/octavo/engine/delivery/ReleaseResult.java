package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A version that is out: images under its name, and its tag on the commit they were built from.
 *
 * @param tag the git tag's name
 * @param remote the address it was pushed to, without a login; {@code origin} for the clone's own
 */
public record ReleaseResult(
        String version, String tag, String commit, String remote, List<Released> services, String approver, Instant at)
        implements Described {
    /** The image of one microservice under the version; its digest is that of stage 4. */
    public record Released(String service, String reference, String digest) {}

    public ReleaseResult {
        services = List.copyOf(services);
    }

    @Override
    public String text() {
        return services.stream()
                        .map(released -> released.reference() + " is " + released.digest())
                        .collect(Collectors.joining("\n"))
                + "\ngit tag " + tag + " on " + commit;
    }

    @Override
    public String summary() {
        return "git tag " + tag + "; "
                + services.stream().map(Released::reference).collect(Collectors.joining("; "));
    }
}
