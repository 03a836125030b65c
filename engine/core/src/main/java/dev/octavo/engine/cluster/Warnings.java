package dev.octavo.engine.cluster;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Events about what no object's status tells: a volume that cannot be mounted, pods that may not be made. Not for
 * several threads.
 */
final class Warnings {
    /** Those that are looked at; the others repeat what pods tell themselves. */
    static final String QUERY = "fieldSelector="
            + ResourceType.escape("type=Warning,reason!=BackOff,reason!=Unhealthy,reason!=FailedScheduling");

    private static final Set<String> REASONS = Set.of(
            "FailedMount",
            "FailedAttachVolume",
            "FailedMapVolume",
            "FailedCreatePodSandBox",
            "FailedCreate",
            "ProvisioningFailed");
    private static final int MOST = 5_000;

    private final Instant begin;
    private final Map<String, Warning> latest = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Warning> eldest) {
            return size() > MOST;
        }
    };

    /** @param begin of the deployment, by the server's clock; what was told before is over */
    Warnings(Instant begin) {
        this.begin = begin;
    }

    /** An event. */
    record Warning(String reason, String message, long count) {}

    /** Whether an event is worth its memory. */
    static boolean matters(Map<String, Object> event) {
        return REASONS.contains(Tree.text(event, "reason"));
    }

    void add(Map<String, Object> event) {
        if (!matters(event) || old(event)) {
            return;
        }
        String reason = Tree.text(event, "reason");
        String key = Tree.text(event, "involvedObject", "uid") + " " + reason;
        long count = Math.max(Tree.number(event, 1, "count"), Tree.number(event, 1, "series", "count"));
        latest.remove(key);
        latest.put(key, new Warning(reason, Tree.text(event, "message").strip(), count));
    }

    private boolean old(Map<String, Object> event) {
        try {
            return Instant.parse(time(event)).isBefore(begin);
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** When it was seen last. */
    static String time(Map<String, Object> event) {
        String series = Tree.text(event, "series", "lastObservedTime");
        String last = series.isEmpty() ? Tree.text(event, "lastTimestamp") : series;
        return last.isEmpty() ? Tree.text(event, "eventTime") : last;
    }

    /** The event of one of these reasons about an object. */
    Optional<Warning> about(String uid, List<String> reasons) {
        return reasons.stream()
                .map(reason -> latest.get(uid + " " + reason))
                .filter(warning -> warning != null)
                .findFirst();
    }
}
