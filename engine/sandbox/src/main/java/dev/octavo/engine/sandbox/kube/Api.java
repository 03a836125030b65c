package dev.octavo.engine.sandbox.kube;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the API does, without HTTP: for requests, and for the controllers.
 *
 * <p>Objects that it hands out are shared: whoever changes one works on a copy.
 */
public final class Api {
    /** The letters of generated names: none that make words, none that look alike. */
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private static final Set<String> WITH_GENERATION =
            Set.of("apps", "batch", "networking.k8s.io", "policy", "autoscaling");
    private static final int MAX_EVENTS = 1000;

    /**
     * How an object is written.
     *
     * @param manager who owns the fields that change
     * @param subresource {@code ""}, {@code status} or {@code scale}
     * @param force whether an applied field is taken from another manager
     * @param strict whether a field that does not exist is refused
     */
    public record Write(String manager, String subresource, boolean dryRun, boolean force, boolean strict) {
        /** A plain write. */
        public static Write by(String manager) {
            return new Write(manager, "", false, false, false);
        }
    }

    private final Store store = new Store();
    private final Kinds kinds = new Kinds();
    private final Schema schema = Schema.load();
    private final Ownership ownership = new Ownership(schema);
    private final Patches patches = new Patches(schema);
    private final SecureRandom random = new SecureRandom();
    private final Clock clock;
    private volatile ServiceAdmission services = ServiceAdmission.NONE;

    public Api(Clock clock) {
        this.clock = clock;
    }

    /** Sets what gives Services their addresses; before the first Service comes. */
    public void setServiceAdmission(ServiceAdmission admission) {
        services = admission;
    }

    Kinds kinds() {
        return kinds;
    }

    Store store() {
        return store;
    }

