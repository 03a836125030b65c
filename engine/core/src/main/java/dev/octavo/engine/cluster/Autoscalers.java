package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.Placement.Typed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Leaves the number of replicas to the HorizontalPodAutoscalers, be they deployed together or in the cluster already.
 *
 * <p>Only a new workload gets the number of its manifest. Where Octavo owns that field, it cannot just leave it out: a
 * field that its last owner gives up goes back to its default, which is one replica. So another manager takes the field
 * with its value first.
 */
final class Autoscalers {
    /** Owns the number of replicas between Octavo and the autoscaler. */
    static final String MANAGER = "octavo-autoscaled";

    private static final String KIND = "HorizontalPodAutoscaler";
    private static final int ATTEMPTS = 4;

    private final Map<String, String> scalers = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();

    private Autoscalers() {}

    static Autoscalers find(List<Typed> objects, Placement placement, ClusterClient client) {
        Autoscalers autoscalers = new Autoscalers();
        TreeSet<String> namespaces = new TreeSet<>();
        for (Typed typed : objects) {
            ManifestObject object = typed.object();
            if (object.kind().equals(KIND) && object.group().equals("autoscaling")) {
                autoscalers.add(object.namespace(), object.content());
            } else if (scalable(object) && placement.reachable(typed)) {
                namespaces.add(object.namespace());
            }
        }
        List<String> asked = List.copyOf(namespaces);
        List<Answer> answers = client.each(
                asked,
                namespace -> client.get("/apis/autoscaling/v1/namespaces/" + ResourceType.escape(namespace)
                        + "/horizontalpodautoscalers"));
        for (int i = 0; i < asked.size(); i++) {
            Answer answer = answers.get(i);
            if (answer.code() == 403) {
                autoscalers.warnings.add("HorizontalPodAutoscalers in " + asked.get(i)
                        + " may not be read, so replicas are as the manifests say: " + answer.message());
            }
            for (Map<String, Object> scaler : Tree.maps(answer.body(), "items")) {
                autoscalers.add(asked.get(i), scaler);
            }
        }
        return autoscalers;
    }

    private static boolean scalable(ManifestObject object) {
        return Tree.at(object.content(), "spec", "replicas") != null
                || (!object.namespace().isEmpty()
                        && !PodTemplates.path(object).isEmpty()
                        && !object.group().equals("batch")
                        && !object.kind().equals("DaemonSet"));
    }

    List<String> warnings() {
        return warnings;
    }

    private void add(String namespace, Map<String, Object> scaler) {
        Map<String, Object> target = Tree.map(scaler, "spec", "scaleTargetRef");
        scalers.putIfAbsent(
                key(namespace, Tree.text(target, "apiVersion"), Tree.text(target, "kind"), Tree.text(target, "name")),
                KIND + "/" + Tree.text(scaler, "metadata", "name"));
    }

    private static String key(String namespace, String apiVersion, String kind, String name) {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        return namespace + " " + (group.equals("extensions") ? "apps" : group) + " " + kind + " " + name;
    }

    /**
     * A workload without its number of replicas, or as it was.
     *
     * @param tried what the server is asked about: with the number that is there where Octavo still owns it
     * @param handOver whether another manager has to take the field first
     */
    record Left(Typed typed, ManifestObject tried, boolean handOver) {}

    Left leave(Typed typed, Answer live) {
        ManifestObject object = typed.object();
        String scaler = scalers.get(key(object.namespace(), object.apiVersion(), object.kind(), object.name()));
        Object replicas = Tree.at(live.body(), "spec", "replicas");
        if (scaler == null || !live.ok() || replicas == null) {
            return new Left(typed, object, false);
        }
        boolean owned = ownsReplicas(live.body());
        boolean written = Tree.at(object.content(), "spec", "replicas") != null;
        if (!owned && !written) {
            return new Left(typed, object, false);
        }
        Map<String, Object> content = Tree.copy(object.content());
        Tree.map(content, "spec").remove("replicas");
        Typed left = typed.with(
                object.withContent(content), "replicas are left to " + scaler + ", which has them at " + replicas);
        if (!owned) {
            return new Left(left, left.object(), false);
        }
        Map<String, Object> tried = Tree.copy(content);
        Tree.map(tried, "spec").put("replicas", replicas);
        return new Left(left, object.withContent(tried), true);
    }

    private static boolean ownsReplicas(Map<String, Object> live) {
        return Tree.at(AppliedState.entry(live), "fieldsV1", "f:spec", "f:replicas") != null;
    }

    /** Lets another manager own the number that is there, whatever it is by now. */
    static void handOver(Prepared.Item item, ClusterClient client) {
        ManifestObject object = item.object();
        String path = item.type().path(object.namespace(), object.name());
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Answer live = client.get(path);
            Object replicas = Tree.at(live.body(), "spec", "replicas");
            if (!live.ok() || replicas == null || !ownsReplicas(live.body())) {
                return; // what follows tells what is wrong with it, if anything is
            }
            Map<String, Object> content = Map.of(
                    "apiVersion",
                    object.apiVersion(),
                    "kind",
                    object.kind(),
                    "metadata",
                    Map.of("name", object.name()),
                    "spec",
                    Map.of("replicas", replicas));
            Answer answer = client.applyAs(MANAGER, path, content);
            if (answer.ok()) {
                return;
            }
            // 409: the autoscaler has changed it in between
            if (answer.code() != 409 || attempt == ATTEMPTS) {
                throw client.refused(
                        "The cluster does not let the replicas of " + object.title() + " be left to its autoscaler",
                        object.place(),
                        answer);
            }
        }
    }
}
