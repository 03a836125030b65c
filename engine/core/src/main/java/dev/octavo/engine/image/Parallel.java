package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;

/** Does several transfers at a time. */
final class Parallel {
    private static final int THREADS = 4;

    private Parallel() {}

    /** Runs all; the first failure stops the rest. No thread is left when it comes back. */
    static <T> List<T> run(List<Callable<T>> tasks) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        try (Workers workers = Workers.of("octavo-transfer", Math.min(THREADS, tasks.size()))) {
            ExecutorCompletionService<T> completion = new ExecutorCompletionService<>(workers.executor());
            tasks.forEach(completion::submit);
            List<T> results = new ArrayList<>();
            for (int i = 0; i < tasks.size(); i++) {
                results.add(completion.take().get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(
                    ErrorCode.CANCELLED, "The work was stopped", "", "its thread was interrupted", "run it again", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("a transfer failed in an unknown way", e.getCause());
        }
    }
}
