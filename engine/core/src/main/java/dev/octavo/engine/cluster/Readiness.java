package dev.octavo.engine.cluster;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How far an object's controller has brought it.
 *
 * @param reason one word for a failure, or for what people should know of something that is ready; {@code ""} otherwise
 * @param message such as {@code 1 of 2 replicas available}
 */
record Readiness(State state, String reason, String message) {
    /** What that means for the rollout. */
    enum State {
        WAITING,
        READY,
        FAILED
    }

    static Readiness waiting(String message) {
        return new Readiness(State.WAITING, "", message);
    }

    static Readiness ready(String message) {
        return new Readiness(State.READY, "", message);
    }

    /** Ready as far as it goes, with something that people should know. */
    static Readiness notable(String reason, String message) {
        return new Readiness(State.READY, reason, message);
    }

    boolean isReady() {
        return state == State.READY;
    }

    static Readiness failed(String reason, String message) {
        return new Readiness(State.FAILED, reason, message);
    }

    /** @param object of a kind that runs pods, as the server has it */
    static Readiness of(Map<String, Object> object) {
        return of(Tree.text(object, "kind"), object);
    }

    static Readiness of(String kind, Map<String, Object> object) {
        if (!Tree.text(object, "metadata", "deletionTimestamp").isEmpty()) {
            return deleted(object);
        }
        boolean observed = Tree.number(object, -1, "status", "observedGeneration")
                >= Tree.number(object, 0, "metadata", "generation");
        return switch (kind) {
            case "Deployment" -> observed ? deployment(object) : unobserved();
            case "StatefulSet" -> observed ? statefulSet(object) : unobserved();
            case "DaemonSet" -> observed ? daemonSet(object) : unobserved();
            case "ReplicaSet", "ReplicationController" -> observed ? replicaSet(object) : unobserved();
            case "Job" -> job(object);
            case "Pod" -> pod(object);
            default -> ready("");
        };
    }

    /** Its finalizers hold an object that is to be deleted, for ever where nobody takes them away. */
    static Readiness deleted(Map<String, Object> object) {
        List<Object> finalizers = Tree.list(object, "metadata", "finalizers");
        return failed(
                "Deleted",
                "it is being deleted"
                        + (finalizers.isEmpty()
                                ? ""
                                : ", held by the finalizers "
                                        + finalizers.stream()
                                                .map(String::valueOf)
                                                .collect(Collectors.joining(", "))));
    }

    static Readiness unobserved() {
        return waiting("its controller has not seen the change yet");
    }

    private static Readiness deployment(Map<String, Object> object) {
        if (Tree.isTrue(object, "spec", "paused")) {
            return ready("it is paused, so nothing is rolled out");
        }
        Map<String, Object> progressing = condition(object, "Progressing");
        if (Tree.text(progressing, "reason").equals("ProgressDeadlineExceeded")) {
            return failed("ProgressDeadlineExceeded", Tree.text(progressing, "message"));
        }
        long wanted = Tree.number(object, 1, "spec", "replicas");
        long total = Tree.number(object, 0, "status", "replicas");
        long updated = Tree.number(object, 0, "status", "updatedReplicas");
        long available = Tree.number(object, 0, "status", "availableReplicas");
        if (updated < wanted) {
            return waiting(updated + " of " + wanted + " replicas updated" + failure(object));
        }
        if (total > updated) {
            return waiting((total - updated) + " old replicas still there" + failure(object));
        }
        if (available < updated) {
            return waiting(available + " of " + wanted + " replicas available" + failure(object));
        }
        return ready(available + " of " + wanted + " replicas available");
    }

    /** What keeps the controller from making pods, such as a quota. */
    private static String failure(Map<String, Object> object) {
        Map<String, Object> failure = condition(object, "ReplicaFailure");
        return Tree.text(failure, "status").equals("True") ? "; " + Tree.text(failure, "message") : "";
    }

