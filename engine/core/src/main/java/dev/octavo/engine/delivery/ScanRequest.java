package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;

/** Inputs of {@code scan}. */
public record ScanRequest(
        @Input("The microservice; all chosen ones where none is given")
        String service,

        @Input(
                value =
                        "The scanner's report, JSON of Trivy or Grype or SARIF, relative to the sources; $service in it is "
                                + "the microservice's name",
                required = true)
        String report,

        @Input(value = "The least severity that fails: low, medium, high or critical", defaultValue = "high")
        String severity,

        @Input("A YAML file with what is accepted for some time: a list with id, until and reason, and component where "
                + "only one is meant")
        String accepted,

        @Input(value = "How old the report may be, in hours", defaultValue = "24")
        int maxAge) {}
