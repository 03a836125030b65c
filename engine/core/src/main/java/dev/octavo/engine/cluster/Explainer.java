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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out why a workload is not ready, and what would likely help. */
final class Explainer {
    private static final int MAX_PODS = 2;
    private static final int MAX_EVENTS = 6;
    private static final int MAX_LOG_LINES = 20;
    private static final int MAX_LINE = 300;
    private static final Pattern REGISTRY_HOST = Pattern.compile("^([^/]+)/");

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
                .filter(pod -> Readiness.of(withKind(pod)).state() != Readiness.State.READY)
                .sorted(Comparator.comparing(Explainer::certainty))
                .limit(MAX_PODS)
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
                fix(reason, message, object, pods));
    }

    private static Map<String, Object> withKind(Map<String, Object> pod) {
        if (pod.containsKey("kind")) {
            return pod;
        }
        Map<String, Object> copy = Tree.copy(pod);
        copy.put("kind", "Pod");
        return copy;
    }

    private static Certainty certainty(Map<String, Object> pod) {
        return PodTrouble.of(pod).map(PodTrouble::certainty).orElse(Certainty.AFTER_GRACE);
    }

    private PodReport report(Map<String, Object> pod) {
        String namespace = Tree.text(pod, "metadata", "namespace");
        String name = Tree.text(pod, "metadata", "name");
        Optional<PodTrouble> trouble = PodTrouble.of(pod);
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
        String probe = events.stream()
                .filter(event -> Tree.text(event, "reason").equals("Unhealthy"))
                .reduce((first, second) -> second)
                .map(event -> Tree.text(event, "message"))
                .orElse("");
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

    private static String notReady(Map<String, Object> pod) {
        for (Map<String, Object> status : Tree.maps(pod, "status", "containerStatuses")) {
            if (!Tree.isTrue(status, "ready")) {
                return Tree.text(status, "name");
            }
        }
        return "";
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
        try {
            Answer answer = client.get("/api/v1/namespaces/" + ResourceType.escape(namespace) + "/events?fieldSelector="
                    + ResourceType.escape("involvedObject.uid=" + uid));
            List<Map<String, Object>> events = new ArrayList<>(Tree.maps(answer.body(), "items"));
            events.sort(Comparator.comparing(Explainer::time));
            return events.subList(Math.max(0, events.size() - MAX_EVENTS), events.size());
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CANCELLED) {
                throw e;
            }
            return List.of();
        }
    }

    private static List<Map<String, Object>> latestOfEachReason(List<Map<String, Object>> events) {
        Map<String, Map<String, Object>> latest = new LinkedHashMap<>();
        events.forEach(event -> latest.put(Tree.text(event, "reason"), event));
        return List.copyOf(latest.values());
    }

    private static String time(Map<String, Object> event) {
        String series = Tree.text(event, "series", "lastObservedTime");
        String last = series.isEmpty() ? Tree.text(event, "lastTimestamp") : series;
        return last.isEmpty() ? Tree.text(event, "eventTime") : last;
    }

    private static String shown(Map<String, Object> event) {
        long count = Math.max(Tree.number(event, 1, "count"), Tree.number(event, 1, "series", "count"));
        return Tree.text(event, "reason") + ": " + Tree.text(event, "message")
                + (count > 1 ? " (" + count + " times)" : "");
    }

    private String clean(String text) {
        String line = masker.mask(text).replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE) + "...";
    }

    // ------------------------------------------------------------------------------------------------ what may help

    private String fix(String reason, String message, Map<String, Object> object, List<PodReport> pods) {
        Optional<PodReport> pod = pods.stream().findFirst();
        String container = pod.map(PodReport::container).orElse("");
        String cause = reason.isEmpty() || reason.equals("ProgressDeadlineExceeded")
                ? pod.map(PodReport::reason).orElse("")
                : reason;
        String text =
                pod.map(PodReport::message).filter(each -> !each.isEmpty()).orElse(message);
        return switch (cause) {
            case "ErrImagePull", "ImagePullBackOff", "RegistryUnavailable" -> imageFix(text, image(object, container));
            case "InvalidImageName" -> "correct the image's name: " + image(object, container);
            case "ErrImageNeverPull" -> "load the image onto the node, or change imagePullPolicy";
            case "CreateContainerConfigError" ->
                "create the ConfigMap or Secret that the message names, or correct its name and key in the manifest";
            case "OOMKilled" ->
                "raise resources.limits.memory of container " + container + limit(object, container)
                        + ", or let the JVM use less: -XX:MaxRAMPercentage";
            case "CrashLoopBackOff" ->
                pod.map(PodReport::probe).orElse("").startsWith("Liveness")
                        ? "correct the livenessProbe, or give the program more time with a startupProbe"
                        : "read the log: the program ends by itself; check its configuration and what it connects to";
            case "CreateContainerError", "RunContainerError" ->
                "check the container's command, its user and its volumes: the node cannot start it";
            case "Unschedulable" ->
                "lower resources.requests, correct nodeSelector, affinity and volumes, or add nodes";
            case "FailedCreate" ->
                message.contains("quota")
                        ? "lower the requests and limits, or have the namespace's quota raised"
                        : "correct the pod template as the message says";
            case "Deleted" -> "find out who deleted it, and deploy again";
            case "BackoffLimitExceeded", "DeadlineExceeded" -> "read the log of the Job's pods";
            default -> slowFix(pod);
        };
    }

    private static String slowFix(Optional<PodReport> pod) {
        List<String> events = pod.map(PodReport::events).orElse(List.of());
        if (events.stream().anyMatch(event -> event.startsWith("FailedMount") || event.startsWith("FailedAttach"))) {
            return "create the ConfigMap, Secret or claim that the event names, or correct the volume in the manifest";
        }
        if (events.stream().anyMatch(event -> event.startsWith("FailedCreatePodSandBox"))) {
            return "the node cannot start the pod: see the event; is its memory limit too low?";
        }
        if (!pod.map(PodReport::probe).orElse("").isEmpty()) {
            return "check the path and the port of the probe and the program's log; give it more time if it is only slow";
        }
        return "read the log; give the program more time if it is only slow";
    }

    private static String imageFix(String message, String image) {
        if (message.matches("(?is).*(unauthorized|authentication required|denied|forbidden).*")) {
            Matcher host = REGISTRY_HOST.matcher(image);
            return "give the pods a pull Secret for " + (host.find() ? host.group(1) : "the registry")
                    + " (imagePullSecrets), or check that " + image + " exists";
        }
        if (message.contains("invalid reference format")) {
            return "correct the image's name: " + image;
        }
        if (message.matches("(?is).*(not found|unknown|does not exist).*")) {
            return "check that the image " + image + " was pushed, and that the manifest names it correctly";
        }
        return "check that the nodes can reach the registry of " + image;
    }

    private static Map<String, Object> container(Map<String, Object> object, String name) {
        Map<String, Object> spec = Tree.map(object, "spec", "template", "spec");
        if (spec.isEmpty()) {
            spec = Tree.map(object, "spec");
        }
        for (String list : List.of("initContainers", "containers")) {
            for (Map<String, Object> container : Tree.maps(spec, list)) {
                if (Tree.text(container, "name").equals(name)) {
                    return container;
                }
            }
        }
        return Map.of();
    }

    private static String image(Map<String, Object> object, String container) {
        return Tree.text(container(object, container), "image");
    }

    private static String limit(Map<String, Object> object, String container) {
        Object limit = Tree.at(container(object, container), "resources", "limits", "memory");
        return limit == null ? "" : " (now " + limit + ")";
    }
}
