package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.cluster.Prepared.Item;
import dev.octavo.engine.template.Substitution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a deployment would do, without doing anything: every object is applied on the server as a dry run, and
 * the result is compared with what is there.
 */
public final class Planner {
    private static final int LISTED_FROM = 8;
    private static final int MAX_LISTED = 2_000;

    private final DeploySpec spec;
    private final ClusterClient client;
    private final Masker masker;
    private final List<String> warnings = new ArrayList<>();
    /** Whether each namespace that is used is there. */
    private final Map<String, Boolean> namespaces = new HashMap<>();
    /** Objects in the cluster, by their paths, as far as they were listed. */
    private final Map<String, Map<String, Object>> listed = new HashMap<>();
    /** The kinds that the manifests themselves define, by apiVersion and kind. */
    private final Map<String, ResourceType> defined = new HashMap<>();

    private Planner(DeploySpec spec, ClusterClient client) {
        this.spec = spec;
        this.client = client;
        Substitution substitution = spec.substitution();
        List<SecretValue> secrets = substitution == null ? List.of() : substitution.secrets();
        this.masker = new Masker(secrets);
    }

    /**
     * Makes a plan.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_MANIFEST}, {@link ErrorCode#CONFIG_UNDEFINED_VARIABLE},
     *     {@link ErrorCode#CLUSTER_KUBECONFIG}, {@link ErrorCode#CLUSTER_UNREACHABLE},
     *     {@link ErrorCode#CLUSTER_UNAUTHORIZED}; {@link ErrorCode#CLUSTER_REFUSED} with all objects that the server
     *     would not accept
     */
    public static Plan plan(DeploySpec spec, EngineContext context) {
        // the files first: what is wrong with them is told without a cluster
        Manifests manifests = load(spec, context);
        try (ClusterClient client = ClusterClient.connect(spec.target(), context)) {
            return new Planner(spec, client).prepare(manifests).plan();
        }
    }

    static Manifests load(DeploySpec spec, EngineContext context) {
        return ManifestLoader.load(
                context.workspace().resolve(spec.directory()), spec.manifests(), spec.substitution());
    }

    static Prepared prepare(DeploySpec spec, Manifests manifests, ClusterClient client) {
        return new Planner(spec, client).prepare(manifests);
    }

    private Prepared prepare(Manifests manifests) {
        warnings.addAll(manifests.warnings());
        ImagePins.Pinned pinned = new ImagePins(spec.digests()).pin(manifests.objects());
        warnings.addAll(pinned.warnings());
        List<ManifestObject> all = new ArrayList<>(pinned.objects());
        if (spec.pullSecret() != null) {
            all.add(spec.pullSecret().object());
        }
        define(all);
        List<Typed> objects = placed(all);
        listMany(objects);
        List<Result> results = client.each(objects, this::dryRun);
        refuse(results);
        warnOfServicesWithoutPods(objects);

        List<Item> items = new ArrayList<>();
        for (Result result : results) {
            items.add(new Item(result.object(), result.type(), result.served(), result.change(), result.write()));
        }
        // fingerprints of Secrets are slow on purpose
        List<PlannedObject> planned = client.each(results, this::planned);
        Plan plan = Plan.of(
                spec.environment(),
                client.server(),
                home(objects),
                planned,
                pinned.images(),
                spec.digests(),
                manifests.placeholders(),
                warnings.stream().map(masker::mask).toList());
        return new Prepared(plan, items);
    }

    /** Where objects go that do not say so themselves. */
    private String home() {
        if (!spec.namespace().isEmpty()) {
            return spec.namespace();
        }
        String otherwise = spec.defaultNamespace().isEmpty() ? client.namespace() : spec.defaultNamespace();
        return otherwise.isEmpty() ? "default" : otherwise;
    }

    /** The one namespace that everything goes to, where that is so; else where objects go that do not say so. */
    private String home(List<Typed> objects) {
        List<String> used = objects.stream()
                .map(typed -> typed.object().namespace())
                .filter(namespace -> !namespace.isEmpty())
                .distinct()
                .toList();
        return used.size() == 1 ? used.get(0) : home();
    }

    // --------------------------------------------------------------------------------------------- kinds and places

    /** An object with the name of its kind, which the server has or else the manifests themselves define. */
    private record Typed(ManifestObject object, ResourceType type, boolean served) {}

