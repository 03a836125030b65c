package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.PodTrouble.Certainty;
import dev.octavo.engine.cluster.RolloutFailure.PodReport;
import dev.octavo.engine.cluster.RolloutState.Verdict;
import dev.octavo.engine.cluster.RolloutState.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out why a workload is not ready, and what would likely help. */
final class Explainer {
    private static final int MAX_PODS = 2;
    private static final int MAX_EVENTS = 6;
    private static final int MAX_LOG_LINES = 20;
    private static final int MAX_LINE = 300;
    private final ClusterClient client;
    private final RolloutState state;
    private final Masker masker;

    Explainer(ClusterClient client, RolloutState state, Masker masker) {
        this.client = client;
        this.state = state;
        this.masker = masker;
    }

    RolloutFailure explain(Verdict verdict) {
        Workload workload = verdict.workload();
        Map<String, Object> object = Optional.ofNullable(state.object(workload)).orElse(Map.of());
        List<PodReport> pods = state.newPods(workload).stream()
                .filter(pod -> !Readiness.of("Pod", pod).isReady())
                .sorted(Comparator.comparing(Explainer::certainty))
                .limit(MAX_PODS)
                .map(this::latest)
                .map(this::report)
                .toList();
        String reason = verdict.readiness().reason();
        String message = verdict.readiness().message();
        if (reason.isEmpty() && verdict.trouble().isPresent()) {
            reason = verdict.trouble().get().reason();
        }
        List<String> events = new ArrayList<>();
        if (pods.isEmpty()) {
            events.addAll(
                    latestOfEachReason(events(workload.namespace(), Tree.text(object, "metadata", "uid"))).stream()
                            .map(Explainer::shown)
                            .toList());
        }
        return new RolloutFailure(
                workload.kind(),
                workload.namespace(),
                workload.name(),
                reason,
                clean(message),
                workload.file(),
                workload.line(),
                pods,
                events.stream().map(this::clean).toList(),
                new Remedies(object, pods).of(reason, message));
    }

    private static Certainty certainty(Map<String, Object> pod) {
        return PodTrouble.ofAny(pod).map(PodTrouble::certainty).orElse(Certainty.AFTER_GRACE);
    }

    /** The pod as it is now: a controller may have told of its end before the pods' watch did. */
    private Map<String, Object> latest(Map<String, Object> pod) {
        Answer answer = read("/api/v1/namespaces/" + ResourceType.escape(Tree.text(pod, "metadata", "namespace"))
                + "/pods/" + ResourceType.escape(Tree.text(pod, "metadata", "name")));
        boolean same = Tree.text(answer.body(), "metadata", "uid").equals(Tree.text(pod, "metadata", "uid"));
        return answer.ok() && same ? answer.body() : pod;
    }

