package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;

/** Inputs of {@code release}. */
public record ReleaseRequest(
        @Input("The microservice; all chosen ones where none is given")
        String service,

        @Input(value = "The version, such as v1.0.0", required = true, environment = "TAG_NAME")
        String version,

        @Input(value = "Host of the image registry", required = true, environment = "REGISTRY")
        String registry,

        @Input(value = "Project or account in the registry", environment = "DOCKERHUB_NAMESPACE")
        String namespace,

        @Input("The remote that the tag is pushed to; the clone's origin where none is given."
                + " Login by GIT_USERNAME and GIT_PASSWORD")
        String remote,

        @Input("The tag's message; one is made where none is given")
        String message,

        @Input("Who approved it, for the record") String approver) {}
