package dev.octavo.engine.sandbox.controller;

import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.ApiException;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kinds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What all controllers of pods do alike. */
final class Pods {
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private final Api api;

    Pods(Api api) {
        this.api = api;
    }

    static boolean isActive(JsonNode pod) {
        String phase = Json.text(pod, "status", "phase");
        return !Json.isDeleted(pod) && !phase.equals("Succeeded") && !phase.equals("Failed");
    }

    static boolean isReady(JsonNode pod) {
        return readySince(pod).isPresent();
    }

    private static Optional<Instant> readySince(JsonNode pod) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (Json.text(condition, "type").equals("Ready")
                    && Json.text(condition, "status").equals("True")) {
                try {
                    return Optional.of(Instant.parse(Json.text(condition, "lastTransitionTime")));
                } catch (DateTimeParseException e) {
                    return Optional.of(Instant.EPOCH);
                }
            }
        }
        return Optional.empty();
    }

    /** How long it takes until a ready pod counts as available; zero or less where it does. Nothing where it is not ready. */
    Optional<Duration> untilAvailable(JsonNode pod, int minReadySeconds) {
        return readySince(pod)
                .map(since -> minReadySeconds == 0
                        ? Duration.ZERO
                        : Duration.between(api.clock().instant(), since.plusSeconds(minReadySeconds)));
    }

    boolean isAvailable(JsonNode pod, int minReadySeconds) {
        return untilAvailable(pod, minReadySeconds)
                .filter(left -> left.isZero() || left.isNegative())
                .isPresent();
    }

    /**
     * Makes a pod from an owner's template.
     *
     * @param name {@code ""} for one that is made up
     * @param change completes the pod before it is created
     */
    ObjectNode create(ObjectNode owner, String name, Consumer<ObjectNode> change, String component) {
        JsonNode template = owner.path("spec").path("template");
        ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        for (String field : new String[] {"labels", "annotations"}) {
            if (template.path("metadata").has(field)) {
                metadata.set(field, template.path("metadata").path(field).deepCopy());
            }
        }
        if (name.isEmpty()) {
            metadata.put("generateName", Json.name(owner) + "-");
        } else {
            metadata.put("name", name);
        }
        own(pod, owner);
        pod.set("spec", template.path("spec").deepCopy());
        change.accept(pod);
        String kind = Json.text(owner, "kind");
        try {
            ObjectNode created = api.create(Kinds.POD, Json.namespace(owner), pod, Api.Write.by("octavo-sandbox"));
            api.event(owner, "Normal", "SuccessfulCreate", "Created pod: " + Json.name(created), component);
            return created;
        } catch (ApiException e) {
            api.event(owner, "Warning", "FailedCreate", "Error creating: " + e.getMessage(), component);
            throw new IllegalStateException("a pod of the " + kind + " cannot be created: " + e.getMessage(), e);
        }
    }

    static void own(ObjectNode object, ObjectNode owner) {
        object.withObjectProperty("metadata")
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", Json.text(owner, "apiVersion"))
                .put("kind", Json.text(owner, "kind"))
                .put("name", Json.name(owner))
                .put("uid", Json.uid(owner))
                .put("controller", true)
                .put("blockOwnerDeletion", true);
    }

    void delete(ObjectNode owner, ObjectNode pod, String component) {
        try {
            api.delete(Kinds.POD, Json.namespace(pod), Json.name(pod), Api.Deletion.BACKGROUND);
            api.event(owner, "Normal", "SuccessfulDelete", "Deleted pod: " + Json.name(pod), component);
        } catch (ApiException e) {
            // it is gone already
        }
    }

    /** A short name for a template: the same for the same content. */
    static String hash(JsonNode template) {
        long hash = 0xcbf29ce484222325L;
        for (byte each : Json.text(sorted(template)).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            text.append(LETTERS.charAt((int) Long.remainderUnsigned(hash, LETTERS.length())));
            hash = Long.divideUnsigned(hash, LETTERS.length());
        }
        return text.toString();
    }

    /** The same with its fields in order. */
    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            ObjectNode result = Json.object();
            node.propertyNames().stream().sorted().forEach(name -> result.set(name, sorted(node.path(name))));
            return result;
        }
        if (node.isArray()) {
            return Json.array().addAll(node.valueStream().map(Pods::sorted).toList());
        }
        return node;
    }

    /** Sets a condition; its time changes with its status. */
    static void condition(ObjectNode status, String type, String value, String reason, String message, String now) {
        ObjectNode found = null;
        for (JsonNode each : status.withArrayProperty("conditions")) {
            if (each instanceof ObjectNode node && Json.text(node, "type").equals(type)) {
                found = node;
            }
        }
        if (found == null) {
            found = status.withArrayProperty("conditions").addObject().put("type", type);
        }
        if (!Json.text(found, "status").equals(value)) {
            found.put("lastTransitionTime", now);
        }
        if (!Json.text(found, "status").equals(value)
                || !Json.text(found, "reason").equals(reason)
                || !Json.text(found, "message").equals(message)) {
            found.put("lastUpdateTime", now);
        }
        found.put("status", value).put("reason", reason).put("message", message);
    }
}
