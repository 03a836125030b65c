package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.Map;

/** Inputs of {@code preflight}. */
public record PreflightRequest(
        @Input("Where the microservices are, relative to the workspace; all of it where none is given")
        String directory,

        @Input("Further variables that the manifests and scripts will have, such as those that Jenkins itself is"
                + " configured with")
        Map<String, String> variables,

        @Input(value = "Whether to write the corrections that can change nothing else", defaultValue = "false")
        boolean fix,

        @Input(value = "Whether warnings fail too", defaultValue = "false")
        boolean strict,

        @Input("A file to write the findings to as SARIF 2.1.0")
        String sarif,

        @Input("A file to write the findings to for Jenkins' plugin warnings-ng")
        String warningsNg) {
    public PreflightRequest {
        variables = Map.copyOf(variables);
    }
}
