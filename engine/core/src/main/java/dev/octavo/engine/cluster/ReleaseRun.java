package dev.octavo.engine.cluster;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.cluster.Prepared.Item;
import dev.octavo.engine.cluster.Release.Status;
import dev.octavo.engine.template.Substitution;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as a release: locked against others, remembered before its first write and after its last, and undone
 * where it fails. For a deployment that is no release it does nothing.
 */
final class ReleaseRun implements AutoCloseable {
    private final DeploySpec spec;
    private final EngineContext context;
    private final ClusterClient client;
    private final ReleaseStore store;
    private @Nullable ReleaseLock lock;
    private @Nullable Release release;
    /** The last one, where it is what this run would deploy. */
    private @Nullable Release unchanged;

    private List<Release> earlier = List.of();

    private ReleaseRun(DeploySpec spec, EngineContext context, ClusterClient client) {
        this.spec = spec;
        this.context = context;
        this.client = client;
        this.store = new ReleaseStore(client);
    }

    /**
     * Takes the lock.
     *
     * @throws EngineException {@link ErrorCode#DEPLOY_LOCKED} where another deployment holds it
     */
    static ReleaseRun begin(DeploySpec spec, EngineContext context, ClusterClient client, Manifests manifests) {
        ReleaseRun run = new ReleaseRun(spec, context, client);
        if (spec.releasing().active()) {
            run.lock = ReleaseLock.acquire(client, context, spec, Pruning.home(spec, manifests, client));
        }
        return run;
    }

    // ------------------------------------------------------------------------------------------- before the first
    // write

    /**
     * Stores the release as pending, unless there is nothing to do that the last one has not done.
     *
     * @throws EngineException {@link ErrorCode#DEPLOY_RELEASE}, before anything was written
     */
    void pending(Prepared prepared) {
        if (!spec.releasing().active()) {
            return;
        }
        ReleaseState state = prepared.releases();
        if (lock == null) {
            lockNewNamespace(prepared, state);
        }
        earlier = state.found().releases();
        ReleaseContent content = content(prepared);
        if (isDone(prepared, state, content)) {
            context.listener()
                    .progress("nothing has changed since " + earlier.get(0).title() + ", which stays the last one");
            unchanged = earlier.get(0);
            supersede(earlier.subList(1, earlier.size())).forEach(work -> work.accept(store));
            return;
        }
        Optional<Release> unfinished = state.newest()
                .filter(last -> last.status() == Status.PENDING
                        && last.manifests().equals(content.digest())
                        && last.rollbackTo() == spec.releasing().rollbackTo());
        closeUnfinished(unfinished);
        if (unfinished.isPresent()) {
            Release taken = unfinished.get().takenOver(spec.releasing().facts());
            store.update(taken);
            context.listener().warning("going on with " + taken.title() + ", whose run was killed before it was done");
            release = taken;
            return;
        }
        if (earlier.isEmpty()) {
            adopt(prepared, state);
        }
        Release created = release(prepared, content, Math.max(0, state.found().highest()) + 1);
        store.create(created, content);
        release = created;
    }

    /** What is applied, and what earlier releases had and is still there. */
    private ReleaseContent content(Prepared prepared) {
        List<ObjectRef> kept = new ArrayList<>(prepared.releases().kept());
        prepared.releases().doomed().forEach(each -> kept.add(each.object()));
        List<ManifestObject> objects = prepared.items().stream()
                .map(Item::object)
                .filter(object -> !isAddedNamespace(object))
                .toList();
        return new ReleaseContent(objects, kept, secrets(objects));
    }

    /** The secret variables that were put into the objects, so that a later plan of these can mask them. */
    private List<SecretValue> secrets(List<ManifestObject> objects) {
        Substitution substitution = spec.substitution();
        if (substitution == null) {
            return List.of();
        }
        String text = Json.text(objects.stream().map(ManifestObject::content).toList());
        return substitution.secrets().stream()
                .filter(secret -> new Masker(List.of(secret)).finds(text))
                .toList();
    }

    /** A namespace that only the first deployment had to make is nothing that the next one has dropped. */
    private static boolean isAddedNamespace(ManifestObject object) {
        return object.kind().equals("Namespace") && object.file().isEmpty();
    }

    private static boolean isDone(Prepared prepared, ReleaseState state, ReleaseContent content) {
        return prepared.items().stream().noneMatch(Item::write)
                && state.doomed().isEmpty()
                && state.newest()
                        .filter(last -> last.status() == Status.DEPLOYED)
                        .filter(last -> last.manifests().equals(content.digest()))
                        .isPresent();
    }

