package dev.octavo.engine.runner.cps;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the interpreter knows of a step.
 *
 * @param parameters the names of its arguments; others are refused
 * @param sole the argument that a single unnamed value means, {@code ""} for none
 * @param body whether it takes a block
 * @param synchronous whether Jenkins runs it without suspending the program, so that it may be called from anywhere
 * @param anyArguments whether it looks at its arguments itself
 */
public record StepDefinition(
        String name,
        List<String> parameters,
        String sole,
        Body body,
        boolean synchronous,
        boolean anyArguments,
        Implementation implementation) {
    /** Whether a step takes a block. */
    public enum Body {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /** What a step does. */
    @FunctionalInterface
    public interface Implementation {
        /** @throws Throwable what the body throws, or the step's own failure */
        @Nullable
        Object execute(StepInvocation call) throws Throwable;
    }

    /** An asynchronous step without a block. */
    public static StepDefinition step(String name, Implementation implementation, String... parameters) {
        return new StepDefinition(name, List.of(parameters), "", Body.NONE, false, false, implementation);
    }

    /** An asynchronous step with a block. */
    public static StepDefinition block(String name, Implementation implementation, String... parameters) {
        return new StepDefinition(name, List.of(parameters), "", Body.REQUIRED, false, false, implementation);
    }

    /** The same, with an argument that may be given without its name. */
    public StepDefinition withSole(String argument) {
        return new StepDefinition(name, parameters, argument, body, synchronous, anyArguments, implementation);
    }

    /** The same, run without suspending the program. */
    public StepDefinition runningAtOnce() {
        return new StepDefinition(name, parameters, sole, body, true, anyArguments, implementation);
    }

    /** The same, with a block that may be left out. */
    public StepDefinition withOptionalBody() {
        return new StepDefinition(name, parameters, sole, Body.OPTIONAL, synchronous, anyArguments, implementation);
    }

    /** The same, taking any arguments. */
    public StepDefinition withAnyArguments() {
        return new StepDefinition(name, parameters, sole, body, synchronous, true, implementation);
    }
}
