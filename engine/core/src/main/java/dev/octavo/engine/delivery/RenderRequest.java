package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.List;
import java.util.Map;

/** Inputs of {@code render}. */
public record RenderRequest(
        @Input("The microservice; all that have manifests for the environment where none is given")
        String service,

        @Input(value = "The environment, such as dev or prod", required = true)
        String environment,

        @Input("Folder or patterns of the manifests in the microservice, separated by commas; deploy/<environment> "
                + "where none is given")
        String manifests,

        @Input(value = "Host of the image registry", environment = "REGISTRY")
        String registry,

        @Input(value = "Project or account in the registry", environment = "DOCKERHUB_NAMESPACE")
        String namespace,

        @Input("The namespace on the cluster for everything; what the manifests say where none is given")
        String clusterNamespace,

        @Input("Further variables for the manifests") Map<String, String> variables,

        @Input("The version that is deployed; none for the build's own image")
        String version) {
    public RenderRequest {
        variables = Map.copyOf(variables);
    }

    /** The same as a plan's, with a registry. */
    PlanRequest plan(String registry) {
        return new PlanRequest(
                service,
                environment,
                manifests,
                registry,
                namespace,
                clusterNamespace,
                "",
                "",
                variables,
                version,
                "",
                false,
                List.of(),
                false,
                List.of(),
                "");
    }
}
