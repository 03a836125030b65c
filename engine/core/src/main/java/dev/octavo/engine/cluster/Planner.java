package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.cluster.Autoscalers.Left;
import dev.octavo.engine.cluster.Placement.Typed;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.cluster.Prepared.Item;
import dev.octavo.engine.template.Substitution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a deployment would do, without doing anything: every object is applied on the server as a dry run, and
 * the result is compared with what is there.
 */
public final class Planner {
    private final DeploySpec spec;
    private final ClusterClient client;
    private final Masker masker;
    private final ObjectWriter writer;
    private final List<String> warnings = new ArrayList<>();
    private final Placement placement;
    private LiveObjects live;

    private Planner(DeploySpec spec, ClusterClient client) {
        this.spec = spec;
        this.client = client;
        this.placement = new Placement(spec, client);
        this.live = LiveObjects.read(List.of(), client);
        Substitution substitution = spec.substitution();
        List<SecretValue> secrets = substitution == null ? List.of() : substitution.secrets();
        this.masker = new Masker(secrets);
        this.writer = new ObjectWriter(client, spec.applying(), masker);
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
        try (Connecting connection = Connecting.begin(spec.target(), context)) {
            Manifests manifests = load(spec, context);
            return prepare(spec, manifests, connection.client()).plan();
        }
    }

    static Manifests load(DeploySpec spec, EngineContext context) {
        return ManifestLoader.load(
                context.workspace().resolve(spec.directory()), spec.manifests(), spec.substitution());
    }

    static Prepared prepare(DeploySpec spec, Manifests manifests, ClusterClient client) {
        return new Pruning(spec, client, manifests).added(new Planner(spec, client).prepare(manifests));
    }

    /** What would have to be written, and nothing about releases. */
    static Prepared prepareOnly(DeploySpec spec, Manifests manifests, ClusterClient client) {
        return new Planner(spec, client).prepare(manifests);
    }

    /** What was approved names digests; a tag that has moved since is no reason to ask again. */
    private TagDigests tags() {
        Plan approved = spec.approved();
        return approved == null ? spec.tagDigests() : TagDigests.of(approved);
    }

    private Prepared prepare(Manifests manifests) {
        warnings.addAll(manifests.warnings());
        ImagePins.Pinned pinned = new ImagePins(spec.digests()).pin(manifests.objects(), tags());
        warnings.addAll(pinned.warnings());
        List<ManifestObject> all = new ArrayList<>(pinned.objects());
        if (spec.pullSecret() != null) {
            all.add(spec.pullSecret().object());
        }
        all.replaceAll(SecretData::encoded);
        List<Typed> objects = complete(placement.place(all));
        warnings.addAll(placement.warnings());
        Autoscalers autoscalers = Autoscalers.find(objects, placement, client);
        warnings.addAll(autoscalers.warnings());
        live = LiveObjects.read(
                objects.stream()
                        .filter(typed -> typed.served() && placement.reachable(typed))
                        .toList(),
                client);
        List<Result> results = client.each(objects, typed -> dryRun(autoscalers.leave(typed, live.of(typed))));
        results = afterTheirDefinition(results);
        warnings.addAll(ServiceSelectors.warnings(objects));

        List<Item> items = new ArrayList<>();
        for (Result result : results) {
            items.add(new Item(
                    result.object(),
                    result.typed().type(),
                    result.typed().served(),
                    result.change(),
                    result.write(),
                    result.handOver(),
                    result.takeOver()));
        }
        Permissions permissions =
                new Permissions(client).needFor(items, spec.applying().watched());
        if (spec.releasing().active()) {
            permissions.needForReleases(placement.home(objects));
        }
        Permissions.Missing missing = permissions.missing();
        missing.refuse();
        refuse(results);
        warnings.addAll(missing.warnings());
        // fingerprints of Secrets are slow on purpose
        List<PlannedObject> planned = client.each(results, this::planned);
        warnings.addAll(unknownNames(items));
        Plan plan = Plan.of(
                spec.environment(),
                client.server(),
                placement.home(objects),
                planned,
                pinned.images(),
                spec.digests(),
                manifests.placeholders(),
                warnings.stream().map(masker::mask).toList());
        return new Prepared(plan, items);
    }

    /** Such names in {@code recreate} as nothing has. */
    private List<String> unknownNames(List<Item> items) {
        List<String> known = items.stream().map(item -> item.object().title()).toList();
        return NamedObjects.unknown(spec.applying().recreate(), known, "to be made again", "the manifests");
    }

    private List<Typed> complete(List<Typed> placed) {
        List<Typed> completed = placed.stream()
                .map(typed -> typed.with(Completion.complete(typed.object())))
                .toList();
        return spec.planning().restartOnConfigChange() ? new ConfigHash(masker).annotate(completed, client) : completed;
    }

    // ------------------------------------------------------------------------------------------------------ dry run

    /** What the server says to an object. Its refusal is kept, so that all can be told at once. */
    private record Result(
            Typed typed,
            Change change,
            boolean write,
            boolean handOver,
            boolean takeOver,
            String uid,
            List<LiveDiff.Raw> changes,
            List<String> warnings,
            @Nullable Refusal refusal) {
        ManifestObject object() {
            return typed.object();
        }
    }

