package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.cluster.ManifestLoader;
import dev.octavo.engine.cluster.Manifests;
import dev.octavo.engine.record.RunRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What stages would do, worked out without registry and cluster. */
public final class Preview {
    private Preview() {}

    /** The references that stage 5 would push, with their tags. */
    public static List<String> pushed(
            String registry, String namespace, Microservice service, SourceResult source, EngineContext context) {
        String repository = new Target(registry, namespace).repository(service, context);
        List<String> references = new ArrayList<>(List.of(repository + ":" + Target.snapshotTag(source, context)));
        if (source.mainBranch()) {
            references.add(repository + ":latest");
        }
        return references;
    }

    /** The reference that stage 7 would add. */
    public static String released(
            String registry, String namespace, Microservice service, String version, EngineContext context) {
        return new Target(registry, namespace).repository(service, context) + ":" + version;
    }

    /**
     * The objects that {@code plan} or {@code deploy} would write, with their variables replaced and images as named.
     *
     * @param inputs of the operation
     */
    public static Manifests manifests(
            Map<String, ?> inputs, SourceResult source, Microservice service, EngineContext context) {
        Map<String, Object> known = new HashMap<>(inputs);
        known.keySet()
                .retainAll(Requests.inputs(PlanRequest.class).stream()
                        .map(java.lang.reflect.RecordComponent::getName)
                        .collect(Collectors.toSet()));
        PlanRequest request = Requests.bind("plan", PlanRequest.class, known, context.environment());
        Deployment deployment = new Deployment(request, RunRecord.open(context.workspace()), source, context);
        return ManifestLoader.load(
                context.workspace(), deployment.manifests(service), deployment.substitution(service));
    }
}
