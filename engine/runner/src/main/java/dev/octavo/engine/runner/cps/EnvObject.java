package dev.octavo.engine.runner.cps;

import groovy.lang.GroovyObjectSupport;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code env} in a script. */
public final class EnvObject extends GroovyObjectSupport implements Handle {
    private final PipelineRun run;

    EnvObject(PipelineRun run) {
        this.run = run;
    }

    @Override
    public @Nullable Object getProperty(String name) {
        return run.variable(name, LogicalThread.current().context());
    }

    @Override
    public void setProperty(String name, @Nullable Object value) {
        run.setVariable(name, String.valueOf(value));
    }

    /** {@code env['NAME']}. */
    public @Nullable Object getAt(String name) {
        return getProperty(name);
    }

    /** {@code env['NAME'] = value}. */
    public void putAt(String name, @Nullable Object value) {
        setProperty(name, value);
    }

    /** All variables. */
    public Map<String, String> getEnvironment() {
        return run.environment(LogicalThread.current().context());
    }

    @Override
    public String toString() {
        return "env";
    }
}