    public String now() {
        return Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    public Clock clock() {
        return clock;
    }

    /** Five letters that make a name unique. */
    public String suffix() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    // -------------------------------------------------------------------------------------------------------- reading

    public @Nullable ObjectNode find(Kind kind, String namespace, String name) {
        return store.get(kind, kind.namespaced() ? namespace : "", name);
    }

    /** @throws ApiException 404 */
    public ObjectNode get(Kind kind, String namespace, String name) {
        ObjectNode found = find(kind, namespace, name);
        if (found == null) {
            throw ApiException.notFound(kind, name);
        }
        return found;
    }

    /** @param namespace {@code ""} for all */
    public List<ObjectNode> list(Kind kind, String namespace) {
        return store.list(kind, namespace);
    }

    public List<ObjectNode> list(Kind kind, String namespace, Predicate<ObjectNode> wanted) {
        return store.list(kind, namespace).stream().filter(wanted).toList();
    }

    /** The objects of a kind that an object owns. */
    public List<ObjectNode> owned(Kind kind, ObjectNode owner) {
        String uid = Json.uid(owner);
        return list(kind, Json.namespace(owner), each -> isOwnedBy(each, uid));
    }

    static boolean isOwnedBy(JsonNode object, String uid) {
        for (JsonNode reference : object.path("metadata").path("ownerReferences")) {
            if (Json.text(reference, "uid").equals(uid)) {
                return true;
            }
        }
        return false;
    }

    /** Hears all changes from now on, in order; it only takes notes. */
    public void listen(Consumer<Change> listener) {
        store.listen(listener);
    }

    // -------------------------------------------------------------------------------------------------------- writing

    /** @throws ApiException where it is refused */
    public ObjectNode create(Kind kind, String namespace, ObjectNode body, Write write) {
        ObjectNode object = body.deepCopy();
        object.remove("status");
        identify(kind, namespace, "", object, write.strict());
        ObjectNode metadata = object.withObjectProperty("metadata");
        synchronized (store) {
            if (Json.name(object).isEmpty()
                    && !Json.text(metadata, "generateName").isEmpty()) {
                metadata.put("name", Json.text(metadata, "generateName") + suffix());
            }
            String name = Json.name(object);
            if (!Json.text(metadata, "resourceVersion").isEmpty()) {
                throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
            }
            requireNamespace(kind, namespace);
            if (!name.isEmpty() && find(kind, namespace, name) != null) {
                throw ApiException.exists(kind, name);
            }
            metadata.remove("managedFields");
            return finish(kind, null, object, write, true);
        }
    }

    /** @throws ApiException where it is refused */
    public ObjectNode update(Kind kind, String namespace, String name, ObjectNode body, Write write) {
        ObjectNode object = body.deepCopy();
        identify(kind, namespace, name, object, write.strict());
        synchronized (store) {
            ObjectNode before = get(kind, namespace, name);
            checkVersion(kind, before, object);
            return finish(kind, before, object, write, true);
        }
    }

    private static void checkVersion(Kind kind, ObjectNode before, ObjectNode object) {
        String version = Json.text(object, "metadata", "resourceVersion");
        String uid = Json.uid(object);
        if (!version.isEmpty() && !version.equals(Json.text(before, "metadata", "resourceVersion"))) {
            throw ApiException.modified(kind, Json.name(before));
        }
        if (!uid.isEmpty() && !uid.equals(Json.uid(before))) {
            throw new ApiException(
                    409,
                    "Conflict",
                    "Operation cannot be fulfilled on " + kind.resource() + " \"" + Json.name(before)
                            + "\": Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + Json.uid(before),
                    kind,
                    Json.name(before),
                    List.of());
        }
    }

    /** The kinds of patches. */
    enum PatchType {
        JSON,
        MERGE,
        STRATEGIC
    }

    ObjectNode patch(Kind kind, String namespace, String name, JsonNode patch, PatchType type, Write write) {
        synchronized (store) {
            ObjectNode before = get(kind, namespace, name);
            JsonNode patched =
                    switch (type) {
                        case JSON -> Patches.json(before, patch);
                        case MERGE -> Patches.merge(before, patch);
                        case STRATEGIC -> {
                            if (!kinds.isBuiltIn(kind)) {
                                throw new ApiException(
                                        415,
                                        "UnsupportedMediaType",
                                        "the body of the request was in an unknown format - accepted media types"
                                                + " include: application/json-patch+json, application/merge-patch+json,"
                                                + " application/apply-patch+yaml");
                            }
                            yield patches.strategic(kind, before, patch);
                        }
                    };
            if (!(patched instanceof ObjectNode object)) {
                throw ApiException.badRequest("a patch must leave an object");
            }
            identify(kind, namespace, name, object, write.strict());
            checkVersion(kind, before, object);
            return finish(kind, before, object, write, true);
        }
    }

    /** Server-side apply. */
    ObjectNode apply(Kind kind, String namespace, String name, ObjectNode configuration, Write write) {
        if (write.manager().isEmpty()) {
            throw ApiException.badRequest("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is"
                    + " required for apply patch");
        }
        ObjectNode applied = configuration.deepCopy();
        identify(kind, namespace, name, applied, write.strict());
        if (!configuration.path("metadata").path("managedFields").isEmpty()) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        synchronized (store) {
            ObjectNode before = find(kind, namespace, name);
            if (before == null) {
                if (!write.subresource().isEmpty()) {
                    throw ApiException.notFound(kind, name);
                }
                requireNamespace(kind, namespace);
                applied.remove("status");
            } else {
                checkVersion(kind, before, applied);
            }
            if (kind.name().equals("Secret")) {
                Defaults.set(kind, applied);
            }
            ObjectNode merged =
                    ownership.apply(kind, before, applied, write.manager(), write.force(), write.subresource(), now());
            return finish(kind, before, merged, write, false);
        }
    }

    /** Checks that an object is what its address says, and completes what it leaves out. */
    private void identify(Kind kind, String namespace, String name, ObjectNode object, boolean strict) {
        String apiVersion = Json.text(object, "apiVersion");
        String kindName = Json.text(object, "kind");
        if ((!apiVersion.isEmpty() && !apiVersion.equals(kind.apiVersion()))
                || (!kindName.isEmpty() && !kindName.equals(kind.name()))) {
            throw ApiException.badRequest("the API version in the data (" + apiVersion + ", " + kindName
                    + ") does not match the expected API version (" + kind.apiVersion() + ", " + kind.name() + ")");
        }
        JsonNode given = object.path("metadata");
        if (!given.isMissingNode() && !given.isObject()) {
            throw ApiException.badRequest("metadata must be an object");
        }
        java.util.ArrayList<String> unknown = new java.util.ArrayList<>();
        String problem = schema.check(object, schema.of(kind), "", unknown);
        if (problem != null) {
            throw ApiException.badRequest(kind.name() + " in version \"" + kind.version() + "\" cannot be handled as a "
                    + kind.name() + ": json: " + problem);
        }
        if (strict && !unknown.isEmpty()) {
            StringBuilder text = new StringBuilder();
            unknown.forEach(field -> text.append(text.isEmpty() ? "" : ", ")
                    .append("unknown field \"")
                    .append(field)
                    .append('"'));
            throw ApiException.badRequest(kind.name() + " in version \"" + kind.version() + "\" cannot be handled as a "
                    + kind.name() + ": strict decoding error: " + text);
        }
        drop(object, unknown);
        ObjectNode metadata = object.withObjectProperty("metadata");
        object.put("apiVersion", kind.apiVersion()).put("kind", kind.name());
        if (kind.namespaced()) {
            String own = Json.text(metadata, "namespace");
            if (!own.isEmpty() && !own.equals(namespace)) {
                throw ApiException.badRequest(
                        "the namespace of the provided object does not match the namespace sent on" + " the request");
            }
            metadata.put("namespace", namespace);
        } else {
            metadata.remove("namespace");
        }
        if (!name.isEmpty()) {
            String own = Json.text(metadata, "name");
            if (!own.isEmpty() && !own.equals(name)) {
                throw ApiException.badRequest(
                        "the name of the object (" + own + ") does not match the name on the URL (" + name + ")");
            }
            metadata.put("name", name);
        }
    }

    /** Fields that do not exist are not kept, as the real server does not. */
    private static void drop(ObjectNode object, List<String> unknown) {
        for (String path : unknown) {
            JsonNode node = object;
            String[] steps = path.replace("[", ".[").split("\\.");
            for (int i = 0; i < steps.length - 1; i++) {
                node = steps[i].startsWith("[")
                        ? node.path(Integer.parseInt(steps[i].substring(1, steps[i].length() - 1)))
                        : node.path(steps[i]);
            }
            if (node instanceof ObjectNode parent) {
                parent.remove(steps[steps.length - 1]);
            }
        }
    }

    private void requireNamespace(Kind kind, String namespace) {
        if (!kind.namespaced()) {
            return;
        }
        ObjectNode found = find(Kinds.NAMESPACE, "", namespace);
        if (found == null) {
            throw ApiException.notFound(Kinds.NAMESPACE, namespace);
        }
        if (Json.isDeleted(found)) {
            throw new ApiException(
                    403,
                    "Forbidden",
                    kind.resource() + " is forbidden: unable to create new content in namespace " + namespace
                            + " because it is being terminated");
        }
    }

    /** The last part of every write; the lock is held. */
    private ObjectNode finish(
            Kind kind, @Nullable ObjectNode before, ObjectNode object, Write write, boolean trackOwners) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        if (before != null) {
            keepWhatIsNotWritten(kind, before, object, write.subresource());
            JsonNode old = before.path("metadata");
            for (String field : new String[] {
                "uid",
                "creationTimestamp",
                "generation",
                "resourceVersion",
                "deletionTimestamp",
                "deletionGracePeriodSeconds"
            }) {
                if (old.has(field)) {
                    metadata.set(field, old.path(field));
                } else {
                    metadata.remove(field);
                }
            }
            if (trackOwners) {
                if (old.has("managedFields")) {
                    metadata.set("managedFields", old.path("managedFields"));
                } else {
                    metadata.remove("managedFields");
                }
            }
        }
        if (write.subresource().isEmpty()) {
            if (before != null && kind.equals(Kinds.SERVICE)) {
                keepServiceAddresses(before, object);
            }
            Defaults.set(kind, object);
        }
        Validation.check(kind, object, before);
        if (kind.equals(Kinds.SERVICE) && write.subresource().isEmpty()) {
            services.admit(object, before, write.dryRun());
        }
        if (trackOwners) {
            ownership.update(kind, before, object, write.manager(), write.subresource(), now());
        }
        if (before == null) {
            metadata.put("uid", UUID.randomUUID().toString());
            metadata.put("creationTimestamp", now());
            metadata.remove("deletionTimestamp");
            metadata.remove("generation");
            if (hasGeneration(kind)) {
                metadata.put("generation", 1);
            }
            begin(kind, object);
        } else if (isSame(before, object)) {
            return before;
        } else if (hasGeneration(kind) && !content(before).equals(content(object))) {
            metadata.put(
                    "generation", before.path("metadata").path("generation").asInt(0) + 1);
        }
        if (write.dryRun()) {
            if (before == null) {
                metadata.remove("resourceVersion");
            }
            return object;
        }
        ObjectNode stored = store.put(kind, object);
        afterWrite(kind, before, stored);
        return stored;
    }

