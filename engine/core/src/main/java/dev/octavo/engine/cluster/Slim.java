package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps of an object what a rollout is judged and explained by, so that thousands of them need little memory. */
final class Slim {
    private static final Set<String> METADATA = Set.of(
            "name",
            "namespace",
            "uid",
            "generation",
            "labels",
            "ownerReferences",
            "finalizers",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds");
    private static final Set<String> ANNOTATIONS = Set.of(
            "deployment.kubernetes.io/revision",
            "deprecated.daemonset.template.generation",
            "kubernetes.io/ingress.class",
            RolloutTargets.WATCH_ANNOTATION);
    private static final Set<String> CONTAINER = Set.of("name", "image", "resources", "restartPolicy");
    private static final List<String> CONTAINER_LISTS = List.of("initContainers", "containers");

    private Slim() {}

    static Map<String, Object> of(String kind, Map<String, Object> object) {
        Map<String, Object> slim = new LinkedHashMap<>();
        for (String field : List.of("apiVersion", "kind")) {
            if (object.containsKey(field)) {
                slim.put(field, object.get(field));
            }
        }
        slim.put("metadata", metadata(Tree.map(object, "metadata")));
        switch (kind) {
            case "Pod" -> {
                slim.put("spec", podSpec(Tree.map(object, "spec")));
                slim.put("status", podStatus(Tree.map(object, "status")));
            }
            case "ReplicaSet" -> {
                slim.put("spec", only(Tree.map(object, "spec"), Set.of("replicas")));
                slim.put("status", Tree.map(object, "status"));
            }
            default -> object.forEach(slim::putIfAbsent);
        }
        return slim;
    }

    private static Map<String, Object> metadata(Map<String, Object> metadata) {
        Map<String, Object> slim = only(metadata, METADATA);
        Map<String, Object> annotations = only(Tree.map(metadata, "annotations"), ANNOTATIONS);
        if (!annotations.isEmpty()) {
            slim.put("annotations", annotations);
        }
        return slim;
    }

    private static Map<String, Object> podSpec(Map<String, Object> spec) {
        Map<String, Object> slim = only(spec, Set.of("nodeName"));
        for (String list : CONTAINER_LISTS) {
            List<Object> containers = new ArrayList<>();
            Tree.maps(spec, list).forEach(container -> containers.add(only(container, CONTAINER)));
            if (!containers.isEmpty()) {
                slim.put(list, containers);
            }
        }
        return slim;
    }

    private static Map<String, Object> podStatus(Map<String, Object> status) {
        return only(
                status,
                Set.of(
                        "phase",
                        "reason",
                        "message",
                        "conditions",
                        "initContainerStatuses",
                        "containerStatuses",
                        "observedGeneration"));
    }

    private static Map<String, Object> only(Map<String, Object> map, Set<String> keys) {
        Map<String, Object> slim = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (keys.contains(key)) {
                slim.put(key, value);
            }
        });
        return slim;
    }
}
