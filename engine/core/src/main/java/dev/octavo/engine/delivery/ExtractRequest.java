package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.Map;

/** Inputs of {@code extract}. */
public record ExtractRequest(
        @Input("Where the microservices are, relative to the workspace; all of it where none is given")
        String directory,

        @Input(value = "The environment that the addresses are for, such as dev or prod", defaultValue = "prod")
        String environment,

        @Input(
                "The namespace of the Services for middleware; the environment's of delivery.yaml, or the application's name and"
                        + " the environment, where none is given")
        String middlewareNamespace,

        @Input(
                "Where middleware really is in this environment: the name of a proposed Service, or a kind such as mysql, and its"
                        + " address; addresses in the configuration where none is given")
        Map<String, String> at,

        @Input(
                value = "Whether clusters may be older than 1.21: Endpoints are written then, not EndpointSlices",
                defaultValue = "false")
        boolean oldClusters,

        @Input(
                value = "Whether to fail where files are not as they would be written, and write nothing",
                defaultValue = "false")
        boolean check,

        @Input(value = "Whether to show what would be written, and write nothing", defaultValue = "false")
        boolean diff,

        @Input(value = "Whether to replace what somebody has changed or written by hand", defaultValue = "false")
        boolean overwrite) {
    public ExtractRequest {
        at = Map.copyOf(at);
    }
}
