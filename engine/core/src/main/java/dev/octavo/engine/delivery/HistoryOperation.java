package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.cluster.Releases;
import java.time.Duration;

/** What was deployed. */
final class HistoryOperation implements Operation<HistoryRequest, HistoryResult> {
    private static final double MILLIS = 1000.0;

    @Override
    public HistoryResult run(HistoryRequest request, EngineContext context) {
        Releases.History history = Releases.history(
                Clusters.target(request.kubeconfig(), request.context(), context),
                request.clusterNamespace(),
                request.service(),
                request.environment(),
                context);
        history.problems().forEach(context.listener()::warning);
        return new HistoryResult(
                request.service(),
                request.environment(),
                history.releases().stream().map(HistoryOperation::entry).toList(),
                history.problems());
    }

    static HistoryResult.Entry entry(Release release) {
        Duration took = release.duration();
        return new HistoryResult.Entry(
                release.application(),
                release.environment(),
                release.namespace(),
                release.number(),
                release.status().text(),
                release.description(),
                release.started(),
                took == null ? -1 : took.toMillis() / MILLIS,
                release.facts().getOrDefault("version", ""),
                release.facts().getOrDefault("commit", ""),
                release.facts().getOrDefault("approver", ""),
                release.facts().getOrDefault("run", ""),
                release.images(),
                release.facts().getOrDefault("committed", ""),
                release.rollbackTo());
    }
}
