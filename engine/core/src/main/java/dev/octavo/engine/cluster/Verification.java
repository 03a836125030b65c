package dev.octavo.engine.cluster;

import java.time.Duration;
import java.util.List;

/**
 * What is tried once all is ready, as a part of the deployment's success.
 *
 * @param checks each an HTTP address with what is expected of it ({@code http://orders:8080/health 200 UP}), or Ant
 *     patterns of manifests with Jobs; none where readiness is enough
 * @param timeout for each of them
 */
public record Verification(List<String> checks, Duration timeout) {
    /** Readiness is enough. */
    public static final Verification NONE = new Verification(List.of(), Duration.ofSeconds(60));

    public Verification {
        checks = List.copyOf(checks);
    }
}
