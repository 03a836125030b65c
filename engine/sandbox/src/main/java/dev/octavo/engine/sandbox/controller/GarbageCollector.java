package dev.octavo.engine.sandbox.controller;

import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.ApiException;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kind;
import dev.octavo.engine.sandbox.kube.Kinds;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Deletes what belongs to something that is gone: to an owner, or to a namespace. */
final class GarbageCollector implements Controllers.Controller {
    private static final String FOREGROUND = "foregroundDeletion";

    private final Api api;

    GarbageCollector(Api api) {
        this.api = api;
    }

    /** Something was deleted: so is what it owned, and an owner that waited for that. */
    void collect(Kind kind, ObjectNode gone) {
        String uid = Json.uid(gone);
        for (Kind each : api.kinds(true)) {
            for (ObjectNode dependent : api.list(each, kind.namespaced() ? Json.namespace(gone) : "")) {
                JsonNode owners = dependent.path("metadata").path("ownerReferences");
                boolean owned = owners.valueStream()
                        .anyMatch(owner -> Json.text(owner, "uid").equals(uid));
                if (owned && owners.size() == 1) {
                    delete(each, dependent, "Background");
                } else if (owned) {
                    api.mutate(each, Json.namespace(dependent), Json.name(dependent), copy -> copy.withObjectProperty(
                                    "metadata")
                            .withArrayProperty("ownerReferences")
                            .removeIf(owner -> Json.text(owner, "uid").equals(uid)));
                }
            }
        }
        for (JsonNode reference : gone.path("metadata").path("ownerReferences")) {
            for (Kind each : api.kinds(true)) {
                if (each.name().equals(Json.text(reference, "kind"))) {
                    ObjectNode owner = api.find(each, Json.namespace(gone), Json.text(reference, "name"));
                    if (owner != null && Json.isDeleted(owner)) {
                        foreground(each, owner);
                    }
                }
            }
        }
    }

    /** An object is to go when all that it owns has gone. */
    void foreground(Kind kind, ObjectNode seen) {
        ObjectNode owner = api.find(kind, Json.namespace(seen), Json.name(seen));
        if (owner == null
                || !Json.isDeleted(owner)
                || owner.path("metadata").path("finalizers").valueStream().noneMatch(each -> each.asString("")
                        .equals(FOREGROUND))) {
            return;
        }
        boolean left = false;
        for (Kind each : api.kinds(true)) {
            for (ObjectNode dependent : api.owned(each, owner)) {
                left = true;
                if (!Json.isDeleted(dependent)) {
                    delete(each, dependent, "Foreground");
                }
            }
        }
        if (!left) {
            try {
                api.removeNow(kind, Json.namespace(owner), Json.name(owner));
            } catch (ApiException e) {
                // it is gone already
            }
        }
    }

    private void delete(Kind kind, ObjectNode object, String propagation) {
        if (Json.isDeleted(object)) {
            return;
        }
        try {
            api.delete(
                    kind,
                    Json.namespace(object),
                    Json.name(object),
                    new Api.Deletion(propagation, -1, false, Json.uid(object), ""));
        } catch (ApiException e) {
            // it is gone already
        }
    }

    /** A namespace that is to go takes all that is in it. */
    @Override
    public void reconcile(String namespace, String name) {
        ObjectNode object = api.find(Kinds.NAMESPACE, "", name);
        if (object == null || !Json.isDeleted(object)) {
            return;
        }
        boolean left = false;
        for (Kind kind : api.kinds(false)) {
            List<ObjectNode> all = api.list(kind, name);
            for (ObjectNode each : all) {
                delete(kind, each, "Background");
                left |= api.find(kind, name, Json.name(each)) != null;
            }
        }
        if (!left) {
            try {
                api.removeNow(Kinds.NAMESPACE, "", name);
            } catch (ApiException e) {
                // it is gone already
            }
        }
    }
}
