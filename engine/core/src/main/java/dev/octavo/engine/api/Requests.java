package dev.octavo.engine.api;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes request records out of what front ends have: names and values.
 *
 * <p>Components are {@code String} ({@code ""} when not given), {@code boolean}, {@code int}, {@code List<String>} and
 * {@code Map<String, String>}. A list may be given as one text with commas, a map as texts {@code name=value}.
 */
public final class Requests {
    private Requests() {}

    /** The inputs of a request, in their order. */
    public static List<RecordComponent> inputs(Class<? extends Record> request) {
        return List.of(request.getRecordComponents());
    }

    /** The declaration of an input; every component of a request has one. */
    public static Input declaration(RecordComponent input) {
        Input declaration = input.getAnnotation(Input.class);
        if (declaration == null) {
            throw new IllegalArgumentException(input + " has no @Input");
        }
        return declaration;
    }

    /**
     * Makes the request.
     *
     * @param operation the operation's name, for messages
     * @param given values by name; missing ones come from the declared variable, then from the declared default
     * @throws EngineException {@link ErrorCode#CONFIG_INVALID} for an unknown name, a value of the wrong type, or a
     *     missing required one; all of them at once
     */
    public static <Q extends Record> Q bind(
            String operation, Class<Q> request, Map<String, ?> given, Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        Map<String, RecordComponent> known = new LinkedHashMap<>();
        for (RecordComponent input : inputs(request)) {
            known.put(input.getName(), input);
        }
        for (String name : given.keySet()) {
            if (!known.containsKey(name)) {
                problems.add("\"" + name + "\" is no input of it; the inputs are " + String.join(", ", known.keySet()));
            }
        }
        Object[] values = new Object[known.size()];
        int index = 0;
        for (RecordComponent input : known.values()) {
            values[index++] = value(input, given.get(input.getName()), environment, problems);
        }
        if (!problems.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "The operation \"" + operation + "\" was called with wrong inputs",
                    "",
                    String.join("\n", problems),
                    "correct them; \"octavo " + operation + " --help\" explains each");
        }
        return construct(request, values);
    }

    private static <Q extends Record> Q construct(Class<Q> request, Object[] values) {
        Class<?>[] types = Arrays.stream(request.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return request.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object value(
            RecordComponent input, @Nullable Object given, Map<String, String> environment, List<String> problems) {
        Input declaration = declaration(input);
        Object raw = given;
        if (raw == null && !declaration.environment().isEmpty()) {
            raw = environment.get(declaration.environment());
        }
        if (raw == null || raw.equals("")) {
            raw = declaration.defaultValue();
        }
        if (declaration.required() && raw.equals("")) {
            problems.add("\"" + input.getName() + "\" is missing: " + declaration.value()
                    + (declaration.environment().isEmpty()
                            ? ""
                            : " (or the variable " + declaration.environment() + ")"));
        }
        Type type = input.getGenericType();
        if (type == boolean.class) {
            String text = raw.toString();
            if (!text.isEmpty() && !text.equals("true") && !text.equals("false")) {
                problems.add("\"" + input.getName() + "\" is \"" + text + "\", not true or false");
            }
            return Boolean.valueOf(text);
        }
        if (type == int.class) {
            try {
                return raw.equals("") ? 0 : Integer.parseInt(raw.toString().strip());
            } catch (NumberFormatException e) {
                problems.add("\"" + input.getName() + "\" is \"" + raw + "\", not a whole number");
                return 0;
            }
        }
        if (type instanceof ParameterizedType parameterized && parameterized.getRawType() == List.class) {
            return list(raw);
        }
        if (type instanceof ParameterizedType parameterized && parameterized.getRawType() == Map.class) {
            return map(input.getName(), raw, problems);
        }
        if (type == String.class) {
            return raw.toString();
        }
        throw new IllegalArgumentException(input + " has a type that requests do not have");
    }

    /** Names of which each may hold several with commas between them, as people write them in one option. */
    public static List<String> names(List<String> given) {
        return given.stream()
                .flatMap(each -> Stream.of(each.split(",")))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    private static List<String> list(Object raw) {
        List<String> values = new ArrayList<>();
        if (raw instanceof Iterable<?> many) {
            many.forEach(one -> values.add(String.valueOf(one)));
        } else {
            for (String one : raw.toString().split(",")) {
                if (!one.isBlank()) {
                    values.add(one.strip());
                }
            }
        }
        return List.copyOf(values);
    }

    private static Map<String, String> map(String name, Object raw, List<String> problems) {
        Map<String, String> values = new LinkedHashMap<>();
        if (raw instanceof Map<?, ?> entries) {
            entries.forEach((key, value) -> values.put(String.valueOf(key), String.valueOf(value)));
            return values;
        }
        for (String one : list(raw)) {
            int equals = one.indexOf('=');
            if (equals <= 0) {
                problems.add("\"" + name + "\" has \"" + one + "\", not NAME=VALUE");
            } else {
                values.put(one.substring(0, equals), one.substring(equals + 1));
            }
        }
        return values;
    }
}
