package dev.octavo.engine.runner.step;

import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.cps.Failures;
import dev.octavo.engine.runner.cps.Interruption;
import dev.octavo.engine.runner.cps.LogicalThread;
import dev.octavo.engine.runner.cps.PipelineError;
import dev.octavo.engine.runner.cps.StepContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs branches at the same time, each in a logical thread of its own. */
public final class Branches {
    private Branches() {}

    /** What a branch does. */
    @FunctionalInterface
    public interface Branch {
        @Nullable
        Object run(LogicalThread thread) throws Throwable;
    }

    private static final class Running {
        private final LogicalThread logical;
        private final Thread thread;
        private volatile @Nullable Object value;
        private volatile @Nullable Throwable failure;

        private Running(LogicalThread logical, Branch branch, String name, Finished finished) {
            this.logical = logical;
            this.thread = new Thread(
                    () -> {
                        try {
                            value = logical.enter(() -> branch.run(logical));
                        } catch (Throwable e) {
                            failure = e;
                        } finally {
                            finished.branch(this);
                        }
                    },
                    "octavo-branch-" + name);
            this.thread.setDaemon(true);
        }
    }

    @FunctionalInterface
    private interface Finished {
        void branch(Running running);
    }

    /**
     * Runs all and waits for all.
     *
     * @param failFast whether the first failure ends the others
     * @return the branches' values by their names
     * @throws Throwable the failure of the branch that failed first where {@code failFast}, else the worst
     */
    public static Map<String, Object> run(
            LogicalThread parent,
            StepContext context,
            Map<String, Branch> branches,
            boolean failFast,
            SourcePlace place)
            throws Throwable {
        Map<String, Running> running = new LinkedHashMap<>();
        List<Throwable> failures = new ArrayList<>();
        Finished finished = one -> {
            Throwable failure = one.failure;
            if (failure == null) {
                return;
            }
            boolean first;
            synchronized (failures) {
                first = failures.isEmpty();
                failures.add(failure);
            }
            if (first && failFast) {
                List<Running> others;
                synchronized (running) {
                    others = List.copyOf(running.values());
                }
                Interruption interruption = new Interruption(
                        Interruption.Kind.FAIL_FAST, "another branch failed first", BuildResult.ABORTED, place);
                others.stream()
                        .filter(other -> other != one && other.thread.isAlive())
                        .forEach(other -> other.logical.interrupt(interruption));
            }
        };
        synchronized (running) {
            branches.forEach(
                    (name, branch) -> running.put(name, new Running(parent.fork(context), branch, name, finished)));
        }
        running.values().forEach(one -> one.thread.start());
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, Running> entry : running.entrySet()) {
            Running one = entry.getValue();
            join(one.thread);
            parent.join(one.logical);
            values.put(entry.getKey(), one.value);
        }
        synchronized (failures) {
            if (!failures.isEmpty()) {
                throw combine(failures, failFast);
            }
        }
        return values;
    }

    /** Interrupting a branch ends it; its end is waited for in any case. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Throwable combine(List<Throwable> failures, boolean failFast) {
        Throwable chosen = failures.get(0);
        for (Throwable one : failures) {
            if (one instanceof PipelineError error && error.isFatal()) {
                return one;
            }
            if (!failFast && Failures.result(one).isWorseThan(Failures.result(chosen))) {
                chosen = one;
            }
        }
        for (Throwable one : failures) {
            if (one != chosen) {
                chosen.addSuppressed(one);
            }
        }
        return chosen;
    }
}
