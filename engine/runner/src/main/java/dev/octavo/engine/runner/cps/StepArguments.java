package dev.octavo.engine.runner.cps;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.SourcePlace;
import groovy.lang.Closure;
import groovy.lang.GString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a step's call, as Groovy passes them. */
record StepArguments(
        String step, Map<String, Object> named, @Nullable Closure<?> body) {
    static StepArguments of(
            String step, @Nullable Object arguments, String sole, boolean takesBody, SourcePlace place) {
        List<Object> all = new ArrayList<>();
        if (arguments instanceof Object[] array) {
            all.addAll(Arrays.asList(array));
        } else if (arguments != null) {
            all.add(arguments);
        }
        Closure<?> body = null;
        if (takesBody && !all.isEmpty() && all.get(all.size() - 1) instanceof Closure<?> closure) {
            body = closure;
            all.remove(all.size() - 1);
        }
        Map<String, Object> named = new LinkedHashMap<>();
        if (all.size() == 1 && all.get(0) instanceof Map<?, ?> map && !map.containsKey("$class")) {
            map.forEach((key, value) -> named.put(String.valueOf(key), plain(value)));
        } else if (all.size() == 1) {
            named.put(sole, plain(all.get(0)));
        } else if (all.size() > 1) {
            throw PipelineError.of(new EngineException(
                    ErrorCode.PIPELINE_SYNTAX,
                    "\"" + step + "\" is called with " + all.size() + " unnamed arguments",
                    place.toString(),
                    "a step takes one value without a name at most",
                    "name them: " + step + "(name: value, …)"));
        }
        return new StepArguments(step, named, body);
    }

    /** What a step gets of a value of the pipeline: Groovy's texts with values in them are texts. */
    static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof GString text) {
            return text.toString();
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> plain = new ArrayList<>();
            list.forEach(one -> plain.add(plain(one)));
            return plain;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, one) -> plain.put(key instanceof GString ? key.toString() : key, plain(one)));
            return plain;
        }
        return value;
    }

    void check(StepDefinition definition, SourcePlace place, boolean hasBody) {
        if (!hasBody && definition.body() == StepDefinition.Body.REQUIRED) {
            throw PipelineError.of(new EngineException(
                    ErrorCode.PIPELINE_SYNTAX,
                    "\"" + step + "\" is called without a block",
                    place.toString(),
                    "the step runs the steps in its block",
                    "write " + step + "(…) { … }"));
        }
        if (definition.anyArguments()) {
            return;
        }
        for (String name : named.keySet()) {
            if (name.isEmpty()) {
                throw PipelineError.of(new EngineException(
                        ErrorCode.PIPELINE_SYNTAX,
                        "\"" + step + "\" takes no argument without a name",
                        place.toString(),
                        definition.parameters().isEmpty()
                                ? "it takes no argument at all"
                                : "known: " + String.join(", ", definition.parameters()),
                        "name it: " + step + "(name: value)"));
            }
            if (!definition.parameters().contains(name)) {
                throw PipelineError.of(new EngineException(
                        ErrorCode.PIPELINE_UNKNOWN,
                        "Step \"" + step + "\" has no argument \"" + name + "\"",
                        place.toString(),
                        Suggestions.sentence(name, definition.parameters()),
                        "correct the argument's name, or take it away"));
            }
        }
    }
}
