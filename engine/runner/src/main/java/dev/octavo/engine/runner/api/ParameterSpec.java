package dev.octavo.engine.runner.api;

import java.util.List;

/**
 * A parameter of a build or of a gate.
 *
 * @param defaultValue as it would be typed; never the default of a password
 * @param choices of a {@link Type#CHOICE}, else empty
 */
public record ParameterSpec(String name, Type type, String defaultValue, String description, List<String> choices) {
    /** What can be entered. */
    public enum Type {
        STRING,
        TEXT,
        BOOLEAN,
        CHOICE,
        PASSWORD
    }

    public ParameterSpec {
        choices = List.copyOf(choices);
    }
}