    private boolean hasGeneration(Kind kind) {
        return WITH_GENERATION.contains(kind.group()) || !kinds.isBuiltIn(kind);
    }

    private static ObjectNode content(ObjectNode object) {
        ObjectNode copy = Json.object().setAll(object);
        copy.remove("metadata");
        copy.remove("status");
        return copy;
    }

    /** Whether nothing but the times of {@code managedFields} differs. */
    private static boolean isSame(ObjectNode before, ObjectNode after) {
        if (!content(before).equals(content(after)) || !before.path("status").equals(after.path("status"))) {
            return false;
        }
        return withoutTimes(before).equals(withoutTimes(after));
    }

    private static JsonNode withoutTimes(ObjectNode object) {
        ObjectNode metadata = ((ObjectNode) object.path("metadata")).deepCopy();
        metadata.path("managedFields").forEach(entry -> {
            if (entry instanceof ObjectNode node) {
                node.remove("time");
            }
        });
        return metadata;
    }

    private void keepWhatIsNotWritten(Kind kind, ObjectNode before, ObjectNode object, String subresource) {
        if (subresource.equals("status")) {
            JsonNode status = object.path("status");
            JsonNode managed = object.path("metadata").path("managedFields");
            object.removeAll();
            object.setAll(before.deepCopy());
            if (status.isMissingNode()) {
                object.remove("status");
            } else {
                object.set("status", status);
            }
            if (!managed.isMissingNode()) {
                object.withObjectProperty("metadata").set("managedFields", managed);
            }
        } else if (kind.hasStatus()) {
            if (before.has("status")) {
                object.set("status", before.path("status"));
            } else {
                object.remove("status");
            }
        }
    }

