package dev.octavo.engine.runner.api;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineListener;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call of one of the front end's own steps.
 *
 * @param arguments by name; a single unnamed one is under the name that the handler declares
 * @param environment all variables at the place of the call, secrets bound there among them
 * @param directory the current folder, which may not exist yet; null outside of {@code node}
 * @param listener its output is masked and goes where that of {@code sh} goes
 * @param stage the path of the stage, {@code ""} outside of all stages
 */
public record StepCall(
        String name,
        Map<String, Object> arguments,
        Map<String, String> environment,
        @Nullable Path directory,
        EngineListener listener,
        Cancellation cancellation,
        String stage,
        SourcePlace place) {
    @Override
    public String toString() {
        return "StepCall[" + name + " at " + place + "]";
    }
}
