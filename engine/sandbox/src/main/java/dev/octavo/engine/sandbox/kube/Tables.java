package dev.octavo.engine.sandbox.kube;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Objects as rows of a table, which is how kubectl asks for them. */
final class Tables {
    private record Column(String name, int priority, Function<JsonNode, Object> cell) {}

    private Tables() {}

    static ObjectNode table(Kind kind, ArrayNode objects, JsonNode metadata, Clock clock) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("Name", 0, Json::name));
        columns.addAll(columns(kind, clock));
        columns.add(new Column("Age", 0, object -> age(Json.text(object, "metadata", "creationTimestamp"), clock)));
        ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", metadata);
        ArrayNode definitions = table.putArray("columnDefinitions");
        for (Column column : columns) {
            definitions
                    .addObject()
                    .put("name", column.name())
                    .put("type", "string")
                    .put("format", column.name().equals("Name") ? "name" : "")
                    .put("description", "")
                    .put("priority", column.priority());
        }
        ArrayNode rows = table.putArray("rows");
        for (JsonNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            columns.forEach(column -> cells.add(String.valueOf(column.cell().apply(object))));
            ObjectNode partial = row.putObject("object");
            partial.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
            partial.set("metadata", object.path("metadata"));
        }
        return table;
    }

    private static List<Column> columns(Kind kind, Clock clock) {
        return switch (kind.name()) {
            case "Namespace" -> List.of(new Column("Status", 0, object -> Json.text(object, "status", "phase")));
            case "Pod" ->
                List.of(
                        new Column("Ready", 0, Tables::readyContainers),
                        new Column("Status", 0, Tables::podStatus),
                        new Column("Restarts", 0, Tables::restarts),
                        new Column("IP", 1, object -> Json.text(object, "status", "podIP")));
            case "Deployment" ->
                List.of(
                        new Column("Ready", 0, object -> ratio(object, "readyReplicas")),
                        new Column("Up-to-date", 0, object -> count(object, "updatedReplicas")),
                        new Column("Available", 0, object -> count(object, "availableReplicas")));
            case "StatefulSet" -> List.of(new Column("Ready", 0, object -> ratio(object, "readyReplicas")));
            case "ReplicaSet" ->
                List.of(
                        new Column("Desired", 0, object -> object.path("spec")
                                .path("replicas")
                                .asInt(0)),
                        new Column("Current", 0, object -> count(object, "replicas")),
                        new Column("Ready", 0, object -> count(object, "readyReplicas")));
            case "Service" ->
                List.of(
                        new Column("Type", 0, object -> Json.text(object, "spec", "type")),
                        new Column("Cluster-IP", 0, object -> Json.text(object, "spec", "clusterIP")),
                        new Column("Port(s)", 0, Tables::ports));
            case "Job" ->
                List.of(new Column(
                        "Completions",
                        0,
                        object -> count(object, "succeeded") + "/"
                                + object.path("spec").path("completions").asInt(1)));
            case "ConfigMap", "Secret" ->
                List.of(new Column("Data", 0, object -> object.path("data").size()));
            case "Event" ->
                List.of(
                        new Column("Last Seen", 0, object -> age(Json.text(object, "lastTimestamp"), clock)),
                        new Column("Type", 0, object -> Json.text(object, "type")),
                        new Column("Reason", 0, object -> Json.text(object, "reason")),
                        new Column(
                                "Object",
                                0,
                                object -> Json.text(object, "involvedObject", "kind") + "/"
                                        + Json.text(object, "involvedObject", "name")),
                        new Column("Message", 0, object -> Json.text(object, "message")));
            default -> List.of();
        };
    }

    private static int count(JsonNode object, String field) {
        return object.path("status").path(field).asInt(0);
    }

    private static String ratio(JsonNode object, String field) {
        return count(object, field) + "/" + object.path("spec").path("replicas").asInt(0);
    }

    private static String ports(JsonNode service) {
        List<String> ports = new ArrayList<>();
        for (JsonNode port : service.path("spec").path("ports")) {
            String node = port.has("nodePort") ? ":" + port.path("nodePort").asInt(0) : "";
            ports.add(port.path("port").asInt(0) + node + "/" + Json.text(port, "protocol"));
        }
        return String.join(",", ports);
    }

    private static String readyContainers(JsonNode pod) {
        int ready = 0;
        for (JsonNode status : pod.path("status").path("containerStatuses")) {
            ready += status.path("ready").asBoolean(false) ? 1 : 0;
        }
        return ready + "/" + pod.path("spec").path("containers").size();
    }

    private static int restarts(JsonNode pod) {
        int restarts = 0;
        for (JsonNode status : pod.path("status").path("containerStatuses")) {
            restarts += status.path("restartCount").asInt(0);
        }
        return restarts;
    }

    private static String podStatus(JsonNode pod) {
        if (Json.isDeleted(pod)) {
            return "Terminating";
        }
        JsonNode status = pod.path("status");
        for (JsonNode init : status.path("initContainerStatuses")) {
            String reason = Json.text(init, "state", "waiting", "reason");
            if (!reason.isEmpty() && !reason.equals("PodInitializing")) {
                return "Init:" + reason;
            }
        }
        for (JsonNode container : status.path("containerStatuses")) {
            String reason = Json.text(container, "state", "waiting", "reason");
            if (reason.isEmpty()) {
                reason = Json.text(container, "state", "terminated", "reason");
            }
            if (!reason.isEmpty()) {
                return reason;
            }
        }
        return Json.text(status, "phase");
    }

    private static String age(String since, Clock clock) {
        try {
            long seconds = Math.max(
                    0, Duration.between(Instant.parse(since), clock.instant()).toSeconds());
            return seconds < 120
                    ? seconds + "s"
                    : seconds < 7200
                            ? seconds / 60 + "m"
                            : seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
        } catch (DateTimeParseException e) {
            return "<unknown>";
        }
    }
}
