package dev.octavo.engine.runner.cps;

/**
 * Something of the runner that a script holds, such as {@code env}. Jenkins keeps it by name when it saves the program,
 * so it is never in the way of saving.
 */
public interface Handle {}
