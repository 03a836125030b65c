package dev.octavo.engine.sandbox.kube;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The values that the API server gives to fields that are not set. */
final class Defaults {
    private Defaults() {}

    static void set(Kind kind, ObjectNode object) {
        ObjectNode spec = object.path("spec") instanceof ObjectNode given ? given : null;
        switch (kind.name()) {
            case "Secret" -> secret(object);
            case "Namespace" -> {
                object.withObjectProperty("metadata")
                        .withObjectProperty("labels")
                        .put("kubernetes.io/metadata.name", Json.name(object));
                ArrayNode finalizers = object.withObjectProperty("spec").withArrayProperty("finalizers");
                if (finalizers.isEmpty()) {
                    finalizers.add("kubernetes");
                }
            }
            case "Pod" -> {
                if (spec != null) {
                    pod(spec);
                }
            }
            case "Service" -> {
                if (spec != null) {
                    service(spec);
                }
            }
            case "Deployment" -> {
                if (spec != null) {
                    number(spec, "replicas", 1);
                    number(spec, "revisionHistoryLimit", 10);
                    number(spec, "progressDeadlineSeconds", 600);
                    ObjectNode strategy = spec.withObjectProperty("strategy");
                    text(strategy, "type", "RollingUpdate");
                    if (Json.text(strategy, "type").equals("RollingUpdate")) {
                        ObjectNode rolling = strategy.withObjectProperty("rollingUpdate");
                        text(rolling, "maxUnavailable", "25%");
                        text(rolling, "maxSurge", "25%");
                    }
                    template(spec);
                }
            }
            case "ReplicaSet" -> {
                if (spec != null) {
                    number(spec, "replicas", 1);
                    template(spec);
                }
            }
            case "StatefulSet" -> {
                if (spec != null) {
                    number(spec, "replicas", 1);
                    number(spec, "revisionHistoryLimit", 10);
                    text(spec, "podManagementPolicy", "OrderedReady");
                    ObjectNode strategy = spec.withObjectProperty("updateStrategy");
                    text(strategy, "type", "RollingUpdate");
                    if (Json.text(strategy, "type").equals("RollingUpdate")) {
                        number(strategy.withObjectProperty("rollingUpdate"), "partition", 0);
                    }
                    ObjectNode retention = spec.withObjectProperty("persistentVolumeClaimRetentionPolicy");
                    text(retention, "whenDeleted", "Retain");
                    text(retention, "whenScaled", "Retain");
                    template(spec);
                    spec.path("volumeClaimTemplates").forEach(claim -> {
                        if (claim instanceof ObjectNode node) {
                            text(node.withObjectProperty("spec"), "volumeMode", "Filesystem");
                        }
                    });
                }
            }
            case "DaemonSet" -> {
                if (spec != null) {
                    number(spec, "revisionHistoryLimit", 10);
                    ObjectNode strategy = spec.withObjectProperty("updateStrategy");
                    text(strategy, "type", "RollingUpdate");
                    if (Json.text(strategy, "type").equals("RollingUpdate")) {
                        number(strategy.withObjectProperty("rollingUpdate"), "maxSurge", 0);
                        number(strategy.withObjectProperty("rollingUpdate"), "maxUnavailable", 1);
                    }
                    template(spec);
                }
            }
            case "Job" -> {
                if (spec != null) {
                    job(spec);
                }
            }
            case "CronJob" -> {
                if (spec != null) {
                    text(spec, "concurrencyPolicy", "Allow");
                    flag(spec, "suspend", false);
                    number(spec, "successfulJobsHistoryLimit", 3);
                    number(spec, "failedJobsHistoryLimit", 1);
                    if (spec.path("jobTemplate").path("spec") instanceof ObjectNode job) {
                        template(job);
                    }
                }
            }
            case "HorizontalPodAutoscaler" -> {
                if (spec != null) {
                    number(spec, "minReplicas", 1);
                }
            }
            case "NetworkPolicy" -> {
                if (spec != null && !spec.has("policyTypes")) {
                    ArrayNode types = spec.putArray("policyTypes").add("Ingress");
                    if (spec.has("egress")) {
                        types.add("Egress");
                    }
                }
            }
            case "PersistentVolumeClaim" -> {
                if (spec != null) {
                    text(spec, "volumeMode", "Filesystem");
                    text(spec, "storageClassName", "sandbox");
                }
            }
            default -> {}
        }
    }

    private static void secret(ObjectNode secret) {
        text(secret, "type", "Opaque");
        if (secret.path("stringData") instanceof ObjectNode plain) {
            ObjectNode data = secret.withObjectProperty("data");
            for (var each : plain.properties()) {
                byte[] bytes = each.getValue().asString("").getBytes(java.nio.charset.StandardCharsets.UTF_8);
                data.put(each.getKey(), java.util.Base64.getEncoder().encodeToString(bytes));
            }
            secret.remove("stringData");
        }
    }

    private static void job(ObjectNode spec) {
        if (!spec.has("completions") && !spec.has("parallelism")) {
            number(spec, "completions", 1);
        }
        number(spec, "parallelism", 1);
        number(spec, "backoffLimit", 6);
        text(spec, "completionMode", "NonIndexed");
        flag(spec, "suspend", false);
        text(spec, "podReplacementPolicy", "TerminatingOrFailed");
        template(spec);
    }

