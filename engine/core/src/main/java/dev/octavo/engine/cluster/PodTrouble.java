package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What keeps a pod from becoming ready.
 *
 * @param container {@code ""} where it is the pod as a whole
 * @param reason Kubernetes' word for it
 */
record PodTrouble(String pod, String container, String reason, String message, Certainty certainty) {
    private static final Pattern DEFINITE_PULL_FAILURE = Pattern.compile(
            "(?i)not found|invalid reference format|manifest unknown|name unknown|does not exist|unauthorized|authentication required|denied|forbidden");

    /** How often a program may be started again. */
    private static final int REPEATED = 2;

    /** How sure it is that the pod will not become ready by itself. */
    enum Certainty {
        /** It will not. */
        CERTAIN,
        /** It will not, once it has happened again. */
        WHEN_REPEATED,
        /** It may, so a while is allowed. */
        AFTER_GRACE
    }

    private static final Set<String> OTHERS_MAKE = Set.of("FailedMount", "CreateContainerConfigError");
    private static final Set<String> ENDED = Set.of("CrashLoopBackOff", "OOMKilled");
    private static final Pattern FINAL_REFUSAL =
            Pattern.compile("violates PodSecurity|unable to validate against any|denied the request| is invalid: "
                    + "|(maximum|minimum) .* usage per |no PriorityClass with name");

    /** Whether it lacks an object, such as a Secret, that somebody else may make. */
    boolean needsOther() {
        return OTHERS_MAKE.contains(reason);
    }

    /** Whether its program ran, and ended. */
    boolean ended() {
        return ENDED.contains(reason);
    }

    /** Whether the server's reason for refusing a pod is one that does not pass, as a quota may. */
    static boolean finalRefusal(String message) {
        return FINAL_REFUSAL.matcher(message).find();
    }

    /** Whether one of its containers has ever run. */
    static boolean started(Map<String, Object> pod) {
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (Map<String, Object> status : Tree.maps(pod, "status", list)) {
                if (Tree.at(status, "state", "running") != null
                        || Tree.at(status, "state", "terminated") != null
                        || Tree.number(status, 0, "restartCount") > 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The worst that can be seen from a pod; nothing where it may just need time. */
    static Optional<PodTrouble> of(Map<String, Object> pod) {
        List<PodTrouble> troubles = new ArrayList<>();
        String name = Tree.text(pod, "metadata", "name");
        if (!Tree.text(pod, "metadata", "deletionTimestamp").isEmpty()) {
            return Optional.empty();
        }
        if (Tree.text(pod, "status", "phase").equals("Failed")) {
            return Optional.empty(); // another one takes its place
        }
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (Map<String, Object> status : Tree.maps(pod, "status", list)) {
                container(name, status).ifPresent(troubles::add);
            }
        }
        Map<String, Object> scheduled = Readiness.condition(pod, "PodScheduled");
        if (Tree.text(scheduled, "status").equals("False")
                && Tree.text(scheduled, "reason").equals("Unschedulable")) {
            troubles.add(
                    new PodTrouble(name, "", "Unschedulable", Tree.text(scheduled, "message"), Certainty.AFTER_GRACE));
        }
        return troubles.stream().min((left, right) -> left.certainty().compareTo(right.certainty()));
    }

    /** As {@link #of}, and what ended a pod for good, for which another one may take its place. */
    static Optional<PodTrouble> ofAny(Map<String, Object> pod) {
        if (!Tree.text(pod, "status", "phase").equals("Failed")) {
            return of(pod);
        }
        String name = Tree.text(pod, "metadata", "name");
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (Map<String, Object> status : Tree.maps(pod, "status", list)) {
                Map<String, Object> end = Tree.map(status, "state", "terminated");
                if (Tree.number(end, 0, "exitCode") != 0) {
                    return Optional.of(new PodTrouble(
                            name,
                            Tree.text(status, "name"),
                            Tree.text(end, "reason"),
                            "it ended with exit code " + Tree.number(end, 0, "exitCode"),
                            Certainty.CERTAIN));
                }
            }
        }
        return Optional.of(new PodTrouble(
                name, "", Tree.text(pod, "status", "reason"), Tree.text(pod, "status", "message"), Certainty.CERTAIN));
    }

    private static Optional<PodTrouble> container(String pod, Map<String, Object> status) {
        String container = Tree.text(status, "name");
        String reason = Tree.text(status, "state", "waiting", "reason");
        String message = Tree.text(status, "state", "waiting", "message");
        if (outOfMemory(status)) {
            return Optional.of(new PodTrouble(
                    pod, container, "OOMKilled", "it needed more memory than its limit", Certainty.CERTAIN));
        }
        return switch (reason) {
            case "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable" ->
                Optional.of(new PodTrouble(
                        pod,
                        container,
                        reason,
                        message,
                        reason.equals("ErrImageNeverPull")
                                        || DEFINITE_PULL_FAILURE
                                                .matcher(message)
                                                .find()
                                ? Certainty.CERTAIN
                                : Certainty.WHEN_REPEATED));
            case "InvalidImageName", "CreateContainerConfigError", "CrashLoopBackOff" ->
                Optional.of(new PodTrouble(pod, container, reason, ended(status).orElse(message), Certainty.CERTAIN));
            case "CreateContainerError", "RunContainerError" ->
                Optional.of(new PodTrouble(pod, container, reason, message, Certainty.WHEN_REPEATED));
            default ->
                again(status).map(text -> new PodTrouble(pod, container, "CrashLoopBackOff", text, Certainty.CERTAIN));
        };
    }

    /** A program that runs a while each time is started again without a pause, so that no state tells of it. */
    private static Optional<String> again(Map<String, Object> status) {
        boolean failed = Tree.number(status, 0, "lastState", "terminated", "exitCode") != 0;
        return failed && !Tree.isTrue(status, "ready") && Tree.number(status, 0, "restartCount") >= REPEATED
                ? ended(status)
                : Optional.empty();
    }

    private static boolean outOfMemory(Map<String, Object> status) {
        boolean ready = Tree.isTrue(status, "ready");
        return !ready
                && (Tree.text(status, "state", "terminated", "reason").equals("OOMKilled")
                        || Tree.text(status, "lastState", "terminated", "reason")
                                .equals("OOMKilled"));
    }

    /** How the container's last run ended. */
    private static Optional<String> ended(Map<String, Object> status) {
        Map<String, Object> end = Tree.map(status, "lastState", "terminated");
        if (end.isEmpty()) {
            return Optional.empty();
        }
        String message = Tree.text(end, "message");
        return Optional.of("it ends again and again, last with exit code " + Tree.number(end, 0, "exitCode") + " ("
                + Tree.text(end, "reason") + ")" + (message.isEmpty() ? "" : ": " + message.strip()));
    }
}
