package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;

/** Inputs of {@code image}. */
public record ImageRequest(
        @Input("The microservice; all chosen ones where none is given")
        String service,

        @Input(value = "Host of the image registry", environment = "REGISTRY")
        String registry,

        @Input(value = "Project or account in the registry", environment = "DOCKERHUB_NAMESPACE")
        String namespace,

        @Input("The image to build on; that of the Dockerfile where none is given")
        String base,

        @Input(
                value = "Whether a base that is made on this machine may be used: auto (where the network gives "
                        + "no way to the real one), always or never",
                defaultValue = "auto")
        String offline) {}
