package dev.octavo.engine.sandbox.controller;

import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Pods with names and volumes that stay, one after the other. */
final class StatefulSetController implements Controllers.Controller {
    private static final String COMPONENT = "statefulset-controller";
    private static final String REVISION = "controller-revision-hash";
    private static final String INDEX = "apps.kubernetes.io/pod-index";

    private final Api api;
    private final Pods pods;
    private final Controllers.Later later;

    StatefulSetController(Api api, Pods pods, Controllers.Later later) {
        this.api = api;
        this.pods = pods;
        this.later = later;
    }

    @Override
    public void reconcile(String namespace, String name) {
        ObjectNode set = api.find(Kinds.STATEFUL_SET, namespace, name);
        if (set == null) {
            return;
        }
        String revision = name + "-" + Pods.hash(set.path("spec").path("template"));
        NavigableMap<Integer, ObjectNode> present = new TreeMap<>();
        for (ObjectNode pod : api.owned(Kinds.POD, set)) {
            present.put(ordinal(pod), pod);
        }
        if (!Json.isDeleted(set)) {
            step(set, present, revision);
        }
        report(set, revision);
    }

    private static int ordinal(JsonNode pod) {
        String name = Json.name(pod);
        try {
            return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void step(ObjectNode set, NavigableMap<Integer, ObjectNode> present, String revision) {
        JsonNode spec = set.path("spec");
        int wanted = spec.path("replicas").asInt(1);
        int first = spec.path("ordinals").path("start").asInt(0);
        boolean parallel = Json.text(spec, "podManagementPolicy").equals("Parallel");
        int minReady = spec.path("minReadySeconds").asInt(0);
        for (int i = first; i < first + wanted; i++) {
            ObjectNode pod = present.get(i);
            if (pod == null) {
                create(set, i, revision);
                if (!parallel) {
                    return;
                }
                continue;
            }
            String phase = Json.text(pod, "status", "phase");
            if (!Json.isDeleted(pod) && (phase.equals("Failed") || phase.equals("Succeeded"))) {
                pods.delete(set, pod, COMPONENT);
            }
            boolean outdated = !Json.text(pod, "metadata", "labels", REVISION).equals(revision);
            // a pod that does not get ready does not stop what may repair it
            if (!parallel && !pods.isAvailable(pod, minReady) && !outdated) {
                pods.untilAvailable(pod, minReady)
                        .ifPresent(left -> later.again(Kinds.STATEFUL_SET, Json.namespace(set), Json.name(set), left));
                return;
            }
        }
        for (int i : present.descendingKeySet()) {
            ObjectNode pod = present.get(i);
            if (pod != null && (i >= first + wanted || i < first)) {
                if (!Json.isDeleted(pod)) {
                    pods.delete(set, pod, COMPONENT);
                }
                if (!parallel) {
                    return;
                }
            }
        }
        if (!Json.text(spec, "updateStrategy", "type").equals("RollingUpdate")) {
            return;
        }
        int partition = spec.path("updateStrategy")
                .path("rollingUpdate")
                .path("partition")
                .asInt(0);
        for (int i = first + wanted - 1; i >= Math.max(first, partition); i--) {
            ObjectNode pod = present.get(i);
            if (pod == null || Json.isDeleted(pod)) {
                return;
            }
            if (!Json.text(pod, "metadata", "labels", REVISION).equals(revision)) {
                pods.delete(set, pod, COMPONENT);
                return;
            }
            if (!pods.isAvailable(pod, minReady)) {
                return;
            }
        }
    }

    private void create(ObjectNode set, int ordinal, String revision) {
        String name = Json.name(set) + "-" + ordinal;
        List<JsonNode> claims = new ArrayList<>();
        set.path("spec").path("volumeClaimTemplates").forEach(claims::add);
        for (JsonNode claim : claims) {
            String claimName = Json.name(claim) + "-" + name;
            if (api.find(Kinds.CLAIM, Json.namespace(set), claimName) == null) {
                ObjectNode object = Json.object();
                object.putObject("metadata")
                        .put("name", claimName)
                        .set(
                                "labels",
                                set.path("spec")
                                        .path("selector")
                                        .path("matchLabels")
                                        .deepCopy());
                object.set("spec", claim.path("spec").deepCopy());
                api.create(Kinds.CLAIM, Json.namespace(set), object, Api.Write.by("octavo-sandbox"));
            }
        }
        pods.create(
                set,
                name,
                pod -> {
                    pod.withObjectProperty("metadata")
                            .withObjectProperty("labels")
                            .put(REVISION, revision)
                            .put(INDEX, Integer.toString(ordinal))
                            .put("statefulset.kubernetes.io/pod-name", name);
                    ObjectNode spec = pod.withObjectProperty("spec");
                    spec.put("hostname", name).put("subdomain", Json.text(set, "spec", "serviceName"));
                    ArrayNode volumes = spec.withArrayProperty("volumes");
                    for (JsonNode claim : claims) {
                        volumes.removeIf(volume -> Json.text(volume, "name").equals(Json.name(claim)));
                        volumes.addObject()
                                .put("name", Json.name(claim))
                                .putObject("persistentVolumeClaim")
                                .put("claimName", Json.name(claim) + "-" + name);
                    }
                },
                COMPONENT);
    }

    private void report(ObjectNode set, String revision) {
        int replicas = 0;
        int ready = 0;
        int available = 0;
        int updated = 0;
        int minReady = set.path("spec").path("minReadySeconds").asInt(0);
        for (ObjectNode pod : api.owned(Kinds.POD, set)) {
            replicas++;
            boolean live = !Json.isDeleted(pod);
            ready += live && Pods.isReady(pod) ? 1 : 0;
            available += live && pods.isAvailable(pod, minReady) ? 1 : 0;
            updated += live && Json.text(pod, "metadata", "labels", REVISION).equals(revision) ? 1 : 0;
        }
        int[] counts = {replicas, ready, available, updated};
        int wanted = set.path("spec").path("replicas").asInt(1);
        api.mutate(Kinds.STATEFUL_SET, Json.namespace(set), Json.name(set), copy -> {
            ObjectNode status = copy.withObjectProperty("status");
            String current = Json.text(status, "currentRevision");
            boolean complete = counts[3] == wanted && counts[1] == wanted;
            status.put(
                    "observedGeneration",
                    set.path("metadata").path("generation").asInt(1));
            status.put("replicas", counts[0]).put("readyReplicas", counts[1]);
            status.put("availableReplicas", counts[2]).put("updatedReplicas", counts[3]);
            status.put("currentReplicas", complete ? counts[3] : counts[0] - counts[3]);
            status.put("updateRevision", revision);
            status.put("currentRevision", complete || current.isEmpty() ? revision : current);
            status.put("collisionCount", 0);
        });
    }
}
