package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;

/** Inputs of {@code history}. */
public record HistoryRequest(
        @Input("The microservice; all where none is given") String service,

        @Input("The environment, such as dev or prod; all where none is given")
        String environment,

        @Input("The namespace on the cluster where the releases are; found where none is given")
        String clusterNamespace,

        @Input(
                value = "The cluster: a kubeconfig; without one, that of the pod this runs in",
                environment = "KUBECONFIG")
        String kubeconfig,

        @Input("The context in the kubeconfig; its current one where none is given")
        String context) {}
