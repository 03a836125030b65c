package dev.octavo.engine.runner.cps;

import com.cloudbees.groovy.cps.Continuable;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.SourcePlace;
import groovy.lang.GroovyClassLoader;
import groovy.lang.Script;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what could not be saved: Jenkins saves the whole program before it runs a step. */
final class SaveCheck {
    private static final String RECEIVER = "the object whose method is being called";
    private static final String ARGUMENT = "an argument of the call";
    /** What the interpreter's own objects hold while an expression is evaluated, by their fields. */
    private static final Map<String, String> HELD = Map.of(
            "itr",
            "what a for loop goes over",
            "lhs",
            RECEIVER,
            "args",
            ARGUMENT,
            "loopHead",
            "what a for loop goes over");

    private SaveCheck() {}

    /** Saves to nowhere. */
    private static final class NowhereStream extends ObjectOutputStream {
        private NowhereStream() throws IOException {
            super(OutputStream.nullOutputStream());
            enableReplaceObject(true);
        }

        @Override
        protected @Nullable Object replaceObject(@Nullable Object value) {
            // Jenkins keeps these in ways of its own
            return value instanceof Handle || value instanceof Throwable ? null : value;
        }
    }

    /** @throws UnsavableProgram naming the variable where it can be found */
    static void check(Continuable program, String step, SourcePlace place) throws UnsavableProgram {
        String type = unsavable(program);
        if (type.isEmpty()) {
            return;
        }
        String variable = find(program);
        throw new UnsavableProgram(
                type,
                new EngineException(
                        ErrorCode.PIPELINE_CPS,
                        "Jenkins cannot save the program before step \"" + step + "\": "
                                + (variable.isEmpty() ? "something" : variable) + " is a " + type,
                        place.toString(),
                        "java.io.NotSerializableException: " + type
                                + "\nJenkins saves all variables before each step that it waits for; objects of this class"
                                + " cannot be saved",
                        fix(type, variable)));
    }

    private static String fix(String type, String variable) {
        if (variable.equals(RECEIVER) || variable.equals(ARGUMENT)) {
            return "call the step first and put what it returns into a variable, then use that";
        }
        if (type.contains("Matcher")) {
            return "take the groups out and set the variable to null before the step,"
                    + " or do the matching in a method annotated with @NonCPS";
        }
        if (type.contains("Range")) {
            return "count with for (int i = 1; i <= n; i++), or use a list";
        }
        if (type.startsWith("java.util.") && type.contains("$")) {
            return "go over map.entrySet() or list, or use each { }";
        }
        if (type.contains("json")) {
            return "use JsonSlurperClassic or readJSON, whose results can be saved";
        }
        return "keep it inside a method annotated with @NonCPS, or set the variable to null before the step";
    }

    /** The class that cannot be saved, {@code ""} where all can. */
    private static String unsavable(@Nullable Object value) {
        try (NowhereStream stream = new NowhereStream()) {
            stream.writeObject(value);
            return "";
        } catch (NotSerializableException e) {
            return String.valueOf(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes through the interpreter's own objects to the variables that they hold. */
    private static String find(Continuable program) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> queue = new ArrayDeque<>();
        queue.add(program);
        while (!queue.isEmpty()) {
            Object one = queue.remove();
            if (!seen.add(one)) {
                continue;
            }
            if (one instanceof Script script) {
                String found = inMap("variable", script.getBinding().getVariables(), queue);
                if (!found.isEmpty()) {
                    return found;
                }
            }
            String found = inFields(one, queue);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return "";
    }

    private static String inFields(Object holder, Deque<Object> queue) {
        boolean own = holder.getClass().getClassLoader() instanceof GroovyClassLoader;
        for (Class<?> type = holder.getClass(); type != null && isInterpreted(type); type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        || Modifier.isTransient(field.getModifiers())
                        || field.getType().isPrimitive()) {
                    continue;
                }
                Object value = read(field, holder);
                if (value == null) {
                    continue;
                }
                String held = HELD.get(field.getName());
                if (held != null
                        && !isInterpreted(value.getClass())
                        && !unsavable(value).isEmpty()) {
                    return held;
                }
                if (field.getName().equals("locals") && value instanceof Map<?, ?> locals) {
                    String found = inMap("variable", locals, queue);
                    if (!found.isEmpty()) {
                        return found;
                    }
                } else if (isInterpreted(value.getClass()) || value instanceof Script) {
                    queue.add(value);
                } else if (own && !unsavable(value).isEmpty()) {
                    return "field \"" + field.getName() + "\" of " + type.getName();
                }
            }
        }
        return "";
    }

    private static String inMap(String kind, Map<?, ?> variables, Deque<Object> queue) {
        for (Map.Entry<?, ?> entry : variables.entrySet()) {
            Object value = entry.getValue();
            if (value == null || value instanceof Handle) {
                continue;
            }
            if (isInterpreted(value.getClass())) {
                queue.add(value);
            } else if (!unsavable(value).isEmpty()) {
                return kind + " \"" + entry.getKey() + "\"";
            }
        }
        return "";
    }

    private static boolean isInterpreted(Class<?> type) {
        return type.getName().startsWith("com.cloudbees.groovy.cps.")
                || type.getClassLoader() instanceof GroovyClassLoader
                || type == PipelineClosure.class;
    }

    private static @Nullable Object read(Field field, Object holder) {
        try {
            field.setAccessible(true);
            return field.get(holder);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null; // Java's own, closed to us
        }
    }
}
