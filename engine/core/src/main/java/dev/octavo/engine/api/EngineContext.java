package dev.octavo.engine.api;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;

/**
 * What a call of an operation works with.
 *
 * @param workspace the folder of the run, absolute: the checked-out sources; relative paths in requests start here
 * @param cache where things that outlive a run may be kept, absolute; it may be deleted at any time between runs
 * @param environment the variables that the operation sees and hands to the programs it starts; secrets are in here
 *     too, under the names that requests document, so it is never printed
 */
public record EngineContext(
        Path workspace,
        Path cache,
        Map<String, String> environment,
        EngineListener listener,
        Cancellation cancellation,
        Clock clock) {
    public EngineContext {
        Objects.requireNonNull(workspace);
        Objects.requireNonNull(cache);
        environment = Map.copyOf(environment);
    }

    /** The same, for another listener. */
    public EngineContext withListener(EngineListener other) {
        return new EngineContext(workspace, cache, environment, other, cancellation, clock);
    }

    /** The same, with other variables. */
    public EngineContext withEnvironment(Map<String, String> other) {
        return new EngineContext(workspace, cache, other, listener, cancellation, clock);
    }

    @Override
    public String toString() {
        return "EngineContext[workspace=" + workspace + "]";
    }
}
