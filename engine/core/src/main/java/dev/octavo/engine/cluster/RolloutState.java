package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.PodTrouble.Certainty;
import dev.octavo.engine.cluster.Warnings.Warning;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is known of a rollout's objects, and what that means. Not for several threads. */
final class RolloutState {
    /** Of a Deployment that says nothing of it. */
    private static final int DEADLINE_SECONDS = 600;

    /** How long a controller may take to say something of a new object, where it is not known whether there is one. */
    static final Duration TAKE_UP_GRACE = Duration.ofSeconds(2);
    /** How long a claim may stay without a volume once all pods are ready. */
    static final Duration CLAIM_GRACE = Duration.ofSeconds(5);
    /** How many pods may be thrown off their nodes. */
    private static final int MANY = 3;

    private final List<Workload> workloads;
    private final ClusterView view = new ClusterView();
    private final Timers timers = new Timers();
    private final Revisions revisions = new Revisions(view);
    private final Reachability reachability = new Reachability(view, timers);
    private final Warnings warnings;
    private final Attempts attempts;
    private final Instant written;
    private final Outside outside;
    private final Set<Workload> seen = new HashSet<>();

    /**
     * @param begin of the deployment, by the server's clock
     * @param written when its objects had been written, by the same clock
     */
    RolloutState(List<Workload> workloads, Instant begin, Instant written, Outside outside) {
        this.workloads = List.copyOf(workloads);
        this.warnings = new Warnings(begin);
        this.attempts = new Attempts(begin);
        this.written = written.truncatedTo(ChronoUnit.SECONDS);
        this.outside = outside;
    }

    /** What is looked up only where it matters. */
    interface Outside {
        /** Knows nothing. */
        Outside UNKNOWN = new Outside() {
            @Override
            public boolean waitsForFirstPod(String storageClass) {
                return false;
            }

            @Override
            public boolean nodesAreComing(Map<String, Object> pod) {
                return false;
            }
        };

        /** Whether volumes of the class are made only for a pod that uses them. */
        boolean waitsForFirstPod(String storageClass);

        /** Whether an autoscaler has begun to add a node for the pod. */
        boolean nodesAreComing(Map<String, Object> pod);
    }

    /**
     * An object to wait for; where it is written is for messages.
     *
     * @param podLabels that all its pods have; empty where they are not known
     */
    record Workload(
            String apiVersion,
            String kind,
            String namespace,
            String name,
            String file,
            int line,
            Map<String, String> podLabels) {
        Workload(String apiVersion, String kind, String namespace, String name, String file, int line) {
            this(apiVersion, kind, namespace, name, file, line, Map.of());
        }

        String title() {
            return kind + "/" + name;
        }

        Place place() {
            return Place.of(apiVersion, kind, namespace);
        }

        String key() {
            return place().group() + " " + title() + " " + namespace;
        }

        boolean runsPods() {
            return RolloutTargets.runsPods(place());
        }
    }

    /**
     * A workload with its state.
     *
     * @param trouble of its pods, or of making them, that explains a failure
     */
    record Verdict(Workload workload, Readiness readiness, Optional<PodTrouble> trouble) {
        static Verdict of(Workload workload, Readiness readiness) {
            return new Verdict(workload, readiness, Optional.empty());
        }
    }

    ClusterView view() {
        return view;
    }

    /** Takes an event that the server tells of. */
    void warn(Map<String, Object> event) {
        warnings.add(event);
    }

    /** What is known of a workload; null where nothing is. */
    @Nullable
    Map<String, Object> object(Workload workload) {
        return view.find(workload.place(), workload.name());
    }

    List<Map<String, Object>> newPods(Workload workload) {
        return revisions.newPods(workload);
    }

