package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.PodTrouble.Certainty;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is known of a rollout's objects, and what that means. Not for several threads. */
final class RolloutState {
    /** How long a trouble that may pass by itself may last, such as a pod for which there is no node yet. */
    static final Duration GRACE = Duration.ofSeconds(30);
    /** How long an image may fail to be pulled where the attempts cannot be told apart. */
    static final Duration PULL_GRACE = Duration.ofSeconds(20);

    /**
     * How long a trouble from before this deployment may last. Its cause may have been removed since, and the node or the
     * controller will try again.
     */
    static final Duration STALE_GRACE = Duration.ofSeconds(60);

    private final List<Workload> workloads;
    private final Instant begin;
    private final Map<String, Map<String, Map<String, Object>>> objects = new HashMap<>();
    private final Map<String, Attempts> attempts = new HashMap<>();

    /** @param begin of the deployment, by the server's clock */
    RolloutState(List<Workload> workloads, Instant begin) {
        this.workloads = List.copyOf(workloads);
        this.begin = begin;
    }

    /** A workload to wait for; where it is written is for messages. */
    record Workload(String apiVersion, String kind, String namespace, String name, String file, int line) {
        String title() {
            return kind + "/" + name;
        }
    }

    /**
     * A workload with its state.
     *
     * @param trouble of its pods, or of making them, that explains a failure
     */
    record Verdict(Workload workload, Readiness readiness, Optional<PodTrouble> trouble) {}

    /** When something that may pass was first seen, and how often an attempt at it has failed. */
    private static final class Attempts {
        private final Instant since;
        private final long restarts;
        private int count;
        private boolean failing;

        Attempts(Instant since, long restarts) {
            this.since = since;
            this.restarts = restarts;
        }
    }

    /** Puts what a list has told in the place of all that was known of the kind in the namespace. */
    void replace(String kind, String namespace, List<Map<String, Object>> list) {
        Map<String, Map<String, Object>> known = new TreeMap<>();
        list.forEach(object -> known.put(Tree.text(object, "metadata", "name"), object));
        objects.put(kind + " " + namespace, known);
    }

    void put(String kind, String namespace, Map<String, Object> object) {
        of(kind, namespace).put(Tree.text(object, "metadata", "name"), object);
    }

    void remove(String kind, String namespace, String name) {
        of(kind, namespace).remove(name);
    }

    private Map<String, Map<String, Object>> of(String kind, String namespace) {
        return objects.computeIfAbsent(kind + " " + namespace, key -> new TreeMap<>());
    }

    private boolean listed(String kind, String namespace) {
        return objects.containsKey(kind + " " + namespace);
    }

    /** What is known of a workload; null where nothing is. */
    @Nullable
    Map<String, Object> object(Workload workload) {
        return of(workload.kind(), workload.namespace()).get(workload.name());
    }

    /** Judges every workload. */
    List<Verdict> judge(Instant now) {
        return workloads.stream().map(workload -> judge(workload, now)).toList();
    }

    private Verdict judge(Workload workload, Instant now) {
        if (!listed(workload.kind(), workload.namespace())) {
            return new Verdict(workload, Readiness.waiting(""), Optional.empty());
        }
        Map<String, Object> object = object(workload);
        if (object == null) {
            return new Verdict(workload, Readiness.failed("Deleted", "it was deleted meanwhile"), Optional.empty());
        }
        Readiness readiness = withoutStaleFailure(workload, object, Readiness.of(object), now);
        if (readiness.state() == Readiness.State.READY) {
            return new Verdict(workload, readiness, Optional.empty());
        }
        Optional<PodTrouble> worst = Optional.empty();
        for (Map<String, Object> pod : newPods(workload)) {
            Optional<PodTrouble> trouble = PodTrouble.of(pod);
            note(pod, trouble, now);
            if (trouble.isPresent() && passed(pod, trouble.get(), now)) {
                return new Verdict(
                        workload,
                        readiness.state() == Readiness.State.FAILED
                                ? readiness
                                : Readiness.failed(
                                        trouble.get().reason(), trouble.get().message()),
                        trouble);
            }
            if (worst.isEmpty()) {
                worst = trouble;
            }
        }
        if (readiness.state() == Readiness.State.WAITING) {
            Optional<String> refused = refusedPods(workload, object, now);
            if (refused.isPresent()) {
                return new Verdict(workload, Readiness.failed("FailedCreate", refused.get()), worst);
            }
        }
        return new Verdict(workload, readiness, worst);
    }

