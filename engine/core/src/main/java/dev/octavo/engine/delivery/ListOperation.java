package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.CatalogProblem;
import dev.octavo.engine.catalog.Changes;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServicePicture;
import dev.octavo.engine.catalog.ServiceSelection;
import dev.octavo.engine.cluster.ManifestLoader;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.source.SourceState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Stage 1: the microservices of the run; their manifests must be readable, and their variables defined. */
final class ListOperation implements Operation<ListRequest, ListResult> {
    @Override
    public ListResult run(ListRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        Optional<SourceResult> source = record.get(SourceOperation.PART, SourceResult.class);
        Catalog catalog = Deliverables.catalog(context.workspace(), request.directory());
        List<String> problems =
                catalog.problems().stream().map(CatalogProblem::toString).toList();
        problems.forEach(context.listener()::warning);
        List<Microservice> services = catalog.services().stream()
                .filter(each -> isBelow(request.directory(), each))
                .toList();
        // without a run, a person only looks: a tree without services is an answer, too
        boolean looks = source.isEmpty() && catalog.services().isEmpty();
        ServiceSelection selection = looks
                ? new ServiceSelection(List.of(), "no microservice was found")
                : catalog.select(request.project(), lastDeliveries(request, source, context));
        List<ListResult.Choice> chosen = new ArrayList<>();
        for (ServiceSelection.Choice choice : selection.chosen()) {
            if (isBelow(request.directory(), choice.service())) {
                chosen.add(new ListResult.Choice(choice.service().name(), choice.reason()));
                if (source.isPresent()) {
                    record.put(choice.service().name(), Chosen.PART, choice.service());
                }
            }
        }
        if (source.isPresent()) {
            Tagging tagging = record.get(Tagging.PART, Tagging.class).orElse(Tagging.NONE);
            if (tagging.perService()) {
                tagging.check(source.get().commit(), record.services(), context);
            }
            checkManifests(request, record, context);
            record.put("services-chosen", chosen);
        }
        String picture = picture(request, services, context);
        return new ListResult(services, chosen, selection.summary(), problems, picture);
    }

    private static boolean isBelow(String directory, Microservice service) {
        return directory.isEmpty()
                || service.directory().equals(directory)
                || service.directory().startsWith(directory + "/");
    }

    /** The commit of the run; without a run, that of the working tree and what is changed in it. */
    private static Function<Microservice, Changes> lastDeliveries(
            ListRequest request, Optional<SourceResult> source, EngineContext context) {
        if (!request.project().contains(Catalog.CHANGED)) {
            return service -> new Changes.Unknown("nobody asked");
        }
        if (source.isPresent()) {
            return LastDeliveries.of(request, source.get().commit(), List.of(), context);
        }
        SourceState state = SourceState.of(context.workspace(), context.environment());
        List<String> uncommitted = new ArrayList<>(state.changed());
        uncommitted.addAll(state.untracked());
        return LastDeliveries.of(request, state.source().commit(), uncommitted, context);
    }

    private static String picture(ListRequest request, List<Microservice> services, EngineContext context) {
        if (request.picture().isEmpty()) {
            return "";
        }
        Path file = context.workspace().resolve(request.picture());
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.writeString(file, ServicePicture.svg(services));
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The picture cannot be written",
                    file.toString(),
                    String.valueOf(e.getMessage()),
                    "name a file in a folder that can be written to",
                    e);
        }
        return request.picture();
    }

    /** Reads all manifests as stages 6 and 8 will, so that a mistake in them costs no build. */
    private static void checkManifests(ListRequest request, RunRecord record, EngineContext context) {
        for (String name : record.services()) {
            Microservice service =
                    record.get(name, Chosen.PART, Microservice.class).orElseThrow();
            for (String environment : service.manifests().keySet()) {
                PlanRequest plan = new PlanRequest(
                        name,
                        environment.equals(Microservice.ANY_ENVIRONMENT) ? "dev" : environment,
                        "",
                        "registry.example",
                        "namespace",
                        "",
                        "",
                        "",
                        request.variables(),
                        "",
                        "",
                        true,
                        List.of(),
                        false,
                        List.of(),
                        "");
                Deployment deployment = new Deployment(plan, record, context);
                ManifestLoader.load(
                        context.workspace(), deployment.manifests(service), deployment.substitution(service));
            }
        }
    }
}
