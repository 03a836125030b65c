package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.RolloutFailure.PodReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What most likely helps against the failure of a workload. */
final class Remedies {
    private static final Pattern REGISTRY_HOST = Pattern.compile("^([^/]+)/");
    private static final String MISSING_VOLUME =
            "create the ConfigMap, Secret or claim that the event names, or correct the volume in the manifest";

    private final Map<String, Object> object;
    private final Optional<PodReport> pod;

    /** @param object the workload */
    Remedies(Map<String, Object> object, List<PodReport> pods) {
        this.object = object;
        this.pod = pods.stream().findFirst();
    }

    String of(String reason, String message) {
        String cause = reason.isEmpty() || reason.equals("ProgressDeadlineExceeded")
                ? pod.map(PodReport::reason).orElse("")
                : reason;
        String text =
                pod.map(PodReport::message).filter(each -> !each.isEmpty()).orElse(message);
        return ofContainer(cause, text)
                .or(() -> ofPod(cause, message))
                .or(() -> ofOthers(cause, message))
                .orElseGet(this::slow);
    }

    private Optional<String> ofContainer(String cause, String text) {
        String container = pod.map(PodReport::container).orElse("");
        return Optional.ofNullable(
                switch (cause) {
                    case "ErrImagePull", "ImagePullBackOff", "RegistryUnavailable" -> ofImage(text, image(container));
                    case "InvalidImageName" -> "correct the image's name: " + image(container);
                    case "ErrImageNeverPull" -> "load the image onto the node, or change imagePullPolicy";
                    case "CreateContainerConfigError" ->
                        text.contains("runAsNonRoot")
                                ? "let the image run as a user that is not root (USER in its Dockerfile, or securityContext.runAsUser)"
                                : "create the ConfigMap or Secret that the message names, or correct its name and key in the manifest";
                    case "OOMKilled" ->
                        "raise resources.limits.memory of container " + container + limit(container)
                                + ", or let the JVM use less: -XX:MaxRAMPercentage";
                    case "CrashLoopBackOff" -> ofCrash();
                    case "CreateContainerError", "RunContainerError", "StartError" ->
                        "check the container's command, its user and its volumes: the node cannot start it";
                    default -> null;
                });
    }

    private String ofCrash() {
        String probe = pod.map(PodReport::probe).orElse("");
        if (probe.startsWith("Liveness")) {
            return "correct the livenessProbe, or give the program more time with a startupProbe";
        }
        if (probe.startsWith("Startup") && probe.contains("statuscode: 404")) {
            return "correct the path and the port of the startupProbe: the program answers, and has nothing there";
        }
        return probe.startsWith("Startup")
                ? "correct the startupProbe, or raise its failureThreshold: the program does not answer in time"
                : "read the log: the program ends by itself; check its configuration and what it connects to";
    }

    private static Optional<String> ofPod(String cause, String message) {
        return Optional.ofNullable(
                switch (cause) {
                    case "Unschedulable" ->
                        message.contains("PersistentVolumeClaim")
                                ? "create the PersistentVolumeClaim, or give it a storageClassName that the cluster can serve"
                                : "lower resources.requests, correct nodeSelector, affinity and volumes, or add nodes";
                    case "FailedCreate" -> ofRefusal(message);
                    case "FailedMount", "FailedAttachVolume", "FailedMapVolume" -> MISSING_VOLUME;
                    case "FailedCreatePodSandBox" ->
                        "the node cannot start the pod: see the event; is its memory limit too low, or its network down?";
                    case "Evicted" ->
                        "give the containers requests that they keep to, of ephemeral-storage too, or add nodes";
                    case "NodeNotReady" ->
                        "look after the node, or take it out of the cluster, so that its pods go elsewhere";
                    case "Terminating" ->
                        "look after the pod's node or finalizers; kubectl delete pod --force gives it up";
                    default -> cause.startsWith("OutOf") ? "lower resources.requests, or add nodes" : null;
                });
    }

