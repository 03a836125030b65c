package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.cluster.RolloutException;
import dev.octavo.engine.cluster.Rollouts;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.source.Source;
import dev.octavo.engine.source.SourceState;
import java.time.Duration;
import java.time.Instant;
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
        for (Deployment.Part part : parts(request, record, timeout, context)) {
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

    /** The run's microservices; outside of a run, those of the sources. */
    private static List<Deployment.Part> parts(
            RolloutRequest request, RunRecord record, Duration timeout, EngineContext context) {
        PlanRequest plan = request.plan(request.registry().isEmpty() ? SOME_REGISTRY : request.registry());
        if (!record.services().isEmpty()) {
            return new Deployment(plan, record, context).parts(timeout);
        }
        Catalog catalog = Catalog.scan(context.workspace());
        List<Microservice> services = catalog.services().stream()
                .filter(each -> request.service().isEmpty()
                        ? each.manifests(request.environment()).isPresent()
                        : each.name().equals(request.service()))
                .toList();
        if (services.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_UNKNOWN_SERVICE,
                    "There is no microservice to watch",
                    context.workspace().toString(),
                    request.service().isEmpty()
                            ? "none here has manifests for " + request.environment()
                            : "none here is called \"" + request.service() + "\"",
                    catalog.services().isEmpty()
                            ? "start it in the folder with the sources, or name objects by \"objects\""
                            : "name one of "
                                    + String.join(
                                            ", ",
                                            catalog.services().stream()
                                                    .map(Microservice::name)
                                                    .toList())
                                    + ", or objects by \"objects\"");
        }
        return new Deployment(plan, record, source(context), context).parts(services, timeout);
    }

    private static SourceResult source(EngineContext context) {
        try {
            Source source =
                    SourceState.of(context.workspace(), context.environment()).source();
            return new SourceResult(
                    source.repository(),
                    source.branch(),
                    source.commit(),
                    source.shortCommit(),
                    source.committedAt(),
                    source.author(),
                    source.message(),
                    false,
                    "");
        } catch (EngineException e) {
            if (e.code() != ErrorCode.SOURCE_NOT_GIT) {
                throw e;
            }
            return new SourceResult("", "", "", "", Instant.EPOCH, "", "", false, "");
        }
    }
}
