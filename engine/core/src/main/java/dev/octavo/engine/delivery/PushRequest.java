package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.List;

/** Inputs of {@code push}. */
public record PushRequest(
        @Input("The microservice; all chosen ones where none is given")
        String service,

        @Input(
                value = "Host of the image registry; login by REGISTRY_USERNAME and REGISTRY_PASSWORD, or "
                        + "Docker's configuration",
                required = true,
                environment = "REGISTRY")
        String registry,

        @Input(value = "Project or account in the registry", environment = "DOCKERHUB_NAMESPACE")
        String namespace,

        @Input("Tags; SNAPSHOT-<branch>-<build>, and latest on the main branch, where none are given")
        List<String> tags) {
    public PushRequest {
        tags = List.copyOf(tags);
    }
}