    /** A Service that is written without its address and node ports keeps them. */
    private static void keepServiceAddresses(ObjectNode before, ObjectNode after) {
        if (!(after.path("spec") instanceof ObjectNode spec)) {
            return;
        }
        JsonNode old = before.path("spec");
        boolean external = Json.text(spec, "type").equals("ExternalName");
        for (String field : new String[] {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"}) {
            if (!external
                    && old.has(field)
                    && (!spec.has(field) || Json.text(spec, "clusterIP").isEmpty())) {
                spec.set(field, old.path(field).deepCopy());
            }
        }
        String type = Json.text(spec, "type");
        if (!type.equals("NodePort") && !type.equals("LoadBalancer")) {
            return;
        }
        for (JsonNode each : spec.path("ports")) {
            if (each instanceof ObjectNode port && port.path("nodePort").asInt(0) == 0) {
                for (JsonNode known : old.path("ports")) {
                    if (known.path("port").equals(port.path("port")) && known.has("nodePort")) {
                        port.set("nodePort", known.path("nodePort"));
                    }
                }
            }
        }
    }

    private void begin(Kind kind, ObjectNode object) {
        switch (kind.name()) {
            case "Namespace" -> object.putObject("status").put("phase", "Active");
            case "Pod" -> {
                ObjectNode status = object.putObject("status");
                status.put("phase", "Pending");
                status.put("qosClass", qos(object.path("spec")));
            }
            case "Service" -> object.putObject("status").putObject("loadBalancer");
            case "PersistentVolumeClaim" -> {
                ObjectNode spec = object.withObjectProperty("spec");
                if (!spec.has("volumeName")) {
                    spec.put("volumeName", "pvc-" + Json.uid(object));
                }
                ObjectNode status = object.putObject("status").put("phase", "Bound");
                status.set("accessModes", spec.path("accessModes"));
                status.putObject("capacity")
                        .set("storage", spec.path("resources").path("requests").path("storage"));
            }
            case "Job" -> job(object);
            case "CustomResourceDefinition" -> {
                ObjectNode status = object.putObject("status");
                ArrayNode conditions = status.putArray("conditions");
                for (String type : new String[] {"NamesAccepted", "Established"}) {
                    conditions
                            .addObject()
                            .put("type", type)
                            .put("status", "True")
                            .put("reason", type.equals("Established") ? "InitialNamesAccepted" : "NoConflicts")
                            .put("message", "")
                            .put("lastTransitionTime", now());
                }
                status.set("acceptedNames", object.path("spec").path("names"));
                status.putArray("storedVersions");
            }
            default -> {
                if (kind.hasStatus() && kinds.isBuiltIn(kind)) {
                    object.putObject("status");
                }
            }
        }
    }

    private static String qos(JsonNode spec) {
        boolean any = false;
        boolean all = true;
        for (JsonNode container : spec.path("containers")) {
            JsonNode resources = container.path("resources");
            any |= !resources.path("requests").isEmpty()
                    || !resources.path("limits").isEmpty();
            for (String name : new String[] {"cpu", "memory"}) {
                JsonNode limit = resources.path("limits").path(name);
                all &= !limit.isMissingNode()
                        && Quantity.of(limit)
                                        .compareTo(Quantity.of(
                                                resources.path("requests").path(name)))
                                == 0;
            }
        }
        return !any ? "BestEffort" : all ? "Guaranteed" : "Burstable";
    }

    private static void job(ObjectNode job) {
        ObjectNode spec = job.withObjectProperty("spec");
        String uid = Json.uid(job);
        if (!spec.has("selector")) {
            spec.putObject("selector").putObject("matchLabels").put("batch.kubernetes.io/controller-uid", uid);
        }
        spec.withObjectProperty("template")
                .withObjectProperty("metadata")
                .withObjectProperty("labels")
                .put("batch.kubernetes.io/controller-uid", uid)
                .put("batch.kubernetes.io/job-name", Json.name(job))
                .put("controller-uid", uid)
                .put("job-name", Json.name(job));
        job.putObject("status");
    }

    private void afterWrite(Kind kind, @Nullable ObjectNode before, ObjectNode stored) {
        if (kind.equals(Kinds.CUSTOM_RESOURCE)) {
            Kinds.defined(stored).forEach(kinds::add);
        } else if (kind.equals(Kinds.NAMESPACE) && before == null) {
            ObjectNode account = Json.object();
            account.putObject("metadata").put("name", "default");
            create(Kinds.SERVICE_ACCOUNT, Json.name(stored), account, Write.by("octavo-sandbox"));
        }
    }

    /**
     * A change by the sandbox itself: neither validated, nor are its owners kept.
     *
     * @param change works on a copy; where it changes nothing, nothing is written
     * @return as it is now; null where there is no such object
     */
    public @Nullable ObjectNode mutate(Kind kind, String namespace, String name, Consumer<ObjectNode> change) {
        synchronized (store) {
            ObjectNode before = find(kind, namespace, name);
            if (before == null) {
                return null;
            }
            ObjectNode after = before.deepCopy();
            change.accept(after);
            if (after.equals(before)) {
                return before;
            }
            if (hasGeneration(kind) && !content(before).equals(content(after))) {
                after.withObjectProperty("metadata")
                        .put(
                                "generation",
                                before.path("metadata").path("generation").asInt(0) + 1);
            }
            return store.put(kind, after);
        }
    }

    // ------------------------------------------------------------------------------------------------------- deletion

    /**
     * How an object is deleted.
     *
     * @param propagation {@code Background}, {@code Foreground} or {@code Orphan}
     * @param graceSeconds for pods; below 0 for the pod's own
     */
    public record Deletion(String propagation, int graceSeconds, boolean dryRun, String uid, String resourceVersion) {
        public static final Deletion BACKGROUND = new Deletion("Background", -1, false, "", "");
    }

    /**
     * Deletes, or begins to.
     *
     * @return the object as it was last
     * @throws ApiException 404, 409
     */
    public ObjectNode delete(Kind kind, String namespace, String name, Deletion deletion) {
        synchronized (store) {
            ObjectNode object = get(kind, namespace, name);
            if ((!deletion.uid().isEmpty() && !deletion.uid().equals(Json.uid(object)))
                    || (!deletion.resourceVersion().isEmpty()
                            && !deletion.resourceVersion().equals(Json.text(object, "metadata", "resourceVersion")))) {
                throw new ApiException(
                        409,
                        "Conflict",
                        "Operation cannot be fulfilled on " + kind.resource() + " \"" + name
                                + "\": the precondition of the deletion does not hold",
                        kind,
                        name,
                        List.of());
            }
            if (deletion.dryRun()) {
                return object;
            }
            if (kind.equals(Kinds.POD)) {
                return deletePod(object, deletion.graceSeconds());
            }
            if (kind.equals(Kinds.NAMESPACE)) {
                return mark(kind, object, -1, marked -> marked.withObjectProperty("status")
                        .put("phase", "Terminating"));
            }
            if (deletion.propagation().equals("Foreground")) {
                boolean owns = kinds.all().stream()
                        .flatMap(each -> store.list(each, Json.namespace(object)).stream())
                        .anyMatch(each -> isOwnedBy(each, Json.uid(object)));
                if (owns) {
                    return mark(kind, object, -1, marked -> {
                        ArrayNode finalizers =
                                marked.withObjectProperty("metadata").withArrayProperty("finalizers");
                        finalizers.add("foregroundDeletion");
                    });
                }
            }
            if (deletion.propagation().equals("Orphan")) {
                orphan(object);
            }
            return removeNow(kind, namespace, name);
        }
    }

    private ObjectNode deletePod(ObjectNode pod, int graceSeconds) {
        int own = pod.path("spec").path("terminationGracePeriodSeconds").asInt(30);
        int grace = graceSeconds < 0 ? own : graceSeconds;
        if (grace == 0) {
            return removeNow(Kinds.POD, Json.namespace(pod), Json.name(pod));
        }
        return mark(Kinds.POD, pod, grace, marked -> {});
    }

    private ObjectNode mark(Kind kind, ObjectNode object, int grace, Consumer<ObjectNode> further) {
        if (Json.isDeleted(object)) {
            int present =
                    object.path("metadata").path("deletionGracePeriodSeconds").asInt(-1);
            if (grace < 0 || (present >= 0 && grace >= present)) {
                return object;
            }
        }
        ObjectNode marked = object.deepCopy();
        ObjectNode metadata = marked.withObjectProperty("metadata");
        Instant when = Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).plusSeconds(Math.max(0, grace));
        metadata.put("deletionTimestamp", when.toString());
        if (grace >= 0) {
            metadata.put("deletionGracePeriodSeconds", grace);
        }
        further.accept(marked);
        return store.put(kind, marked);
    }

