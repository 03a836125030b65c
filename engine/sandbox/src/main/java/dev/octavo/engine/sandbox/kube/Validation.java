package dev.octavo.engine.sandbox.kube;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the API server refuses, for the fields that the sandbox goes by. */
final class Validation {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SUBDOMAIN = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
    private static final Pattern LABEL_VALUE = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
    private static final Pattern QUALIFIED = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern ENVIRONMENT = Pattern.compile("[ -<>-~]+");
    private static final Pattern DATA_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final Pattern PORT_NAME = Pattern.compile("(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    private static final Pattern QUANTITY = Pattern.compile("[+-]?[0-9.]+([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?");
    private static final Set<String> LABEL_NAMES = Set.of("Namespace", "Service");

    private final List<ApiException.Cause> causes = new ArrayList<>();

    private Validation() {}

    /**
     * Checks an object with its defaults set.
     *
     * @param before null where it is new
     * @throws ApiException 422 with all that is wrong
     */
    static void check(Kind kind, ObjectNode object, @Nullable ObjectNode before) {
        Validation validation = new Validation();
        validation.metadata(kind, object);
        validation.content(kind, object, before);
        if (!validation.causes.isEmpty()) {
            throw ApiException.invalid(kind, Json.name(object), validation.causes);
        }
    }

    private void required(String field) {
        causes.add(new ApiException.Cause("FieldValueRequired", field, "Required value"));
    }

    private void required(String field, String why) {
        causes.add(new ApiException.Cause("FieldValueRequired", field, "Required value: " + why));
    }

    private void invalid(String field, JsonNode value, String why) {
        String shown =
                value.isContainer() ? Json.text(value) : value.isString() ? Json.text(value) : value.asString("");
        causes.add(new ApiException.Cause("FieldValueInvalid", field, "Invalid value: " + shown + ": " + why));
    }

    private void unsupported(String field, JsonNode value, String... supported) {
        List<String> names = new ArrayList<>();
        for (String name : supported) {
            names.add("\"" + name + "\"");
        }
        causes.add(new ApiException.Cause(
                "FieldValueNotSupported",
                field,
                "Unsupported value: " + Json.text(value) + ": supported values: " + String.join(", ", names)));
    }

    private void metadata(Kind kind, ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        String name = Json.name(object);
        if (name.isEmpty()) {
            required("metadata.name", "name or generateName is required");
        } else if (kind.group().startsWith("rbac.")) {
            if (name.contains("/") || name.contains("%") || name.equals(".") || name.equals("..")) {
                invalid("metadata.name", metadata.path("name"), "may not contain '/' or '%'");
            }
        } else if (LABEL_NAMES.contains(kind.name()) && kind.group().isEmpty()) {
            if (name.length() > 63 || !LABEL.matcher(name).matches()) {
                invalid(
                        "metadata.name",
                        metadata.path("name"),
                        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must"
                                + " start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc')");
            } else if (kind.name().equals("Service") && Character.isDigit(name.charAt(0))) {
                invalid(
                        "metadata.name",
                        metadata.path("name"),
                        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                                + " alphabetic character, and end with an alphanumeric character");
            }
        } else if (name.length() > 253 || !SUBDOMAIN.matcher(name).matches()) {
            invalid(
                    "metadata.name",
                    metadata.path("name"),
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and"
                            + " must start and end with an alphanumeric character (e.g. 'example.com')");
        }
        labels(metadata.path("labels"), "metadata.labels");
        for (var each : metadata.path("annotations").properties()) {
            if (!isQualified(each.getKey().toLowerCase(java.util.Locale.ROOT))) {
                invalid(
                        "metadata.annotations",
                        metadata.path("annotations"),
                        "name part must consist of alphanumeric characters, '-', '_' or '.'");
            }
        }
    }

    private static boolean isQualified(String key) {
        int slash = key.indexOf('/');
        String name = key.substring(slash + 1);
        boolean prefixed =
                slash < 0 || SUBDOMAIN.matcher(key.substring(0, slash)).matches();
        return prefixed && name.length() <= 63 && QUALIFIED.matcher(name).matches();
    }

    private void labels(JsonNode labels, String field) {
        for (var each : labels.properties()) {
            if (!isQualified(each.getKey())) {
                causes.add(new ApiException.Cause(
                        "FieldValueInvalid",
                        field,
                        "Invalid value: \"" + each.getKey() + "\": name part must consist of alphanumeric characters,"
                                + " '-', '_' or '.', and must start and end with an alphanumeric character"));
            }
            String value = each.getValue().asString("");
            if (value.length() > 63) {
                invalid(field, each.getValue(), "must be no more than 63 characters");
            } else if (!LABEL_VALUE.matcher(value).matches()) {
                invalid(
                        field,
                        each.getValue(),
                        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.',"
                                + " and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
                                + " 'my_value',  or '12345')");
            }
        }
    }

    private void content(Kind kind, ObjectNode object, @Nullable ObjectNode before) {
        JsonNode spec = object.path("spec");
        switch (kind.name()) {
            case "Pod" -> {
                podSpec(spec, "spec");
                if (before != null && !withoutNode(before.path("spec")).equals(withoutNode(spec))) {
                    causes.add(new ApiException.Cause(
                            "FieldValueForbidden", "spec", "Forbidden: a pod of the sandbox cannot be changed"));
                }
            }
            case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet" -> workload(kind, spec, before);
            case "Job" -> {
                template(spec.path("template"), "spec.template");
                String policy = Json.text(spec, "template", "spec", "restartPolicy");
                if (!policy.equals("Never") && !policy.equals("OnFailure")) {
                    String shown = policy.equals("Always") ? "\"Always\"" : "\"" + policy + "\"";
                    causes.add(new ApiException.Cause(
                            "FieldValueNotSupported",
                            "spec.template.spec.restartPolicy",
                            "Unsupported value: " + shown + ": supported values: \"OnFailure\", \"Never\""));
                }
                if (before != null && !before.path("spec").path("template").equals(spec.path("template"))) {
                    invalid("spec.template", spec.path("template"), "field is immutable");
                }
            }
            case "CronJob" -> {
                if (Json.text(spec, "schedule").isEmpty()) {
                    required("spec.schedule");
                }
                template(spec.path("jobTemplate").path("spec").path("template"), "spec.jobTemplate.spec.template");
            }
            case "Service" -> service(spec, before);
            case "ConfigMap" -> data(object, before, "data", "binaryData");
            case "Secret" -> {
                data(object, before, "data");
                for (var each : object.path("data").properties()) {
                    try {
                        java.util.Base64.getMimeDecoder().decode(each.getValue().asString(""));
                    } catch (IllegalArgumentException e) {
                        throw ApiException.badRequest("Secret in version \"v1\" cannot be handled as a Secret: illegal"
                                + " base64 data in field data." + each.getKey());
                    }
                }
                if (before != null && !before.path("type").equals(object.path("type"))) {
                    invalid("type", object.path("type"), "field is immutable");
                }
            }
            case "Ingress" -> ingress(spec);
            case "PersistentVolumeClaim" -> {
                if (spec.path("accessModes").isEmpty()) {
                    required("spec.accessModes", "at least 1 access mode is required");
                }
                if (!spec.path("resources").path("requests").has("storage")) {
                    required("spec.resources[storage]");
                }
            }
            case "HorizontalPodAutoscaler" -> {
                if (spec.path("maxReplicas").asInt(0) < 1) {
                    invalid("spec.maxReplicas", spec.path("maxReplicas"), "must be greater than 0");
                }
                if (Json.text(spec, "scaleTargetRef", "name").isEmpty()) {
                    required("spec.scaleTargetRef.name");
                }
            }
            case "CustomResourceDefinition" -> {
                if (Kinds.defined(object).isEmpty()) {
                    required("spec.versions", "must have at least one served version");
                }
            }
            default -> {}
        }
    }

    private static JsonNode withoutNode(JsonNode spec) {
        return spec instanceof ObjectNode object ? object.deepCopy().without("nodeName") : spec;
    }

    private void data(ObjectNode object, @Nullable ObjectNode before, String... fields) {
        for (String field : fields) {
            for (var each : object.path(field).properties()) {
                if (!DATA_KEY.matcher(each.getKey()).matches()) {
                    causes.add(new ApiException.Cause(
                            "FieldValueInvalid",
                            field + "[" + each.getKey() + "]",
                            "Invalid value: \"" + each.getKey() + "\": a valid config key must consist of alphanumeric"
                                    + " characters, '-', '_' or '.'"));
                }
            }
            if (before != null
                    && before.path("immutable").asBoolean(false)
                    && !before.path(field).equals(object.path(field))) {
                causes.add(new ApiException.Cause(
                        "FieldValueForbidden", field, "Forbidden: field is immutable when `immutable` is set"));
            }
        }
    }

    private void workload(Kind kind, JsonNode spec, @Nullable ObjectNode before) {
        JsonNode selector = spec.path("selector");
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        if (selector.isMissingNode() || selector.isNull()) {
            required("spec.selector");
        } else if (selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty()) {
            invalid("spec.selector", selector, "empty selector is invalid for " + kind.singular());
        } else if (!Selector.matches(selector, labels)) {
            invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
        }
        if (before != null && !before.path("spec").path("selector").equals(selector)) {
            invalid("spec.selector", selector, "field is immutable");
        }
        if (spec.path("replicas").asInt(0) < 0) {
            invalid("spec.replicas", spec.path("replicas"), "must be greater than or equal to 0");
        }
        template(spec.path("template"), "spec.template");
        String policy = Json.text(spec, "template", "spec", "restartPolicy");
        if (!policy.isEmpty() && !policy.equals("Always")) {
            unsupported(
                    "spec.template.spec.restartPolicy",
                    spec.path("template").path("spec").path("restartPolicy"),
                    "Always");
        }
        if (kind.name().equals("Deployment")) {
            JsonNode strategy = spec.path("strategy");
            String type = Json.text(strategy, "type");
            if (!type.equals("RollingUpdate") && !type.equals("Recreate")) {
                unsupported("spec.strategy.type", strategy.path("type"), "Recreate", "RollingUpdate");
            }
            if (type.equals("Recreate") && strategy.has("rollingUpdate")) {
                causes.add(new ApiException.Cause(
                        "FieldValueForbidden",
                        "spec.strategy.rollingUpdate",
                        "Forbidden: may not be specified when strategy `type` is 'Recreate'"));
            }
            for (String field : new String[] {"maxUnavailable", "maxSurge"}) {
                JsonNode value = strategy.path("rollingUpdate").path(field);
                if ((value.isString() && !value.asString("").matches("[0-9]+%")) || value.asInt(0) < 0) {
                    invalid(
                            "spec.strategy.rollingUpdate." + field,
                            value,
                            "a valid percent string must be a numeric string followed by an ending '%'");
                }
            }
            if (isZero(strategy.path("rollingUpdate").path("maxUnavailable"))
                    && isZero(strategy.path("rollingUpdate").path("maxSurge"))) {
                invalid(
                        "spec.strategy.rollingUpdate.maxUnavailable",
                        strategy.path("rollingUpdate").path("maxUnavailable"),
                        "may not be 0 when `maxSurge` is 0");
            }
            int deadline = spec.path("progressDeadlineSeconds").asInt(600);
            if (deadline <= spec.path("minReadySeconds").asInt(0)) {
                invalid(
                        "spec.progressDeadlineSeconds",
                        spec.path("progressDeadlineSeconds"),
                        "must be greater than minReadySeconds");
            }
        }
    }

    private static boolean isZero(JsonNode value) {
        return value.isString() ? value.asString("").equals("0%") : value.isNumber() && value.asInt(0) == 0;
    }

    private void template(JsonNode template, String field) {
        if (!template.isObject()) {
            required(field);
            return;
        }
        labels(template.path("metadata").path("labels"), field + ".metadata.labels");
        podSpec(template.path("spec"), field + ".spec");
    }

    private void podSpec(JsonNode spec, String field) {
        if (spec.path("containers").isEmpty()) {
            required(field + ".containers");
        }
        Set<String> volumes = new HashSet<>();
        int index = 0;
        for (JsonNode volume : spec.path("volumes")) {
            String at = field + ".volumes[" + index++ + "]";
            String name = Json.text(volume, "name");
            if (name.isEmpty()) {
                required(at + ".name");
            } else if (!LABEL.matcher(name).matches() || name.length() > 63) {
                invalid(at + ".name", volume.path("name"), "a lowercase RFC 1123 label is needed");
            } else if (!volumes.add(name)) {
                causes.add(new ApiException.Cause(
                        "FieldValueDuplicate", at + ".name", "Duplicate value: \"" + name + "\""));
            }
            if (volume.size() > 2) {
                causes.add(new ApiException.Cause(
                        "FieldValueForbidden", at, "Forbidden: may not specify more than 1 volume type"));
            }
        }
        Set<String> names = new HashSet<>();
        for (String list : new String[] {"initContainers", "containers"}) {
            index = 0;
            for (JsonNode container : spec.path(list)) {
                container(container, field + "." + list + "[" + index++ + "]", names, volumes);
            }
        }
        String policy = Json.text(spec, "restartPolicy");
        if (!policy.isEmpty() && !Set.of("Always", "OnFailure", "Never").contains(policy)) {
            unsupported(field + ".restartPolicy", spec.path("restartPolicy"), "Always", "OnFailure", "Never");
        }
        if (spec.path("terminationGracePeriodSeconds").asInt(0) < 0) {
            invalid(
                    field + ".terminationGracePeriodSeconds",
                    spec.path("terminationGracePeriodSeconds"),
                    "must be greater than or equal to 0");
        }
    }

    private void container(JsonNode container, String field, Set<String> names, Set<String> volumes) {
        String name = Json.text(container, "name");
        if (name.isEmpty()) {
            required(field + ".name");
        } else if (!LABEL.matcher(name).matches() || name.length() > 63) {
            invalid(
                    field + ".name",
                    container.path("name"),
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start"
                            + " and end with an alphanumeric character (e.g. 'my-name',  or '123-abc')");
        } else if (!names.add(name)) {
            causes.add(new ApiException.Cause(
                    "FieldValueDuplicate", field + ".name", "Duplicate value: \"" + name + "\""));
        }
        String image = Json.text(container, "image");
        if (image.isEmpty()) {
            required(field + ".image");
        } else if (!image.equals(image.strip())) {
            invalid(field + ".image", container.path("image"), "must not have leading or trailing whitespace");
        }
        String policy = Json.text(container, "imagePullPolicy");
        if (!policy.isEmpty() && !Set.of("Always", "IfNotPresent", "Never").contains(policy)) {
            unsupported(
                    field + ".imagePullPolicy", container.path("imagePullPolicy"), "Always", "IfNotPresent", "Never");
        }
        Set<String> ports = new HashSet<>();
        int index = 0;
        for (JsonNode port : container.path("ports")) {
            String at = field + ".ports[" + index++ + "]";
            if (!port.has("containerPort")) {
                required(at + ".containerPort");
            } else {
                port(port.path("containerPort"), at + ".containerPort");
            }
            String portName = Json.text(port, "name");
            if (!portName.isEmpty()) {
                if (portName.length() > 15) {
                    invalid(at + ".name", port.path("name"), "must be no more than 15 characters");
                } else if (!PORT_NAME.matcher(portName).matches()) {
                    invalid(
                            at + ".name",
                            port.path("name"),
                            "must contain only alpha-numeric characters (a-z, 0-9), and" + " hyphens (-)");
                }
                if (!ports.add(portName)) {
                    causes.add(new ApiException.Cause(
                            "FieldValueDuplicate", at + ".name", "Duplicate value: \"" + portName + "\""));
                }
            }
            protocol(port, at);
        }
        environment(container, field);
        index = 0;
        Set<String> paths = new HashSet<>();
        for (JsonNode mount : container.path("volumeMounts")) {
            String at = field + ".volumeMounts[" + index++ + "]";
            String volume = Json.text(mount, "name");
            if (volume.isEmpty()) {
                required(at + ".name");
            } else if (!volumes.contains(volume)) {
                causes.add(new ApiException.Cause("FieldValueNotFound", at + ".name", "Not found: \"" + volume + "\""));
            }
            String path = Json.text(mount, "mountPath");
            if (path.isEmpty()) {
                required(at + ".mountPath");
            } else if (!paths.add(path)) {
                invalid(at + ".mountPath", mount.path("mountPath"), "must be unique");
            }
        }
        resources(container.path("resources"), field + ".resources");
        for (String probe : new String[] {"startupProbe", "readinessProbe", "livenessProbe"}) {
            probe(container.path(probe), field + "." + probe, !probe.equals("readinessProbe"));
        }
    }

    private void environment(JsonNode container, String field) {
        int index = 0;
        for (JsonNode variable : container.path("env")) {
            String at = field + ".env[" + index++ + "]";
            String name = Json.text(variable, "name");
            if (name.isEmpty()) {
                required(at + ".name");
            } else if (!ENVIRONMENT.matcher(name).matches()) {
                invalid(at + ".name", variable.path("name"), "a valid environment variable name is needed");
            }
            JsonNode from = variable.path("valueFrom");
            if (from.isObject()) {
                if (!Json.text(variable, "value").isEmpty()) {
                    invalid(
                            at + ".valueFrom",
                            Json.array().add("").path(0),
                            "may not be specified when `value` is not" + " empty");
                }
                if (from.size() != 1) {
                    invalid(
                            at + ".valueFrom",
                            Json.array().add("").path(0),
                            "must specify one of: `fieldRef`,"
                                    + " `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
                }
                for (String source : new String[] {"configMapKeyRef", "secretKeyRef"}) {
                    if (from.has(source) && Json.text(from, source, "key").isEmpty()) {
                        required(at + ".valueFrom." + source + ".key");
                    }
                }
            }
        }
    }

    private void resources(JsonNode resources, String field) {
        for (String list : new String[] {"limits", "requests"}) {
            for (var each : resources.path(list).properties()) {
                String text = each.getValue().asString("");
                if (!QUANTITY.matcher(text).matches()) {
                    throw ApiException.badRequest("unable to parse quantity's suffix: \"" + text + "\" in " + field
                            + "." + list + "." + each.getKey());
                }
            }
        }
        for (var each : resources.path("requests").properties()) {
            JsonNode limit = resources.path("limits").path(each.getKey());
            if (limit.isMissingNode()) {
                continue;
            }
            if (Quantity.of(each.getValue()).compareTo(Quantity.of(limit)) > 0) {
                invalid(
                        field + ".requests",
                        each.getValue(),
                        "must be less than or equal to " + each.getKey() + " limit of " + limit.asString(""));
            }
        }
    }

    private void probe(JsonNode probe, String field, boolean once) {
        if (!probe.isObject()) {
            return;
        }
        int handlers = 0;
        for (String handler : new String[] {"httpGet", "tcpSocket", "exec", "grpc"}) {
            if (probe.has(handler)) {
                handlers++;
            }
        }
        if (handlers == 0) {
            required(field, "must specify a handler type");
        } else if (handlers > 1) {
            causes.add(new ApiException.Cause(
                    "FieldValueForbidden", field, "Forbidden: may not specify more than 1 handler type"));
        }
        for (String handler : new String[] {"httpGet", "tcpSocket"}) {
            if (probe.has(handler)) {
                JsonNode port = probe.path(handler).path("port");
                if (port.isMissingNode()) {
                    required(field + "." + handler + ".port");
                } else if (port.isNumber()) {
                    port(port, field + "." + handler + ".port");
                }
            }
        }
        for (String timing : new String[] {"periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold"}) {
            if (probe.path(timing).asInt(1) < 1) {
                invalid(field + "." + timing, probe.path(timing), "must be greater than 0");
            }
        }
        if (once && probe.path("successThreshold").asInt(1) != 1) {
            invalid(field + ".successThreshold", probe.path("successThreshold"), "must be 1");
        }
    }

    private void port(JsonNode port, String field) {
        int number = port.asInt(0);
        if (number < 1 || number > 65_535) {
            invalid(field, port, "must be between 1 and 65535, inclusive");
        }
    }

    private void protocol(JsonNode port, String field) {
        String protocol = Json.text(port, "protocol");
        if (!protocol.isEmpty() && !Set.of("TCP", "UDP", "SCTP").contains(protocol)) {
            unsupported(field + ".protocol", port.path("protocol"), "SCTP", "TCP", "UDP");
        }
    }

    private void service(JsonNode spec, @Nullable ObjectNode before) {
        String type = Json.text(spec, "type");
        if (!Set.of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName").contains(type)) {
            unsupported("spec.type", spec.path("type"), "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        }
        if (type.equals("ExternalName")) {
            if (Json.text(spec, "externalName").isEmpty()) {
                required("spec.externalName");
            }
            return;
        }
        boolean headless = Json.text(spec, "clusterIP").equals("None");
        if (spec.path("ports").isEmpty() && !headless) {
            required("spec.ports");
        }
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        int index = 0;
        for (JsonNode port : spec.path("ports")) {
            String at = "spec.ports[" + index++ + "]";
            String name = Json.text(port, "name");
            if (name.isEmpty() && spec.path("ports").size() > 1) {
                required(at + ".name");
            } else if (!name.isEmpty() && (!LABEL.matcher(name).matches() || name.length() > 63)) {
                invalid(at + ".name", port.path("name"), "a lowercase RFC 1123 label is needed");
            } else if (!names.add(name)) {
                causes.add(new ApiException.Cause(
                        "FieldValueDuplicate", at + ".name", "Duplicate value: \"" + name + "\""));
            }
            port(port.path("port"), at + ".port");
            if (port.path("targetPort").isNumber()) {
                port(port.path("targetPort"), at + ".targetPort");
            }
            protocol(port, at);
            if (!numbers.add(Json.text(port, "protocol") + port.path("port"))) {
                causes.add(new ApiException.Cause("FieldValueDuplicate", at, "Duplicate value: " + port.path("port")));
            }
            int nodePort = port.path("nodePort").asInt(0);
            if (nodePort != 0 && type.equals("ClusterIP")) {
                causes.add(new ApiException.Cause(
                        "FieldValueForbidden",
                        at + ".nodePort",
                        "Forbidden: may not be used when `type` is 'ClusterIP'"));
            }
            if (nodePort != 0 && (nodePort < 30_000 || nodePort > 32_767)) {
                invalid(
                        at + ".nodePort",
                        port.path("nodePort"),
                        "provided port is not in the valid range. The range of valid ports is 30000-32767");
            }
        }
        if (before != null) {
            JsonNode old = before.path("spec").path("clusterIP");
            String oldType = Json.text(before, "spec", "type");
            if (!oldType.equals("ExternalName")
                    && !old.asString("").isEmpty()
                    && !spec.path("clusterIP").asString("").isEmpty()
                    && !old.equals(spec.path("clusterIP"))) {
                invalid("spec.clusterIPs[0]", spec.path("clusterIP"), "may not change once set");
            }
        }
    }

    private void ingress(JsonNode spec) {
        if (spec.path("rules").isEmpty() && spec.path("defaultBackend").isMissingNode()) {
            invalid("spec", spec, "either `defaultBackend` or `rules` must be specified");
        }
        int rule = 0;
        for (JsonNode each : spec.path("rules")) {
            int path = 0;
            for (JsonNode one : each.path("http").path("paths")) {
                String at = "spec.rules[" + rule + "].http.paths[" + path++ + "]";
                if (Json.text(one, "pathType").isEmpty()) {
                    required(at + ".pathType", "pathType must be specified");
                }
                JsonNode backend = one.path("backend");
                if (Json.text(backend, "service", "name").isEmpty() && !backend.has("resource")) {
                    required(at + ".backend", "either `service` or `resource` is needed");
                }
            }
            rule++;
        }
    }
}
