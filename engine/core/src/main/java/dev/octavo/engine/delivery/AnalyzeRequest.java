package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;

/** Inputs of {@code analyze}. */
public record AnalyzeRequest(
        @Input("The microservice; all chosen ones where none is given")
        String service,

        @Input(value = "Address of SonarQube; its token is read from SONAR_TOKEN", environment = "SONAR_HOST_URL")
        String sonarUrl,

        @Input("Key of the project at SonarQube; the microservice's name where none is given")
        String projectKey,

        @Input(value = "How long the scan, and then the wait for the gate, may take, in seconds", defaultValue = "600")
        int timeout) {}
