package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.cluster.RolloutException;
import dev.octavo.engine.cluster.Rollouts;
import dev.octavo.engine.record.RunRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Waits until what was deployed is ready, and explains what is not; changes nothing. */
final class RolloutOperation implements Operation<RolloutRequest, RolloutResult> {
    /** The registry's name decides nothing here, and manifests may not do without one. */
    private static final String SOME_REGISTRY = "registry.example";

    @Override
    public RolloutResult run(RolloutRequest request, EngineContext context) {
        Duration timeout = Duration.ofSeconds(Math.max(1, request.timeout()));
        if (!request.objects().isEmpty()) {
            return new RolloutResult(
                    request.environment(),
                    List.of(new RolloutResult.Watched(
                            "",
                            Rollouts.await(
                                    Clusters.target(request.kubeconfig(), request.context(), context),
                                    request.clusterNamespace(),
                                    request.objects(),
                                    timeout,
                                    context))));
        }
        if (request.environment().isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "The environment to watch is missing",
                    "environment",
                    "a microservice has manifests for each environment",
                    "give the environment, or name objects by \"objects\"");
        }
        RunRecord record = RunRecord.open(context.workspace());
        List<RolloutResult.Watched> watched = new ArrayList<>();
        PlanRequest plan = request.plan(request.registry().isEmpty() ? SOME_REGISTRY : request.registry());
        for (Deployment.Part part : RunOrSources.parts(plan, "watch", timeout, context)) {
            String name = part.service().name();
            context.listener().progress("watching " + name + " in " + request.environment());
            try {
                watched.add(new RolloutResult.Watched(name, Rollouts.await(part.spec(), context)));
            } catch (RolloutException e) {
                if (record.services().contains(name)) {
                    record.put(name, "rolloutFailed-" + request.environment(), e.failures());
                }
                throw e;
            }
        }
        return new RolloutResult(request.environment(), watched);
    }
}
