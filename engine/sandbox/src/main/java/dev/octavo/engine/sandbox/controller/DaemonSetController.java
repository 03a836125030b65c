package dev.octavo.engine.sandbox.controller;

import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kinds;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** One pod on the one node. */
final class DaemonSetController implements Controllers.Controller {
    private static final String COMPONENT = "daemonset-controller";
    private static final String REVISION = "controller-revision-hash";

    private final Api api;
    private final Pods pods;
    private final Controllers.Later later;

    DaemonSetController(Api api, Pods pods, Controllers.Later later) {
        this.api = api;
        this.pods = pods;
        this.later = later;
    }

    @Override
    public void reconcile(String namespace, String name) {
        ObjectNode set = api.find(Kinds.DAEMON_SET, namespace, name);
        if (set == null) {
            return;
        }
        String revision = Pods.hash(set.path("spec").path("template"));
        List<ObjectNode> live = new ArrayList<>();
        boolean ending = false;
        for (ObjectNode pod : api.owned(Kinds.POD, set)) {
            if (Pods.isActive(pod)) {
                live.add(pod);
            } else if (Json.isDeleted(pod)) {
                ending = true;
            } else {
                pods.delete(set, pod, COMPONENT);
            }
        }
        if (!Json.isDeleted(set)) {
            boolean rolling = !Json.text(set, "spec", "updateStrategy", "type").equals("OnDelete");
            for (ObjectNode pod : live) {
                if (rolling && !Json.text(pod, "metadata", "labels", REVISION).equals(revision)) {
                    pods.delete(set, pod, COMPONENT);
                    ending = true;
                }
            }
            if (live.isEmpty() && !ending) {
                live.add(pods.create(
                        set,
                        "",
                        pod -> pod.withObjectProperty("metadata")
                                .withObjectProperty("labels")
                                .put(REVISION, revision),
                        COMPONENT));
            }
        }
        report(set, live, revision);
    }

    private void report(ObjectNode set, List<ObjectNode> live, String revision) {
        int minReady = set.path("spec").path("minReadySeconds").asInt(0);
        int ready = 0;
        int available = 0;
        int updated = 0;
        for (ObjectNode pod : live) {
            ready += Pods.isReady(pod) ? 1 : 0;
            available += pods.isAvailable(pod, minReady) ? 1 : 0;
            updated += Json.text(pod, "metadata", "labels", REVISION).equals(revision) ? 1 : 0;
            pods.untilAvailable(pod, minReady)
                    .filter(left -> !left.isNegative() && !left.isZero())
                    .ifPresent(left -> later.again(Kinds.DAEMON_SET, Json.namespace(set), Json.name(set), left));
        }
        int[] counts = {live.size(), ready, available, updated};
        api.mutate(Kinds.DAEMON_SET, Json.namespace(set), Json.name(set), copy -> {
            ObjectNode status = copy.putObject("status");
            status.put(
                    "observedGeneration",
                    set.path("metadata").path("generation").asInt(1));
            status.put("desiredNumberScheduled", 1).put("currentNumberScheduled", Math.min(1, counts[0]));
            status.put("numberReady", counts[1]).put("numberAvailable", counts[2]);
            status.put("updatedNumberScheduled", counts[3]).put("numberMisscheduled", 0);
            if (counts[2] < 1) {
                status.put("numberUnavailable", 1 - counts[2]);
            }
        });
    }
}