    private static void service(ObjectNode spec) {
        text(spec, "type", "ClusterIP");
        String type = Json.text(spec, "type");
        text(spec, "sessionAffinity", "None");
        for (JsonNode each : spec.path("ports")) {
            if (each instanceof ObjectNode port) {
                text(port, "protocol", "TCP");
                if (!port.has("targetPort") || Json.text(port, "targetPort").isEmpty()) {
                    port.set("targetPort", port.path("port").deepCopy());
                }
            }
        }
        if (!type.equals("ExternalName")) {
            text(spec, "internalTrafficPolicy", "Cluster");
            if (!spec.has("ipFamilies")) {
                spec.putArray("ipFamilies").add("IPv4");
            }
            text(spec, "ipFamilyPolicy", "SingleStack");
        }
        if (type.equals("NodePort") || type.equals("LoadBalancer")) {
            text(spec, "externalTrafficPolicy", "Cluster");
        } else {
            spec.remove("externalTrafficPolicy");
        }
        if (type.equals("LoadBalancer")) {
            flag(spec, "allocateLoadBalancerNodePorts", true);
        }
    }

    private static void template(ObjectNode spec) {
        if (spec.path("template") instanceof ObjectNode template) {
            template.withObjectProperty("metadata");
            if (template.path("spec") instanceof ObjectNode pod) {
                podSpec(pod);
            }
        }
    }

    private static void pod(ObjectNode spec) {
        podSpec(spec);
        flag(spec, "enableServiceLinks", true);
        text(spec, "serviceAccountName", "default");
        text(spec, "serviceAccount", Json.text(spec, "serviceAccountName"));
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : spec.path(list)) {
                JsonNode limits = container.path("resources").path("limits");
                if (container.path("resources") instanceof ObjectNode resources && !limits.isEmpty()) {
                    ObjectNode requests = resources.withObjectProperty("requests");
                    limits.properties().forEach(limit -> {
                        if (!requests.has(limit.getKey())) {
                            requests.set(limit.getKey(), limit.getValue().deepCopy());
                        }
                    });
                }
            }
        }
    }

    private static void podSpec(ObjectNode spec) {
        text(spec, "restartPolicy", "Always");
        text(spec, "dnsPolicy", "ClusterFirst");
        text(spec, "schedulerName", "default-scheduler");
        number(spec, "terminationGracePeriodSeconds", 30);
        spec.withObjectProperty("securityContext");
        if (spec.has("serviceAccountName")) {
            text(spec, "serviceAccount", Json.text(spec, "serviceAccountName"));
        }
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode each : spec.path(list)) {
                if (each instanceof ObjectNode container) {
                    container(container);
                }
            }
        }
        for (JsonNode each : spec.path("volumes")) {
            if (each instanceof ObjectNode volume) {
                volume(volume);
            }
        }
    }

    private static void container(ObjectNode container) {
        text(container, "terminationMessagePath", "/dev/termination-log");
        text(container, "terminationMessagePolicy", "File");
        container.withObjectProperty("resources");
        String image = Json.text(container, "image");
        if (!image.isEmpty()) {
            String last = image.substring(image.lastIndexOf('/') + 1);
            boolean moving = !image.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
            text(container, "imagePullPolicy", moving ? "Always" : "IfNotPresent");
        }
        for (JsonNode port : container.path("ports")) {
            if (port instanceof ObjectNode node) {
                text(node, "protocol", "TCP");
            }
        }
        for (JsonNode variable : container.path("env")) {
            if (variable.path("valueFrom").path("fieldRef") instanceof ObjectNode field) {
                text(field, "apiVersion", "v1");
            }
        }
        for (String name : new String[] {"startupProbe", "readinessProbe", "livenessProbe"}) {
            if (container.path(name) instanceof ObjectNode probe) {
                number(probe, "timeoutSeconds", 1);
                number(probe, "periodSeconds", 10);
                number(probe, "successThreshold", 1);
                number(probe, "failureThreshold", 3);
                httpGet(probe);
                if (probe.path("grpc") instanceof ObjectNode grpc && !grpc.has("service")) {
                    grpc.put("service", "");
                }
            }
        }
        for (String hook : new String[] {"postStart", "preStop"}) {
            if (container.path("lifecycle").path(hook) instanceof ObjectNode handler) {
                httpGet(handler);
            }
        }
    }

    private static void httpGet(ObjectNode handler) {
        if (handler.path("httpGet") instanceof ObjectNode get) {
            text(get, "path", "/");
            text(get, "scheme", "HTTP");
        }
    }

    private static void volume(ObjectNode volume) {
        for (String source : new String[] {"configMap", "secret", "downwardAPI", "projected"}) {
            if (volume.path(source) instanceof ObjectNode node) {
                number(node, "defaultMode", 420);
            }
        }
        if (volume.path("hostPath") instanceof ObjectNode host && !host.has("type")) {
            host.put("type", "");
        }
        if (volume.size() == 1 && volume.has("name")) {
            volume.putObject("emptyDir");
        }
    }

    private static void text(ObjectNode object, String field, String value) {
        if (!object.has(field) || object.path(field).isNull()) {
            object.put(field, value);
        }
    }

    private static void number(ObjectNode object, String field, int value) {
        if (!object.has(field) || object.path(field).isNull()) {
            object.put(field, value);
        }
    }

    private static void flag(ObjectNode object, String field, boolean value) {
        if (!object.has(field) || object.path(field).isNull()) {
            object.put(field, value);
        }
    }
}
