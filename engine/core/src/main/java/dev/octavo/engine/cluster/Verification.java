package dev.octavo.engine.cluster;

import java.util.List;

/**
 * What is tried once all is ready, as a part of the deployment's success.
 *
 * @param checks none where readiness is enough
 */
public record Verification(List<String> checks) {
    /** Readiness is enough. */
    public static final Verification NONE = new Verification(List.of());

    public Verification {
        checks = List.copyOf(checks);
    }
}
