package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.source.Source;
import dev.octavo.engine.source.SourceState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** The microservices of the run as they go to an environment; outside of a run, those of the sources. */
final class RunOrSources {
    private RunOrSources() {}

    /**
     * @param doing what is done with them, such as "watch"
     * @throws EngineException {@link ErrorCode#CONFIG_UNKNOWN_SERVICE} where there is none
     */
    static List<Deployment.Part> parts(PlanRequest request, String doing, Duration timeout, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        return record.services().isEmpty()
                ? new Deployment(request, record, source(context), context)
                        .parts(ofSources(request, doing, context), timeout)
                : new Deployment(request, record, context).parts(timeout);
    }

    private static List<Microservice> ofSources(PlanRequest request, String doing, EngineContext context) {
        Catalog catalog = Deliverables.catalog(context.workspace(), "");
        List<Microservice> services = catalog.services().stream()
                .filter(each -> request.service().isEmpty()
                        ? each.manifests(request.environment()).isPresent()
                        : each.name().equals(request.service()))
                .toList();
        if (services.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_UNKNOWN_SERVICE,
                    "There is no microservice to " + doing,
                    context.workspace().toString(),
                    request.service().isEmpty()
                            ? "none here has manifests for " + request.environment()
                            : "none here is called \"" + request.service() + "\"",
                    catalog.services().isEmpty()
                            ? "start it in the folder with the sources"
                            : "name one of "
                                    + catalog.services().stream()
                                            .map(Microservice::name)
                                            .collect(Collectors.joining(", ")));
        }
        return services;
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
