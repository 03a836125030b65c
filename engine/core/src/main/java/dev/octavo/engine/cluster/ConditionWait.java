package dev.octavo.engine.cluster;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Waits for one object to be as it should, told of its changes by the API server. */
final class ConditionWait {
    private final ClusterClient client;
    private final EngineContext context;
    private final String path;
    private final String selector;

    ConditionWait(ClusterClient client, EngineContext context, String path, String selector) {
        this.client = client;
        this.context = context;
        this.path = path;
        this.selector = selector;
    }

    void await(String title, Predicate<Map<String, Object>> condition, Duration timeout) {
        CompletableFuture<Boolean> met = new CompletableFuture<>();
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "octavo-watch");
            thread.setDaemon(true);
            return thread;
        });
        ResourceWatch.Listener listener = new ResourceWatch.Listener() {
            @Override
            public void listed(List<Map<String, Object>> objects) {
                objects.forEach(this::changed);
            }

            @Override
            public void changed(Map<String, Object> object) {
                if (condition.test(object)) {
                    met.complete(true);
                }
            }

            @Override
            public void deleted(Map<String, Object> object) {}

            @Override
            public void refused(Answer answer) {
                met.completeExceptionally(client.refused(title + " cannot be watched", client.server(), answer));
            }

            @Override
            public void interrupted(Throwable failure) {}
        };
        try (ResourceWatch watch = new ResourceWatch(client, path, selector, executor, listener);
                Cancellation.Registration registration = context.cancellation().onCancel(() -> met.cancel(false))) {
            watch.start();
            boolean unused = met.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new EngineException(
                    ErrorCode.DEPLOY_TIMEOUT,
                    title + " was not taken up within " + timeout.toSeconds() + " s",
                    client.server(),
                    "its controller has not reported it",
                    "look at its status in the cluster",
                    e);
        } catch (CancellationException e) {
            context.cancellation().check();
            throw e;
        } catch (ExecutionException e) {
            throw client.failure(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(
                    ErrorCode.CANCELLED,
                    "The work was stopped",
                    title,
                    "its thread was interrupted",
                    "run it again",
                    e);
        } finally {
            executor.shutdownNow();
        }
    }
}
