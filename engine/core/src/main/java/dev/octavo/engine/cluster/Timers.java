package dev.octavo.engine.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Since when something is as it should not stay. Not for several threads. */
final class Timers {
    private final Map<String, Instant> since = new HashMap<>();

    /** Whether it has been so for that long; the time counts from the first call. */
    boolean passed(String what, Duration limit, Instant now) {
        Instant begin = since.computeIfAbsent(what, unused -> now);
        return !begin.plus(limit).isAfter(now);
    }

    /** Says that it is no longer so. */
    void clear(String what) {
        since.remove(what);
    }

    boolean running() {
        return !since.isEmpty();
    }
}
