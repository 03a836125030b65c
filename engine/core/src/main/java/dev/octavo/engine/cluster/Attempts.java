package dev.octavo.engine.cluster;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Counts how often pods fail at the same, so that what may pass by itself is given its time. */
final class Attempts {
    /** How long a trouble that may pass by itself may last, such as a pod for which there is no node yet. */
    static final Duration GRACE = Duration.ofSeconds(30);
    /** How long an image may fail to be pulled where the attempts cannot be told apart. */
    static final Duration PULL_GRACE = Duration.ofSeconds(20);

    /**
     * How long a trouble from before this deployment may last. Its cause may have been removed since, and the node or the
     * controller will try again.
     */
    static final Duration STALE_GRACE = Duration.ofSeconds(60);

    private final Instant begin;
    private final Map<String, Seen> seen = new HashMap<>();

    /** @param begin of the deployment, by the server's clock */
    Attempts(Instant begin) {
        this.begin = begin;
    }

    /** When something that may pass was first seen, and how often an attempt at it has failed. */
    private static final class Seen {
        private final Instant since;
        private final long restarts;
        private int count;
        private boolean failing;

        Seen(Instant since, long restarts) {
            this.since = since;
            this.restarts = restarts;
        }
    }

    private static String key(Map<String, Object> pod, PodTrouble trouble) {
        return Tree.text(pod, "metadata", "uid") + " " + trouble.container();
    }

    /** Counts the attempts: a container fails, waits, and fails again. */
    void note(Map<String, Object> pod, Optional<PodTrouble> trouble, Instant now) {
        if (trouble.isEmpty()) {
            String uid = Tree.text(pod, "metadata", "uid");
            seen.keySet().removeIf(key -> key.startsWith(uid + " "));
            return;
        }
        Seen one = seen.computeIfAbsent(key(pod, trouble.get()), unused -> new Seen(now, restarts(pod)));
        boolean failing = !trouble.get().reason().endsWith("BackOff");
        if (failing && !one.failing) {
            one.count++;
        }
        one.failing = failing;
    }

    /** Whether a trouble has lasted, or come back, so long that it will not pass by itself. */
    boolean settled(Map<String, Object> pod, PodTrouble trouble, Instant now) {
        Seen one = seen.get(key(pod, trouble));
        if (one == null) {
            return false;
        }
        if (isBefore(Tree.text(pod, "metadata", "creationTimestamp"))) {
            return restarts(pod) > one.restarts || !one.since.plus(STALE_GRACE).isAfter(now);
        }
        return switch (trouble.certainty()) {
            case CERTAIN -> true;
            case WHEN_REPEATED -> one.count >= 2 || !one.since.plus(PULL_GRACE).isAfter(now);
            case AFTER_GRACE -> !one.since.plus(GRACE).isAfter(now);
        };
    }

    private static long restarts(Map<String, Object> pod) {
        return Stream.of("initContainerStatuses", "containerStatuses")
                .flatMap(list -> Tree.maps(pod, "status", list).stream())
                .mapToLong(status -> Tree.number(status, 0, "restartCount"))
                .sum();
    }

    /** Whether a time is before the deployment began. */
    boolean isBefore(String time) {
        try {
            return Instant.parse(time).isBefore(begin);
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    boolean running() {
        return !seen.isEmpty();
    }
}
