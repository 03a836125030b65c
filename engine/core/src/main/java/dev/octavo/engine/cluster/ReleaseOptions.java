package dev.octavo.engine.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What becomes of a deployment as a release of an application.
 *
 * @param application whose releases are counted, such as {@code catalog-service}; {@code ""} where none is kept, locked,
 *     pruned or rolled back
 * @param keep how many releases stay in the cluster
 * @param rollBack whether a rollout that fails is undone
 * @param prune whether objects are deleted that the release before had and this one has not
 * @param pruneAlso objects ({@code Kind/name}) of kinds that are not pruned unless they are named
 * @param lockTimeout how long another deployment of the application is waited for
 * @param facts about the run, for people: {@code commit}, {@code version}, {@code run}, {@code approver}
 */
public record ReleaseOptions(
        String application,
        int keep,
        boolean rollBack,
        boolean prune,
        Set<String> pruneAlso,
        Duration lockTimeout,
        Map<String, String> facts) {
    /** Releases that stay in the cluster. */
    public static final int DEFAULT_KEEP = 10;
    /** Nothing but objects. */
    public static final ReleaseOptions NONE =
            new ReleaseOptions("", DEFAULT_KEEP, false, false, Set.of(), Duration.ZERO, Map.of());

    public ReleaseOptions {
        Objects.requireNonNull(application);
        pruneAlso = Set.copyOf(pruneAlso);
        facts = Map.copyOf(facts);
    }

    /** A release that is kept, undone where it fails, and pruned. */
    public static ReleaseOptions of(String application) {
        return new ReleaseOptions(application, DEFAULT_KEEP, true, true, Set.of(), Duration.ZERO, Map.of());
    }

    /** Whether this is a release at all. */
    public boolean active() {
        return !application.isEmpty();
    }
}
