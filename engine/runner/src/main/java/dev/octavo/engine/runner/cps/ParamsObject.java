package dev.octavo.engine.runner.cps;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code params} in a script: a map that cannot be changed. */
final class ParamsObject extends AbstractMap<String, Object> implements Handle {
    private final PipelineRun run;

    ParamsObject(PipelineRun run) {
        this.run = run;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        Map<String, Object> values = run.parameters();
        synchronized (values) {
            return Collections.unmodifiableMap(new LinkedHashMap<>(values)).entrySet();
        }
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        return run.parameters().get(String.valueOf(key));
    }
}
