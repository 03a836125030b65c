package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.record.RunRecord;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Names that follow from where images go: repositories, tags, namespaces, and the variables of manifests. */
record Target(String registry, String namespace) {
    /** {@code registry/namespace/name}, as registries want it: in lower case. */
    String repository(Microservice service, EngineContext context) {
        String path = (namespace.isEmpty() ? "" : namespace + "/") + imageName(service, context);
        return registry + "/" + path.toLowerCase(Locale.ROOT);
    }

    /** That of a microservice of the run. */
    String repository(String service, RunRecord record, EngineContext context) {
        return repository(record.get(service, Chosen.PART, Microservice.class).orElseThrow(), context);
    }

    private static String imageName(Microservice service, EngineContext context) {
        return DeliveryFile.nearest(context.workspace(), service.directory())
                .map(file -> file.imageName(service.name()))
                .orElse(service.name());
    }

    /** The build's own tag. */
    static String snapshotTag(SourceResult source, EngineContext context) {
        String branch = source.branch().isEmpty() ? "detached" : source.branch();
        return dev.octavo.engine.image.Tags.snapshot(
                branch, context.environment().getOrDefault("BUILD_NUMBER", source.shortCommit()));
    }

    /** The namespace on the cluster where none is set: that of the registry with the environment behind it. */
    String clusterNamespace(String environment) {
        String base = namespace.substring(namespace.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return (base.isEmpty() ? "" : base + "-") + environment;
    }

    /** What a run itself gives to manifests, by name. */
    Map<String, String> variables(
            Microservice service, SourceResult source, String environment, String version, EngineContext context) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("REGISTRY", registry);
        variables.put("DOCKERHUB_NAMESPACE", namespace);
        variables.put("APP_NAME", imageName(service, context));
        variables.put("ENVIRONMENT", environment);
        variables.put("NAMESPACE", clusterNamespace(environment));
        variables.put("IMAGE_TAG", version.isEmpty() ? snapshotTag(source, context) : version);
        variables.put("TAG_NAME", version);
        variables.put("BRANCH_NAME", source.branch());
        variables.put("BUILD_NUMBER", context.environment().getOrDefault("BUILD_NUMBER", ""));
        variables.put("GIT_COMMIT", source.commit());
        return variables;
    }
}
