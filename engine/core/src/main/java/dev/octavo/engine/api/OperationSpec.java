package dev.octavo.engine.api;

/**
 * An operation with its declaration, from which the front ends are made.
 *
 * @param name the subcommand, in kebab-case; the step is {@code octavo} plus the same in camel case
 * @param summary what it does, as a sentence without a full stop
 */
public record OperationSpec<Q extends Record, R extends Record>(
        String name, String summary, Class<Q> request, Class<R> result, Operation<Q, R> operation) {}
