package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.catalog.Changes;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.cluster.Releases;
import dev.octavo.engine.source.SourceState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What changed since each microservice was last delivered. An environment's releases know its commit for each; a job's
 * last successful build knows one for all. Where neither can be asked, everything may have changed.
 */
final class LastDeliveries implements Function<Microservice, Changes> {
    /** What Jenkins' git plugin calls the commit of the job's last build that was successful. */
    private static final String LAST_BUILD = "GIT_PREVIOUS_SUCCESSFUL_COMMIT";

    private static final int SHORT = 7;

    private final EngineContext context;
    private final String commit;
    /** What is not in any commit, for a person who tries it out. */
    private final List<String> uncommitted;

    private final Function<Microservice, Found> last;
    private final Map<String, Optional<List<String>>> files = new HashMap<>();

    /**
     * Where a microservice stands.
     *
     * @param commit {@code ""} where it is not known
     * @param words what it is, or why it is not known
     */
    private record Found(String commit, String words) {}

    private LastDeliveries(
            EngineContext context, String commit, List<String> uncommitted, Function<Microservice, Found> last) {
        this.context = context;
        this.commit = commit;
        this.uncommitted = uncommitted;
        this.last = last;
    }

    /**
     * @param commit what is to be delivered
     * @param uncommitted files that differ from it, relative to the workspace
     */
    static LastDeliveries of(ListRequest request, String commit, List<String> uncommitted, EngineContext context) {
        Function<Microservice, Found> last = request.since().isEmpty() ? builds(context) : releases(request, context);
        return new LastDeliveries(context, commit, uncommitted, last);
    }

    private static Function<Microservice, Found> builds(EngineContext context) {
        String commit = context.environment().getOrDefault(LAST_BUILD, "");
        Found found = commit.isEmpty()
                ? new Found("", "no earlier delivery is known; --since names an environment whose releases know")
                : new Found(commit, "commit " + shortened(commit) + ", the last successful build");
        return service -> found;
    }

    private static Function<Microservice, Found> releases(ListRequest request, EngineContext context) {
        String environment = request.since();
        try {
            Releases.History history = Releases.history(
                    Clusters.target(request.kubeconfig(), request.context(), context),
                    request.clusterNamespace(),
                    "",
                    environment,
                    context);
            history.problems().forEach(context.listener()::warning);
            Map<String, Found> found = new HashMap<>();
            for (Release release : history.releases()) {
                if (release.status() == Release.Status.DEPLOYED) {
                    found.putIfAbsent(release.application(), found(release));
                }
            }
            return service ->
                    found.getOrDefault(service.name(), new Found("", "it was never delivered to " + environment));
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CANCELLED) {
                throw e;
            }
            String why = "the releases of " + environment + " cannot be read: " + e.what();
            context.listener().warning(why + " (" + e.why() + "), so all are taken");
            return service -> new Found("", why);
        }
    }

    private static Function<Microservice, Found> of(List<Release> newestFirst, String environment) {
        Map<String, Found> found = new HashMap<>();
        for (Release release : newestFirst) {
            if (release.status() == Release.Status.DEPLOYED) {
                found.putIfAbsent(release.application(), found(release));
            }
        }
        return service -> found.getOrDefault(service.name(), new Found("", "it was never delivered to " + environment));
    }

    /** What changed since releases that are known already, the newest first. */
    static LastDeliveries since(List<Release> newestFirst, String environment, String commit, EngineContext context) {
        return new LastDeliveries(context, commit, List.of(), of(newestFirst, environment));
    }

    private static Found found(Release release) {
        String commit = release.latestCommit();
        String title = "release " + release.number() + " in " + release.environment();
        return commit.isEmpty()
                ? new Found("", title + " names no commit")
                : new Found(commit, "commit " + shortened(commit) + " of " + title);
    }

    private static String shortened(String commit) {
        return commit.length() > SHORT ? commit.substring(0, SHORT) : commit;
    }

    @Override
    public Changes apply(Microservice service) {
        Found found = last.apply(service);
        if (found.commit().isEmpty()) {
            return new Changes.Unknown(found.words());
        }
        Optional<List<String>> changed = files.computeIfAbsent(
                found.commit(), base -> SourceState.changedFiles(context.workspace(), base, commit));
        if (changed.isEmpty()) {
            return new Changes.Unknown(found.words() + ", which is not in this clone");
        }
        List<String> all = new ArrayList<>(changed.get());
        all.addAll(uncommitted);
        return new Changes.Files(found.words(), all);
    }
}
