package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;

/** Inputs of {@code release}. */
public record ReleaseRequest(
        @Input("The microservice; all chosen ones where none is given")
        String service,

        @Input(value = "The version, such as v1.0.0", required = true, environment = "TAG_NAME")
        String version,

        @Input(value = "Host of the image registry", environment = "REGISTRY")
        String registry,

        @Input(value = "Project or account in the registry", environment = "DOCKERHUB_NAMESPACE")
        String namespace,

        @Input("The remote that the tag is pushed to; the clone's origin where none is given."
                + " Login by GIT_USERNAME and GIT_PASSWORD")
        String remote,

        @Input("A tag of each microservice's own, such as catalog-service/v1.0.0, and not one for all of them")
        boolean perService,

        @Input("The tag's message; one is made where none is given")
        String message,

        @Input("Whether the release notes are in the tag's message")
        boolean notesInTag,

        @Input(value = "The name of the tag's maker", defaultValue = "Octavo")
        String taggerName,

        @Input(value = "The mail address of the tag's maker", defaultValue = "octavo@localhost")
        String taggerMail,

        @Input(
                "Where a release is made of the tag: github, gitlab, gitee or none. Where none is given: the forge that the"
                        + " remote's address tells, if there is a token for it in FORGE_TOKEN")
        String forge,

        @Input(
                "Address of the forge's API, such as https://github.example.org/api/v3; that of the remote's host where none"
                        + " is given")
        String forgeUrl,

        @Input("Who approved it, for the record") String approver) {}
