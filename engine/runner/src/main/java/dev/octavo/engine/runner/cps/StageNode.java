package dev.octavo.engine.runner.cps;

import dev.octavo.engine.runner.api.BuildResult;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A stage that has begun. */
public final class StageNode {
    private final String path;
    private final String name;
    private final @Nullable StageNode parent;
    private final Instant startedAt;
    private volatile BuildResult warning = BuildResult.SUCCESS;
    private volatile String warningMessage = "";

    StageNode(String path, String name, @Nullable StageNode parent, Instant startedAt) {
        this.path = path;
        this.name = name;
        this.parent = parent;
        this.startedAt = startedAt;
    }

    public String path() {
        return path;
    }

    public String name() {
        return name;
    }

    public @Nullable StageNode parent() {
        return parent;
    }

    Instant startedAt() {
        return startedAt;
    }

    /** Notes that something in it went less than well without ending it; the stages around it are marked as well. */
    public synchronized void warn(BuildResult result, String message) {
        if (result.isWorseThan(warning)) {
            warning = result;
            warningMessage = message;
        }
        if (parent != null) {
            parent.warn(result, message);
        }
    }

    /** The worst that was noted. */
    public BuildResult warning() {
        return warning;
    }

    String warningMessage() {
        return warningMessage;
    }
}
