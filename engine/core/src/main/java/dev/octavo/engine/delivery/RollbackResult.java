package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.cluster.Release;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An earlier release that runs again, or what that would change.
 *
 * @param to the number of that release
 * @param services the plan, in the form that a gate shows
 * @param hash over the plan, {@code sha256:...}
 * @param question what a gate asks
 * @param done null where only the plan was made
 */
public record RollbackResult(
        String environment,
        String service,
        int to,
        List<PlanResult.Planned> services,
        String hash,
        String question,
        @Nullable Done done)
        implements Described {
    /**
     * What was done.
     *
     * @param release the new one that it became; null where nothing had changed
     */
    public record Done(
            int written, double seconds, @Nullable Release release) {}

    public RollbackResult {
        services = List.copyOf(services);
    }

    @Override
    public String text() {
        return done == null ? question : summary();
    }

    @Override
    public String summary() {
        if (done == null) {
            return "plan to go back to release " + to + " of " + service + ": "
                    + services.get(0).plan().summary();
        }
        return String.format(
                Locale.ROOT,
                "%s in %s is back at release %d: %d written, ready after %.1f s",
                service,
                environment,
                to,
                done.written(),
                done.seconds());
    }
}