    private Result dryRun(Left left) {
        Typed typed = left.typed();
        if (!typed.served()) {
            return created(typed, List.of("it cannot be checked before its CustomResourceDefinition is there"), null);
        }
        if (!placement.reachable(typed)) {
            return checkedElsewhere(typed);
        }
        Answer there = live.of(typed);
        if (there.ok() && !left.handOver() && isBuiltIn(typed) && AppliedState.same(typed.object(), there.body())) {
            return compared(left, Trial.changing(there.body(), there.body(), false, List.of()));
        }
        Trial trial =
                writer.tryOut(typed.type(), left.tried(), () -> there.notFound() ? client.get(typed.path()) : there);
        if (trial.refusal() != null && !left.handOver() && needsNoChange(trial.refusal(), typed, there)) {
            return leftAlone(typed, there);
        }
        return trial.change() == Change.CREATE
                ? created(typed, trial.warnings(), trial.refusal())
                : compared(left, trial);
    }

    /**
     * Whether these credentials may not change an object that has all that its manifest says, such as a Namespace that the
     * cluster's owner has made for them.
     */
    private static boolean needsNoChange(Refusal refusal, Typed typed, Answer there) {
        return there.ok() && refusal.answer().notPermitted() && AppliedState.holds(typed.object(), there.body());
    }

    private static Result leftAlone(Typed typed, Answer there) {
        return new Result(
                typed,
                Change.UNCHANGED,
                false,
                false,
                false,
                Tree.text(there.body(), "metadata", "uid"),
                List.of(),
                List.of("these credentials may not change it, and it already has what the manifest says"),
                null);
    }

    /** Whether it is a kind of Kubernetes itself, of which no webhook converts versions. */
    private static boolean isBuiltIn(Typed typed) {
        String group = typed.object().group();
        return !group.contains(".") || group.endsWith(".k8s.io");
    }

    private static Result compared(Left left, Trial trial) {
        Map<String, Object> live = trial.live();
        List<LiveDiff.Raw> changes = LiveDiff.compare(live, trial.result());
        boolean sameOwnership = AppliedState.entry(live)
                .getOrDefault("fieldsV1", Map.of())
                .equals(AppliedState.entry(trial.result()).getOrDefault("fieldsV1", Map.of()));
        boolean same = changes.isEmpty() && trial.change() == Change.CHANGE;
        return new Result(
                left.typed(),
                same ? Change.UNCHANGED : trial.change(),
                !same || !sameOwnership || left.handOver() || trial.takeOver(),
                left.handOver(),
                trial.takeOver(),
                Tree.text(live, "metadata", "uid"),
                changes,
                trial.warnings(),
                trial.refusal());
    }

    private static Result created(Typed typed, List<String> warnings, @Nullable Refusal refusal) {
        return new Result(typed, Change.CREATE, true, false, false, "", List.of(), warnings, refusal);
    }

    /** A kind whose definition is changed too may have fields that the server does not know yet. */
    private List<Result> afterTheirDefinition(List<Result> results) {
        boolean redefined = results.stream()
                .anyMatch(result ->
                        result.object().kind().equals("CustomResourceDefinition") && result.change() == Change.CHANGE);
        if (!redefined) {
            return results;
        }
        return results.stream()
                .map(result -> result.refusal() != null
                                && result.refusal().answer().malformed()
                                && placement.defines(result.object())
                        ? new Result(
                                result.typed(),
                                live.of(result.typed()).ok() ? Change.CHANGE : Change.CREATE,
                                true,
                                false,
                                false,
                                Tree.text(live.of(result.typed()).body(), "metadata", "uid"),
                                List.of(),
                                List.of("it cannot be checked before its CustomResourceDefinition is changed: "
                                        + result.refusal().message()),
                                null)
                        : result)
                .toList();
    }

    /**
     * An object whose namespace is not there yet: the server checks its form in another namespace, under a name that
     * nothing has there. What depends on the namespace itself, such as quotas and permissions, is not checked.
     */
    private Result checkedElsewhere(Typed typed) {
        ManifestObject object = typed.object();
        Answer answer = writer.tryElsewhere(typed.type(), object, "default");
        if (answer.malformed() && !answer.message().contains("webhook")) {
            return created(typed, List.of(), Refusal.of(answer));
        }
        return created(
                typed,
                answer.ok() ? answer.warnings() : List.of("it cannot be checked before its namespace is there"),
                null);
    }

    private void refuse(List<Result> results) {
        Refusals refusals = new Refusals(client, masker);
        for (Result result : results) {
            if (result.refusal() != null) {
                refusals.add(result.object(), result.refusal());
            }
        }
        if (!refusals.isEmpty()) {
            throw refusals.failure();
        }
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
                Stream.concat(result.typed().notes().stream(), result.warnings().stream())
                        .map(masker::mask)
                        .toList(),
                fingerprint(object, object.content()),
                meets.isEmpty() ? Fingerprint.of(met) : fingerprint(object, met));
    }

    private String fingerprint(ManifestObject object, Object tree) {
        boolean secret = object.kind().equals("Secret") || masker.finds(Json.text(tree));
        String identity = object.apiVersion() + " " + object.title() + " in " + object.namespace();
        return secret ? Fingerprint.ofSecret(tree, identity) : Fingerprint.of(tree);
    }
}