    private static Readiness statefulSet(Map<String, Object> object) {
        long wanted = Tree.number(object, 1, "spec", "replicas");
        long ready = Tree.number(object, 0, "status", "readyReplicas");
        // older servers do not count available ones
        long available = Tree.number(object, ready, "status", "availableReplicas");
        String progress = Math.min(ready, available) + " of " + wanted + " replicas available";
        if (Tree.text(object, "spec", "updateStrategy", "type").equals("OnDelete")) {
            return ready < wanted ? waiting(progress) : ready(progress + ", replaced only when they are deleted");
        }
        long partition = Tree.number(object, 0, "spec", "updateStrategy", "rollingUpdate", "partition");
        long updated = Tree.number(object, 0, "status", "updatedReplicas");
        boolean current =
                Tree.text(object, "status", "currentRevision").equals(Tree.text(object, "status", "updateRevision"));
        if (!current && updated < wanted - partition) {
            return waiting(updated + " of " + (wanted - partition) + " replicas updated");
        }
        if (ready < wanted || available < wanted) {
            return waiting(progress);
        }
        if (!current && partition == 0) {
            return waiting("the last replicas are being replaced");
        }
        return ready(progress);
    }

    private static Readiness daemonSet(Map<String, Object> object) {
        long wanted = Tree.number(object, 0, "status", "desiredNumberScheduled");
        long updated = Tree.number(object, 0, "status", "updatedNumberScheduled");
        long available = Tree.number(object, 0, "status", "numberAvailable");
        boolean onDelete = Tree.text(object, "spec", "updateStrategy", "type").equals("OnDelete");
        if (!onDelete && updated < wanted) {
            return waiting(updated + " of " + wanted + " nodes updated");
        }
        String progress = available + " of " + wanted + " nodes available";
        return available < wanted ? waiting(progress) : ready(progress);
    }

    private static Readiness replicaSet(Map<String, Object> object) {
        long wanted = Tree.number(object, 1, "spec", "replicas");
        long available = Tree.number(object, 0, "status", "availableReplicas");
        String progress = available + " of " + wanted + " replicas available";
        return available < wanted ? waiting(progress + failure(object)) : ready(progress);
    }

    private static Readiness job(Map<String, Object> object) {
        Map<String, Object> failed = condition(object, "Failed");
        if (!Tree.text(failed, "status").equals("True")) {
            failed = condition(object, "FailureTarget"); // its last pods are still being stopped
        }
        if (Tree.text(failed, "status").equals("True")) {
            return failed(Tree.text(failed, "reason"), Tree.text(failed, "message"));
        }
        long wanted = Tree.number(object, 1, "spec", "completions");
        long done = Tree.number(object, 0, "status", "succeeded");
        String progress = done + " of " + wanted + " completed";
        if (Tree.text(condition(object, "Complete"), "status").equals("True")) {
            return ready(progress);
        }
        return Tree.isTrue(object, "spec", "suspend") ? ready("it is suspended, so nothing runs") : waiting(progress);
    }

    private static Readiness pod(Map<String, Object> object) {
        String phase = Tree.text(object, "status", "phase");
        if (phase.equals("Succeeded")) {
            return ready("it has ended well");
        }
        if (phase.equals("Failed")) {
            String reason = Tree.text(object, "status", "reason");
            return failed(reason.isEmpty() ? "Failed" : reason, Tree.text(object, "status", "message"));
        }
        return Tree.text(condition(object, "Ready"), "status").equals("True")
                ? ready("ready")
                : waiting(phase.isEmpty() ? "not seen by its node yet" : phase);
    }

    /** The condition of that type; empty where there is none. */
    static Map<String, Object> condition(Map<String, Object> object, String type) {
        List<Map<String, Object>> conditions = Tree.maps(object, "status", "conditions");
        for (Map<String, Object> condition : conditions) {
            if (Tree.text(condition, "type").equals(type)) {
                return condition;
            }
        }
        return Map.of();
    }
}