    private static String ofRefusal(String message) {
        if (message.contains("quota")) {
            return "lower the requests and limits, or have the namespace's quota raised";
        }
        if (message.contains("PodSecurity") || message.contains("pod security policy")) {
            return "give the pod template the securityContext that the message asks for, or use another namespace";
        }
        if (message.contains("serviceaccount")) {
            return "create the ServiceAccount, or correct serviceAccountName in the manifest";
        }
        return message.contains("failed calling webhook")
                ? "an admission webhook of the cluster does not answer: look after it"
                : "correct the pod template as the message says";
    }

    private static Optional<String> ofOthers(String cause, String message) {
        return Optional.ofNullable(
                switch (cause) {
                    case "Deleted" ->
                        message.contains("finalizers")
                                ? "wait until it is gone, and deploy again; where the controller of its finalizers is gone too, take them out of the object"
                                : message.contains("not there")
                                        ? "deploy it, or name the right namespace"
                                        : "find out who deleted it, and deploy again";
                    case "BackoffLimitExceeded", "DeadlineExceeded", "PodFailurePolicy" ->
                        "read the log of the Job's pods";
                    case "LoadBalancerPending" ->
                        "install what gives load balancers their addresses (a cloud's controller, MetalLB, OpenELB), use type NodePort, or do not wait for it: annotation "
                                + RolloutTargets.WATCH_ANNOTATION + ": \"false\"";
                    case "ProvisioningFailed" -> "correct storageClassName, or install the StorageClass";
                    case "Lost" -> "restore the volume, or delete the claim and make a new one";
                    default -> null;
                });
    }

    private String slow() {
        List<String> events = pod.map(PodReport::events).orElse(List.of());
        if (events.stream().anyMatch(event -> event.startsWith("FailedMount") || event.startsWith("FailedAttach"))) {
            return MISSING_VOLUME;
        }
        if (events.stream().anyMatch(event -> event.startsWith("FailedCreatePodSandBox"))) {
            return "the node cannot start the pod: see the event; is its memory limit too low?";
        }
        if (!pod.map(PodReport::probe).orElse("").isEmpty()) {
            return "check the path and the port of the probe and the program's log; give it more time if it is only slow";
        }
        return pod.isPresent()
                ? "read the log; give the program more time if it is only slow"
                : "look at what its controller says of it: kubectl describe " + Tree.text(object, "kind") + " "
                        + Tree.text(object, "metadata", "name");
    }

    private static String ofImage(String message, String image) {
        if (message.matches("(?is).*(unauthorized|authentication required|denied|forbidden).*")) {
            Matcher host = REGISTRY_HOST.matcher(image);
            return "give the pods a pull Secret for " + (host.find() ? host.group(1) : "the registry")
                    + " (imagePullSecrets), or check that " + image + " exists";
        }
        if (message.contains("invalid reference format")) {
            return "correct the image's name: " + image;
        }
        if (message.matches("(?is).*(not found|unknown|does not exist).*")) {
            return "check that the image " + image + " was pushed, and that the manifest names it correctly";
        }
        return "check that the nodes can reach the registry of " + image;
    }

    private Map<String, Object> container(String name) {
        Map<String, Object> spec = Tree.map(object, "spec", "template", "spec");
        if (spec.isEmpty()) {
            spec = Tree.map(object, "spec");
        }
        for (String list : List.of("initContainers", "containers")) {
            for (Map<String, Object> container : Tree.maps(spec, list)) {
                if (Tree.text(container, "name").equals(name)) {
                    return container;
                }
            }
        }
        return Map.of();
    }

    private String image(String container) {
        return Tree.text(container(container), "image");
    }

    private String limit(String container) {
        Object limit = Tree.at(container(container), "resources", "limits", "memory");
        return limit == null ? "" : " (now " + limit + ")";
    }
}
