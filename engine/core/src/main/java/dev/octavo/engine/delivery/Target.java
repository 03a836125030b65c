package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.record.RunRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names that follow from where images go: repositories, tags, namespaces, and the variables of manifests. */
record Target(String registry, String namespace) {
    /** As given; where no registry is, that of the delivery.yaml of the first microservice that has one. */
    static Target of(String registry, String namespace, List<Microservice> services, EngineContext context) {
        if (!registry.isEmpty()) {
            return new Target(registry, namespace);
        }
        String described = services.stream()
                .flatMap(each -> DeliveryFile.nearest(context.workspace(), each.directory()).stream())
                .map(DeliveryFile::registry)
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("");
        int slash = described.indexOf('/');
        if (slash < 0) {
            return new Target(described, namespace);
        }
        return new Target(
                described.substring(0, slash), namespace.isEmpty() ? described.substring(slash + 1) : namespace);
    }

    /** @throws EngineException {@link ErrorCode#CONFIG_INVALID} where there is no registry */
    void required() {
        if (registry.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "No registry is named",
                    "registry",
                    "neither the setting, nor the variable REGISTRY, nor delivery.yaml names one",
                    "write registry: harbor.example.com/shop into delivery.yaml, or set it in the Jenkinsfile");
        }
    }

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