    private void orphan(ObjectNode owner) {
        String uid = Json.uid(owner);
        for (Kind each : kinds.all()) {
            for (ObjectNode dependent : store.list(each, Json.namespace(owner))) {
                if (isOwnedBy(dependent, uid)) {
                    mutate(each, Json.namespace(dependent), Json.name(dependent), copy -> {
                        ArrayNode owners = copy.withObjectProperty("metadata").withArrayProperty("ownerReferences");
                        owners.removeIf(reference -> Json.text(reference, "uid").equals(uid));
                        if (owners.isEmpty()) {
                            copy.withObjectProperty("metadata").remove("ownerReferences");
                        }
                    });
                }
            }
        }
    }

    /** Removes an object from the store, whatever it still holds. */
    public ObjectNode removeNow(Kind kind, String namespace, String name) {
        ObjectNode last = store.remove(kind, kind.namespaced() ? namespace : "", name);
        if (last == null) {
            throw ApiException.notFound(kind, name);
        }
        if (kind.equals(Kinds.CUSTOM_RESOURCE)) {
            for (Kind defined : Kinds.defined(last)) {
                store.list(defined, "").forEach(each -> store.remove(defined, Json.namespace(each), Json.name(each)));
                kinds.remove(defined);
            }
        }
        return last;
    }

