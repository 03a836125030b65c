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
 * @param rollbackTo the release whose manifests are deployed again; -1 where these are new ones
 * @param namespace where releases are kept; {@code ""} for where the objects go
 * @param lease how long the lock of a run that was killed keeps others out
 */
public record ReleaseOptions(
        String application,
        int keep,
        boolean rollBack,
        boolean prune,
        Set<String> pruneAlso,
        Duration lockTimeout,
        Map<String, String> facts,
        int rollbackTo,
        String namespace,
        Duration lease) {
    /** Releases that stay in the cluster. */
    public static final int DEFAULT_KEEP = 10;
    /** As long as a deployment before this one usually takes. */
    public static final Duration DEFAULT_LOCK_TIMEOUT = Duration.ofMinutes(10);
    /** Longer than a server's restart or a JVM's pause, short enough to wait for. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

    private static final int NOT_BACK = -1;
    /** Nothing but objects. */
    public static final ReleaseOptions NONE = new ReleaseOptions(
            "", DEFAULT_KEEP, false, false, Set.of(), Duration.ZERO, Map.of(), NOT_BACK, "", DEFAULT_LEASE);

    public ReleaseOptions {
        Objects.requireNonNull(application);
        if (keep < 1) {
            throw new IllegalArgumentException("keep " + keep);
        }
        pruneAlso = Set.copyOf(pruneAlso);
        facts = Map.copyOf(facts);
    }

    /** A release that is kept, undone where it fails, and pruned. */
    public static ReleaseOptions of(String application) {
        return new ReleaseOptions(
                application, DEFAULT_KEEP, true, true, Set.of(), Duration.ZERO, Map.of(), NOT_BACK, "", DEFAULT_LEASE);
    }

    /** Whether this is a release at all. */
    public boolean active() {
        return !application.isEmpty();
    }

    /** The same, going back to that release; {@code -1} for the last good one. */
    public ReleaseOptions to(int release) {
        return backTo(release, namespace);
    }

    /** The same, going back to an earlier release that is kept in that namespace. */
    ReleaseOptions backTo(int release, String where) {
        return new ReleaseOptions(
                application, keep, rollBack, prune, pruneAlso, lockTimeout, facts, release, where, lease);
    }

    /** The same, waiting for another deployment. */
    public ReleaseOptions waiting(Duration timeout) {
        return new ReleaseOptions(
                application, keep, rollBack, prune, pruneAlso, timeout, facts, rollbackTo, namespace, lease);
    }

    /** The same, with other facts. */
    public ReleaseOptions about(Map<String, String> other) {
        return new ReleaseOptions(
                application, keep, rollBack, prune, pruneAlso, lockTimeout, other, rollbackTo, namespace, lease);
    }

    /** The same, with another way to prune. */
    public ReleaseOptions pruning(boolean asked, Set<String> also) {
        return new ReleaseOptions(
                application, keep, rollBack, asked, also, lockTimeout, facts, rollbackTo, namespace, lease);
    }

    /** The same, with another number of releases that stay. */
    public ReleaseOptions keeping(int releases) {
        return new ReleaseOptions(
                application, releases, rollBack, prune, pruneAlso, lockTimeout, facts, rollbackTo, namespace, lease);
    }

    /** The same, undone or not where it fails. */
    public ReleaseOptions undone(boolean asked) {
        return new ReleaseOptions(
                application, keep, asked, prune, pruneAlso, lockTimeout, facts, rollbackTo, namespace, lease);
    }

    /** The same, with another patience of the lock. */
    ReleaseOptions leased(Duration duration) {
        return new ReleaseOptions(
                application, keep, rollBack, prune, pruneAlso, lockTimeout, facts, rollbackTo, namespace, duration);
    }
}
