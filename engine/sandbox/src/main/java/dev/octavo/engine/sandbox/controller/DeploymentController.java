package dev.octavo.engine.sandbox.controller;

import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.ApiException;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Rolls a Deployment's template out through ReplicaSets, and reports how far it is. */
final class DeploymentController implements Controllers.Controller {
    private static final String COMPONENT = "deployment-controller";
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String HASH = "pod-template-hash";

    private final Api api;
    private final Controllers.Later later;

    DeploymentController(Api api, Controllers.Later later) {
        this.api = api;
        this.later = later;
    }

    @Override
    public void reconcile(String namespace, String name) {
        ObjectNode deployment = api.find(Kinds.DEPLOYMENT, namespace, name);
        if (deployment == null || Json.isDeleted(deployment)) {
            return;
        }
        boolean paused = deployment.path("spec").path("paused").asBoolean(false);
        List<ObjectNode> sets = new ArrayList<>(api.owned(Kinds.REPLICA_SET, deployment));
        sets.sort(Comparator.comparingInt(DeploymentController::revision).thenComparing(Json::name));
        Optional<ObjectNode> found = sets.stream()
                .filter(set -> isOf(deployment, set))
                .max(Comparator.comparing(set -> Json.text(set, "metadata", "creationTimestamp")));
        ObjectNode fresh = found.orElse(null);
        if (fresh == null && !paused) {
            fresh = create(deployment, sets);
        } else if (fresh != null) {
            fresh = refresh(deployment, fresh, sets);
        }
        String uid = fresh == null ? "" : Json.uid(fresh);
        List<ObjectNode> old =
                sets.stream().filter(set -> !Json.uid(set).equals(uid)).toList();
        if (paused) {
            pausedScale(deployment, fresh, old);
        } else if (fresh != null) {
            if (Json.text(deployment, "spec", "strategy", "type").equals("Recreate")) {
                recreate(deployment, fresh, old);
            } else {
                roll(deployment, fresh, old);
            }
        }
        report(deployment, uid);
        cleanUp(deployment, uid);
    }

