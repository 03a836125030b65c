package dev.octavo.engine.api;

import java.util.Objects;

/** A value that is never shown: {@link #toString()} is {@code ****}. */
public final class SecretValue {
    private final String value;

    public SecretValue(String value) {
        this.value = Objects.requireNonNull(value);
    }

    /** The value itself, for the call that needs it and for nothing else. */
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "****";
    }
}
