package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.Map;

/** Inputs of {@code list}. */
public record ListRequest(
        @Input("Where the microservices are, relative to the workspace; all of it where none is given")
        String directory,

        @Input(
                value = "The microservice to deliver, several separated by commas, \"changed\" or \"all\"",
                defaultValue = "all",
                environment = "PROJECT_NAME")
        String project,

        @Input("Further variables that the manifests will have")
        Map<String, String> variables,

        @Input("A file to write a picture to, as SVG: who calls whom, and what each needs")
        String picture,

        @Input(
                "The environment whose releases \"changed\" is counted from, such as prod; without one, the job's last build"
                        + " that was successful")
        String since,

        @Input("The namespace on the cluster where the releases are; found where none is given")
        String clusterNamespace,

        @Input(
                value = "The cluster: a kubeconfig; without one, that of the pod this runs in",
                environment = "KUBECONFIG")
        String kubeconfig,

        @Input("The context in the kubeconfig; its current one where none is given")
        String context) {
    public ListRequest {
        variables = Map.copyOf(variables);
    }
}
