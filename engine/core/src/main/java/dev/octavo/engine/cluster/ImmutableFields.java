package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Changes that the server does not make to an object that is there. */
final class ImmutableFields {
    private static final Pattern IMMUTABLE = Pattern.compile(
            "immutable|may not change|cannot change|(may|must|can) ?not be (changed|less than previous)"
                    + "|updates to .* (are|is) forbidden",
            Pattern.CASE_INSENSITIVE);
    private static final int SHOWN = 8;
    /** Of a StatefulSet's {@code spec}, what may be changed. */
    private static final Pattern STATEFUL_SET_MUTABLE =
            Pattern.compile("spec\\.(replicas|ordinals|template|updateStrategy|revisionHistoryLimit|minReadySeconds"
                    + "|persistentVolumeClaimRetentionPolicy)\\b.*");
    /** With these kinds goes all that is in them or of them. */
    private static final Set<String> NEVER = Set.of("Namespace", "CustomResourceDefinition");

    private final ManifestObject object;
    private final Answer answer;
    private final Map<String, Object> wanted;
    private final List<LiveDiff.Raw> changes;

    private ImmutableFields(
            ManifestObject object, Answer answer, Map<String, Object> wanted, List<LiveDiff.Raw> changes) {
        this.object = object;
        this.answer = answer;
        this.wanted = wanted;
        this.changes = changes;
    }

    /** Whether the server refuses because of a change, rather than because of what is written. */
    static boolean in(Answer answer) {
        return answer.code() == 422 && IMMUTABLE.matcher(answer.message()).find();
    }

    static ImmutableFields of(Answer answer, Map<String, Object> live, ManifestObject object) {
        Map<String, Object> wanted = ThreeWayMerge.of(object).merge(Map.of(), live, object.content());
        return new ImmutableFields(object, answer, wanted, LiveDiff.compare(live, wanted));
    }

    /** The object that is there with what the manifest says. */
    Map<String, Object> wanted() {
        return wanted;
    }

    boolean mayBeRecreated() {
        return !NEVER.contains(object.kind());
    }

    private boolean leavesPods() {
        return leavesPods(object.kind(), changes);
    }

    /** Whether what a StatefulSet runs can go on, since only its template for claims is another. */
    static boolean leavesPods(String kind, List<LiveDiff.Raw> changes) {
        return kind.equals("StatefulSet")
                && changes.stream()
                        .map(LiveDiff.Raw::path)
                        .filter(path -> path.startsWith("spec."))
                        .allMatch(path -> STATEFUL_SET_MUTABLE.matcher(path).matches()
                                || path.startsWith("spec.volumeClaimTemplates")
                                || path.startsWith("spec.podManagementPolicy"));
    }

    /** What becomes of it when it is made again, as a sentence without a full stop. */
    String loss() {
        return switch (object.kind()) {
            case "Deployment", "DaemonSet", "ReplicaSet", "ReplicationController" ->
                "its pods stop before the new ones start";
            case "StatefulSet" ->
                leavesPods()
                        ? "its pods go on running and the claims that they have stay as they are"
                        : "its pods stop before the new ones start; their claims stay";
            case "Job" -> "it runs again";
            case "Pod" -> "it stops before the new one starts";
            case "PersistentVolumeClaim" -> "the data in its volume is lost, unless the volume is retained";
            case "PersistentVolume" -> "the claim that is bound to it loses it";
            case "Service" -> "nobody reaches it for a moment, and it may get another address";
            default -> "it is not there for a moment";
        };
    }

    /** What cannot be changed, from what to what, and what may be done. */
    String explain(Masker masker) {
        List<String> lines = new ArrayList<>();
        for (FieldChange change : LiveDiff.shown(object.kind(), immutable(), masker)) {
            lines.add(change.path() + " cannot be changed (" + shown(change.before()) + " -> " + shown(change.after())
                    + ")");
        }
        if (lines.isEmpty()) {
            lines.add(answer.message());
        }
        if (lines.size() > SHOWN) {
            int more = lines.size() - SHOWN;
            lines.subList(SHOWN, lines.size()).clear();
            lines.add("and " + more + " more fields");
        }
        lines.add(advice());
        return String.join("\n", lines);
    }

    private static String shown(String value) {
        String text = value.isEmpty() ? "(none)" : value;
        return text.length() > 80 ? text.substring(0, 77) + "..." : text;
    }

    private String advice() {
        if (!mayBeRecreated()) {
            return "Octavo never deletes one, since all that belongs to it would go";
        }
        String recreate = "--recreate " + object.title() + " deletes it and makes it again: " + loss();
        return object.kind().equals("Job")
                ? "a Job is not changed: give each version its own, such as " + object.name() + "-$IMAGE_TAG; or "
                        + recreate
                : recreate;
    }

    /** Of the changes, those under a field that the server names. */
    private List<LiveDiff.Raw> immutable() {
        List<LiveDiff.Raw> found = new ArrayList<>();
        for (Map<String, Object> cause : Tree.maps(answer.body(), "details", "causes")) {
            String field = Tree.text(cause, "field").replaceFirst("^\\.", "").replaceFirst("s?\\[0]$", "");
            for (LiveDiff.Raw change : changes) {
                boolean mutable = object.kind().equals("StatefulSet")
                        && STATEFUL_SET_MUTABLE.matcher(change.path()).matches();
                if (change.path().startsWith(field) && !mutable && !found.contains(change)) {
                    found.add(change);
                }
            }
        }
        return found;
    }
}
