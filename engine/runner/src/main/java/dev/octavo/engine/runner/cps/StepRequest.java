package dev.octavo.engine.runner.cps;

import groovy.lang.Closure;
import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the program yields when it calls an asynchronous step. Never saved: the step holds it, not the program. */
record StepRequest(
        StepDefinition definition,
        Map<String, Object> arguments,
        @Nullable Closure<?> body) implements Handle {
    /** What the program yields where it shall be interrupted. */
    enum Checkpoint implements Serializable {
        INSTANCE
    }
}
