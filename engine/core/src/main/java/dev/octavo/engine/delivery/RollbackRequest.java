package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.List;

/** Inputs of the operation that goes back to an earlier release. */
public record RollbackRequest(
        @Input(value = "The microservice", required = true) String service,

        @Input(value = "The environment, such as dev or prod", required = true)
        String environment,

        @Input("The number of the release to go back to; the last good one before what runs where none is given")
        String to,

        @Input("The namespace on the cluster where the releases are; found where none is given")
        String clusterNamespace,

        @Input(
                value = "The cluster: a kubeconfig; without one, that of the pod this runs in",
                environment = "KUBECONFIG")
        String kubeconfig,

        @Input("The context in the kubeconfig; its current one where none is given")
        String context,

        @Input("Whether only the plan is made, for a gate to show")
        boolean planOnly,

        @Input("The plan's hash that was approved; the rollback stops where the plan is another by now")
        String approvedHash,

        @Input("Who approved it, for the record") String approver,

        @Input(value = "How long the rollout may take, in seconds", defaultValue = "300")
        int timeout,

        @Input(
                value = "Whether objects are deleted that the release before had and this one has not",
                defaultValue = "true")
        boolean prune,

        @Input("Objects (Kind/name) of kinds that are not deleted unless they are named, such as PersistentVolumeClaim")
        List<String> pruneAlso,

        @Input(
                value = "Whether a rollout that fails is undone: what ran before is deployed again",
                defaultValue = "true")
        boolean rollBack,

        @Input(
                value = "How long another deployment of the microservice to the environment is waited for, in seconds; "
                        + "0 to fail at once",
                defaultValue = "600")
        int lockTimeout,

        @Input(value = "How many releases stay in the cluster to go back to", defaultValue = "10")
        int keepReleases,

        @Input(
                "Public keys, as PEM or as a file that holds them: the release's image must be signed by one of them, with"
                        + " provenance and a bill of materials; not asked for where none is given")
        String signedBy) {
    public RollbackRequest {
        pruneAlso = List.copyOf(pruneAlso);
    }
}
