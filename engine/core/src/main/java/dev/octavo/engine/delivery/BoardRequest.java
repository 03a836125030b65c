package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import dev.octavo.engine.api.Requests;
import java.util.List;
import java.util.Map;

/** Inputs of {@code board}. */
public record BoardRequest(
        @Input("The microservice; all where none is given") String service,

        @Input(
                "The environments in the order of their columns, such as dev,prod; all that have releases where none is given")
        List<String> environments,

        @Input("The namespace on the cluster where the releases are; found where none is given")
        String clusterNamespace,

        @Input("The same for single environments, such as prod=shop-prod; several are joined by +")
        Map<String, String> namespaces,

        @Input(
                value = "The cluster: a kubeconfig; without one, that of the pod this runs in",
                environment = "KUBECONFIG")
        String kubeconfig,

        @Input("The kubeconfigs of environments that are on other clusters, such as prod=prod.kubeconfig")
        Map<String, String> kubeconfigs,

        @Input("The context in the kubeconfig; its current one where none is given")
        String context,

        @Input("The same for single environments, such as prod=production")
        Map<String, String> contexts,

        @Input(value = "The environment whose deliveries are measured", defaultValue = "prod")
        String production,

        @Input(value = "How many weeks the measures go back", defaultValue = "12")
        int weeks,

        @Input(value = "Whether it is looked at the pods of what runs", defaultValue = "true")
        boolean health,

        @Input("Address of the Jenkins job that goes back to releases, to which the page links")
        String rollbackJob,

        @Input("Writes the board as an HTML page to this file too")
        String html) {
    public BoardRequest {
        environments = Requests.names(environments);
        namespaces = Map.copyOf(namespaces);
        kubeconfigs = Map.copyOf(kubeconfigs);
        contexts = Map.copyOf(contexts);
    }
}
