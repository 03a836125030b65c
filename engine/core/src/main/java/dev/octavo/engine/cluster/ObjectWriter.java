package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.cluster.Prepared.Item;
import dev.octavo.engine.cluster.Refusal.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Brings an object into the cluster by server-side apply, first on trial and then in earnest. Fields of others are taken
 * only where these are people's tools or earlier ways of the same delivery, or where that is asked for. On a server without
 * server-side apply the changes are made by {@link ClientSideApply}. Several threads may write at once.
 */
final class ObjectWriter {
    private static final int RACES = 5;
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final int UNSUPPORTED = 415;
    private static final int INVALID = 422;

    private final ClusterClient client;
    private final ApplyOptions options;
    private final Masker masker;
    private final ClientSideApply clientSide;
    private volatile boolean serverSide = true;

    ObjectWriter(ClusterClient client, ApplyOptions options, Masker masker) {
        this.client = client;
        this.options = options;
        this.masker = masker;
        this.clientSide = new ClientSideApply(client);
    }

    // --------------------------------------------------------------------------------------------------------- trial

    /**
     * Finds out what would become of an object.
     *
     * @param reader reads the object as it is
     */
    Trial tryOut(ResourceType type, ManifestObject object, Supplier<Answer> reader) {
        String path = type.path(object.namespace(), object.name());
        Answer answer = serverSide ? client.apply(path, object.content(), true) : unsupported();
        if (answer.code() == UNSUPPORTED) {
            serverSide = false;
            return explained(clientSide.tryOut(type, object, reader.get()), type, object);
        }
        boolean conflict = FieldConflicts.in(answer);
        if (answer.code() == 201) {
            return Trial.creating(answer.warnings());
        }
        Answer live = reader.get();
        if (answer.code() == INVALID && live.ok()) {
            Answer swept = sweep(path, live.body(), object, true);
            if (swept.ok()) {
                return Trial.changing(live.body(), swept.body(), false, swept.warnings());
            }
        }
        if (!answer.ok() && !conflict && !ImmutableFields.in(answer)) {
            return live.ok() ? Trial.refused(live.body(), Refusal.of(answer)) : Trial.refused(Refusal.of(answer));
        }
        if (!live.ok()) {
            return live.notFound() ? Trial.creating(answer.warnings()) : Trial.refused(Refusal.of(live));
        }
        if (isBeingDeleted(live.body())) {
            return Trial.recreating(live.body(), answer.ok() ? answer.body() : live.body(), List.of(BEING_DELETED));
        }
        return tryOnto(live.body(), type, object, answer);
    }

    private static final String BEING_DELETED = "the one that is there is being deleted, which is waited for";

    private static Answer unsupported() {
        return new Answer(UNSUPPORTED, Map.of(), List.of());
    }

    private static boolean isBeingDeleted(Map<String, Object> live) {
        return !Tree.text(live, "metadata", "deletionTimestamp").isEmpty();
    }

    private Trial tryOnto(Map<String, Object> live, ResourceType type, ManifestObject object, Answer first) {
        Answer answer = first;
        List<String> warnings = new ArrayList<>();
        if (FieldConflicts.in(answer)) {
            FieldConflicts conflicts = FieldConflicts.of(answer, live, object, masker);
            String kept = options.forceConflicts() ? "" : conflicts.kept();
            if (!kept.isEmpty()) {
                return Trial.refused(live, new Refusal(Reason.CONFLICT, kept, answer));
            }
            warnings.addAll(conflicts.taken(options.forceConflicts()));
            answer = client.apply(type.path(object.namespace(), object.name()), object.content(), true, true);
        }
        if (!answer.ok()) {
            return explained(Trial.refused(live, Refusal.of(answer)), type, object);
        }
        warnings.addAll(answer.warnings());
        FormerDelivery former = FormerDelivery.of(live, applied(answer.body()));
        if (!former.isPresent()) {
            return Trial.changing(live, answer.body(), false, warnings);
        }
        return afterFormer(former, live, type, object, answer.body(), warnings);
    }

    private static Map<String, Object> applied(Map<String, Object> object) {
        return Tree.maps(object, "metadata", "managedFields").stream()
                .filter(FormerDelivery::isOctavos)
                .findFirst()
                .map(entry -> Tree.map(entry, "fieldsV1"))
                .orElse(Map.of());
    }

    /** Who owns what cannot be changed on trial; so the fields that will go away are taken out here. */
    private Trial afterFormer(
            FormerDelivery former,
            Map<String, Object> live,
            ResourceType type,
            ManifestObject object,
            Map<String, Object> result,
            List<String> warnings) {
        warnings.add("is taken over from " + former.names() + ", with what the manifest no longer has");
        Map<String, Object> patch =
                MergePatch.between(LiveDiff.stripped(live), LiveDiff.stripped(former.pruned(result)));
        if (patch.isEmpty()) {
            return Trial.changing(live, result, true, warnings);
        }
        Answer answer = client.patch(type.path(object.namespace(), object.name()), MergePatch.TYPE, patch, true);
        return answer.ok()
                ? Trial.changing(live, answer.body(), true, warnings)
                : explained(Trial.refused(live, Refusal.of(answer)), type, object);
    }