    /** Every namespaced kind, and with {@code true} the others too. */
    public List<Kind> kinds(boolean all) {
        return kinds.all().stream().filter(kind -> all || kind.namespaced()).toList();
    }

    // --------------------------------------------------------------------------------------------------------- events

    /** Notes that something happened to an object; the same once more only counts up. */
    public void event(ObjectNode about, String type, String reason, String message, String component) {
        String namespace = Json.namespace(about).isEmpty() ? "default" : Json.namespace(about);
        synchronized (store) {
            if (find(Kinds.NAMESPACE, "", namespace) == null) {
                return;
            }
            String uid = Json.uid(about);
            for (ObjectNode event : store.list(Kinds.EVENT, namespace)) {
                if (Json.text(event, "involvedObject", "uid").equals(uid)
                        && Json.text(event, "reason").equals(reason)
                        && Json.text(event, "message").equals(message)) {
                    ObjectNode again = event.deepCopy();
                    again.put("count", event.path("count").asInt(1) + 1).put("lastTimestamp", now());
                    store.put(Kinds.EVENT, again);
                    return;
                }
            }
            List<ObjectNode> present = store.list(Kinds.EVENT, namespace);
            if (present.size() >= MAX_EVENTS) {
                present.stream()
                        .min((one, other) ->
                                Json.text(one, "lastTimestamp").compareTo(Json.text(other, "lastTimestamp")))
                        .ifPresent(oldest -> store.remove(Kinds.EVENT, namespace, Json.name(oldest)));
            }
            ObjectNode event = Json.object().put("apiVersion", "v1").put("kind", "Event");
            event.putObject("metadata")
                    .put("name", Json.name(about) + "." + Long.toHexString(random.nextLong() | Long.MIN_VALUE))
                    .put("namespace", namespace)
                    .put("uid", UUID.randomUUID().toString())
                    .put("creationTimestamp", now());
            event.putObject("involvedObject")
                    .put("apiVersion", Json.text(about, "apiVersion"))
                    .put("kind", Json.text(about, "kind"))
                    .put("name", Json.name(about))
                    .put("namespace", Json.namespace(about))
                    .put("uid", uid)
                    .put("resourceVersion", Json.text(about, "metadata", "resourceVersion"));
            event.put("type", type)
                    .put("reason", reason)
                    .put("message", message)
                    .put("count", 1);
            event.put("firstTimestamp", now()).put("lastTimestamp", now());
            event.putObject("source").put("component", component);
            event.put("reportingComponent", component).put("reportingInstance", "");
            store.put(Kinds.EVENT, event);
        }
    }
}
