package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.cluster.Prepared.Item;
import dev.octavo.engine.cluster.Release.Status;
import dev.octavo.engine.cluster.ReleaseState.Doomed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings back the release before one that failed, as a whole, and waits until it runs. */
final class RollBack {
    private static final Set<String> DONE_FOR_GOOD = Set.of("Job", "PersistentVolumeClaim", "PersistentVolume");

    private final DeploySpec spec;
    private final EngineContext context;
    private final ClusterClient client;
    private final ReleaseStore store;
    private final Prepared failed;
    private final Release release;
    private final List<Release> earlier;

    /** How a deployment is carried out. */
    interface Steps {
        int apply(Prepared prepared);

        void await(Prepared prepared);
    }

    /** What became of the failed release, in a sentence too. */
    record Outcome(Status status, String description) {}

    RollBack(
            DeploySpec spec,
            EngineContext context,
            ClusterClient client,
            ReleaseStore store,
            Prepared failed,
            Release release,
            List<Release> earlier) {
        this.spec = spec;
        this.context = context;
        this.client = client;
        this.store = store;
        this.failed = failed;
        this.release = release;
        this.earlier = earlier;
    }

    Outcome run(Steps steps) {
        if (!spec.releasing().rollBack()) {
            return new Outcome(Status.FAILED, "not rolled back, as asked: what was written stays");
        }
        Optional<Release> target = ReleaseState.current(earlier).or(() -> earlier.stream()
                .filter(each -> each.status() == Status.ADOPTED)
                .findFirst());
        if (target.isEmpty()) {
            return new Outcome(
                    Status.FAILED,
                    "not rolled back, as there is no release before it: what it created stays, to be looked at");
        }
        try {
            return bringBack(target.get(), steps);
        } catch (EngineException e) {
            return new Outcome(
                    Status.FAILED,
                    "the roll back to " + target.get().title() + " failed too: " + e.what()
                            + (e.why().isEmpty() ? "" : ": " + firstLine(e.why())));
        }
    }

    private Outcome bringBack(Release target, Steps steps) {
        context.listener().progress("rolling back to " + target.title());
        store.update(release.with(Status.ROLLING_BACK, "being rolled back to " + target.title()));
        ReleaseContent content = store.read(target);
        DeploySpec again = spec.again(content.secrets()).unapproved();
        Prepared prepared = Planner.prepareOnly(again, content.withoutJobs(), client);
        int written = steps.apply(prepared);
        List<String> deleted = new PruneWork(client, context).delete(created(content));
        steps.await(prepared);
        String stays = stays(content);
        return new Outcome(
                Status.ROLLED_BACK,
                "rolled back to " + target.title() + ": " + written + " objects written, " + deleted.size()
                        + " deleted, all ready again" + (stays.isEmpty() ? "" : "; not undone: " + stays));
    }

    /** What the failed release has made and the one before did not have. */
    private List<Doomed> created(ReleaseContent before) {
        Set<String> had = identities(before);
        List<Doomed> doomed = new ArrayList<>();
        for (Item item : failed.items()) {
            ObjectRef object = ObjectRef.of(item.object());
            if (item.change() != Change.CREATE
                    || had.contains(object.identity())
                    || (Pruning.isHarmful(object)
                            && !spec.releasing().pruneAlso().contains(object.title()))) {
                continue;
            }
            ResourceType type = item.served()
                    ? item.type()
                    : client.type(object.apiVersion(), object.kind()).orElse(item.type());
            Answer live = client.get(type.path(object.namespace(), object.name()));
            if (live.ok() && isNew(live.body()) && !Pruning.isProtected(live.body())) {
                doomed.add(new Doomed(object, type, Tree.text(live.body(), "metadata", "uid")));
            }
        }
        return doomed;
    }

    /** Whether the failed release has made it: it was not there when that was planned. */
    private static boolean isNew(Map<String, Object> live) {
        return Pruning.isOurs(live)
                || Tree.list(live, "metadata", "managedFields").isEmpty();
    }

    private static Set<String> identities(ReleaseContent content) {
        Set<String> identities = new HashSet<>();
        content.inventory().forEach(object -> identities.add(object.identity()));
        return identities;
    }

    /** What has happened and cannot be taken back. */
    private String stays(ReleaseContent before) {
        Set<String> had = identities(before);
        List<String> stays = new ArrayList<>();
        for (Item item : failed.items()) {
            ObjectRef object = ObjectRef.of(item.object());
            boolean isNew = item.change() == Change.CREATE && !had.contains(object.identity());
            if (DONE_FOR_GOOD.contains(object.kind()) && (isNew || item.write())) {
                stays.add(object.title() + (object.kind().equals("Job") ? " (what it did)" : " (its data)"));
            } else if (isNew && Pruning.isHarmful(object)) {
                stays.add(object.title());
            } else if (!isNew && item.write() && !had.contains(object.identity())) {
                stays.add(object.title() + " (no earlier release had it)");
            }
        }
        return String.join(", ", stays);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    /** The same failure with a line more. */
    static EngineException told(EngineException failure, String line) {
        String why = failure.why().isEmpty() ? line : failure.why() + "\n" + line;
        if (failure instanceof RolloutException rollout) {
            return new RolloutException(
                    rollout.code(),
                    rollout.what(),
                    rollout.where(),
                    why,
                    rollout.fix(),
                    rollout.failures(),
                    rollout.workloads());
        }
        return new EngineException(failure.code(), failure.what(), failure.where(), why, failure.fix(), failure);
    }
}
