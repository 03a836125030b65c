package dev.octavo.engine.runner.cps;

import com.cloudbees.groovy.cps.impl.CallSiteBlock;
import com.cloudbees.groovy.cps.impl.SourceLocation;
import com.cloudbees.groovy.cps.sandbox.DefaultInvoker;
import com.cloudbees.groovy.cps.sandbox.Invoker;
import dev.octavo.engine.runner.api.SourcePlace;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Notes which line of the pipeline's code is running. One for each logical thread. */
final class CallTracker extends DefaultInvoker implements Handle {
    private static final long serialVersionUID = 1L;

    /** The field with the place of a block of the interpreter, which keeps it to itself. */
    private static final class Fields {
        private final Map<Class<?>, Optional<Field>> byType = new ConcurrentHashMap<>();

        @Nullable
        SourceLocation location(CallSiteBlock block) {
            Optional<Field> field = byType.computeIfAbsent(block.getClass(), Fields::find);
            try {
                return field.isEmpty() ? null : (SourceLocation) field.get().get(block);
            } catch (IllegalAccessException e) {
                return null;
            }
        }

        private static Optional<Field> find(Class<?> type) {
            for (Class<?> one = type; one != null; one = one.getSuperclass()) {
                for (Field field : one.getDeclaredFields()) {
                    if (field.getType() == SourceLocation.class) {
                        field.setAccessible(true);
                        return Optional.of(field);
                    }
                }
            }
            return Optional.empty();
        }
    }

    private final transient Fields fields = new Fields();
    private transient @Nullable SourceLocation last;

    @Override
    public Invoker contextualize(CallSiteBlock block) {
        SourceLocation location = fields.location(block);
        if (location != null) {
            last = location;
        }
        return this;
    }

    SourcePlace place(SourceMap sources) {
        SourceLocation location = last;
        if (location == null) {
            return SourcePlace.UNKNOWN;
        }
        SourcePlace place = sources.place(location.toStackTrace());
        return place == null ? SourcePlace.UNKNOWN : place;
    }
}
