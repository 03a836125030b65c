package dev.octavo.engine.runner.api;

import java.util.List;

/**
 * A gate that waits for a person.
 *
 * @param id as the pipeline names it, else made from the message
 * @param message what is asked, possibly of several lines
 * @param ok the caption of the button that proceeds
 * @param submitter who may answer, separated by commas; {@code ""} for anybody
 * @param stage the path of the stage that asks, {@code ""} outside of all stages
 */
public record InputRequest(
        String id,
        String message,
        String ok,
        String submitter,
        List<ParameterSpec> parameters,
        String stage,
        SourcePlace place) {
    public InputRequest {
        parameters = List.copyOf(parameters);
    }
}