    /** A namespace that the deployment makes cannot be locked before. Whoever makes it first goes on. */
    private void lockNewNamespace(Prepared prepared, ReleaseState state) {
        Item namespace = prepared.items().stream()
                .filter(item -> item.object().kind().equals("Namespace")
                        && item.object().name().equals(state.namespace()))
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        ErrorCode.DEPLOY_RELEASE,
                        "The release cannot be stored, so nothing was written",
                        client.server(),
                        "the namespace " + state.namespace()
                                + " does not exist, and nothing that is deployed goes there",
                        "create it, or name the namespace of the deployment"));
        Answer made = client.apply(namespace.type(), namespace.object(), false);
        if (!made.ok()) {
            throw client.refused(
                    "The cluster does not make the namespace",
                    namespace.object().title(),
                    made);
        }
        lock = ReleaseLock.acquire(client, context, spec, state.namespace());
        boolean used = !store.list(state.namespace(), spec.releasing().application(), spec.environment())
                .releases()
                .isEmpty();
        if (used) {
            throw Approval.changed(
                    state.namespace() + " on " + client.server(),
                    List.of("cluster: another deployment has made the namespace meanwhile"));
        }
    }

    /** By the server's clock, which dates the objects too. */
    private Instant now() {
        return client.serverTime(context.clock().instant());
    }

    /** The lock is ours, so what is still open belongs to runs that were killed. */
    private void closeUnfinished(Optional<Release> except) {
        for (Release each : earlier) {
            if (each.status().open() && !each.equals(except.orElse(null))) {
                String why = each.status() == Status.PENDING
                        ? "its run was killed before it was done"
                        : "its run was killed while it was undone";
                store.update(each.with(Status.FAILED, why));
                context.listener().warning(each.title() + " was never finished: " + why);
            }
        }
    }

    private Release release(Prepared prepared, ReleaseContent content, int number) {
        return new Release(
                spec.releasing().application(),
                spec.environment(),
                prepared.releases().namespace(),
                number,
                Status.PENDING,
                spec.releasing().rollbackTo() < 0
                        ? ""
                        : "rollback to " + spec.releasing().rollbackTo(),
                spec.releasing().facts(),
                prepared.plan().images().stream()
                        .map(ImageUse::image)
                        .distinct()
                        .toList(),
                content.digest(),
                content.objects().size(),
                spec.releasing().rollbackTo(),
                now(),
                null);
    }

    /** Keeps what was there before the first release, so that this one can be undone too. */
    private void adopt(Prepared prepared, ReleaseState state) {
        List<Item> there = prepared.items().stream()
                .filter(item -> item.served() && item.change() != Change.CREATE)
                .filter(item -> !Pruning.isHarmful(ObjectRef.of(item.object())))
                .toList();
        if (there.stream().noneMatch(item -> item.change() != Change.UNCHANGED)) {
            return;
        }
        ReleaseContent before = new ReleaseContent(client.each(there, this::live), List.of());
        Instant now = now();
        store.create(
                new Release(
                        spec.releasing().application(),
                        spec.environment(),
                        state.namespace(),
                        0,
                        Status.ADOPTED,
                        "as it was before the first release",
                        Map.of(),
                        List.of(),
                        before.digest(),
                        before.objects().size(),
                        -1,
                        now,
                        now),
                before);
        earlier = store.list(state.namespace(), spec.releasing().application(), spec.environment())
                .releases();
    }

    private ManifestObject live(Item item) {
        ManifestObject object = item.object();
        Answer answer = client.get(item.type().path(object.namespace(), object.name()));
        if (!answer.ok()) {
            throw client.refused(object.title() + " cannot be read", client.server(), answer);
        }
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("apiVersion", object.apiVersion());
        content.put("kind", object.kind());
        content.putAll(LiveDiff.stripped(answer.body()));
        return object.withContent(content);
    }

    // ------------------------------------------------------------------------------------------------- after the
    // rollout

    /** Deletes what earlier releases had and this one has not. */
    void prune(Prepared prepared) {
        if (!prepared.releases().doomed().isEmpty()) {
            List<String> unused =
                    new PruneWork(client, context).delete(prepared.releases().doomed());
        }
    }

    /**
     * Stores the release as deployed, and forgets the oldest ones.
     *
     * @return null where there is none, since nothing had changed
     */
    @Nullable
    Release deployed() {
        Release done = release;
        if (done == null) {
            confirm();
            return null;
        }
        Release deployed = done.with(Status.DEPLOYED, done.description()).finishedAt(now());
        store.update(deployed);
        release = null;
        context.listener().progress(done.title() + " of " + done.application() + " is deployed");
        List<Release> older =
                earlier.stream().filter(each -> each.number() != done.number()).toList();
        List<Release> remaining = new ArrayList<>(List.of(done.with(Status.DEPLOYED, "")));
        remaining.addAll(older);
        List<Consumer<ReleaseStore>> rest = supersede(older);
        surplus(remaining).forEach(each -> rest.add(target -> target.delete(each)));
        try {
            List<Boolean> unused = client.each(rest, work -> {
                work.accept(store);
                return true;
            });
        } catch (EngineException e) {
            if (context.cancellation().isRequested()) {
                throw e;
            }
            context.listener().warning("older releases were not brought up to date: " + e.why());
        }
        return deployed;
    }

    /** So that nothing that this commit holds counts as changed since the release. */
    private void confirm() {
        Release last = unchanged;
        String commit = spec.releasing().facts().getOrDefault("commit", "");
        if (last == null
                || commit.isEmpty()
                || commit.equals(last.latestCommit())
                || spec.releasing().rollbackTo() >= 0) {
            return;
        }
        try {
            store.update(last.confirmedBy(commit));
        } catch (EngineException e) {
            if (context.cancellation().isRequested()) {
                throw e;
            }
            context.listener()
                    .warning(last.title() + " does not know that commit " + commit + " makes it too: " + e.why());
        }
    }

    /** There is one that runs: a run that was killed at its very end has left two. */
    private static List<Consumer<ReleaseStore>> supersede(List<Release> older) {
        List<Consumer<ReleaseStore>> work = new ArrayList<>();
        for (Release each : older) {
            if (each.status() == Status.DEPLOYED) {
                Release superseded = each.with(Status.SUPERSEDED, each.description());
                work.add(target -> target.update(superseded));
            }
        }
        return work;
    }

    /** As many good ones stay as asked; failed ones as long as they are among as many newest. */
    private List<Release> surplus(List<Release> newestFirst) {
        List<Release> surplus = new ArrayList<>();
        int good = 0;
        int all = 0;
        for (Release each : newestFirst) {
            boolean stays = each.status().good()
                    ? good < spec.releasing().keep()
                    : all < spec.releasing().keep();
            good += each.status().good() ? 1 : 0;
            all++;
            if (!stays) {
                surplus.add(each);
            }
        }
        return surplus;
    }

    // ------------------------------------------------------------------------------------------------------- failures

    /**
     * Undoes the release where that is asked for, and stores what became of it.
     *
     * @return the failure with one more line
     */
    EngineException failed(EngineException failure, Prepared prepared, RollBack.Steps steps) {
        Release current = release;
        if (current == null) {
            return failure;
        }
        release = null;
        if (failure.code() == ErrorCode.CANCELLED || context.cancellation().isRequested()) {
            conclude(current.with(Status.FAILED, "stopped before it was done"));
            return RollBack.told(
                    failure,
                    "release " + current.number() + " is half done and was not undone: deploy "
                            + "again to finish it, or go back by \"octavo rollback\"");
        }
        if (failure.code() == ErrorCode.DEPLOY_LOCKED) {
            return failure; // whoever has the lock now finds it pending
        }
        RollBack back = new RollBack(spec, context, client, store, prepared, current, earlier);
        RollBack.Outcome outcome = back.run(steps);
        conclude(current.with(outcome.status(), outcome.description()));
        return RollBack.told(failure, outcome.description());
    }

    /** Stores the end of a failed release; the failure itself matters more than a failure of that. */
    private void conclude(Release end) {
        try (ClusterClient closing = closing()) {
            new ReleaseStore(closing).update(end.finishedAt(now()));
        } catch (EngineException e) {
            context.listener().warning("the end of " + end.title() + " was not stored: " + e.why());
        }
    }

    /** A connection that a cancelled run may use too, for its last words. */
    private ClusterClient closing() {
        return ClusterClient.connect(
                spec.target(),
                new EngineContext(
                        context.workspace(),
                        context.cache(),
                        context.environment(),
                        context.listener(),
                        new Cancellation(),
                        context.clock()));
    }

    @Override
    public void close() {
        ReleaseLock held = lock;
        if (held == null) {
            return;
        }
        if (!context.cancellation().isRequested()) {
            release(held, client);
            return;
        }
        try (ClusterClient closing = closing()) {
            release(held, closing);
        }
    }

    private void release(ReleaseLock held, ClusterClient connection) {
        try {
            held.release(connection);
        } catch (EngineException e) {
            context.listener().warning("the lock was not given back, and expires by itself: " + e.why());
        }
    }
}
