package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.RolloutState.Workload;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Tells the pods that a workload's present template made from those of templates before. */
final class Revisions {
    private final ClusterView view;

    Revisions(ClusterView view) {
        this.view = view;
    }

    /** The pods that the workload's present template made. */
    List<Map<String, Object>> newPods(Workload workload) {
        Map<String, Object> object = view.find(workload.place(), workload.name());
        if (object == null) {
            return List.of();
        }
        String uid = Tree.text(object, "metadata", "uid");
        return switch (workload.kind()) {
            case "Pod" -> List.of(object);
            case "Deployment" ->
                newReplicaSets(workload).stream()
                        .flatMap(set -> view.owned(Tree.text(set, "metadata", "uid"), "Pod").stream())
                        .toList();
            case "StatefulSet" -> {
                String revision = Tree.text(object, "status", "updateRevision");
                yield view.owned(uid, "Pod").stream()
                        .filter(pod -> revision.isEmpty()
                                || label(pod, "controller-revision-hash").equals(revision))
                        .toList();
            }
            case "DaemonSet" -> {
                String generation =
                        Tree.text(object, "metadata", "annotations", "deprecated.daemonset.template.generation");
                yield view.owned(uid, "Pod").stream()
                        .filter(pod -> {
                            String made = label(pod, "pod-template-generation");
                            return generation.isEmpty() || made.isEmpty() || made.equals(generation);
                        })
                        .toList();
            }
            default -> view.owned(uid, "Pod");
        };
    }

    /** The ReplicaSets of a Deployment's present template: one, or none yet. */
    List<Map<String, Object>> newReplicaSets(Workload workload) {
        Map<String, Object> object = view.find(workload.place(), workload.name());
        if (object == null || !workload.kind().equals("Deployment")) {
            return List.of();
        }
        // before the controller has seen the change, its newest ReplicaSet is of the revision before
        if (Tree.number(object, -1, "status", "observedGeneration")
                < Tree.number(object, 0, "metadata", "generation")) {
            return List.of();
        }
        List<Map<String, Object>> sets = view.owned(Tree.text(object, "metadata", "uid"), "ReplicaSet");
        String revision = revision(object);
        List<Map<String, Object>> current = sets.stream()
                .filter(set -> !revision.isEmpty() && revision(set).equals(revision))
                .toList();
        boolean told = !revision.isEmpty()
                && sets.stream().noneMatch(set -> revision(set).isEmpty());
        if (!current.isEmpty() || told) {
            return current; // none: the watch of ReplicaSets is behind that of Deployments
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
}
