package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.List;
import java.util.Map;

/** Inputs of {@code rollout}. */
public record RolloutRequest(
        @Input("The microservice; all chosen ones where none is given")
        String service,

        @Input("The environment, such as dev or prod; needed for a microservice")
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

        @Input(
                value = "The cluster: a kubeconfig; without one, that of the pod this runs in",
                environment = "KUBECONFIG")
        String kubeconfig,

        @Input("The context in the kubeconfig; its current one where none is given")
        String context,

        @Input("Further variables for the manifests") Map<String, String> variables,

        @Input("The version that is deployed; none for the build's own image")
        String version,

        @Input("The objects to watch instead of a microservice's: Kind/name, such as Deployment/orders-service, or "
                + "group/version/Kind/name")
        List<String> objects,

        @Input(value = "How long the rollout of a microservice may take, in seconds", defaultValue = "300")
        int timeout) {
    public RolloutRequest {
        variables = Map.copyOf(variables);
        objects = List.copyOf(objects);
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
                kubeconfig,
                context,
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
