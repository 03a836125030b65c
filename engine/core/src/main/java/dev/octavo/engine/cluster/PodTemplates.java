package dev.octavo.engine.cluster;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where kinds of Kubernetes itself have the template of their pods. */
final class PodTemplates {
    private static final List<String> TEMPLATE = List.of("spec", "template");
    private static final List<String> JOB_TEMPLATE = List.of("spec", "jobTemplate", "spec", "template");
    private static final Set<String> APPS = Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet");

    private PodTemplates() {}

    /** Whether it is one that starts new pods where its template changes. */
    static boolean rolls(ManifestObject object) {
        return object.group().equals("apps")
                && APPS.contains(object.kind())
                && !object.kind().equals("ReplicaSet");
    }

    /** The path of the template; nothing where the kind has none. */
    static List<String> path(ManifestObject object) {
        return switch (object.group()) {
            case "apps" -> APPS.contains(object.kind()) ? TEMPLATE : List.of();
            case "batch" ->
                object.kind().equals("Job") ? TEMPLATE : object.kind().equals("CronJob") ? JOB_TEMPLATE : List.of();
            case "" -> object.kind().equals("ReplicationController") ? TEMPLATE : List.of();
            default -> List.of();
        };
    }

    /** What describes the pods; empty where there is none. */
    static Map<String, Object> podSpec(ManifestObject object, Map<String, Object> content) {
        return Tree.map(content, withSpec(path(object)));
    }

    private static String[] withSpec(List<String> path) {
        String[] parts = path.toArray(new String[path.size() + 1]);
        parts[path.size()] = "spec";
        return parts;
    }
}
