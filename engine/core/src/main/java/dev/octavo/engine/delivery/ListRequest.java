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
        Map<String, String> variables) {
    public ListRequest {
        variables = Map.copyOf(variables);
    }
}
