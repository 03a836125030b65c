package dev.octavo.engine.cluster;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

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

    /** Waits until the object meets the condition. */
    void await(String title, Predicate<Map<String, Object>> condition, Duration timeout) {
        await(title, condition, object -> "", timeout);
    }

    /**
     * Waits until the object meets the condition.
     *
     * @param hopeless why the object never will; {@code ""} as long as it may
     */
    void await(
            String title,
            Predicate<Map<String, Object>> condition,
            Function<Map<String, Object>, String> hopeless,
            Duration timeout) {
        EngineException late = new EngineException(
                ErrorCode.DEPLOY_TIMEOUT,
                title + " was not taken up within " + timeout.toSeconds() + " s",
                client.server(),
                "its controller has not reported it",
                "look at its status in the cluster");
        await(
                title,
                met -> new Finding(title, met) {
                    @Override
                    public void changed(Map<String, Object> object) {
                        String refusal = hopeless.apply(object);
                        if (condition.test(object)) {
                            met.complete(true);
                        } else if (!refusal.isEmpty()) {
                            met.completeExceptionally(refusal(title, refusal));
                        }
                    }
                },
                timeout,
                () -> late);
    }

    private EngineException refusal(String title, String why) {
        return new EngineException(
                ErrorCode.CLUSTER_REFUSED,
                "The cluster does not take up " + title,
                client.server(),
                why,
                "correct it, or remove what it clashes with");
    }

    /** Waits until the object with that uid is no longer there. */
    void awaitGone(String title, String uid, Duration timeout) {
        AtomicReference<Map<String, Object>> last = new AtomicReference<>(Map.of());
        await(
                title,
                met -> new Finding(title, met) {
                    @Override
                    public void listed(List<Map<String, Object>> objects) {
                        if (objects.stream().noneMatch(object -> isMeant(object))) {
                            met.complete(true);
                        }
                        objects.forEach(this::changed);
                    }

                    @Override
                    public void changed(Map<String, Object> object) {
                        if (isMeant(object)) {
                            last.set(object);
                        }
                    }

                    @Override
                    public void deleted(Map<String, Object> object) {
                        if (isMeant(object)) {
                            met.complete(true);
                        }
                    }

                    private boolean isMeant(Map<String, Object> object) {
                        return Tree.text(object, "metadata", "uid").equals(uid);
                    }
                },
                timeout,
                () -> stays(title, Objects.requireNonNullElse(last.get(), Map.of()), timeout));
    }

    private EngineException stays(String title, Map<String, Object> object, Duration timeout) {
        List<Object> finalizers = Tree.list(object, "metadata", "finalizers");
        return new EngineException(
                ErrorCode.DEPLOY_TIMEOUT,
                title + " was deleted and is still there after " + timeout.toSeconds() + " s",
                client.server(),
                finalizers.isEmpty() ? "the cluster has not removed it" : "it is held by " + Json.text(finalizers),
                "find out what holds it, such as pods that use it, then run this again");
    }

    /** Hears of the object, and tells when it is as it should be. */
    private abstract class Finding implements ResourceWatch.Listener {
        private final String title;
        private final CompletableFuture<Boolean> met;

        Finding(String title, CompletableFuture<Boolean> met) {
            this.title = title;
            this.met = met;
        }

        @Override
        public void listed(List<Map<String, Object>> objects) {
            objects.forEach(this::changed);
        }

        @Override
        public void deleted(Map<String, Object> object) {}

        @Override
        public void refused(Answer answer) {
            met.completeExceptionally(client.refused(title + " cannot be watched", client.server(), answer));
        }

        @Override
        public void interrupted(Throwable failure) {}
    }

    private void await(
            String title,
            Function<CompletableFuture<Boolean>, ResourceWatch.Listener> listener,
            Duration timeout,
            Supplier<EngineException> late) {
        CompletableFuture<Boolean> met = new CompletableFuture<>();
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "octavo-watch");
            thread.setDaemon(true);
            return thread;
        });
        try (ResourceWatch watch = new ResourceWatch(client, path, selector, executor, listener.apply(met));
                Cancellation.Registration registration = context.cancellation().onCancel(() -> met.cancel(false))) {
            watch.start();
            boolean unused = met.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw late.get();
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