    /** A quota or an admission webhook keeps the controller from making pods, and has done so for a while. */
    private Optional<String> refusedPods(Workload workload, Map<String, Object> object, Instant now) {
        List<Map<String, Object>> makers = new ArrayList<>(newReplicaSets(workload));
        makers.add(object);
        String key = workload.title() + " in " + workload.namespace();
        for (Map<String, Object> maker : makers) {
            Map<String, Object> failure = Readiness.condition(maker, "ReplicaFailure");
            if (Tree.text(failure, "status").equals("True")) {
                Attempts since = attempts.computeIfAbsent(key, unused -> new Attempts(now, 0));
                return since.since.plus(GRACE).isAfter(now)
                        ? Optional.empty()
                        : Optional.of(Tree.text(failure, "message"));
            }
        }
        attempts.remove(key);
        return Optional.empty();
    }

    private static String key(Map<String, Object> pod, PodTrouble trouble) {
        return Tree.text(pod, "metadata", "uid") + " " + trouble.container();
    }

    /** Counts the attempts: a container fails, waits, and fails again. */
    private void note(Map<String, Object> pod, Optional<PodTrouble> trouble, Instant now) {
        if (trouble.isEmpty()) {
            String uid = Tree.text(pod, "metadata", "uid");
            attempts.keySet().removeIf(key -> key.startsWith(uid + " "));
            return;
        }
        Attempts seen = attempts.computeIfAbsent(key(pod, trouble.get()), unused -> new Attempts(now, restarts(pod)));
        boolean failing = !trouble.get().reason().endsWith("BackOff");
        if (failing && !seen.failing) {
            seen.count++;
        }
        seen.failing = failing;
    }

    private boolean passed(Map<String, Object> pod, PodTrouble trouble, Instant now) {
        Attempts seen = attempts.get(key(pod, trouble));
        if (seen == null) {
            return false;
        }
        if (before(pod, "metadata", "creationTimestamp")) {
            return restarts(pod) > seen.restarts
                    || !seen.since.plus(STALE_GRACE).isAfter(now);
        }
        if (trouble.certainty() == Certainty.CERTAIN) {
            return true;
        }
        if (trouble.certainty() == Certainty.WHEN_REPEATED) {
            return seen.count >= 2 || !seen.since.plus(PULL_GRACE).isAfter(now);
        }
        return !seen.since.plus(GRACE).isAfter(now);
    }

    private static long restarts(Map<String, Object> pod) {
        return Stream.of("initContainerStatuses", "containerStatuses")
                .flatMap(list -> Tree.maps(pod, "status", list).stream())
                .mapToLong(status -> Tree.number(status, 0, "restartCount"))
                .sum();
    }