    private PodReport report(Map<String, Object> pod) {
        String namespace = Tree.text(pod, "metadata", "namespace");
        String name = Tree.text(pod, "metadata", "name");
        Optional<PodTrouble> trouble = PodTrouble.ofAny(pod).or(() -> node(pod));
        String container = trouble.map(PodTrouble::container)
                .filter(text -> !text.isEmpty())
                .orElse(notReady(pod));
        int restarts = 0;
        boolean started = false;
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (Map<String, Object> status : Tree.maps(pod, "status", list)) {
                if (Tree.text(status, "name").equals(container)) {
                    restarts = (int) Tree.number(status, 0, "restartCount");
                    started = restarts > 0
                            || Tree.at(status, "state", "running") != null
                            || Tree.at(status, "state", "terminated") != null
                            || Tree.at(status, "lastState", "terminated") != null;
                }
            }
        }
        List<Map<String, Object>> events = events(namespace, Tree.text(pod, "metadata", "uid"));
        boolean ended = trouble.map(PodTrouble::ended).orElse(false);
        String probe = probe(events, ended && !killedByProbe(events));
        List<String> log = List.of();
        List<String> previous = List.of();
        if (started) {
            log = log(namespace, name, container, false);
            if (restarts > 0) {
                previous = log(namespace, name, container, true);
            }
            if (previous.equals(log)) {
                previous = List.of(); // while a container waits to be restarted, both are the log of its last run
            }
        }
        return new PodReport(
                name,
                container,
                trouble.map(PodTrouble::reason).orElse(""),
                clean(trouble.map(PodTrouble::message).orElse("")),
                restarts,
                clean(probe),
                latestOfEachReason(events).stream()
                        .filter(event -> !Tree.text(event, "reason").equals("Unhealthy"))
                        .filter(event -> Tree.text(event, "type").equals("Warning"))
                        // only names the state that the pod is in anyway
                        .filter(event -> !Tree.text(event, "message").startsWith("Error: "))
                        .map(Explainer::shown)
                        .map(this::clean)
                        .toList(),
                log,
                previous);
    }

    private static boolean killedByProbe(List<Map<String, Object>> events) {
        return events.stream()
                .filter(event -> Tree.text(event, "reason").equals("Killing"))
                .anyMatch(event -> Tree.text(event, "message").matches("(?s).* failed (startup|liveness) probe.*"));
    }

    /**
     * What a probe met most often: while a program starts, none is answered, whatever else is wrong with it.
     *
     * @param byItself whether the program ended by itself, so that the probes that may end one are not to blame
     */
    private static String probe(List<Map<String, Object>> events, boolean byItself) {
        return events.stream()
                .filter(event -> Tree.text(event, "reason").equals("Unhealthy"))
                .filter(event -> !byItself || Tree.text(event, "message").startsWith("Readiness"))
                .reduce((first, second) -> count(second) >= count(first) ? second : first)
                .map(event -> Tree.text(event, "message"))
                .orElse("");
    }

    private static long count(Map<String, Object> event) {
        return Math.max(Tree.number(event, 1, "count"), Tree.number(event, 1, "series", "count"));
    }

    /** The container that the pod waits for; a pod starts its init containers one after the other. */
    private static String notReady(Map<String, Object> pod) {
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (Map<String, Object> status : Tree.maps(pod, "status", list)) {
                if (!Tree.isTrue(status, "ready")) {
                    return Tree.text(status, "name");
                }
            }
        }
        return "";
    }

    /** A pod whose node is gone says nothing more itself. */
    private Optional<PodTrouble> node(Map<String, Object> pod) {
        String node = Tree.text(pod, "spec", "nodeName");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> ready = Readiness.condition(
                read("/api/v1/nodes/" + ResourceType.escape(node)).body(), "Ready");
        String status = Tree.text(ready, "status");
        return status.isEmpty() || status.equals("True")
                ? Optional.empty()
                : Optional.of(new PodTrouble(
                        Tree.text(pod, "metadata", "name"),
                        "",
                        "NodeNotReady",
                        "its node " + node + " is not ready: " + Tree.text(ready, "message"),
                        Certainty.AFTER_GRACE));
    }

    /** What can be told without is told where the server does not answer. */
    private Answer read(String path) {
        try {
            return client.get(path);
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CANCELLED) {
                throw e;
            }
            return new Answer(0, Map.of(), List.of());
        }
    }

    private List<String> log(String namespace, String pod, String container, boolean previous) {
        try {
            return client.log(namespace, pod, container, MAX_LOG_LINES, previous).stream()
                    .map(this::clean)
                    .toList();
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CANCELLED) {
                throw e;
            }
            return List.of(); // what can be told without the log is told
        }
    }

    /** The last events about an object, oldest first. */
    private List<Map<String, Object>> events(String namespace, String uid) {
        if (uid.isEmpty()) {
            return List.of();
        }
        // what has no namespace has its events in this one
        String place = namespace.isEmpty() ? "default" : namespace;
        Answer answer = read("/api/v1/namespaces/" + ResourceType.escape(place) + "/events?fieldSelector="
                + ResourceType.escape("involvedObject.uid=" + uid));
        List<Map<String, Object>> events = new ArrayList<>(Tree.maps(answer.body(), "items"));
        events.sort(Comparator.comparing(Warnings::time));
        return events.subList(Math.max(0, events.size() - MAX_EVENTS), events.size());
    }

    private static List<Map<String, Object>> latestOfEachReason(List<Map<String, Object>> events) {
        Map<String, Map<String, Object>> latest = new LinkedHashMap<>();
        events.forEach(event -> latest.put(Tree.text(event, "reason"), event));
        return List.copyOf(latest.values());
    }

    private static String shown(Map<String, Object> event) {
        long count = count(event);
        return Tree.text(event, "reason") + ": " + Tree.text(event, "message")
                + (count > 1 ? " (" + count + " times)" : "");
    }

    private String clean(String text) {
        String line = masker.mask(text).replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE) + "...";
    }
}
