package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;

/** Inputs of {@code test}. */
public record TestRequest(
        @Input("The microservice; all chosen ones where none is given")
        String service) {}
