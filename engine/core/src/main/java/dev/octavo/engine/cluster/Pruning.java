package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.Need.Level;
import dev.octavo.engine.cluster.Release.Status;
import dev.octavo.engine.cluster.ReleaseState.Doomed;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what earlier releases of an application have left behind, and adds it to a plan. */
final class Pruning {
    /** Deleting one of these deletes more than itself. */
    private static final Set<String> NEVER =
            Set.of("PersistentVolumeClaim", "PersistentVolume", "Namespace", "CustomResourceDefinition");

    /** Both times are by the server's clock, in whole seconds. */
    private static final Duration ROUNDING = Duration.ofSeconds(2);

    private static final String ANNOTATION = "octavo.dev/prune";
    /** Of a row of failures, as many are looked at. */
    private static final int MAX_LATER = 5;

    private final DeploySpec spec;
    private final ClusterClient client;
    private final ReleaseStore store;
    private final Manifests manifests;
    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());

    Pruning(DeploySpec spec, ClusterClient client, Manifests manifests) {
        this.spec = spec;
        this.client = client;
        this.store = new ReleaseStore(client);
        this.manifests = manifests;
    }

    /** The plan with what it deletes. */
    Prepared added(Prepared prepared) {
        ReleaseOptions options = spec.releasing();
        if (!options.active()) {
            return prepared;
        }
        String home = home(spec, manifests, client);
        ReleaseStore.Found found = store.list(home, options.application(), spec.environment());
        warnings.addAll(found.problems());
        List<Left> left = left(prepared, found.releases());
        List<ObjectRef> kept = new ArrayList<>();
        List<Doomed> doomed = new ArrayList<>();
        Set<String> others = left.isEmpty() ? Set.of() : ownedByOthers(home, left);
        for (Candidate candidate : client.each(left, this::look)) {
            judge(candidate, others, kept, doomed);
        }
        permit(doomed);
        warnings.addAll(unknown(prepared, left));
        List<PlannedObject> objects = new ArrayList<>(prepared.plan().objects());
        for (Doomed each : doomed) {
            objects.add(PlannedObject.deleted(
                    each.type(), each.object().namespace(), each.object().name(), each.uid(), List.of()));
        }
        return new Prepared(
                extended(prepared.plan(), objects), prepared.items(), new ReleaseState(home, found, doomed, kept));
    }

    private void permit(List<Doomed> doomed) {
        if (doomed.isEmpty()) {
            return;
        }
        Permissions permissions = new Permissions(client);
        for (Doomed each : doomed) {
            permissions.need(new Need(
                    "delete",
                    group(each.type()),
                    each.type().plural(),
                    each.object().namespace(),
                    each.object().name(),
                    "to delete " + each.object().title() + ", which is not in the manifests any more",
                    Level.NEEDED));
        }
        permissions.missing().refuse();
    }

    private static String group(ResourceType type) {
        return Place.of(type.apiVersion(), type.kind(), "").group();
    }

    /** Such names in {@code pruneAlso} as nothing has. */
    private List<String> unknown(Prepared prepared, List<Left> left) {
        Set<String> known = new TreeSet<>();
        left.forEach(each -> known.add(each.object().title()));
        prepared.items().forEach(item -> known.add(item.object().title()));
        return NamedObjects.unknown(
                spec.releasing().pruneAlso(), known, "to be deleted too", "the manifests or an earlier release");
    }

    private Plan extended(Plan plan, List<PlannedObject> objects) {
        List<String> all = new ArrayList<>(plan.warnings());
        all.addAll(warnings);
        return new Plan(
                        plan.environment(),
                        plan.server(),
                        plan.namespace(),
                        objects,
                        plan.images(),
                        plan.digests(),
                        plan.placeholders(),
                        all,
                        "")
                .with(objects);
    }

    /**
     * Where releases are kept: beside the objects, where all of these go to one namespace. It can be said without the
     * cluster, so that it can be locked before anything is read there.
     */
    static String home(DeploySpec spec, Manifests manifests, ClusterClient client) {
        if (!spec.releasing().namespace().isEmpty()) {
            return spec.releasing().namespace();
        }
        if (!spec.namespace().isEmpty()) {
            return spec.namespace();
        }
        Set<String> written = manifests.objects().stream()
                .map(ManifestObject::namespace)
                .filter(namespace -> !namespace.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        if (written.size() == 1) {
            return written.iterator().next();
        }
        String otherwise = spec.defaultNamespace().isEmpty() ? client.namespace() : spec.defaultNamespace();
        return otherwise.isEmpty() ? "default" : otherwise;
    }

    /**
     * An object of an earlier release that this one has not.
     *
     * @param known when it was surely there as that release had made it; null where no release that had it has ended
     */
    record Left(ObjectRef object, @Nullable Instant known) {}

    /** What earlier releases had and this one has not. */
    private List<Left> left(Prepared prepared, List<Release> releases) {
        Set<String> wanted = new HashSet<>();
        prepared.items().forEach(item -> wanted.add(ObjectRef.of(item.object()).identity()));
        Map<String, Left> left = new LinkedHashMap<>();
        for (Release owner : owners(releases)) {
            for (ObjectRef object : inventory(owner)) {
                if (!wanted.contains(object.identity())) {
                    Left before = left.get(object.identity());
                    if (before == null || before.known() == null) {
                        left.put(object.identity(), new Left(object, owner.finished()));
                    }
                }
            }
        }
        return List.copyOf(left.values());
    }

    /** The release that runs, and those after it, which may have left something too. */
    private static List<Release> owners(List<Release> newestFirst) {
        List<Release> owners = new ArrayList<>();
        for (Release release : newestFirst) {
            if (release.status() == Status.ADOPTED) {
                break;
            }
            if (release.status() == Status.ROLLED_BACK) {
                continue; // what it had made is gone, and the rest was there before
            }
            owners.add(release);
            if (release.status() == Status.DEPLOYED || owners.size() > MAX_LATER) {
                break;
            }
        }
        ReleaseState.current(newestFirst)
                .filter(current -> !owners.contains(current))
                .ifPresent(owners::add);
        return owners;
    }

    private List<ObjectRef> inventory(Release owner) {
        try {
            return store.read(owner).inventory();
        } catch (EngineException e) {
            if (e.code() != ErrorCode.DEPLOY_RELEASE) {
                throw e;
            }
            warnings.add("nothing that only " + owner.title() + " had is deleted, since it cannot be read: " + e.why());
            return List.of();
        }
    }

    /** What other applications deploy, so that an object which has moved to one of them is left alone. */
    private Set<String> ownedByOthers(String home, List<Left> left) {
        Set<String> namespaces = new TreeSet<>(Set.of(home));
        left.stream()
                .map(each -> each.object().namespace())
                .filter(each -> !each.isEmpty())
                .forEach(namespaces::add);
        List<Release> others = new ArrayList<>();
        for (String namespace : namespaces) {
            store.list(namespace, "", "").releases().stream()
                    .filter(release -> release.status() == Status.DEPLOYED
                            || release.status().open())
                    .filter(release ->
                            !release.application().equals(spec.releasing().application())
                                    || !release.environment().equals(spec.environment()))
                    .forEach(others::add);
        }
        Set<String> owned = new HashSet<>();
        client.each(others, this::inventory).forEach(each -> each.forEach(object -> owned.add(object.identity())));
        return owned;
    }

    // ------------------------------------------------------------------------------------------------------ judgement

    /** An object that may be deleted, as it is in the cluster; empty where it is not there. */
    record Candidate(Left left, @Nullable ResourceType type, Map<String, Object> live) {}

    private Candidate look(Left left) {
        ObjectRef object = left.object();
        Optional<ResourceType> type = client.type(object.apiVersion(), object.kind());
        if (type.isEmpty()) {
            return new Candidate(left, null, Map.of());
        }
        Answer answer = client.get(type.get().path(object.namespace(), object.name()));
        if (!answer.ok() && !answer.notFound()) {
            throw client.refused(
                    object.title() + ", which an earlier release had, cannot be read", client.server(), answer);
        }
        return new Candidate(left, type.get(), answer.ok() ? answer.body() : Map.of());
    }

    private void judge(Candidate candidate, Set<String> others, List<ObjectRef> kept, List<Doomed> doomed) {
        ObjectRef object = candidate.left().object();
        ResourceType type = candidate.type();
        if (candidate.live().isEmpty() || type == null) {
            return;
        }
        String begin = object.title() + " was in an earlier release and is not in the manifests";
        if (others.contains(object.identity())) {
            warnings.add(begin + "; it stays, since another application deploys it now");
        } else if (!isOurs(candidate.live()) && !isOld(candidate)) {
            warnings.add(begin + "; it stays, since somebody else has made it anew");
        } else if (object.isJob() && spec.releasing().rollbackTo() >= 0) {
            warnings.add(object.title() + " stays: what it did is not undone by deleting it");
            kept.add(object);
        } else if (!spec.releasing().prune()) {
            warnings.add(begin + "; it stays, as asked");
            kept.add(object);
        } else if (isProtected(candidate.live())) {
            warnings.add(begin + "; it stays, since it is annotated " + ANNOTATION + ": \"false\"");
            kept.add(object);
        } else if (isHarmful(object) && !spec.releasing().pruneAlso().contains(object.title())) {
            warnings.add(begin + "; it stays, since more would be lost with it (to delete it: --prune-also "
                    + object.title() + ")");
            kept.add(object);
        } else {
            doomed.add(new Doomed(object, type, Tree.text(candidate.live(), "metadata", "uid")));
        }
    }

    /** Whether more is lost with such an object than can be made again. */
    static boolean isHarmful(ObjectRef object) {
        return NEVER.contains(object.kind());
    }

    static boolean isProtected(Map<String, Object> live) {
        return Tree.text(live, "metadata", "annotations", ANNOTATION).equals("false");
    }

    /** Whether it is the very object that the release had: one that was made anew is younger. */
    private static boolean isOld(Candidate candidate) {
        Instant known = candidate.left().known();
        try {
            Instant created = Instant.parse(Tree.text(candidate.live(), "metadata", "creationTimestamp"));
            return known != null && !created.isAfter(known.plus(ROUNDING));
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** Whether Octavo owns fields of the object that is there; it owns none of one that has but a name. */
    static boolean isOurs(Map<String, Object> live) {
        return Tree.maps(live, "metadata", "managedFields").stream()
                .anyMatch(entry -> Tree.text(entry, "manager").equals(ClusterClient.FIELD_MANAGER));
    }
}
