package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Changes;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceSelection;
import dev.octavo.engine.cluster.ManifestLoader;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.source.SourceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stage 1: the microservices of the run; their manifests must be readable, and their variables defined. */
final class ListOperation implements Operation<ListRequest, ListResult> {
    /** What Jenkins' git plugin calls the commit of the job's last build that was successful. */
    private static final String LAST_DELIVERED = "GIT_PREVIOUS_SUCCESSFUL_COMMIT";

    @Override
    public ListResult run(ListRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        SourceResult source = SourceOperation.of(record);
        Catalog catalog = Catalog.scan(context.workspace());
        catalog.problems().forEach(problem -> context.listener().warning(problem.toString()));
        ServiceSelection selection = catalog.select(request.project(), changes(source, context));
        List<Microservice> services = catalog.services().stream()
                .filter(each -> isBelow(request.directory(), each))
                .toList();
        List<ListResult.Choice> chosen = new ArrayList<>();
        for (ServiceSelection.Choice choice : selection.chosen()) {
            if (isBelow(request.directory(), choice.service())) {
                record.put(choice.service().name(), Chosen.PART, choice.service());
                chosen.add(new ListResult.Choice(choice.service().name(), choice.reason()));
            }
        }
        checkManifests(request, record, context);
        ListResult result = new ListResult(services, chosen);
        record.put("services-chosen", chosen);
        return result;
    }

    private static boolean isBelow(String directory, Microservice service) {
        return directory.isEmpty()
                || service.directory().equals(directory)
                || service.directory().startsWith(directory + "/");
    }

    private static Changes changes(SourceResult source, EngineContext context) {
        String last = context.environment().getOrDefault(LAST_DELIVERED, "");
        if (last.isEmpty()) {
            return new Changes.Unknown("no earlier delivery is known");
        }
        Optional<List<String>> files = SourceState.changedFiles(context.workspace(), last, source.commit());
        return files.<Changes>map(each -> new Changes.Files("commit " + last, each))
                .orElseGet(() -> new Changes.Unknown("the last delivered commit " + last + " is not in this clone"));
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
                        List.of());
                Deployment deployment = new Deployment(plan, record, context);
                ManifestLoader.load(
                        context.workspace(), deployment.manifests(service), deployment.substitution(service));
            }
        }
    }
}
