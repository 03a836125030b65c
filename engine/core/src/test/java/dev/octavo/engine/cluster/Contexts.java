package dev.octavo.engine.cluster;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineListener;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Contexts for tests. */
final class Contexts {
    private Contexts() {}

    static EngineContext of(Path workspace) {
        return of(workspace, EngineListener.SILENT);
    }

    static EngineContext of(Path workspace, EngineListener listener) {
        return new EngineContext(
                workspace,
                workspace.resolve("cache"),
                Map.of("PATH", "/usr/bin:/bin"),
                listener,
                new Cancellation(),
                Clock.systemUTC());
    }

    /** Keeps what it hears. */
    static class Hearing implements EngineListener {
        final List<String> progress = new CopyOnWriteArrayList<>();
        final List<String> warnings = new CopyOnWriteArrayList<>();

        @Override
        public void progress(String message) {
            progress.add(message);
        }

        @Override
        public void warning(String message) {
            warnings.add(message);
        }

        @Override
        public void output(String line) {}
    }
}