    private void define(List<ManifestObject> objects) {
        for (ManifestObject object : objects) {
            if (!object.kind().equals("CustomResourceDefinition")) {
                continue;
            }
            Map<String, Object> definition = Tree.map(object.content(), "spec");
            String kind = Tree.text(definition, "names", "kind");
            for (Map<String, Object> version : Tree.maps(definition, "versions")) {
                String apiVersion = Tree.text(definition, "group") + "/" + Tree.text(version, "name");
                defined.put(
                        apiVersion + " " + kind,
                        new ResourceType(
                                apiVersion,
                                kind,
                                Tree.text(definition, "names", "plural"),
                                Tree.text(definition, "scope").equals("Namespaced")));
            }
        }
    }

    /** The objects with their namespaces, in the order of deployment. */
    private List<Typed> placed(List<ManifestObject> objects) {
        Set<String> versions = new LinkedHashSet<>();
        objects.forEach(object -> versions.add(object.apiVersion()));
        versions.add("v1");
        List<Boolean> unused = client.each(
                new ArrayList<>(versions), version -> client.type(version, "").isPresent());

        List<Typed> placed = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        String home = home();
        for (ManifestObject object : objects) {
            ResourceType served =
                    client.type(object.apiVersion(), object.kind()).orElse(null);
            ResourceType type = served == null ? defined.get(object.apiVersion() + " " + object.kind()) : served;
            if (type == null) {
                String advice = RemovedApis.advice(object.apiVersion(), object.kind());
                unknown.add(object.place() + "  " + object.title() + ": the cluster does not have " + object.kind()
                        + " in " + object.apiVersion() + (advice.isEmpty() ? "" : "; " + advice));
                continue;
            }
            placed.add(new Typed(
                    object.inNamespace(type.namespaced() ? namespace(object, home) : ""), type, served != null));
        }
        if (!unknown.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CLUSTER_REFUSED,
                    unknown.size() == 1
                            ? "The cluster does not have a kind of object"
                            : "The cluster does not have " + unknown.size() + " kinds of objects",
                    client.server(),
                    String.join("\n", unknown),
                    "correct apiVersion and kind, or install what defines the kind");
        }
        refuseTwins(placed);
        findNamespaces(placed);
        placed.sort(Comparator.comparing(typed -> Wave.of(typed.object())));
        return placed;
    }

    private String namespace(ManifestObject object, String home) {
        String written = object.namespace();
        if (written.isEmpty() || written.equals(home)) {
            return home;
        }
        if (spec.namespace().isEmpty()) {
            return written;
        }
        warnings.add(object.place() + "  " + object.title() + " says namespace " + written + ", and goes to " + home
                + " as asked");
        return home;
    }

    private static void refuseTwins(List<Typed> placed) {
        Map<String, ManifestObject> first = new HashMap<>();
        for (Typed typed : placed) {
            ManifestObject object = typed.object();
            String identity = object.group() + " " + object.kind() + " " + object.namespace() + " " + object.name();
            ManifestObject twin = first.putIfAbsent(identity, object);
            if (twin != null) {
                throw new EngineException(
                        ErrorCode.CONFIG_MANIFEST,
                        object.title() + " is there twice",
                        object.place(),
                        "the other one is at " + twin.place() + ", and both go to namespace " + object.namespace(),
                        "remove one, or narrow the pattern that names the files");
            }
        }
    }

    private void findNamespaces(List<Typed> placed) {
        Set<String> used = new LinkedHashSet<>();
        Set<String> made = new LinkedHashSet<>();
        for (Typed typed : placed) {
            if (typed.object().kind().equals("Namespace")
                    && typed.object().group().isEmpty()) {
                made.add(typed.object().name());
            } else if (!typed.object().namespace().isEmpty()) {
                used.add(typed.object().namespace());
            }
        }
        List<String> asked = new ArrayList<>(used);
        List<Answer> answers =
                client.each(asked, name -> client.get("/api/v1/namespaces/" + ResourceType.escape(name)));
        for (int i = 0; i < asked.size(); i++) {
            // one that may not be read is taken to be there: the dry run will tell
            boolean there = !answers.get(i).notFound();
            String name = asked.get(i);
            namespaces.put(name, there);
            if (!there && !made.contains(name)) {
                addNamespace(placed, name);
            }
        }
    }

    private void addNamespace(List<Typed> placed, String name) {
        if (!spec.createNamespace()) {
            throw new EngineException(
                    ErrorCode.CLUSTER_REFUSED,
                    "The namespace " + name + " does not exist",
                    client.server(),
                    "objects are to go there, and no manifest makes it",
                    "create it, correct its name, or add a manifest for it");
        }
        Map<String, Object> content = Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", name));
        placed.add(new Typed(
                new ManifestObject("v1", "Namespace", "", name, content, "", 0),
                new ResourceType("v1", "Namespace", "namespaces", false),
                true));
    }

    // ------------------------------------------------------------------------------------------------------ dry run

    /** What the server says to an object. Its refusal is kept, so that all can be told at once. */
    private record Result(
            ManifestObject object,
            ResourceType type,
            boolean served,
            Change change,
            boolean write,
            String uid,
            List<LiveDiff.Raw> changes,
            List<String> warnings,
            @Nullable Answer refusal) {}

    private Result dryRun(Typed typed) {
        ManifestObject object = typed.object();
        ResourceType type = typed.type();
        if (!typed.served()) {
            return created(typed, List.of("it cannot be checked before its CustomResourceDefinition is there"), null);
        }
        if (!object.namespace().isEmpty() && !namespaces.getOrDefault(object.namespace(), true)) {
            return checkedElsewhere(typed, type);
        }
        Answer result = client.apply(type, object, true);
        if (!result.ok()) {
            return created(typed, List.of(), result);
        }
        if (result.code() == 201) {
            return created(typed, result.warnings(), null);
        }
        String path = type.path(object.namespace(), object.name());
        Map<String, Object> known = listed.get(path);
        Answer live = known == null ? client.get(path) : new Answer(200, known, List.of());
        if (live.notFound()) {
            return created(typed, result.warnings(), null);
        }
        if (!live.ok()) {
            return created(typed, List.of(), live);
        }
        List<LiveDiff.Raw> changes = LiveDiff.compare(live.body(), result.body());
        boolean sameOwnership = ownedFields(live.body()).equals(ownedFields(result.body()));
        return new Result(
                object,
                type,
                true,
                changes.isEmpty() ? Change.UNCHANGED : Change.CHANGE,
                !changes.isEmpty() || !sameOwnership,
                Tree.text(live.body(), "metadata", "uid"),
                changes,
                result.warnings(),
                null);
    }

    /** Reads objects of which there are many by one request for each kind instead of one for each object. */
    private void listMany(List<Typed> objects) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Typed typed : objects) {
            String namespace = typed.object().namespace();
            if (typed.served() && namespaces.getOrDefault(namespace, true)) {
                counts.merge(typed.type().path(namespace), 1L, Long::sum);
            }
        }
        List<String> paths = counts.keySet().stream()
                .filter(path -> counts.getOrDefault(path, 0L) >= LISTED_FROM)
                .toList();
        List<Answer> answers = client.each(paths, path -> client.get(path + "?limit=" + MAX_LISTED));
        for (int i = 0; i < paths.size(); i++) {
            // where it may not be listed, each is asked for
            for (Map<String, Object> object : Tree.maps(answers.get(i).body(), "items")) {
                listed.put(paths.get(i) + "/" + ResourceType.escape(Tree.text(object, "metadata", "name")), object);
            }
        }
    }

    private static Result created(Typed typed, List<String> warnings, @Nullable Answer refusal) {
        return new Result(
                typed.object(), typed.type(), typed.served(), Change.CREATE, true, "", List.of(), warnings, refusal);
    }

    /** The fields that Octavo owns by having applied them. */
    private static Map<String, Object> ownedFields(Map<String, Object> object) {
        for (Map<String, Object> entry : Tree.maps(object, "metadata", "managedFields")) {
            if (Tree.text(entry, "manager").equals(ClusterClient.FIELD_MANAGER)
                    && Tree.text(entry, "operation").equals("Apply")) {
                return Tree.map(entry, "fieldsV1");
            }
        }
        return Map.of();
    }

    /**
     * An object whose namespace is not there yet: the server checks its form in another namespace, under a name that
     * nothing has there. What depends on the namespace itself, such as quotas and permissions, is not checked.
     */
    private Result checkedElsewhere(Typed typed, ResourceType type) {
        ManifestObject object = typed.object();
        String name = object.name().substring(0, Math.min(40, object.name().length())) + "-octavo-plan";
        Map<String, Object> content =
                new LinkedHashMap<>(object.inNamespace("default").content());
        Map<String, Object> metadata = new LinkedHashMap<>(Tree.map(content, "metadata"));
        metadata.put("name", name);
        content.put("metadata", metadata);
        Answer answer = client.apply(type.path("default", name), content, true);
        if (answer.malformed() && !answer.message().contains("webhook")) {
            return created(typed, List.of(), answer);
        }
        return created(
                typed,
                answer.ok() ? answer.warnings() : List.of("it cannot be checked before its namespace is there"),
                null);
    }

    private void refuse(List<Result> results) {
        List<String> refusals = new ArrayList<>();
        boolean permission = true;
        String first = "";
        for (Result result : results) {
            Answer refusal = result.refusal();
            if (refusal == null) {
                continue;
            }
            if (refusal.passing()) {
                throw client.refused(
                        "The cluster fails to check " + result.object().title(), client.server(), refusal);
            }
            permission &= refusal.notPermitted();
            first = first.isEmpty() ? result.object().place() : first;
            refusals.add(result.object().place() + "  " + result.object().title() + ": "
                    + message(result.object(), refusal));
        }
        if (refusals.isEmpty()) {
            return;
        }
        String what = refusals.size() == 1 ? "an object" : refusals.size() + " objects";
        throw new EngineException(
                permission ? ErrorCode.CLUSTER_UNAUTHORIZED : ErrorCode.CLUSTER_REFUSED,
                "The cluster refuses " + what + ", and nothing was written",
                first + " (" + client.server() + ")",
                String.join("\n", refusals),
                permission ? "grant these permissions to the user of the kubeconfig" : "correct the manifests");
    }

    private String message(ManifestObject object, Answer refusal) {
        String message = refusal.message();
        if (refusal.code() == 415) {
            return "the server does not know server-side apply, which Kubernetes has since 1.16";
        }
        if (object.kind().equals("Secret")) {
            // the server quotes the values that it does not like
            message = message.replaceAll(
                    "(?s)Invalid value: (\"(\\\\.|[^\"\\\\])*\"|[^:]*)", "Invalid value: " + Masker.MASK);
        }
        if (message.contains("because it is being terminated")) {
            message += " (wait until it is gone, then run this again)";
        }
        if (message.contains("field is immutable") || message.contains("are forbidden")) {
            message += " (this cannot be changed: delete the object first, which stops what it runs)";
        }
        if (message.contains("expected string, got")) {
            message += " (put the value in quotation marks)";
        }
        return masker.mask(message);
    }

    // ---------------------------------------------------------------------------------------------------- the result

    private PlannedObject planned(Result result) {
        ManifestObject object = result.object();
        List<Object> meets = new ArrayList<>();
        for (LiveDiff.Raw change : result.changes()) {
            meets.add(List.of(
                    change.path(),
                    change.before() == null ? List.of() : List.of(change.before()),
                    change.after() == null ? List.of() : List.of(change.after())));
        }
        Object met = List.of(result.uid(), meets);
        List<FieldChange> changes = LiveDiff.shown(object.kind(), result.changes(), masker);
        return new PlannedObject(
                object.kind(),
                object.apiVersion(),
                object.namespace(),
                object.name(),
                result.change(),
                object.file(),
                object.line(),
                changes,
                result.warnings().stream().map(masker::mask).toList(),
                fingerprint(object, object.content()),
                meets.isEmpty() ? Fingerprint.of(met) : fingerprint(object, met));
    }

    private String fingerprint(ManifestObject object, Object tree) {
        boolean secret = object.kind().equals("Secret") || masker.finds(Json.text(tree));
        String identity = object.apiVersion() + " " + object.title() + " in " + object.namespace();
        return secret ? Fingerprint.ofSecret(tree, identity) : Fingerprint.of(tree);
    }

    /** A Service whose selector fits nothing that is deployed with it is a misspelt one. */
    private void warnOfServicesWithoutPods(List<Typed> objects) {
        for (Typed typed : objects) {
            ManifestObject service = typed.object();
            Map<String, Object> selector = Tree.map(service.content(), "spec", "selector");
            if (!service.kind().equals("Service") || !service.group().isEmpty() || selector.isEmpty()) {
                continue;
            }
            List<Map<String, Object>> labels = objects.stream()
                    .map(Typed::object)
                    .filter(other -> other.namespace().equals(service.namespace()) && Wave.of(other) == Wave.WORKLOADS)
                    .map(other -> Tree.map(other.content(), "spec", "template", "metadata", "labels"))
                    .filter(each -> !each.isEmpty())
                    .toList();
            if (!labels.isEmpty()
                    && labels.stream().noneMatch(each -> each.entrySet().containsAll(selector.entrySet()))) {
                warnings.add(service.place() + "  " + service.title() + " selects pods with " + Json.text(selector)
                        + ", and no workload that is deployed with it has these labels");
            }
        }
    }
}
