package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fields of an object that others own, as the server tells them when it refuses to apply. */
final class FieldConflicts {
    private static final Pattern OWNER = Pattern.compile("conflict with \"([^\"]*)\"");
    /**
     * What people use by hand, and earlier ways of the same delivery: kubectl, the plugin kubernetes-cd and others that are
     * written with a Java client and do not name themselves. Their fields are taken.
     */
    private static final Set<String> TAKEN = Set.of(
            "before-first-apply",
            "unknown",
            "kubernetes-cd",
            "okhttp",
            "fabric8-kubernetes-client",
            "Java",
            "Java-http-client",
            "Kubernetes Java Client",
            "OpenAPI-Generator",
            "Swagger-Codegen");

    private final List<Conflict> conflicts;

    /** @param path as the server writes it */
    private record Conflict(String owner, String path, FieldChange values) {
        boolean taken() {
            return owner.startsWith("kubectl")
                    || owner.startsWith(ClusterClient.FIELD_MANAGER)
                    || TAKEN.contains(owner);
        }
    }

    private FieldConflicts(List<Conflict> conflicts) {
        this.conflicts = conflicts;
    }

    /** Whether the server refuses because of who owns a field; it may also refuse with 409 because of a race. */
    static boolean in(Answer answer) {
        return answer.code() == 409
                && causes(answer).stream()
                        .anyMatch(cause -> Tree.text(cause, "reason").equals("FieldManagerConflict"));
    }

    private static List<Map<String, Object>> causes(Answer answer) {
        return Tree.maps(answer.body(), "details", "causes");
    }

    static FieldConflicts of(Answer answer, Map<String, Object> live, ManifestObject object, Masker masker) {
        List<Conflict> conflicts = new ArrayList<>();
        for (Map<String, Object> cause : causes(answer)) {
            Matcher owner = OWNER.matcher(Tree.text(cause, "message"));
            if (Tree.text(cause, "reason").equals("FieldManagerConflict") && owner.find()) {
                String path = Tree.text(cause, "field");
                LiveDiff.Raw raw = new LiveDiff.Raw(
                        FieldPath.shown(path), FieldPath.at(live, path), FieldPath.at(object.content(), path));
                conflicts.add(new Conflict(
                        owner.group(1),
                        path,
                        LiveDiff.shown(object.kind(), List.of(raw), masker).get(0)));
            }
        }
        return new FieldConflicts(conflicts);
    }

    /** The fields whose owners keep them, one a line; {@code ""} where there are none. */
    String kept() {
        List<String> lines = new ArrayList<>();
        for (Conflict conflict : conflicts) {
            if (!conflict.taken()) {
                FieldChange values = conflict.values();
                lines.add(values.path() + " belongs to \"" + conflict.owner() + "\", which set it to "
                        + shown(values.before()) + "; the manifest says " + shown(values.after()));
            }
        }
        return String.join("\n", lines);
    }

    private static String shown(String value) {
        return value.isEmpty() ? "(nothing)" : value;
    }

    /** Sentences about the fields that are taken, one for each owner. */
    List<String> taken(boolean all) {
        Map<String, Set<String>> paths = new LinkedHashMap<>();
        for (Conflict conflict : conflicts) {
            if (all || conflict.taken()) {
                paths.computeIfAbsent(conflict.owner(), owner -> new TreeSet<>())
                        .add(conflict.values().path());
            }
        }
        List<String> sentences = new ArrayList<>();
        paths.forEach((owner, fields) -> sentences.add("takes " + String.join(", ", fields) + " from " + owner));
        return sentences;
    }
}
