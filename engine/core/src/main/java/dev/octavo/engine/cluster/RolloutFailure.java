package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * Why a workload did not become ready. It holds no secret that Octavo knows of.
 *
 * @param reason one word, Kubernetes' own where it has one: {@code ImagePullBackOff}
 * @param message the same as a sentence
 * @param file where the workload is written
 * @param events the last ones about the workload itself
 * @param fix what most likely helps
 */
public record RolloutFailure(
        String kind,
        String namespace,
        String name,
        String reason,
        String message,
        String file,
        int line,
        List<PodReport> pods,
        List<String> events,
        String fix) {
    public RolloutFailure {
        pods = List.copyOf(pods);
        events = List.copyOf(events);
    }

    /**
     * A pod that is not ready.
     *
     * @param container the one that is the trouble; {@code ""} where it is the pod as a whole
     * @param reason one word; {@code ""} where it only takes long
     * @param restarts of that container
     * @param probe what its readiness, startup or liveness probe met last; {@code ""} where none failed
     * @param events the last ones about it
     * @param log the last lines of the container's log
     * @param previousLog those of its run before, where it was restarted
     */
    public record PodReport(
            String pod,
            String container,
            String reason,
            String message,
            int restarts,
            String probe,
            List<String> events,
            List<String> log,
            List<String> previousLog) {
        public PodReport {
            events = List.copyOf(events);
            log = List.copyOf(log);
            previousLog = List.copyOf(previousLog);
        }
    }

    /** {@code Kind/name}. */
    public String title() {
        return kind + "/" + name;
    }

    /** All of it. */
    public String text() {
        return text(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * It, with fewer lines of logs.
     *
     * @param first how many of the first pod
     * @param others how many of every other one
     */
    String text(int first, int others) {
        List<String> lines = new ArrayList<>();
        lines.add(title() + ": " + (reason.isEmpty() ? "" : reason + ": ") + message);
        events.forEach(event -> lines.add("  event  " + event));
        int shown = first;
        for (PodReport pod : pods) {
            lines.add("  pod " + pod.pod() + (pod.container().isEmpty() ? "" : ", container " + pod.container())
                    + (pod.reason().isEmpty() ? "" : ": " + pod.reason())
                    + (pod.restarts() == 0 ? "" : ", restarted " + pod.restarts() + " times"));
            if (!pod.message().isEmpty() && !pod.message().equals(message)) {
                lines.add("    " + pod.message());
            }
            if (!pod.probe().isEmpty()) {
                lines.add("    probe  " + pod.probe());
            }
            pod.events().forEach(event -> lines.add("    event  " + event));
            last(pod.previousLog(), shown / 2).forEach(line -> lines.add("    before | " + line));
            last(pod.log(), shown).forEach(line -> lines.add("    log    | " + line));
            shown = others;
        }
        return String.join("\n", lines);
    }

    private static List<String> last(List<String> lines, int count) {
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }
}
