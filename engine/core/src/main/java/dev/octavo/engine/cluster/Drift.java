package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what somebody has changed by hand since the last release: what applying its manifests again would change back. */
public final class Drift {
    private final ClusterClient client;
    private final Masker masker;

    private Drift(ClusterClient client, Masker masker) {
        this.client = client;
        this.masker = masker;
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
     * @param before what the release says; {@code ""} for nothing
     * @param after what is there
     * @param manager who has changed it, such as {@code kubectl-edit}; {@code ""} where the cluster does not tell
     * @param at when, likewise
     */
    public record Field(String path, String before, String after, String manager, String at) {
        private static final int SHOWN = 80;

        /** For people: {@code data.level  info -> debug  (kubectl-edit, 2026-09-01T10:00:00Z)}. */
        public String text() {
            return path + "  " + shown(before) + " -> " + shown(after)
                    + (manager.isEmpty() ? "" : "  (" + manager + (at.isEmpty() ? "" : ", " + at) + ")");
        }

        private static String shown(String value) {
            String line = value.isEmpty() ? "(none)" : value.replace("\n", "\\n");
            return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
        }
    }

    /**
     * Compares the last release with what is there.
     *
     * @param spec names the application, the environment and the cluster
     * @throws EngineException {@link ErrorCode#DEPLOY_RELEASE} where nothing was released
     */
    public static Found live(DeploySpec spec, EngineContext context) {
        try (ClusterClient client = ClusterClient.connect(spec.target(), context)) {
            Release current = current(
                    spec, client, Releases.of(spec, client, spec.releasing().application()));
            ReleaseContent content = new ReleaseStore(client).read(current);
            List<Drifted> drifted =
                    client.each(content.objects(), new Drift(client, new Masker(content.secrets()))::compare).stream()
                            .flatMap(Optional::stream)
                            .toList();
            return new Found(current, drifted);
        }
    }

    /**
     * Compares the last release with the one before it.
     *
     * @throws EngineException {@link ErrorCode#DEPLOY_RELEASE} where there is none
     */
    public static Found released(DeploySpec spec, EngineContext context) {
        try (ClusterClient client = ClusterClient.connect(spec.target(), context)) {
            List<Release> releases = Releases.of(spec, client, spec.releasing().application());
            Release current = current(spec, client, releases);
            ReleaseStore store = new ReleaseStore(client);
            ReleaseContent now = store.read(current);
            Optional<Release> earlier = releases.stream()
                    .filter(each -> each.status().good() && each.number() < current.number())
                    .findFirst();
            ReleaseContent old = earlier.isPresent() ? store.read(earlier.get()) : ReleaseContent.EMPTY;
            Map<String, ManifestObject> before = new LinkedHashMap<>();
            old.objects().forEach(object -> before.put(ObjectRef.of(object).identity(), object));
            Masker masker = new Masker(Stream.concat(old.secrets().stream(), now.secrets().stream())
                    .toList());
            List<Drifted> changed = new ArrayList<>();
            for (ManifestObject object : now.objects()) {
                ManifestObject was = before.remove(ObjectRef.of(object).identity());
                List<LiveDiff.Raw> changes = LiveDiff.compare(was == null ? Map.of() : was.content(), object.content());
                if (!changes.isEmpty()) {
                    changed.add(
                            drifted(object, false, fields(object, changes, new FieldOwners(Map.of()), masker, false)));
                }
            }
            before.values().forEach(object -> changed.add(drifted(object, true, List.of())));
            return new Found(current, changed);
        }
    }

    private static Release current(DeploySpec spec, ClusterClient client, List<Release> releases) {
        String application = spec.releasing().application();
        return ReleaseState.current(releases)
                .orElseThrow(() -> new EngineException(
                        ErrorCode.DEPLOY_RELEASE,
                        "There is no release of " + application + " in " + spec.environment(),
                        client.server(),
                        "nothing was deployed as a release that is still the last one",
                        "deploy it; \"octavo history\" lists its releases"));
    }

    /** @param reversed whether the changes lead back to the release */
    private static List<Field> fields(
            ManifestObject object, List<LiveDiff.Raw> changes, FieldOwners owners, Masker masker, boolean reversed) {
        List<Field> fields = new ArrayList<>();
        for (FieldChange change : LiveDiff.shown(object.kind(), changes, masker)) {
            Optional<FieldOwners.Owner> owner = owners.of(change.path());
            fields.add(new Field(
                    change.path(),
                    reversed ? change.after() : change.before(),
                    reversed ? change.before() : change.after(),
                    owner.map(FieldOwners.Owner::manager).orElse(""),
                    owner.map(FieldOwners.Owner::time).orElse("")));
        }
        return fields;
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
        // the question is what would become of it, whoever owns the fields now
        Answer wanted = client.apply(type.get().path(object.namespace(), object.name()), object.content(), true, true);
        if (!wanted.ok()) {
            throw client.refused(object.title() + " cannot be compared", client.server(), wanted);
        }
        List<LiveDiff.Raw> changes = LiveDiff.compare(live.body(), wanted.body());
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(drifted(object, false, fields(object, changes, new FieldOwners(live.body()), masker, true)));
    }

    private static Drifted drifted(ManifestObject object, boolean gone, List<Field> fields) {
        return new Drifted(object.kind(), object.namespace(), object.name(), gone, fields);
    }
}
