package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.cluster.ClusterTarget;
import dev.octavo.engine.cluster.DeploySpec;
import dev.octavo.engine.cluster.Drift;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.cluster.Releases;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What was changed by hand. */
final class DiffOperation implements Operation<DiffRequest, DiffResult> {
    @Override
    public DiffResult run(DiffRequest request, EngineContext context) {
        ClusterTarget target = Clusters.target(request.kubeconfig(), request.context(), context);
        List<DiffResult.Compared> compared = new ArrayList<>();
        for (String service : services(request, target, context)) {
            DeploySpec spec =
                    Releasing.spec(target, service, request.environment(), request.clusterNamespace(), context);
            Drift.Found found = request.live() ? Drift.live(spec, context) : Drift.released(spec, context);
            compared.add(new DiffResult.Compared(service, found.release().number(), found.objects()));
        }
        DiffResult result = new DiffResult(request.environment(), request.live(), compared);
        if (request.failOnDifference() && result.count() > 0) {
            throw new EngineException(
                    ErrorCode.DEPLOY_DRIFT,
                    request.live()
                            ? "Somebody has changed what was deployed to " + request.environment()
                            : "The last release has changed something in " + request.environment(),
                    compared.stream().map(DiffResult.Compared::service).collect(Collectors.joining(", ")),
                    result.text(),
                    "put the change into the manifests, or deploy again to undo it");
        }
        return result;
    }

    private static Set<String> services(DiffRequest request, ClusterTarget target, EngineContext context) {
        if (!request.service().isEmpty()) {
            return Set.of(request.service());
        }
        Set<String> services =
                Releases.history(target, request.clusterNamespace(), "", request.environment(), context)
                        .releases()
                        .stream()
                        .filter(release -> release.status() == Release.Status.DEPLOYED)
                        .map(Release::application)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        if (services.isEmpty()) {
            throw new EngineException(
                    ErrorCode.DEPLOY_RELEASE,
                    "There is no release in " + request.environment(),
                    request.environment(),
                    "nothing was deployed there as a release",
                    "deploy something; \"octavo history\" lists releases");
        }
        return services;
    }
}