    private static int revision(JsonNode set) {
        try {
            return Integer.parseInt(Json.text(set, "metadata", "annotations", REVISION));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Whether a ReplicaSet has the Deployment's template. */
    private static boolean isOf(ObjectNode deployment, ObjectNode set) {
        ObjectNode template = ((ObjectNode) set.path("spec").path("template")).deepCopy();
        if (template.path("metadata").path("labels") instanceof ObjectNode labels) {
            labels.remove(HASH);
        }
        return template.equals(deployment.path("spec").path("template"));
    }

    private ObjectNode create(ObjectNode deployment, List<ObjectNode> sets) {
        JsonNode spec = deployment.path("spec");
        String hash = Pods.hash(spec.path("template"));
        String name = Json.name(deployment) + "-" + hash;
        ObjectNode set = Json.object();
        ObjectNode metadata = set.putObject("metadata").put("name", name);
        metadata.set(
                "labels", spec.path("template").path("metadata").path("labels").deepCopy());
        metadata.withObjectProperty("labels").put(HASH, hash);
        annotate(deployment, metadata.putObject("annotations"), next(sets));
        Pods.own(set, deployment);
        ObjectNode setSpec = set.putObject("spec");
        setSpec.put("replicas", 0);
        if (spec.has("minReadySeconds")) {
            setSpec.set("minReadySeconds", spec.path("minReadySeconds"));
        }
        setSpec.set("selector", spec.path("selector").deepCopy());
        setSpec.withObjectProperty("selector").withObjectProperty("matchLabels").put(HASH, hash);
        setSpec.set("template", spec.path("template").deepCopy());
        setSpec.withObjectProperty("template")
                .withObjectProperty("metadata")
                .withObjectProperty("labels")
                .put(HASH, hash);
        ObjectNode created =
                api.create(Kinds.REPLICA_SET, Json.namespace(deployment), set, Api.Write.by("octavo-sandbox"));
        setRevision(deployment, revision(created));
        progressed(deployment, "NewReplicaSetCreated", "Created new replica set \"" + name + "\"");
        return created;
    }

    private static int next(List<ObjectNode> sets) {
        return sets.stream().mapToInt(DeploymentController::revision).max().orElse(0) + 1;
    }

    private static void annotate(ObjectNode deployment, ObjectNode annotations, int revision) {
        deployment.path("metadata").path("annotations").properties().forEach(each -> {
            if (!each.getKey().equals(REVISION) && !each.getKey().startsWith("kubectl.kubernetes.io/last")) {
                annotations.set(each.getKey(), each.getValue());
            }
        });
        annotations.put(REVISION, Integer.toString(revision));
        annotations.put(
                "deployment.kubernetes.io/desired-replicas",
                deployment.path("spec").path("replicas").asString("1"));
    }

    private void setRevision(ObjectNode deployment, int revision) {
        api.mutate(Kinds.DEPLOYMENT, Json.namespace(deployment), Json.name(deployment), copy -> copy.withObjectProperty(
                        "metadata")
                .withObjectProperty("annotations")
                .put(REVISION, Integer.toString(revision)));
    }

    /** The newest ReplicaSet has the highest revision: one that is rolled back to gets a new one. */
    private ObjectNode refresh(ObjectNode deployment, ObjectNode fresh, List<ObjectNode> sets) {
        int highest = sets.stream()
                .filter(set -> !Json.uid(set).equals(Json.uid(fresh)))
                .mapToInt(DeploymentController::revision)
                .max()
                .orElse(0);
        int revision = revision(fresh) > highest ? revision(fresh) : highest + 1;
        ObjectNode changed = api.mutate(Kinds.REPLICA_SET, Json.namespace(fresh), Json.name(fresh), copy -> {
            annotate(deployment, copy.withObjectProperty("metadata").withObjectProperty("annotations"), revision);
            JsonNode seconds = deployment.path("spec").path("minReadySeconds");
            if (seconds.isMissingNode()) {
                copy.withObjectProperty("spec").remove("minReadySeconds");
            } else {
                copy.withObjectProperty("spec").set("minReadySeconds", seconds);
            }
        });
        setRevision(deployment, revision);
        if (revision != revision(fresh)) {
            progressed(deployment, "FoundNewReplicaSet", "Found new replica set \"" + Json.name(fresh) + "\"");
        }
        return changed == null ? fresh : changed;
    }

    private static Rollout.Replicas replicas(JsonNode set) {
        return new Rollout.Replicas(
                set.path("spec").path("replicas").asInt(0),
                set.path("status").path("replicas").asInt(0),
                set.path("status").path("availableReplicas").asInt(0));
    }

    private void roll(ObjectNode deployment, ObjectNode fresh, List<ObjectNode> old) {
        int wanted = deployment.path("spec").path("replicas").asInt(1);
        JsonNode rolling = deployment.path("spec").path("strategy").path("rollingUpdate");
        List<Rollout.Replicas> oldReplicas =
                old.stream().map(DeploymentController::replicas).toList();
        Rollout.Replicas present = replicas(fresh);
        int next = Rollout.newReplicas(wanted, Rollout.maxSurge(rolling, wanted), present, oldReplicas);
        scale(deployment, fresh, next);
        Rollout.Replicas now = new Rollout.Replicas(next, present.existing(), Math.min(next, present.available()));
        List<Integer> left = Rollout.oldReplicas(wanted, Rollout.maxUnavailable(rolling, wanted), now, oldReplicas);
        for (int i = 0; i < old.size(); i++) {
            scale(deployment, old.get(i), left.get(i));
        }
    }

    private void recreate(ObjectNode deployment, ObjectNode fresh, List<ObjectNode> old) {
        old.forEach(set -> scale(deployment, set, 0));
        boolean present = old.stream()
                .flatMap(set -> api.owned(Kinds.POD, set).stream())
                .anyMatch(pod -> !Json.text(pod, "status", "phase").equals("Failed")
                        && !Json.text(pod, "status", "phase").equals("Succeeded"));
        if (!present) {
            scale(deployment, fresh, deployment.path("spec").path("replicas").asInt(1));
        }
    }

    private void pausedScale(ObjectNode deployment, @Nullable ObjectNode fresh, List<ObjectNode> old) {
        ObjectNode only = fresh != null ? fresh : old.isEmpty() ? null : old.get(old.size() - 1);
        boolean others = old.stream()
                .anyMatch(set ->
                        !set.equals(only) && set.path("spec").path("replicas").asInt(0) > 0);
        if (only != null && !others) {
            scale(deployment, only, deployment.path("spec").path("replicas").asInt(1));
        }
    }

    private void scale(ObjectNode deployment, ObjectNode set, int replicas) {
        int present = set.path("spec").path("replicas").asInt(0);
        if (present == replicas) {
            return;
        }
        api.mutate(Kinds.REPLICA_SET, Json.namespace(set), Json.name(set), copy -> copy.withObjectProperty("spec")
                .put("replicas", replicas));
        api.event(
                deployment,
                "Normal",
                "ScalingReplicaSet",
                "Scaled " + (replicas > present ? "up" : "down") + " replica set " + Json.name(set) + " from " + present
                        + " to " + replicas,
                COMPONENT);
    }

    // --------------------------------------------------------------------------------------------------------- status

    private void progressed(ObjectNode deployment, String reason, String message) {
        String now = api.now();
        api.mutate(Kinds.DEPLOYMENT, Json.namespace(deployment), Json.name(deployment), copy -> {
            ObjectNode status = copy.withObjectProperty("status");
            Pods.condition(status, "Progressing", "True", reason, message, now);
            touch(status, now);
        });
    }

    private static void touch(ObjectNode status, String now) {
        for (JsonNode each : status.path("conditions")) {
            if (each instanceof ObjectNode node && Json.text(node, "type").equals("Progressing")) {
                node.put("lastUpdateTime", now);
            }
        }
    }

    private record Counts(int replicas, int updated, int ready, int available) {}

    private void report(ObjectNode deployment, String freshUid) {
        int replicas = 0;
        int updated = 0;
        int ready = 0;
        int available = 0;
        String freshName = "";
        for (ObjectNode set : api.owned(Kinds.REPLICA_SET, deployment)) {
            JsonNode status = set.path("status");
            replicas += status.path("replicas").asInt(0);
            ready += status.path("readyReplicas").asInt(0);
            available += status.path("availableReplicas").asInt(0);
            if (Json.uid(set).equals(freshUid)) {
                updated = status.path("replicas").asInt(0);
                freshName = Json.name(set);
            }
        }
        Counts counts = new Counts(replicas, updated, ready, available);
        String name = freshName;
        ObjectNode written = api.mutate(
                Kinds.DEPLOYMENT,
                Json.namespace(deployment),
                Json.name(deployment),
                copy -> write(copy, deployment, counts, name));
        if (written != null) {
            watchDeadline(written);
        }
    }

    private void write(ObjectNode copy, ObjectNode seen, Counts counts, String freshName) {
        String now = api.now();
        JsonNode spec = seen.path("spec");
        int wanted = spec.path("replicas").asInt(1);
        ObjectNode status = copy.withObjectProperty("status");
        ObjectNode before = status.deepCopy();
        status.put(
                "observedGeneration", seen.path("metadata").path("generation").asInt(1));
        count(status, "replicas", counts.replicas());
        count(status, "updatedReplicas", counts.updated());
        count(status, "readyReplicas", counts.ready());
        count(status, "availableReplicas", counts.available());
        count(status, "unavailableReplicas", Math.max(0, Math.max(wanted, counts.replicas()) - counts.available()));
        int unavailable = Rollout.maxUnavailable(spec.path("strategy").path("rollingUpdate"), wanted);
        boolean recreate = Json.text(spec, "strategy", "type").equals("Recreate");
        if (counts.available() >= wanted - (recreate ? 0 : unavailable)) {
            Pods.condition(
                    status,
                    "Available",
                    "True",
                    "MinimumReplicasAvailable",
                    "Deployment has minimum availability.",
                    now);
        } else {
            Pods.condition(
                    status,
                    "Available",
                    "False",
                    "MinimumReplicasUnavailable",
                    "Deployment does not have minimum availability.",
                    now);
        }
        if (spec.path("paused").asBoolean(false)) {
            Pods.condition(status, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", now);
            return;
        }
        boolean complete = counts.updated() == wanted
                && counts.replicas() == wanted
                && counts.available() == wanted
                && !freshName.isEmpty();
        String reason = progressingReason(status);
        if (complete) {
            Pods.condition(
                    status,
                    "Progressing",
                    "True",
                    "NewReplicaSetAvailable",
                    "ReplicaSet \"" + freshName + "\" has successfully progressed.",
                    now);
        } else if (hasProgressed(before, counts)) {
            Pods.condition(
                    status,
                    "Progressing",
                    "True",
                    "ReplicaSetUpdated",
                    "ReplicaSet \"" + freshName + "\" is progressing.",
                    now);
            touch(status, now);
        } else if (reason.equals("NewReplicaSetAvailable") || reason.isEmpty() || reason.equals("DeploymentPaused")) {
            // it was complete, and is not any more: it begins anew only with a new template or number
            boolean renewed = before.path("observedGeneration").asInt(0)
                    != status.path("observedGeneration").asInt(0);
            if (renewed || !reason.equals("NewReplicaSetAvailable")) {
                Pods.condition(
                        status,
                        "Progressing",
                        "True",
                        "ReplicaSetUpdated",
                        "ReplicaSet \"" + freshName + "\" is progressing.",
                        now);
                touch(status, now);
            }
        } else if (isOverdue(status, spec)) {
            Pods.condition(
                    status,
                    "Progressing",
                    "False",
                    "ProgressDeadlineExceeded",
                    "ReplicaSet \"" + freshName + "\" has timed out progressing.",
                    now);
        }
    }

    private static void count(ObjectNode status, String field, int value) {
        if (value == 0) {
            status.remove(field); // as the real server leaves zeros out
        } else {
            status.put(field, value);
        }
    }

    private static boolean hasProgressed(JsonNode before, Counts now) {
        int oldUpdated = before.path("updatedReplicas").asInt(0);
        int oldReplicas = before.path("replicas").asInt(0);
        return now.updated() > oldUpdated
                || now.replicas() - now.updated() < oldReplicas - oldUpdated
                || now.ready() > before.path("readyReplicas").asInt(0)
                || now.available() > before.path("availableReplicas").asInt(0);
    }

    private static @Nullable JsonNode progressing(JsonNode status) {
        for (JsonNode each : status.path("conditions")) {
            if (Json.text(each, "type").equals("Progressing")) {
                return each;
            }
        }
        return null;
    }

    private static String progressingReason(JsonNode status) {
        JsonNode condition = progressing(status);
        return condition == null ? "" : Json.text(condition, "reason");
    }

    /** When it is overdue unless it goes on; nothing where that is not watched. */
    private static Optional<Instant> deadline(JsonNode status, JsonNode spec) {
        JsonNode condition = progressing(status);
        if (condition == null || !spec.has("progressDeadlineSeconds")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(Json.text(condition, "lastUpdateTime"))
                    .plusSeconds(spec.path("progressDeadlineSeconds").asInt(600)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private boolean isOverdue(JsonNode status, JsonNode spec) {
        return deadline(status, spec)
                .filter(deadline -> !api.clock().instant().isBefore(deadline))
                .isPresent();
    }

    private void watchDeadline(ObjectNode deployment) {
        String reason = progressingReason(deployment.path("status"));
        if (reason.equals("NewReplicaSetAvailable")
                || reason.equals("ProgressDeadlineExceeded")
                || reason.equals("DeploymentPaused")) {
            return;
        }
        deadline(deployment.path("status"), deployment.path("spec"))
                .ifPresent(deadline -> later.again(
                        Kinds.DEPLOYMENT,
                        Json.namespace(deployment),
                        Json.name(deployment),
                        Duration.between(api.clock().instant(), deadline).plusMillis(50)));
    }

    private void cleanUp(ObjectNode deployment, String freshUid) {
        int limit = deployment.path("spec").path("revisionHistoryLimit").asInt(10);
        List<ObjectNode> idle = new ArrayList<>();
        for (ObjectNode set : api.owned(Kinds.REPLICA_SET, deployment)) {
            if (!Json.uid(set).equals(freshUid)
                    && set.path("spec").path("replicas").asInt(0) == 0
                    && set.path("status").path("replicas").asInt(0) == 0
                    && !Json.isDeleted(set)) {
                idle.add(set);
            }
        }
        idle.sort(Comparator.comparingInt(DeploymentController::revision));
        for (ObjectNode set : idle.subList(0, Math.max(0, idle.size() - limit))) {
            try {
                api.delete(Kinds.REPLICA_SET, Json.namespace(set), Json.name(set), Api.Deletion.BACKGROUND);
            } catch (ApiException e) {
                // it is gone already
            }
        }
    }
}
