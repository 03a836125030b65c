package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.RolloutState.Workload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which objects of a deployment are waited for. */
final class RolloutTargets {
    /** {@code "false"} on an object whose readiness is not a part of the deployment's. */
    static final String WATCH_ANNOTATION = "octavo.dev/watch";

    /** Kinds of Kubernetes' own whose controllers tell how far they are, by group. */
    private static final Map<String, Set<String>> KINDS = Map.of(
            "", Set.of("Pod", "ReplicationController", "Service", "PersistentVolumeClaim"),
            "apps", Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"),
            "batch", Set.of("Job", "CronJob"),
            "networking.k8s.io", Set.of("Ingress"),
            "extensions", Set.of("Deployment", "DaemonSet", "ReplicaSet", "Ingress"),
            "autoscaling", Set.of("HorizontalPodAutoscaler"),
            "policy", Set.of("PodDisruptionBudget"),
            "apiextensions.k8s.io", Set.of("CustomResourceDefinition"),
            "apiregistration.k8s.io", Set.of("APIService"));

    private static final Set<String> WITH_PODS =
            Set.of("Pod", "ReplicationController", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job");

    private RolloutTargets() {}

    /** Those of the objects that have something to wait for. */
    static List<Workload> of(List<ManifestObject> objects) {
        return objects.stream()
                .filter(object -> watched(object.apiVersion(), object.kind(), object.content()))
                .map(object -> new Workload(
                        object.apiVersion(),
                        object.kind(),
                        object.namespace(),
                        object.name(),
                        object.file(),
                        object.line(),
                        podLabels(object.kind(), object.name(), object.content())))
                .toList();
    }

    /** Whether there is something to wait for, unless its annotation says otherwise. */
    static boolean watched(String apiVersion, String kind, Map<String, Object> object) {
        if (Tree.text(object, "metadata", "annotations", WATCH_ANNOTATION).equals("false")) {
            return false;
        }
        Place place = Place.of(apiVersion, kind, "");
        return place.custom() || KINDS.getOrDefault(place.group(), Set.of()).contains(kind);
    }

    /** Whether the kind is one that runs pods, without which a deployment is none. */
    static boolean runsPods(Place place) {
        return !place.custom() && WITH_PODS.contains(place.kind());
    }

    /** Labels that all pods of a workload have; empty where its selector is more than labels. */
    static Map<String, String> podLabels(String kind, String name, Map<String, Object> object) {
        if (kind.equals("Job")) {
            return Map.of("job-name", name);
        }
        Map<String, Object> labels = kind.equals("ReplicationController")
                ? Tree.map(object, "spec", "selector")
                : Tree.map(object, "spec", "selector", "matchLabels");
        Map<String, String> texts = new LinkedHashMap<>();
        labels.forEach((key, value) -> texts.put(key, String.valueOf(value)));
        return texts;
    }
}
