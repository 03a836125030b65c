package dev.octavo.engine.runner.cps;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call such as {@code usernamePassword(credentialsId: 'x', …)} that only describes something to a step.
 *
 * @param name of the symbol, or the simple name of the class where it was written as {@code [$class: '…']}
 * @param arguments by name; a single unnamed one is under {@code ""}
 */
public record Symbol(String name, Map<String, Object> arguments) implements Serializable {
    private static final String CLASS_KEY = "$class";

    public Symbol {
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }

    /** The same for both ways of writing; null for what is neither. */
    public static @Nullable Symbol of(@Nullable Object value) {
        if (value instanceof Symbol symbol) {
            return symbol;
        }
        if (value instanceof Map<?, ?> map && map.containsKey(CLASS_KEY)) {
            Map<String, Object> arguments = new LinkedHashMap<>();
            map.forEach((key, one) -> {
                if (!CLASS_KEY.equals(String.valueOf(key))) {
                    arguments.put(String.valueOf(key), one);
                }
            });
            String name = String.valueOf(map.get(CLASS_KEY));
            return new Symbol(name.substring(name.lastIndexOf('.') + 1), arguments);
        }
        return null;
    }
}
