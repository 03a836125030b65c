package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.List;
import java.util.Map;

/** Inputs of {@code plan}. */
public record PlanRequest(
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

        @Input("A file that the plan is written to as a page too, to look at and to keep")
        String html,

        @Input(
                value = "Whether objects are deleted that the release before had and this one has not",
                defaultValue = "true")
        boolean prune,

        @Input("Objects (Kind/name) of kinds that are not deleted unless they are named, such as PersistentVolumeClaim")
        List<String> pruneAlso,

        @Input("Whether fields are taken from a controller or another delivery that owns them; else that is refused")
        boolean forceConflicts,

        @Input("Objects (Kind/name) that may be deleted and made again where a change needs that, such as Job/migrate")
        List<String> recreate,

        @Input(
                "Public keys, as PEM or as a file that holds them: where they are given, each image of the run must be signed "
                        + "by one of them, with provenance of the run's commit and a bill of materials")
        String signedBy) {
    public PlanRequest {
        variables = Map.copyOf(variables);
        pruneAlso = List.copyOf(pruneAlso);
        recreate = List.copyOf(recreate);
    }
}