    /** Judges every workload: first what runs pods, then what needs these. */
    List<Verdict> judge(Instant now) {
        Map<Workload, Verdict> verdicts = new LinkedHashMap<>();
        workloads.forEach(workload -> verdicts.put(workload, Verdict.of(workload, Readiness.waiting(""))));
        boolean made = judge(verdicts, now, workload -> workload.place().custom(), true);
        boolean podsReady = judge(verdicts, now, Workload::runsPods, made);
        judge(
                verdicts,
                now,
                workload -> !workload.runsPods() && !workload.place().custom(),
                podsReady);
        return List.copyOf(verdicts.values());
    }

    private boolean judge(
            Map<Workload, Verdict> verdicts,
            Instant now,
            java.util.function.Predicate<Workload> which,
            boolean before) {
        boolean all = true;
        for (Workload workload : workloads) {
            if (which.test(workload)) {
                Verdict verdict = judge(workload, before, now);
                verdicts.put(workload, verdict);
                all &= verdict.readiness().isReady();
            }
        }
        return all;
    }

    private Verdict judge(Workload workload, boolean before, Instant now) {
        Place place = workload.place();
        if (view.hidden(place) && !workload.runsPods()) {
            return Verdict.of(workload, Readiness.ready("it may not be watched"));
        }
        if (!view.listed(place)) {
            return Verdict.of(workload, Readiness.waiting(""));
        }
        Map<String, Object> object = object(workload);
        if (object == null) {
            return Verdict.of(
                    workload,
                    Readiness.failed(
                            "Deleted", seen.contains(workload) ? "it was deleted meanwhile" : "it is not there"));
        }
        seen.add(workload);
        if (workload.runsPods()) {
            return judgePods(workload, object, before, now);
        }
        if (!Tree.text(object, "metadata", "deletionTimestamp").isEmpty()) {
            return Verdict.of(workload, Readiness.deleted(object));
        }
        boolean old = attempts.isBefore(Tree.text(object, "metadata", "creationTimestamp"));
        return Verdict.of(
                workload,
                switch (place.custom() ? "" : workload.kind()) {
                    case "Service" -> reachability.service(workload, object, old, before, now);
                    case "Ingress" -> reachability.ingress(workload, object, old, now);
                    case "PersistentVolumeClaim" -> claim(workload, object, before, now);
                    default -> takenUp(workload, object, old, now);
                });
    }

    private Readiness takenUp(Workload workload, Map<String, Object> object, boolean old, Instant now) {
        Readiness readiness = ObjectReadiness.of(workload.place().group(), object);
        if (workload.place().custom() && readiness.isReady() && !object.containsKey("status") && !old) {
            return timers.passed("status of " + workload.key(), TAKE_UP_GRACE, now)
                    ? Readiness.ready("no controller has said anything of it")
                    : Readiness.waiting("no controller has said anything of it yet");
        }
        timers.clear("status of " + workload.key());
        return readiness;
    }

    private Readiness claim(Workload workload, Map<String, Object> object, boolean podsReady, Instant now) {
        Readiness readiness = ObjectReadiness.of("", object);
        String pending = "volume of " + workload.key();
        if (readiness.state() != Readiness.State.WAITING) {
            timers.clear(pending);
            return readiness;
        }
        Optional<Warning> warning = warnings.about(Tree.text(object, "metadata", "uid"), List.of("ProvisioningFailed"));
        if (warning.isPresent() && warning.get().message().contains("not found")) {
            return Readiness.failed("ProvisioningFailed", warning.get().message());
        }
        if (!podsReady || !timers.passed(pending, CLAIM_GRACE, now)) {
            return warning.map(each -> Readiness.waiting("Pending: " + each.message()))
                    .orElse(readiness);
        }
        return outside.waitsForFirstPod(Tree.text(object, "spec", "storageClassName"))
                ? Readiness.ready("its volume is made for the first pod that uses it")
                : readiness;
    }

    // ------------------------------------------------------------------------------------------- what runs in pods

