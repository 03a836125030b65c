package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.cluster.Release.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the cluster remembers of deployments, and how to go back to one. */
public final class Releases {
    private Releases() {}

    /**
     * Releases.
     *
     * @param releases by application, the newest first
     * @param problems what looks like a release and cannot be read
     */
    public record History(List<Release> releases, List<String> problems) {
        public History {
            releases = List.copyOf(releases);
            problems = List.copyOf(problems);
        }
    }

    /** What going back to a release would change. */
    public record Rollback(Release release, Plan plan) {}

    /**
     * Lists releases, without reading their manifests.
     *
     * @param namespace where they are kept; {@code ""} for everywhere, or, where that may not be listed, the kubeconfig's
     *     namespace
     * @param application {@code ""} for all
     */
    public static History history(
            ClusterTarget target, String namespace, String application, String environment, EngineContext context) {
        try (ClusterClient client = ClusterClient.connect(target, context)) {
            ReleaseStore.Found found = find(client, namespace, application, environment);
            return new History(found.releases(), found.problems());
        }
    }

    /**
     * Lists releases, and looks at what runs of them.
     *
     * @param server the cluster's address
     * @param health of each that runs, or failed with nothing before it
     */
    public record Standing(String server, History history, Map<Release, Health> health) {
        public Standing {
            health = Map.copyOf(health);
        }
    }

    /**
     * Lists releases as {@link #history} does, and looks once at the pods of those that run.
     *
     * @param look whether it looks at pods at all
     */
    public static Standing standing(
            ClusterTarget target,
            String namespace,
            String application,
            String environment,
            boolean look,
            EngineContext context) {
        try (ClusterClient client = ClusterClient.connect(target, context)) {
            ReleaseStore.Found found = find(client, namespace, application, environment);
            History history = new History(found.releases(), found.problems());
            Map<Release, Health> health = look ? new HealthCheck(client).of(running(found.releases())) : Map.of();
            return new Standing(client.server(), history, health);
        }
    }

    /** What should run of each application, in each of its environments. */
    private static List<Release> running(List<Release> releases) {
        Map<List<String>, List<Release>> byPlace = new LinkedHashMap<>();
        releases.forEach(each -> byPlace.computeIfAbsent(
                        List.of(each.application(), each.environment(), each.namespace()), unused -> new ArrayList<>())
                .add(each));
        return byPlace.values().stream().map(Releases::present).toList();
    }

    /** What runs; where nothing ever did, the newest one, which may have left something half done. */
    public static Release present(List<Release> newestFirst) {
        return ReleaseState.current(newestFirst)
                .or(() -> newestFirst.stream()
                        .filter(each -> each.status() != Status.ROLLED_BACK)
                        .findFirst())
                .orElse(newestFirst.get(0));
    }

    private static ReleaseStore.Found find(
            ClusterClient client, String namespace, String application, String environment) {
        ReleaseStore store = new ReleaseStore(client);
        try {
            return store.list(namespace, application, environment);
        } catch (EngineException e) {
            if (!namespace.isEmpty()
                    || e.code() != ErrorCode.CLUSTER_UNAUTHORIZED
                    || client.namespace().isEmpty()) {
                throw e;
            }
            return store.list(client.namespace(), application, environment);
        }
    }

    /**
     * What going back would change.
     *
     * @param spec of the application; its releasing says to which release, or {@code -1} for the last good one
     * @throws EngineException {@link ErrorCode#DEPLOY_RELEASE} where there is none
     */
    public static Rollback planRollback(DeploySpec spec, EngineContext context) {
        try (ClusterClient client = ClusterClient.connect(spec.target(), context)) {
            Chosen chosen = choose(spec, client);
            Plan plan = Planner.prepare(chosen.spec(), chosen.content().withoutJobs(), client)
                    .plan();
            return new Rollback(chosen.release(), plan);
        }
    }

    /**
     * Deploys an earlier release again. It becomes a release of its own.
     *
     * @throws EngineException as {@link #planRollback} and {@link Deployer#deploy} do
     */
    public static DeployResult rollBack(DeploySpec spec, EngineContext context) {
        try (ClusterClient client = ClusterClient.connect(spec.target(), context)) {
            Chosen chosen = choose(spec, client);
            context.listener()
                    .progress("going back to " + chosen.release().title() + " of "
                            + chosen.release().application());
            return Deployer.deploy(
                    chosen.spec(), context, client, chosen.content().withoutJobs());
        }
    }

