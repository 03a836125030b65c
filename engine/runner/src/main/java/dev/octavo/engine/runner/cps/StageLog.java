package dev.octavo.engine.runner.cps;

import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.RunListener;
import dev.octavo.engine.runner.api.StageResult;
import dev.octavo.engine.runner.api.StageStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stages there were and how they ended. */
public final class StageLog {
    private final RunListener listener;
    private final Clock clock;
    private final Secrets secrets;
    private final Map<String, Integer> count = new HashMap<>();
    private final List<String> order = new ArrayList<>();
    private final Map<String, StageResult> results = new HashMap<>();

    StageLog(RunListener listener, Clock clock, Secrets secrets) {
        this.listener = listener;
        this.clock = clock;
        this.secrets = secrets;
    }

    /** A stage begins. */
    public StageNode start(@Nullable StageNode parent, String name) {
        StageNode node;
        synchronized (this) {
            String path = parent == null ? name : parent.path() + " / " + name;
            int times = count.merge(path, 1, Integer::sum);
            String unique = times == 1 ? path : path + " (" + times + ")";
            node = new StageNode(unique, name, parent, clock.instant());
            order.add(unique);
        }
        listener.stageStarted(node.path(), name, parentPath(node), node.startedAt());
        return node;
    }

    /** A stage ended, with an error or without. */
    public void finish(StageNode node, @Nullable Throwable error) {
        StageStatus status;
        String reason;
        if (error instanceof org.jenkinsci.plugins.workflow.steps.FlowInterruptedException) {
            status = StageStatus.ABORTED;
            reason = Failures.oneLine(error);
        } else if (error != null) {
            status = StageStatus.FAILURE;
            reason = Failures.oneLine(error);
        } else {
            status = status(node.warning());
            reason = node.warningMessage();
        }
        record(node, status, reason);
    }

    /** A stage did not run. */
    public void skip(StageNode node, String reason) {
        record(node, StageStatus.SKIPPED, reason);
    }

    private static StageStatus status(BuildResult warning) {
        return switch (warning) {
            case SUCCESS -> StageStatus.SUCCESS;
            case UNSTABLE -> StageStatus.UNSTABLE;
            case FAILURE -> StageStatus.FAILURE;
            case NOT_BUILT -> StageStatus.SKIPPED;
            case ABORTED -> StageStatus.ABORTED;
        };
    }

    private void record(StageNode node, StageStatus status, String reason) {
        Instant startedAt = node.startedAt();
        StageResult result = new StageResult(
                node.path(),
                node.name(),
                parentPath(node),
                status,
                startedAt,
                Duration.between(startedAt, clock.instant()),
                secrets.mask(reason));
        synchronized (this) {
            results.put(node.path(), result);
        }
        listener.stageFinished(result);
    }

    private static String parentPath(StageNode node) {
        StageNode parent = node.parent();
        return parent == null ? "" : parent.path();
    }

    /** All that ended, in the order in which they began. */
    public synchronized List<StageResult> results() {
        List<StageResult> all = new ArrayList<>();
        for (String path : order) {
            StageResult result = results.get(path);
            if (result != null) {
                all.add(result);
            }
        }
        return all;
    }
}