    private Verdict judgePods(Workload workload, Map<String, Object> object, boolean madeByOthers, Instant now) {
        Readiness readiness = withoutStaleFailure(workload, object, Readiness.of(workload.kind(), object), now);
        if (readiness.isReady()) {
            return Verdict.of(workload, readiness);
        }
        Optional<PodTrouble> worst = Optional.empty();
        for (Map<String, Object> pod : newPods(workload)) {
            Optional<PodTrouble> trouble = trouble(workload, pod);
            attempts.note(pod, trouble, now);
            if (trouble.isPresent() && certain(pod, trouble.get(), madeByOthers, now)) {
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
            Optional<Readiness> stopped = refusedPods(workload, object, now)
                    .or(() -> thrownOff(workload))
                    .or(() -> endless(object, now));
            if (stopped.isPresent()) {
                return new Verdict(workload, stopped.get(), worst);
            }
        }
        return new Verdict(workload, readiness, worst);
    }

    private boolean certain(Map<String, Object> pod, PodTrouble trouble, boolean madeByOthers, Instant now) {
        if (trouble.needsOther() && !madeByOthers) {
            return false; // an operator may be about to make what it lacks
        }
        return attempts.settled(pod, trouble, now)
                && !(trouble.reason().equals("Unschedulable") && outside.nodesAreComing(pod));
    }

    private Optional<PodTrouble> trouble(Workload workload, Map<String, Object> pod) {
        Optional<PodTrouble> trouble = PodTrouble.of(pod);
        if (trouble.isEmpty() && !PodTrouble.started(pod)) {
            return warnings.about(
                            Tree.text(pod, "metadata", "uid"),
                            List.of("FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox"))
                    .map(warning -> new PodTrouble(
                            Tree.text(pod, "metadata", "name"),
                            "",
                            warning.reason(),
                            warning.message(),
                            Certainty.AFTER_GRACE));
        }
        // a Job counts its failures itself, and may be right at the third try
        return workload.kind().equals("Job") ? trouble.filter(each -> !each.ended()) : trouble;
    }

    /** A quota, an admission webhook or the like keeps the controller from making pods. */
    private Optional<Readiness> refusedPods(Workload workload, Map<String, Object> object, Instant now) {
        List<Map<String, Object>> makers = new ArrayList<>(revisions.newReplicaSets(workload));
        // what a Deployment tells may be about a ReplicaSet that it is replacing
        if (!workload.kind().equals("Deployment") || view.hidden(Place.replicaSets(workload.namespace()))) {
            makers.add(object);
        }
        String key = "pods of " + workload.key();
        for (Map<String, Object> maker : makers) {
            Optional<String> message = refusal(maker);
            if (message.isPresent()) {
                return PodTrouble.finalRefusal(message.get()) || timers.passed(key, Attempts.GRACE, now)
                        ? Optional.of(Readiness.failed("FailedCreate", message.get()))
                        : Optional.empty();
            }
        }
        timers.clear(key);
        return Optional.empty();
    }

    private Optional<String> refusal(Map<String, Object> maker) {
        Map<String, Object> failure = Readiness.condition(maker, "ReplicaFailure");
        if (Tree.text(failure, "status").equals("True")) {
            return Optional.of(Tree.text(failure, "message"));
        }
        // other kinds than ReplicaSets only tell by events
        return Tree.text(maker, "metadata", "uid").isEmpty()
                        || Tree.text(maker, "kind").equals("Deployment")
                ? Optional.empty()
                : warnings.about(Tree.text(maker, "metadata", "uid"), List.of("FailedCreate"))
                        .map(Warning::message);
    }

    /** Nodes throw its pods off, and the controller makes ever new ones. */
    private Optional<Readiness> thrownOff(Workload workload) {
        if (workload.kind().equals("Job") || workload.kind().equals("Pod")) {
            return Optional.empty();
        }
        List<Map<String, Object>> failed = newPods(workload).stream()
                .filter(pod -> Tree.text(pod, "status", "phase").equals("Failed"))
                .filter(pod -> !Tree.text(pod, "status", "reason").isEmpty())
                .filter(pod -> !attempts.isBefore(Tree.text(pod, "metadata", "creationTimestamp")))
                .toList();
        if (failed.size() < MANY) {
            return Optional.empty();
        }
        Map<String, Object> last = failed.get(failed.size() - 1);
        return Optional.of(Readiness.failed(
                Tree.text(last, "status", "reason"),
                failed.size() + " of its pods were refused or thrown off by their nodes: "
                        + Tree.text(last, "status", "message")));
    }

    /** A pod that does not end keeps a StatefulSet, or a Deployment that recreates, from going on. */
    private Optional<Readiness> endless(Map<String, Object> object, Instant now) {
        String uid = Tree.text(object, "metadata", "uid");
        List<Map<String, Object>> pods = new ArrayList<>(view.owned(uid, "Pod"));
        if (Tree.text(object, "spec", "strategy", "type").equals("Recreate")) {
            view.owned(uid, "ReplicaSet")
                    .forEach(set -> pods.addAll(view.owned(Tree.text(set, "metadata", "uid"), "Pod")));
        }
        for (Map<String, Object> pod : pods) {
            String key = "end of " + Tree.text(pod, "metadata", "uid");
            if (Tree.text(pod, "metadata", "deletionTimestamp").isEmpty()) {
                timers.clear(key);
                continue;
            }
            Duration allowed =
                    Attempts.GRACE.plusSeconds(Tree.number(pod, 30, "metadata", "deletionGracePeriodSeconds"));
            if (timers.passed(key, allowed, now)) {
                String node = Tree.text(pod, "spec", "nodeName");
                List<Object> finalizers = Tree.list(pod, "metadata", "finalizers");
                return Optional.of(Readiness.failed(
                        "Terminating",
                        "its pod " + Tree.text(pod, "metadata", "name") + " does not end: "
                                + (finalizers.isEmpty()
                                        ? "its node " + node + " does not say that it has stopped"
                                        : "held by the finalizers "
                                                + String.join(
                                                        ", ",
                                                        finalizers.stream()
                                                                .map(String::valueOf)
                                                                .toList()))));
            }
        }
        return Optional.empty();
    }

    /**
     * A deadline that was missed before this deployment was written is no news: the controller goes on telling of it until
     * there is some progress, and so says nothing of this deployment's own deadline, which is waited for here.
     */
    private Readiness withoutStaleFailure(
            Workload workload, Map<String, Object> object, Readiness readiness, Instant now) {
        String key = "deadline of " + workload.key();
        if (!readiness.reason().equals("ProgressDeadlineExceeded")
                || !isOld(Tree.text(Readiness.condition(object, "Progressing"), "lastUpdateTime"))) {
            timers.clear(key);
            return readiness;
        }
        Duration own = Duration.ofSeconds(Tree.number(object, DEADLINE_SECONDS, "spec", "progressDeadlineSeconds"));
        return timers.passed(key, own, now)
                ? readiness
                : Readiness.waiting("it had not become ready before: " + readiness.message());
    }

    /** The shortest deadline is a second, and times are told in whole ones. */
    private boolean isOld(String time) {
        try {
            return !Instant.parse(time).isAfter(written);
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** Whether something is there that becomes a failure by time alone. */
    boolean clockRuns() {
        return attempts.running() || timers.running();
    }

    /** The statuses for a result. */
    static List<WorkloadStatus> statuses(List<Verdict> verdicts, UnaryOperator<String> clean) {
        return verdicts.stream()
                .map(verdict -> new WorkloadStatus(
                        verdict.workload().kind(),
                        verdict.workload().namespace(),
                        verdict.workload().name(),
                        verdict.readiness().isReady(),
                        clean.apply(verdict.readiness().message())))
                .toList();
    }

    List<Workload> workloads() {
        return workloads;
    }
}