    /** The release that a deployment goes back to. */
    record Chosen(DeploySpec spec, Release release, ReleaseContent content) {}

    private static Chosen choose(DeploySpec spec, ClusterClient client) {
        List<Release> releases = of(spec, client, spec.releasing().application());
        Release release = release(spec, client, releases);
        ReleaseStore store = new ReleaseStore(client);
        ReleaseContent content = store.read(release);
        // the plan shows what is there now, too
        List<SecretValue> secrets = new ArrayList<>(content.secrets());
        ReleaseState.current(releases)
                .filter(current -> current.number() != release.number())
                .ifPresent(current -> secrets.addAll(store.secrets(current)));
        ReleaseOptions options = spec.releasing()
                .about(facts(release, spec.releasing().facts()))
                .backTo(release.number(), release.namespace());
        DeploySpec again = spec.again(secrets).releasing(options);
        return new Chosen(again, release, content);
    }

    /** Those of this run, and what the release was made from: that is what runs again. */
    private static Map<String, String> facts(Release release, Map<String, String> own) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (String name : List.of("commit", "committed", "branch", "version", Release.IMAGE, Release.IMAGE_COMMIT)) {
            String value = release.facts().get(name);
            if (value != null) {
                facts.put(name, value);
            }
        }
        facts.putAll(own);
        return facts;
    }

    /** The release that {@code spec} names, or the last good one before what was deployed last. */
    private static Release release(DeploySpec spec, ClusterClient client, List<Release> releases) {
        int asked = spec.releasing().rollbackTo();
        if (asked < 0) {
            return lastGood(releases)
                    .orElseThrow(() -> none(spec, client, "there is none before it that was good", releases));
        }
        Release found = releases.stream()
                .filter(each -> each.number() == asked)
                .findFirst()
                .orElseThrow(() -> none(spec, client, "there is no release " + asked, releases));
        if (!found.status().good()) {
            throw none(
                    spec, client, "release " + asked + " is " + found.status().text(), releases);
        }
        return found;
    }

    /** All releases, which are in one namespace. */
    static List<Release> of(DeploySpec spec, ClusterClient client, String application) {
        List<Release> releases =
                find(client, spec.namespace(), application, spec.environment()).releases();
        Set<String> namespaces =
                releases.stream().map(Release::namespace).collect(Collectors.toCollection(LinkedHashSet::new));
        if (namespaces.size() > 1) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "It is not clear which releases of " + application + " are meant",
                    client.server(),
                    "there are some in the namespaces " + String.join(", ", namespaces),
                    "name the one: --cluster-namespace");
        }
        return releases;
    }

    /** What runs, where a failure may have left half of something else; otherwise the good one before what runs. */
    static Optional<Release> lastGood(List<Release> newestFirst) {
        Optional<Release> current = ReleaseState.current(newestFirst);
        if (newestFirst.isEmpty() || current.isEmpty()) {
            return newestFirst.stream().filter(each -> each.status().good()).findFirst();
        }
        Status newest = newestFirst.get(0).status();
        if (newest.open() || newest == Status.FAILED) {
            return current;
        }
        return newestFirst.stream()
                .filter(each -> each.status().good())
                .filter(each -> each.number() < current.get().number())
                .findFirst();
    }

    private static EngineException none(DeploySpec spec, ClusterClient client, String why, List<Release> releases) {
        String good = releases.stream()
                .filter(each -> each.status().good())
                .map(each -> String.valueOf(each.number()))
                .collect(Collectors.joining(", "));
        return new EngineException(
                ErrorCode.DEPLOY_RELEASE,
                "There is no release to go back to",
                spec.releasing().application() + " in " + spec.environment() + " on " + client.server(),
                why,
                good.isEmpty()
                        ? "deploy it; \"octavo history\" lists its releases"
                        : "choose one of " + good + "; \"octavo history\" lists them");
    }
}
