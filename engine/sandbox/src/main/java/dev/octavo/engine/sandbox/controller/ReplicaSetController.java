package dev.octavo.engine.sandbox.controller;

import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kinds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** As many pods as a ReplicaSet asks for. */
final class ReplicaSetController implements Controllers.Controller {
    private static final String COMPONENT = "replicaset-controller";

    private final Api api;
    private final Pods pods;
    private final Controllers.Later later;

    ReplicaSetController(Api api, Pods pods, Controllers.Later later) {
        this.api = api;
        this.pods = pods;
        this.later = later;
    }

    @Override
    public void reconcile(String namespace, String name) {
        ObjectNode set = api.find(Kinds.REPLICA_SET, namespace, name);
        if (set == null) {
            return;
        }
        List<ObjectNode> active = new ArrayList<>();
        for (ObjectNode pod : api.owned(Kinds.POD, set)) {
            if (Pods.isActive(pod)) {
                active.add(pod);
            }
        }
        if (!Json.isDeleted(set)) {
            int wanted = set.path("spec").path("replicas").asInt(1);
            for (int i = active.size(); i < wanted; i++) {
                active.add(pods.create(set, "", pod -> {}, COMPONENT));
            }
            if (active.size() > wanted) {
                active.sort(firstToGo());
                List<ObjectNode> surplus = active.subList(0, active.size() - wanted);
                surplus.forEach(pod -> pods.delete(set, pod, COMPONENT));
                surplus.clear();
            }
        }
        report(set, active);
    }

    /** What does least goes first: not ready, then restarted most, then youngest. */
    private static Comparator<ObjectNode> firstToGo() {
        return Comparator.<ObjectNode, Boolean>comparing(Pods::isReady)
                .thenComparing(ReplicaSetController::restarts, Comparator.reverseOrder())
                .thenComparing(pod -> Json.text(pod, "metadata", "creationTimestamp"), Comparator.reverseOrder())
                .thenComparing(Json::name);
    }

    private static int restarts(JsonNode pod) {
        int restarts = 0;
        for (JsonNode status : pod.path("status").path("containerStatuses")) {
            restarts += status.path("restartCount").asInt(0);
        }
        return restarts;
    }

    private void report(ObjectNode set, List<ObjectNode> active) {
        int minReady = set.path("spec").path("minReadySeconds").asInt(0);
        int ready = 0;
        int available = 0;
        Duration next = Duration.ZERO;
        for (ObjectNode pod : active) {
            Optional<Duration> left = pods.untilAvailable(pod, minReady);
            if (left.isPresent()) {
                ready++;
                if (left.get().isZero() || left.get().isNegative()) {
                    available++;
                } else if (next.isZero() || left.get().compareTo(next) < 0) {
                    next = left.get();
                }
            }
        }
        int readyCount = ready;
        int availableCount = available;
        api.mutate(Kinds.REPLICA_SET, Json.namespace(set), Json.name(set), copy -> {
            ObjectNode status = copy.putObject("status").put("replicas", active.size());
            status.put("fullyLabeledReplicas", active.size());
            status.put("readyReplicas", readyCount).put("availableReplicas", availableCount);
            status.put(
                    "observedGeneration",
                    set.path("metadata").path("generation").asInt(1));
        });
        if (!next.isZero()) {
            later.again(Kinds.REPLICA_SET, Json.namespace(set), Json.name(set), next);
        }
    }
}
