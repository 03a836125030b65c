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
                environment = "REGISTRY")
        String registry,

        @Input(value = "Project or account in the registry", environment = "DOCKERHUB_NAMESPACE")
        String namespace,

        @Input("Tags; SNAPSHOT-<branch>-<build>, and latest on the main branch, where none are given")
        List<String> tags,

        @Input(
                value = "A file with the private key that the images are signed with, their provenance and bills of "
                        + "materials too; the key itself may be in the variable COSIGN_PRIVATE_KEY, and its password in "
                        + "COSIGN_PASSWORD. Nothing is signed where there is none",
                environment = "COSIGN_KEY")
        String signingKey) {
    public PushRequest {
        tags = List.copyOf(tags);
    }
}