    /** Where the refused change cannot be made at all: what can be done instead, or that it is done where asked for. */
    private Trial explained(Trial trial, ResourceType type, ManifestObject object) {
        Refusal refusal = trial.refusal();
        Map<String, Object> live = trial.live();
        if (refusal == null || !ImmutableFields.in(refusal.answer()) || live.isEmpty()) {
            return trial;
        }
        ImmutableFields fields = ImmutableFields.of(refusal.answer(), live, object);
        if (!options.recreate().contains(object.title()) || !fields.mayBeRecreated()) {
            return Trial.refused(live, new Refusal(Reason.IMMUTABLE, fields.explain(masker), refusal.answer()));
        }
        Answer fresh = tryElsewhere(type, object, object.namespace());
        if (!fresh.ok()) {
            return Trial.refused(live, Refusal.of(fresh));
        }
        List<String> warnings = new ArrayList<>(List.of("is deleted and made again: " + fields.loss()));
        warnings.addAll(fresh.warnings());
        return Trial.recreating(live, fields.wanted(), warnings);
    }

    /** Tries to make the object under a name that nothing has. */
    Answer tryElsewhere(ResourceType type, ManifestObject object, String namespace) {
        String name = object.name().substring(0, Math.min(40, object.name().length())) + "-octavo-plan";
        Map<String, Object> content = new LinkedHashMap<>(
                type.namespaced() ? object.inNamespace(namespace).content() : object.content());
        Map<String, Object> metadata = new LinkedHashMap<>(Tree.map(content, "metadata"));
        metadata.put("name", name);
        content.put("metadata", metadata);
        Answer answer = serverSide ? client.apply(type.path(namespace, name), content, true) : unsupported();
        if (answer.code() == UNSUPPORTED) {
            serverSide = false;
            return clientSide.tryToMake(type, namespace, content);
        }
        return answer;
    }

    // --------------------------------------------------------------------------------------------------------- write

    /**
     * Writes an object as the plan says. What the plan found is looked at again where it matters, so nothing is taken from
     * an owner that came meanwhile.
     *
     * @return what the server said last
     */
    Answer write(Item item, EngineContext context, Duration timeout) {
        if (item.change() == Change.RECREATE) {
            new Recreation(client, context, timeout).remove(item);
        }
        if (!serverSide) {
            return clientSide.write(item);
        }
        Answer taken = item.takeOver() ? takeOver(item) : new Answer(200, Map.of(), List.of());
        return taken.ok() ? apply(item) : taken;
    }

    private Answer apply(Item item) {
        ManifestObject object = item.object();
        String path = item.path();
        Answer answer = client.apply(path, object.content(), false);
        for (int race = 0; answer.code() == 409 && race < RACES; race++) {
            boolean force = false;
            if (FieldConflicts.in(answer)) {
                Map<String, Object> live = client.get(path).body();
                FieldConflicts conflicts = FieldConflicts.of(answer, live, object, masker);
                force = options.forceConflicts() || conflicts.kept().isEmpty();
                if (!force) {
                    throw new Refusals(client, masker)
                            .late(object, new Refusal(Reason.CONFLICT, conflicts.kept(), answer));
                }
            }
            answer = client.apply(path, object.content(), false, force);
        }
        if (answer.code() == UNSUPPORTED) {
            serverSide = false;
            return clientSide.write(item);
        }
        return answer.code() == INVALID ? applyOverDefaults(item, answer) : answer;
    }

    /** Changes an object that cannot be applied for the defaults that older servers leave behind. */
    private Answer sweep(String path, Map<String, Object> live, ManifestObject object, boolean dryRun) {
        Map<String, Object> patch = LeftDefaults.patch(live, object);
        return patch.isEmpty()
                ? new Answer(INVALID, Map.of(), List.of())
                : client.patch(path, MergePatch.TYPE, ClientSideApply.at(live, patch), dryRun);
    }

    private Answer applyOverDefaults(Item item, Answer refused) {
        Answer answer = new Answer(409, Map.of(), List.of());
        for (int race = 0; answer.code() == 409 && race < RACES; race++) {
            Answer live = client.get(item.path());
            answer = live.ok() ? sweep(item.path(), live.body(), item.object(), false) : live;
        }
        if (!answer.ok()) {
            return refused;
        }
        Answer applied = client.apply(item.path(), item.object().content(), false);
        return applied.ok() ? disowned(item, applied) : applied;
    }

    /** The patch has made Octavo an owner in another way too, which would keep fields that it stops applying. */
    private Answer disowned(Item item, Answer applied) {
        Answer answer = applied;
        for (int race = 0; race < RACES; race++) {
            Map<String, Object> live = answer.body();
            List<Map<String, Object>> managed = Tree.maps(live, "metadata", "managedFields").stream()
                    .filter(entry -> !Tree.text(entry, "manager").equals(ClusterClient.FIELD_MANAGER)
                            || FormerDelivery.isOctavos(entry))
                    .toList();
            answer = client.patch(item.path(), JSON_PATCH, FormerDelivery.managed(live, managed), false);
            if (answer.code() != 409) {
                break;
            }
            answer = client.get(item.path());
        }
        return applied;
    }

    /** Makes the former delivery's fields Octavo's. Killed after it, the next apply goes on as if nothing had been. */
    private Answer takeOver(Item item) {
        Answer answer = new Answer(409, Map.of(), List.of());
        for (int race = 0; answer.code() == 409 && race < RACES; race++) {
            Answer live = client.get(item.path());
            if (!live.ok()) {
                return live.notFound() ? new Answer(200, Map.of(), List.of()) : live;
            }
            Answer trial = client.apply(item.path(), item.object().content(), true, true);
            FormerDelivery former = FormerDelivery.of(live.body(), applied(trial.body()));
            if (!trial.ok() || !former.isPresent()) {
                return trial;
            }
            answer = client.patch(
                    item.path(), JSON_PATCH, former.patch(live.body(), version -> isServed(version, item)), false);
        }
        return answer;
    }

    private boolean isServed(String apiVersion, Item item) {
        return client.type(apiVersion, item.object().kind()).isPresent();
    }
}
