package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.List;
import java.util.Map;

/** Inputs of {@code deploy}. */
public record DeployRequest(
        @Input("The microservice; all chosen ones where none is given")
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

        @Input(
                value = "The cluster: a kubeconfig; without one, that of the pod this runs in",
                environment = "KUBECONFIG")
        String kubeconfig,

        @Input("The context in the kubeconfig; its current one where none is given")
        String context,

        @Input("Further variables for the manifests") Map<String, String> variables,

        @Input("The version that is deployed; none for the build's own image")
        String version,

        @Input("The plan's hash that was approved; the deployment stops where the plan is another by now")
        String approvedHash,

        @Input("Who approved it, for the record") String approver,

        @Input(value = "How long the rollout of a microservice may take, in seconds", defaultValue = "300")
        int timeout,

        @Input(
                "A file with the plan to carry out, as plan has written it as JSON; the deployment stops where manifests, "
                        + "digests or cluster are others by now")
        String plan,

        @Input(
                value = "Whether objects are deleted that the release before had and this one has not",
                defaultValue = "true")
        boolean prune,

        @Input("Objects (Kind/name) of kinds that are not deleted unless they are named, such as PersistentVolumeClaim")
        List<String> pruneAlso,

        @Input(
                value = "Whether a rollout that fails is undone: the release before is deployed again as a whole",
                defaultValue = "true")
        boolean rollBack,

        @Input(
                value = "How long another deployment of the microservice to the environment is waited for, in seconds; "
                        + "0 to fail at once",
                defaultValue = "600")
        int lockTimeout,

        @Input(
                value = "How many microservices are deployed at once; one that calls others goes after them",
                defaultValue = "4")
        int atOnce,

        @Input(value = "How many releases stay in the cluster to go back to", defaultValue = "10")
        int keepReleases,

        @Input("Whether fields are taken from a controller or another delivery that owns them; else that is refused")
        boolean forceConflicts,

        @Input("Objects (Kind/name) that may be deleted and made again where a change needs that, such as Job/migrate")
        List<String> recreate,

        @Input("What is tried once all is ready: addresses such as http://$APP_NAME:8080/actuator/health, with the "
                + "status and a text to expect behind them, or manifests of Jobs in the microservice, such as "
                + "deploy/verify/*.yaml")
        List<String> verify,

        @Input(value = "How long each of these checks may take, in seconds", defaultValue = "60")
        int verifyTimeout,

        @Input(
                "Public keys, as PEM or as a file that holds them: where they are given, each image of the run must be signed "
                        + "by one of them, with provenance of the run's commit and a bill of materials")
        String signedBy) {
    public DeployRequest {
        variables = Map.copyOf(variables);
        pruneAlso = List.copyOf(pruneAlso);
        recreate = List.copyOf(recreate);
        verify = List.copyOf(verify);
    }

    /** The same as a plan's. */
    PlanRequest planning() {
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
                prune,
                pruneAlso,
                forceConflicts,
                recreate,
                signedBy);
    }
}
