package dev.octavo.engine.api;

/**
 * One thing that the engine does. Idempotent and cancellable; prints nothing and leaves no thread behind.
 *
 * @param <Q> the request, a record whose components carry {@link Input}
 * @param <R> the result, a record that can be written as JSON
 */
@FunctionalInterface
public interface Operation<Q extends Record, R extends Record> {
    /** @throws EngineException when it cannot be done */
    R run(Q request, EngineContext context);
}
