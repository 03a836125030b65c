package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;

/** Inputs of {@code analyze}. */
public record AnalyzeRequest(
        @Input("The microservice; all chosen ones where none is given")
        String service,

        @Input(
                value = "Address of SonarQube; its token is read from SONAR_TOKEN or SONAR_AUTH_TOKEN",
                environment = "SONAR_HOST_URL")
        String sonarUrl,

        @Input(
                "Key of the project at SonarQube, in which $APP_NAME is the microservice's name; that name where none is given")
        String projectKey,

        @Input(
                "Whether a green quality gate that had no condition to check is refused, as at a project's first analysis")
        boolean requireConditions,

        @Input(value = "How long the scan, and then the wait for the gate, may take, in seconds", defaultValue = "600")
        int timeout) {}
