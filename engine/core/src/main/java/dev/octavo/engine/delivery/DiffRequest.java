package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;

/** Inputs of {@code diff}. */
public record DiffRequest(
        @Input("The microservice; all that have releases in the environment where none is given")
        String service,

        @Input(value = "The environment, such as dev or prod", required = true)
        String environment,

        @Input("The namespace on the cluster where the releases are; found where none is given")
        String clusterNamespace,

        @Input(
                value = "The cluster: a kubeconfig; without one, that of the pod this runs in",
                environment = "KUBECONFIG")
        String kubeconfig,

        @Input("The context in the kubeconfig; its current one where none is given")
        String context,

        @Input("Whether the release is compared with what is in the cluster now; otherwise with the release before it")
        boolean live,

        @Input("Whether a difference is a failure, for CI") boolean failOnDifference) {}
