package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.Placement.Typed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Gives pod templates an annotation that changes with the ConfigMaps and Secrets that they use, as far as these are
 * deployed together. A change of them reaches pods in their environment and their files alike then, by new pods.
 */
final class ConfigHash {
    /** On a pod template. */
    static final String ANNOTATION = "octavo.dev/config-hash";
    /** {@code "false"} on a workload, a ConfigMap or a Secret leaves it out. */
    static final String SWITCH = "octavo.dev/restart-on-config-change";

    private static final int LENGTH = 32;
    private static final String TYPE = "sha256:";

    private final Masker masker;

    ConfigHash(Masker masker) {
        this.masker = masker;
    }

    List<Typed> annotate(List<Typed> objects, ClusterClient client) {
        Map<String, ManifestObject> sources = new LinkedHashMap<>();
        for (Typed typed : objects) {
            ManifestObject object = typed.object();
            boolean source = object.kind().equals("ConfigMap") || object.kind().equals("Secret");
            if (source && object.group().isEmpty() && isOn(object)) {
                sources.put(key(object.kind(), object.namespace(), object.name()), object);
            }
        }
        TreeSet<String> used = new TreeSet<>();
        objects.forEach(typed -> used.addAll(uses(typed.object())));
        used.retainAll(sources.keySet());
        if (used.isEmpty()) {
            return objects;
        }
        List<String> keys = List.copyOf(used);
        // those of Secrets are slow on purpose
        Function<String, String> hash =
                key -> hash(key, sources.getOrDefault(key, objects.get(0).object()));
        List<String> values = client.each(keys, hash);
        Map<String, String> hashes = new TreeMap<>();
        for (int i = 0; i < keys.size(); i++) {
            hashes.put(keys.get(i), values.get(i));
        }
        return objects.stream().map(typed -> annotated(typed, hashes)).toList();
    }

    private static boolean isOn(ManifestObject object) {
        return !object.annotation(SWITCH).equals("false");
    }

    private static String key(String kind, String namespace, String name) {
        return kind + " " + namespace + "/" + name;
    }

    private String hash(String key, ManifestObject object) {
        Map<String, Object> values = new TreeMap<>();
        for (String field : List.of("data", "binaryData", "stringData")) {
            if (!Tree.map(object.content(), field).isEmpty()) {
                values.put(field, Tree.map(object.content(), field));
            }
        }
        boolean secret = object.kind().equals("Secret") || masker.finds(Json.text(values));
        return secret ? Fingerprint.ofSecret(values, "config-hash " + key) : Fingerprint.of(values);
    }

    private static Typed annotated(Typed typed, Map<String, String> hashes) {
        ManifestObject object = typed.object();
        Map<String, String> own = new TreeMap<>(hashes);
        own.keySet().retainAll(uses(object));
        if (own.isEmpty()) {
            return typed;
        }
        Map<String, Object> content = Tree.copy(object.content());
        Map<String, Object> metadata = made(Tree.map(content, "spec", "template"), "metadata");
        made(metadata, "annotations")
                .put(ANNOTATION, Fingerprint.of(own).substring(TYPE.length()).substring(0, LENGTH));
        return typed.with(object.withContent(content));
    }

    private static Map<String, Object> made(Map<String, Object> map, String key) {
        if (!(map.get(key) instanceof Map<?, ?>)) {
            map.put(key, new LinkedHashMap<String, Object>());
        }
        return Tree.map(map, key);
    }

    /** The ConfigMaps and Secrets that a workload's pods use, where their change is to start new pods. */
    private static List<String> uses(ManifestObject object) {
        if (!PodTemplates.rolls(object) || !isOn(object)) {
            return List.of();
        }
        List<String> used = new ArrayList<>();
        Uses uses = (kind, name) -> {
            if (!name.isEmpty()) {
                used.add(key(kind, object.namespace(), name));
            }
        };
        Map<String, Object> pod = PodTemplates.podSpec(object, object.content());
        for (String list : List.of("initContainers", "containers")) {
            for (Map<String, Object> container : Tree.maps(pod, list)) {
                for (Map<String, Object> from : Tree.maps(container, "envFrom")) {
                    uses.add("ConfigMap", Tree.text(from, "configMapRef", "name"));
                    uses.add("Secret", Tree.text(from, "secretRef", "name"));
                }
                for (Map<String, Object> variable : Tree.maps(container, "env")) {
                    uses.add("ConfigMap", Tree.text(variable, "valueFrom", "configMapKeyRef", "name"));
                    uses.add("Secret", Tree.text(variable, "valueFrom", "secretKeyRef", "name"));
                }
            }
        }
        for (Map<String, Object> volume : Tree.maps(pod, "volumes")) {
            uses.add("ConfigMap", Tree.text(volume, "configMap", "name"));
            uses.add("Secret", Tree.text(volume, "secret", "secretName"));
            for (Map<String, Object> source : Tree.maps(volume, "projected", "sources")) {
                uses.add("ConfigMap", Tree.text(source, "configMap", "name"));
                uses.add("Secret", Tree.text(source, "secret", "name"));
            }
        }
        return used;
    }

    private interface Uses {
        void add(String kind, String name);
    }
}