    /** Whether that time is before the deployment began. */
    private boolean before(Map<String, Object> object, String... path) {
        try {
            return Instant.parse(Tree.text(object, path)).isBefore(begin);
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** A deadline that was missed before this deployment is no news, for a while. */
    private Readiness withoutStaleFailure(
            Workload workload, Map<String, Object> object, Readiness readiness, Instant now) {
        String key = "deadline of " + workload.title() + " in " + workload.namespace();
        if (!readiness.reason().equals("ProgressDeadlineExceeded")
                || !before(Readiness.condition(object, "Progressing"), "lastUpdateTime")) {
            attempts.remove(key);
            return readiness;
        }
        Attempts seen = attempts.computeIfAbsent(key, unused -> new Attempts(now, 0));
        return seen.since.plus(STALE_GRACE).isAfter(now)
                ? Readiness.waiting("it had not become ready before: " + readiness.message())
                : readiness;
    }

    /** Whether something is there that becomes a failure by time alone. */
    boolean clockRuns() {
        return !attempts.isEmpty();
    }

    // --------------------------------------------------------------------------------- the pods of the new revision

    /** The pods that the workload's present template made. */
    List<Map<String, Object>> newPods(Workload workload) {
        Map<String, Object> object = object(workload);
        if (object == null) {
            return List.of();
        }
        if (workload.kind().equals("Pod")) {
            return List.of(object);
        }
        String uid = Tree.text(object, "metadata", "uid");
        List<Map<String, Object>> pods =
                List.copyOf(of("Pod", workload.namespace()).values());
        return switch (workload.kind()) {
            case "Deployment" -> {
                Set<String> owners = newReplicaSets(workload).stream()
                        .map(set -> Tree.text(set, "metadata", "uid"))
                        .collect(Collectors.toSet());
                yield pods.stream().filter(pod -> owners.contains(owner(pod))).toList();
            }
            case "StatefulSet" -> {
                String revision = Tree.text(object, "status", "updateRevision");
                yield owned(pods, uid).stream()
                        .filter(pod -> revision.isEmpty()
                                || label(pod, "controller-revision-hash").equals(revision))
                        .toList();
            }
            case "DaemonSet" -> {
                String generation =
                        Tree.text(object, "metadata", "annotations", "deprecated.daemonset.template.generation");
                yield owned(pods, uid).stream()
                        .filter(pod -> {
                            String made = label(pod, "pod-template-generation");
                            return generation.isEmpty() || made.isEmpty() || made.equals(generation);
                        })
                        .toList();
            }
            default -> owned(pods, uid);
        };
    }

    private static List<Map<String, Object>> owned(List<Map<String, Object>> all, String uid) {
        return all.stream().filter(object -> owner(object).equals(uid)).toList();
    }

    private List<Map<String, Object>> newReplicaSets(Workload workload) {
        Map<String, Object> object = object(workload);
        if (object == null || !workload.kind().equals("Deployment")) {
            return List.of();
        }
        // before the controller has seen the change, its newest ReplicaSet is of the revision before
        if (Tree.number(object, -1, "status", "observedGeneration")
                < Tree.number(object, 0, "metadata", "generation")) {
            return List.of();
        }
        List<Map<String, Object>> sets = owned(
                List.copyOf(of("ReplicaSet", workload.namespace()).values()), Tree.text(object, "metadata", "uid"));
        String revision = revision(object);
        List<Map<String, Object>> current = sets.stream()
                .filter(set -> !revision.isEmpty() && revision(set).equals(revision))
                .toList();
        if (!current.isEmpty()) {
            return current;
        }
        return sets.stream()
                .max(Comparator.comparing(set -> Tree.text(set, "metadata", "creationTimestamp")))
                .map(List::of)
                .orElse(List.of());
    }

    private static String revision(Map<String, Object> object) {
        return Tree.text(object, "metadata", "annotations", "deployment.kubernetes.io/revision");
    }

    private static String label(Map<String, Object> object, String name) {
        return Tree.text(object, "metadata", "labels", name);
    }

    private static String owner(Map<String, Object> object) {
        for (Map<String, Object> reference : Tree.maps(object, "metadata", "ownerReferences")) {
            if (Tree.isTrue(reference, "controller")) {
                return Tree.text(reference, "uid");
            }
        }
        return "";
    }

    /** The statuses for a result. */
    static List<WorkloadStatus> statuses(List<Verdict> verdicts) {
        return verdicts.stream()
                .map(verdict -> new WorkloadStatus(
                        verdict.workload().kind(),
                        verdict.workload().namespace(),
                        verdict.workload().name(),
                        verdict.readiness().state() == Readiness.State.READY,
                        verdict.readiness().message()))
                .toList();
    }

    /** The workloads by the kind and namespace under which they are watched. */
    Map<String, List<Workload>> byPlace() {
        Map<String, List<Workload>> places = new LinkedHashMap<>();
        for (Workload workload : workloads) {
            places.computeIfAbsent(workload.kind() + " " + workload.namespace(), key -> new ArrayList<>())
                    .add(workload);
        }
        return places;
    }
}
