package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.List;

/**
 * Inputs of {@code kubernetes-deploy}, named as the Jenkins step {@code kubernetesDeploy} has always named them.
 *
 * <p>Secrets come by variables: {@code KUBECONFIG_CONTENT} is a kubeconfig's text, {@code DOCKER_AUTH_CONFIG} the text
 * of a Docker {@code config.json} with the registries whose images the pods pull.
 */
public record KubernetesDeployRequest(
        @Input(value = "The manifests: Ant patterns from the workspace, separated by commas", required = true)
        String configs,

        @Input(value = "Whether $NAME in the manifests is replaced by the variable of that name", defaultValue = "true")
        boolean enableConfigSubstitution,

        @Input(value = "The namespace of the Secret for pulling images, and of nothing else", defaultValue = "default")
        String secretNamespace,

        @Input("The name of the Secret for pulling images; one made of the job's name where none is given")
        String secretName,

        @Input("Deletes what the manifests describe, instead of applying it")
        boolean deleteResource,

        @Input(value = "How long to wait until all is ready, in seconds; 0 does not wait", defaultValue = "0")
        int waitSeconds,

        @Input(
                value = "The cluster: a kubeconfig; without one, that of the pod this runs in",
                environment = "KUBECONFIG")
        String kubeconfig,

        @Input("The context in the kubeconfig; its current one where none is given")
        String context,

        @Input(
                value =
                        "The rules of replacing: compat as the step always had them, envsubst as that program has them, "
                                + "or strict, where a name that nothing defines is an error",
                defaultValue = "compat")
        String substitution,

        @Input("The names that are replaced, and no others; all where none is given")
        List<String> substituteOnly,

        @Input("Makes the Secret for pulling images of the type dockerconfigjson, not of the older dockercfg")
        boolean dockerConfigJson) {
    public KubernetesDeployRequest {
        substituteOnly = List.copyOf(substituteOnly);
    }
}
