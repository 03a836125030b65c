package dev.octavo.engine.template;

import java.util.Objects;

/**
 * A value for placeholders.
 *
 * @param source where it comes from, in words a user knows: {@code parameter}, {@code Jenkinsfile line 12},
 *     {@code agent's environment}
 * @param secret whether the value is never shown
 */
public record Variable(String value, String source, boolean secret) {
    public Variable {
        Objects.requireNonNull(value);
        Objects.requireNonNull(source);
    }

    /** One that may be shown. */
    public static Variable of(String value, String source) {
        return new Variable(value, source, false);
    }

    @Override
    public String toString() {
        return "Variable[" + (secret ? "****" : value) + " from " + source + "]";
    }
}
