package dev.octavo.engine.runner.declarative;

import dev.octavo.engine.runner.api.SourcePlace;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code pipeline} block.
 *
 * <p>What has to be evaluated is not in here: a {@link Code} says which of the closures that the rewritten block passes
 * along it is.
 */
record Model(
        Agent agent,
        List<Variable> environment,
        List<Call> options,
        List<Call> parameters,
        List<Call> libraries,
        List<Tool> tools,
        List<Stage> stages,
        Map<String, Code> post,
        SourcePlace place) {

    /** A closure, by its number. */
    record Code(int index, SourcePlace place) {}

    /** {@code name(arguments)}; the code evaluates to the list of the arguments, named ones as one map. */
    record Call(String name, Code arguments, SourcePlace place) {}

    /** An agent; the options evaluate to a map. */
    record Agent(String type, @Nullable Code options, SourcePlace place) {}

    /** A variable of {@code environment}; the code evaluates to its value, or to the ID of a credential. */
    record Variable(String name, boolean credentials, Code value) {}

    record Tool(String type, Code version) {}

    /** A stage; exactly one of {@code steps}, {@code stages}, {@code parallel} and {@code matrix} is there. */
    record Stage(
            String name,
            @Nullable Agent agent,
            List<Variable> environment,
            List<Call> options,
            List<Tool> tools,
            @Nullable When when,
            @Nullable Code input,
            boolean failFast,
            @Nullable Code steps,
            List<Stage> stages,
            List<Stage> parallel,
            @Nullable Matrix matrix,
            Map<String, Code> post,
            SourcePlace place) {
        boolean hasBranches() {
            return !parallel.isEmpty() || matrix != null;
        }
    }

    record Matrix(List<Axis> axes, List<List<Exclude>> excludes, Stage cell) {}

    record Axis(String name, List<String> values) {}

    /** One axis of an exclude. */
    record Exclude(String axis, boolean not, List<String> values) {}

    record When(boolean beforeAgent, boolean beforeInput, boolean beforeOptions, List<Condition> conditions) {}

    /**
     * A condition.
     *
     * @param code of {@code expression} the closure itself, of those with children none, of others the arguments
     */
    record Condition(String name, @Nullable Code code, List<Condition> children, SourcePlace place) {}
}
