package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what somebody has changed by hand since the last release: what applying its manifests again would change back. */
public final class Drift {
    private final ClusterClient client;

    private Drift(ClusterClient client) {
        this.client = client;
    }

    /**
     * What differs from a release.
     *
     * @param release the one that runs
     * @param objects that differ, or are gone
     */
    public record Found(Release release, List<Drifted> objects) {
        public Found {
            objects = List.copyOf(objects);
        }
    }

    /** @param gone whether it was deleted */
    public record Drifted(String kind, String namespace, String name, boolean gone, List<Field> fields) {
        public Drifted {
            fields = List.copyOf(fields);
        }

        /** {@code Kind/name}. */
        public String title() {
            return kind + "/" + name;
        }
    }

    /**
     * A field. Secrets are masked.
     *
     * @param released what the release says; {@code ""} for nothing
     * @param live what is there
     * @param manager who has changed it, such as {@code kubectl-edit}; {@code ""} where the cluster does not tell
     * @param at when, likewise
     */
    public record Field(String path, String released, String live, String manager, String at) {}

    /**
     * Compares the last release with what is there.
     *
     * @param spec names the application, the environment and the cluster
     * @throws EngineException {@link ErrorCode#DEPLOY_RELEASE} where nothing was released
     */
    public static Found live(DeploySpec spec, EngineContext context) {
        try (ClusterClient client = ClusterClient.connect(spec.target(), context)) {
            String application = spec.releasing().application();
            Release current = ReleaseState.current(Releases.of(spec, client, application))
                    .orElseThrow(() -> new EngineException(
                            ErrorCode.DEPLOY_RELEASE,
                            "There is no release of " + application + " in " + spec.environment(),
                            client.server(),
                            "nothing was deployed as a release that is still the last one",
                            "deploy it; \"octavo history\" lists its releases"));
            ReleaseContent content = new ReleaseStore(client).read(current);
            List<Drifted> drifted = client.each(content.objects(), new Drift(client)::compare).stream()
                    .flatMap(Optional::stream)
                    .toList();
            return new Found(current, drifted);
        }
    }

    private Optional<Drifted> compare(ManifestObject object) {
        Optional<ResourceType> type = client.type(object.apiVersion(), object.kind());
        if (type.isEmpty()) {
            return Optional.of(drifted(object, true, List.of()));
        }
        Answer live = client.get(type.get().path(object.namespace(), object.name()));
        if (live.notFound()) {
            return Optional.of(drifted(object, true, List.of()));
        }
        if (!live.ok()) {
            throw client.refused(object.title() + " cannot be read", client.server(), live);
        }
        Answer wanted = client.apply(type.get(), object, true);
        if (!wanted.ok()) {
            throw client.refused(object.title() + " cannot be compared", client.server(), wanted);
        }
        List<LiveDiff.Raw> changes = LiveDiff.compare(live.body(), wanted.body());
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        List<FieldChange> shown = LiveDiff.shown(object.kind(), changes, new Masker(List.of()));
        FieldOwners owners = new FieldOwners(live.body());
        List<Field> fields = new ArrayList<>();
        for (FieldChange change : shown) {
            Optional<FieldOwners.Owner> owner = owners.of(change.path());
            fields.add(new Field(
                    change.path(),
                    change.after(),
                    change.before(),
                    owner.map(FieldOwners.Owner::manager).orElse(""),
                    owner.map(FieldOwners.Owner::time).orElse("")));
        }
        return Optional.of(drifted(object, false, fields));
    }

    private static Drifted drifted(ManifestObject object, boolean gone, List<Field> fields) {
        return new Drifted(object.kind(), object.namespace(), object.name(), gone, fields);
    }
}
