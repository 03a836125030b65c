package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.Prepared.Item;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings an object into a cluster whose server cannot apply: Kubernetes 1.15 and older. What was applied last is kept in the
 * annotation that {@code kubectl apply} uses, so each can go on where the other stopped. The changes are made here, onto the
 * object as it is, and sent as a merge patch that fails where the object was changed meanwhile.
 */
final class ClientSideApply {
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    /** All annotations of an object may have 256 KiB. */
    private static final int MAX_ANNOTATION = 200 * 1024;

    private static final int RACES = 5;
    /** The first minor version whose server does not take a dry run for a real one. */
    private static final long DRY_RUN_SINCE = 12;

    private static final String NO_DRY_RUN = "the server cannot try it, so this is what Octavo expects";

    private final ClusterClient client;

    ClientSideApply(ClusterClient client) {
        this.client = client;
    }

    // --------------------------------------------------------------------------------------------------------- trial

    /** @param live the server's answer when asked for the object */
    Trial tryOut(ResourceType type, ManifestObject object, Answer live) {
        if (live.notFound()) {
            Answer answer = tryToMake(type, object.namespace(), annotated(object));
            return answer.ok() ? Trial.creating(made(object, answer)) : Trial.refused(Refusal.of(answer));
        }
        if (!live.ok()) {
            return Trial.refused(Refusal.of(live));
        }
        Map<String, Object> wanted = wanted(live.body(), object);
        Map<String, Object> patch = MergePatch.between(live.body(), wanted);
        if (patch.isEmpty() || !knowsDryRun()) {
            return Trial.changing(live.body(), wanted, false, patch.isEmpty() ? List.of() : List.of(NO_DRY_RUN));
        }
        Answer answer = client.patch(type.path(object.namespace(), object.name()), MergePatch.TYPE, patch, true);
        if (isDryRunRefused(answer)) {
            return Trial.changing(live.body(), wanted, false, List.of(NO_DRY_RUN));
        }
        return answer.ok()
                ? Trial.changing(live.body(), answer.body(), false, made(object, answer))
                : Trial.refused(live.body(), Refusal.of(answer));
    }

    /** Tries to make an object; where the server cannot try, that counts as well. */
    Answer tryToMake(ResourceType type, String namespace, Map<String, Object> content) {
        Answer untried = new Answer(201, content, List.of(NO_DRY_RUN));
        if (!knowsDryRun()) {
            return untried;
        }
        Answer answer = client.post(type.path(namespace), content, true);
        return isDryRunRefused(answer) ? untried : answer;
    }

    /** An older one would write; one that does not tell its version is taken to be old. */
    private boolean knowsDryRun() {
        Map<String, Object> version = client.version();
        String minor = Tree.text(version, "minor").replaceAll("\\D.*", "");
        boolean first = Tree.text(version, "major").equals("1");
        return !first || (!minor.isEmpty() && minor.length() < 4 && Integer.parseInt(minor) >= DRY_RUN_SINCE);
    }

    /** Dry run is an alpha feature in 1.12, and a webhook may not support it. */
    private static boolean isDryRunRefused(Answer answer) {
        return answer.code() == 400
                && (answer.message().contains("dryRun") || answer.message().contains("dry run"));
    }

    /** The server's warnings, and the fields that it does not know: it drops them silently. */
    private static List<String> made(ManifestObject object, Answer answer) {
        List<String> warnings = new ArrayList<>(answer.warnings());
        if (!answer.warnings().contains(NO_DRY_RUN)) {
            dropped("", object.content(), answer.body(), warnings);
        }
        return warnings;
    }

    private static void dropped(String path, Object wanted, Object result, List<String> warnings) {
        if (wanted instanceof Map<?, ?> && result instanceof Map<?, ?>) {
            Map<String, Object> there = Tree.map(result);
            Tree.map(wanted).forEach((key, value) -> {
                String place = path.isEmpty() ? key : path + "." + key;
                boolean moved = place.equals("stringData") || place.equals("status");
                boolean nothing = value == null || value.equals(Map.of()) || value.equals(List.of());
                if (there.containsKey(key)) {
                    dropped(place, value, there.get(key), warnings);
                } else if (!moved && !nothing) {
                    warnings.add("the server does not know the field " + place + " and drops it");
                }
            });
        } else if (wanted instanceof List<?> left && result instanceof List<?> right && left.size() == right.size()) {
            for (int i = 0; i < left.size(); i++) {
                dropped(path + "[" + i + "]", left.get(i), right.get(i), warnings);
            }
        }
    }

    // --------------------------------------------------------------------------------------------------------- write

    Answer write(Item item) {
        Answer answer = new Answer(409, Map.of(), List.of());
        for (int race = 0; answer.code() == 409 && race < RACES; race++) {
            Answer live = client.get(item.path());
            if (live.ok()) {
                Map<String, Object> patch = MergePatch.between(live.body(), wanted(live.body(), item.object()));
                if (patch.isEmpty()) {
                    return live;
                }
                answer = client.patch(item.path(), MergePatch.TYPE, at(live.body(), patch), false);
            } else if (live.notFound()) {
                answer = client.post(item.type().path(item.object().namespace()), annotated(item.object()), false);
            } else {
                return live;
            }
        }
        return answer;
    }

    /** The patch, for this version of the object alone. */
    static Map<String, Object> at(Map<String, Object> live, Map<String, Object> patch) {
        Map<String, Object> bound = new LinkedHashMap<>(patch);
        Map<String, Object> metadata = new LinkedHashMap<>(Tree.map(patch, "metadata"));
        metadata.put("resourceVersion", Tree.text(live, "metadata", "resourceVersion"));
        bound.put("metadata", metadata);
        return bound;
    }

    private static Map<String, Object> wanted(Map<String, Object> live, ManifestObject object) {
        String last = Tree.text(live, "metadata", "annotations", LAST_APPLIED);
        Map<String, Object> original = SecretData.encoded(Json.parseOrEmpty(last));
        Map<String, Object> content = annotated(object);
        Map<String, Object> wanted = ThreeWayMerge.of(object).merge(original, live, content);
        if (!last.isEmpty()
                && Tree.text(content, "metadata", "annotations", LAST_APPLIED).isEmpty()) {
            Map<String, Object> copy = Tree.copy(wanted);
            Tree.map(copy, "metadata", "annotations").remove(LAST_APPLIED);
            return copy;
        }
        return wanted;
    }

    /** The manifest's object with itself in the annotation; without where it is too long for one. */
    private static Map<String, Object> annotated(ManifestObject object) {
        String self = Json.text(object.content()) + "\n";
        if (self.length() > MAX_ANNOTATION) {
            return object.content();
        }
        Map<String, Object> content = new LinkedHashMap<>(object.content());
        Map<String, Object> metadata = new LinkedHashMap<>(Tree.map(content, "metadata"));
        Map<String, Object> annotations = new LinkedHashMap<>(Tree.map(metadata, "annotations"));
        annotations.put(LAST_APPLIED, self);
        metadata.put("annotations", annotations);
        content.put("metadata", metadata);
        return content;
    }
}
