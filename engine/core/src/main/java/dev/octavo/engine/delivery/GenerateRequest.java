package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.List;

/** Inputs of {@code generate}. */
public record GenerateRequest(
        @Input("The microservices; all that are found or described where none is given")
        List<String> services,

        @Input(
                "Where the microservices and delivery.yaml are, relative to the workspace; all of it where none is given")
        String directory,

        @Input("Whether nothing is written, and files that are not as they would be written now are a failure")
        boolean check,

        @Input("Whether nothing is written, and what would change is shown")
        boolean diff,

        @Input("Whether what people have changed, deleted or written by hand is replaced by what is generated")
        boolean overwrite,

        @Input("A folder to write to instead, relative to the workspace, to see what would be made")
        String target,

        @Input("Whether mistakes are looked for in the repository's files afterwards, as preflight does")
        boolean preflight) {
    public GenerateRequest {
        services = List.copyOf(services);
    }
}
