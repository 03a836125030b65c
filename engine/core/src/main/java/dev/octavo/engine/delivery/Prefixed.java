package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineListener;

/** Says of which of several microservices something is told. */
record Prefixed(String prefix, EngineListener listener) implements EngineListener {
    @Override
    public void progress(String message) {
        listener.progress(prefix + message);
    }

    @Override
    public void warning(String message) {
        listener.warning(prefix + message);
    }

    @Override
    public void output(String line) {
        listener.output(prefix + line);
    }
}
