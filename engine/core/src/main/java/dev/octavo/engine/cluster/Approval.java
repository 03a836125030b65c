package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.PlannedObject.Change;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Compares a plan with the one that was approved, and says which has changed: manifest, digest or cluster. */
public final class Approval {
    private static final int SHOWN = 20;

    private Approval() {}

    /** @throws EngineException {@link ErrorCode#DEPLOY_PLAN_CHANGED} */
    static void require(DeploySpec spec, Plan plan) {
        if (spec.approvedHash().isEmpty() || spec.approvedHash().equals(plan.hash())) {
            return;
        }
        Plan approved = spec.approved();
        throw changed(
                plan.namespace() + " on " + plan.server(),
                approved == null
                        ? List.of(
                                "the approved plan is " + spec.approvedHash() + ", now it is " + plan.hash(),
                                plan.summary())
                        : differences(approved, plan, Set.of()));
    }

    /** That the plan is no longer the one that was approved. */
    public static EngineException changed(String where, List<String> differences) {
        List<String> shown = new ArrayList<>(differences.subList(0, Math.min(SHOWN, differences.size())));
        if (shown.size() < differences.size()) {
            shown.add("and " + (differences.size() - shown.size()) + " more differences");
        }
        return new EngineException(
                ErrorCode.DEPLOY_PLAN_CHANGED,
                "What was approved is not what would be deployed, so nothing was written",
                where,
                String.join("\n", shown),
                "look at the new plan and approve it");
    }

    /**
     * What is another than it was, a line for each; none where the plans are the same.
     *
     * @param aside objects, by {@link PlannedObject#identity}, that do not count
     */
    public static List<String> differences(Plan approved, Plan now, Set<String> aside) {
        List<String> lines = new ArrayList<>();
        if (!approved.environment().equals(now.environment())) {
            lines.add("the environment was " + approved.environment() + ", now it is " + now.environment());
        }
        if (!approved.server().equals(now.server())) {
            lines.add("cluster: it was " + approved.server() + ", now it is " + now.server());
        }
        if (!approved.namespace().equals(now.namespace())) {
            lines.add("manifest: the namespace was " + approved.namespace() + ", now it is " + now.namespace());
        }
        Set<String> repositories = addDigests(approved, now, lines);
        Map<String, PlannedObject> before = new LinkedHashMap<>();
        approved.objects().forEach(object -> before.put(object.identity(), object));
        // a namespace that was to be made is in no later plan
        boolean compared = approved.objects().stream().anyMatch(object -> aside.contains(object.identity()));
        for (PlannedObject object : now.objects()) {
            PlannedObject old = before.remove(object.identity());
            if (aside.contains(object.identity())) {
                compared = true;
            } else if (old == null) {
                lines.add(came(object));
            } else {
                add(lines, old, object, usesOneOf(now, object, repositories));
            }
        }
        before.values().stream()
                .filter(object -> !aside.contains(object.identity()))
                .forEach(object -> lines.add(went(object)));
        if (lines.isEmpty() && !compared && !approved.hash().equals(now.hash())) {
            lines.add("manifest: the order of the objects is another");
        }
        return lines;
    }

    /** Whether what was approved is in the cluster already, just so, and nothing would be written. */
    public static boolean isCarriedOut(Plan approved, Plan now) {
        Map<String, PlannedObject> wanted = new LinkedHashMap<>();
        approved.objects().stream()
                .filter(object -> object.change() != Change.DELETE)
                .forEach(object -> wanted.put(object.identity(), object));
        for (PlannedObject object : now.objects()) {
            PlannedObject before = wanted.remove(object.identity());
            if (object.change() != Change.UNCHANGED
                    || before == null
                    || !before.written().equals(object.written())) {
                return false;
            }
        }
        // a namespace that was to be made is in no manifest
        return wanted.values().stream().allMatch(object -> object.file().isEmpty())
                && approved.environment().equals(now.environment())
                && approved.server().equals(now.server())
                && approved.namespace().equals(now.namespace())
                && approved.digests().equals(now.digests());
    }

    /** The repositories whose digests are others. */
    private static Set<String> addDigests(Plan approved, Plan now, List<String> lines) {
        Set<String> repositories = new TreeSet<>(approved.digests().keySet());
        repositories.addAll(now.digests().keySet());
        repositories.removeIf(repository ->
                Objects.equals(approved.digests().get(repository), now.digests().get(repository)));
        for (String repository : repositories) {
            lines.add("digest: the image " + repository + " was "
                    + approved.digests().getOrDefault(repository, "not built by the run") + ", now it is "
                    + now.digests().getOrDefault(repository, "not built by the run"));
        }
        return repositories;
    }

    private static boolean usesOneOf(Plan plan, PlannedObject object, Set<String> repositories) {
        return plan.images().stream()
                .filter(image -> image.object().equals(object.title()))
                .anyMatch(image -> repositories.stream().anyMatch(image.image()::startsWith));
    }

    private static String came(PlannedObject object) {
        return object.change() == Change.DELETE
                ? "cluster: " + object.title() + " was not to be deleted"
                : "manifest: " + object.title() + " was not in the plan";
    }

    private static String went(PlannedObject object) {
        return object.change() == Change.DELETE
                ? "cluster: " + object.title() + " was to be deleted, and is gone or wanted now"
                : "manifest: " + object.title() + " is no longer in the plan";
    }

    private static void add(List<String> lines, PlannedObject old, PlannedObject now, boolean digestDiffers) {
        boolean sameManifest = old.written().equals(now.written());
        if (!sameManifest && !digestDiffers) {
            lines.add("manifest: " + now.title() + " is another" + fields(old, now));
        } else if (old.change() != now.change()) {
            lines.add("cluster: " + now.title() + " was to see " + old.change().word() + ", now "
                    + now.change().word() + (now.change() == Change.CREATE ? ": it was deleted meanwhile" : "")
                    + (old.change() == Change.CREATE ? ": it was made meanwhile" : "") + fields(old, now));
        } else if (sameManifest
                && !(old.met().equals(now.met()) && old.changes().equals(now.changes()))) {
            lines.add("cluster: " + now.title() + " is another there than it was" + fields(old, now));
        }
    }

    private static String fields(PlannedObject old, PlannedObject now) {
        List<String> paths = new ArrayList<>();
        for (FieldChange change : now.changes()) {
            if (!old.changes().contains(change)) {
                paths.add(change.path() + " (now " + change.before() + " -> " + change.after() + ")");
            }
        }
        for (FieldChange change : old.changes()) {
            if (now.changes().stream().noneMatch(each -> each.path().equals(change.path()))) {
                paths.add(change.path() + " (was " + change.before() + " -> " + change.after() + ")");
            }
        }
        return paths.isEmpty() ? "" : ": " + String.join(", ", paths);
    }
}
