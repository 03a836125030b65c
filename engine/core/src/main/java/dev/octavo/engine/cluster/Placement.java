package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds out for each object which kind of the cluster it is, and which namespace it goes to. */
final class Placement {
    private final DeploySpec spec;
    private final ClusterClient client;
    private final List<String> warnings = new ArrayList<>();
    /** Whether each namespace that is used is there. */
    private final Map<String, Boolean> namespaces = new HashMap<>();
    /** The kinds that the manifests themselves define, by apiVersion and kind. */
    private final Map<String, ResourceType> defined = new HashMap<>();

    Placement(DeploySpec spec, ClusterClient client) {
        this.spec = spec;
        this.client = client;
    }

    /**
     * An object with the name of its kind.
     *
     * @param served whether the server has the kind; else the manifests themselves define it
     * @param notes what the reader of the plan should know
     */
    record Typed(ManifestObject object, ResourceType type, boolean served, List<String> notes) {
        Typed with(ManifestObject other) {
            return new Typed(other, type, served, notes);
        }

        Typed with(ManifestObject other, String note) {
            List<String> all = new ArrayList<>(notes);
            all.add(note);
            return new Typed(other, type, served, List.copyOf(all));
        }

        String path() {
            return type.path(object.namespace(), object.name());
        }
    }

    List<String> warnings() {
        return warnings;
    }

    /** Whether an object's namespace is there, or it needs none. */
    boolean reachable(Typed typed) {
        return namespaces.getOrDefault(typed.object().namespace(), true);
    }

    /** Whether the manifests themselves define the kind. */
    boolean defines(ManifestObject object) {
        return defined.containsKey(object.apiVersion() + " " + object.kind());
    }

    /** The one namespace that everything goes to, where that is so; else where objects go that do not say so. */
    String home(List<Typed> objects) {
        List<String> used = objects.stream()
                .map(typed -> typed.object().namespace())
                .filter(namespace -> !namespace.isEmpty())
                .distinct()
                .toList();
        return used.size() == 1 ? used.get(0) : home();
    }

    /** Where objects go that do not say so themselves. */
    private String home() {
        if (!spec.namespace().isEmpty()) {
            return spec.namespace();
        }
        String otherwise = spec.defaultNamespace().isEmpty() ? client.namespace() : spec.defaultNamespace();
        return otherwise.isEmpty() ? "default" : otherwise;
    }

    /** The objects with their namespaces, in the order of deployment. */
    List<Typed> place(List<ManifestObject> objects) {
        objects.forEach(this::define);
        Set<String> versions = new LinkedHashSet<>();
        objects.forEach(object -> versions.add(object.apiVersion()));
        versions.add("v1");
        List<Boolean> unused = client.each(
                new ArrayList<>(versions), version -> client.type(version, "").isPresent());

        List<Typed> placed = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        String home = home();
        for (ManifestObject object : objects) {
            Typed typed = typed(object, unknown);
            if (typed != null) {
                String namespace = typed.type().namespaced() ? namespace(object, home) : "";
                placed.add(typed.with(typed.object().inNamespace(namespace)));
            }
        }
        refuseUnknown(unknown);
        refuseTwins(placed);
        findNamespaces(placed);
        placed.sort(Comparator.comparing(typed -> Wave.turn(typed.object())));
        return placed;
    }

    // ---------------------------------------------------------------------------------------------------------- kinds

    private void define(ManifestObject object) {
        if (!object.kind().equals("CustomResourceDefinition")) {
            return;
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

    /** Null where neither the server nor the manifests have the kind, which is added to what is unknown. */
    private @org.jspecify.annotations.Nullable Typed typed(ManifestObject object, List<String> unknown) {
        ResourceType served = client.type(object.apiVersion(), object.kind()).orElse(null);
        if (served != null) {
            return new Typed(object, served, true, List.of());
        }
        ResourceType own = defined.get(object.apiVersion() + " " + object.kind());
        if (own != null) {
            return new Typed(object, own, false, List.of());
        }
        ServedVersions.Found found =
                new ServedVersions((version, kind) -> client.type(version, kind).isPresent()).find(object);
        if (found.converted()) {
            ManifestObject converted = found.object();
            return new Typed(
                    converted,
                    client.type(converted.apiVersion(), converted.kind()).orElseThrow(),
                    true,
                    List.of(found.note()));
        }
        String advice = RemovedApis.advice(object.apiVersion(), object.kind());
        unknown.add(object.place() + "  " + object.title() + ": the cluster does not have " + object.kind() + " in "
                + object.apiVersion() + (advice.isEmpty() ? "" : "; " + advice)
                + (found.note().isEmpty() ? "" : "; " + found.note()));
        return null;
    }

    private void refuseUnknown(List<String> unknown) {
        if (unknown.isEmpty()) {
            return;
        }
        throw new EngineException(
                ErrorCode.CLUSTER_REFUSED,
                unknown.size() == 1
                        ? "The cluster does not have a kind of object"
                        : "The cluster does not have " + unknown.size() + " kinds of objects",
                client.server(),
                String.join("\n", unknown),
                "correct apiVersion and kind, or install what defines the kind");
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

    // ----------------------------------------------------------------------------------------------------- namespaces

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
                placed.add(newNamespace(name));
            }
        }
    }

    private Typed newNamespace(String name) {
        if (!spec.createNamespace()) {
            throw new EngineException(
                    ErrorCode.CLUSTER_REFUSED,
                    "The namespace " + name + " does not exist",
                    client.server(),
                    "objects are to go there, and no manifest makes it",
                    "create it, correct its name, or add a manifest for it");
        }
        Map<String, Object> content = Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", name));
        return new Typed(
                new ManifestObject("v1", "Namespace", "", name, content, "", 0),
                new ResourceType("v1", "Namespace", "namespaces", false),
                true,
                List.of());
    }
}
