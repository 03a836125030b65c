package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Follows the objects of a kind: lists them, then watches from there on. When the watch ends it is taken up where it
 * stopped; when the server no longer remembers that point, everything is listed again.
 */
final class ResourceWatch implements AutoCloseable {
    /** The server ends a watch after this time; one that is still silent a while later is dead. */
    private static final int WATCH_SECONDS = 30;

    private static final int SILENCE_SECONDS = 10;
    /** Objects are read in pages, so that a namespace with thousands of them needs little memory. */
    private static final int PAGE = 250;

    private static final int GONE = 410;
    /**
     * How long what was allowed may be refused: a server that has just started knows neither roles nor accounts yet, and a
     * token that has run out is renewed in its file.
     */
    private static final long REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final long RETRY_MILLIS_MIN = 100;
    private static final long RETRY_MILLIS_MAX = 5_000;

    private final ClusterClient client;
    private final String path;
    private final String selector;
    private final Listener listener;
    private final Executor executor;
    private final Semaphore open;
    private @Nullable CompletableFuture<?> current;
    private volatile String version = "";
    private volatile boolean allowed;
    private volatile @Nullable Long refusedSince;
    private volatile long delay = RETRY_MILLIS_MIN;
    private boolean closed;

    /** Hears of the objects, one call at a time. */
    interface Listener {
        /** What is kept of an object; null for nothing. Called by other threads too. */
        default @Nullable Map<String, Object> keep(Map<String, Object> object) {
            return object;
        }

        /** All that there are now. */
        void listed(List<Map<String, Object>> objects);

        void changed(Map<String, Object> object);

        void deleted(Map<String, Object> object);

        /** The server refuses; nothing more is heard. */
        void refused(Answer answer);

        /** The connection failed; it is tried again. */
        void interrupted(Throwable failure);
    }

    ResourceWatch(ClusterClient client, String path, String selector, Executor executor, Listener listener) {
        this(client, path, selector, executor, new Semaphore(1), listener);
    }

    /**
     * @param selector query parameters that choose among the objects, such as {@code labelSelector=app%3Dx}
     * @param open how many watches may be open at once; what gets no place is listed again and again
     */
    ResourceWatch(
            ClusterClient client, String path, String selector, Executor executor, Semaphore open, Listener listener) {
        this.client = client;
        this.path = path;
        this.selector = selector;
        this.executor = executor;
        this.open = open;
        this.listener = listener;
    }

    void start() {
        executor.execute(this::list);
    }

    private void list() {
        try {
            if (isClosed()) {
                return;
            }
            List<Map<String, Object>> all = new ArrayList<>();
            String next = "";
            do {
                Answer answer = client.get(path + "?limit=" + PAGE + (selector.isEmpty() ? "" : "&" + selector)
                        + (next.isEmpty() ? "" : "&continue=" + ResourceType.escape(next)));
                if (!answer.ok()) {
                    unlisted(answer);
                    return;
                }
                if (next.isEmpty()) {
                    version = Tree.text(answer.body(), "metadata", "resourceVersion");
                }
                keep(answer.body(), all);
                next = Tree.text(answer.body(), "metadata", "continue");
            } while (!next.isEmpty());
            allowed = true;
            refusedSince = null;
            listener.listed(all);
            watch();
        } catch (RuntimeException e) {
            if (isClosed()) {
                return;
            }
            boolean unauthorized =
                    e instanceof EngineException failure && failure.code() == ErrorCode.CLUSTER_UNAUTHORIZED;
            if (!unauthorized || !mayPass()) {
                listener.interrupted(e);
            }
            later(this::list);
        }
    }

    private void unlisted(Answer answer) {
        if (answer.passing() || answer.code() == GONE || (allowed && mayPass())) {
            later(this::list);
        } else {
            listener.refused(answer);
        }
    }

    /** Whether a refusal is so new that it may pass. */
    private boolean mayPass() {
        long now = System.nanoTime();
        Long since = refusedSince;
        if (since == null) {
            refusedSince = now;
            return true;
        }
        return now - since < REFUSAL_NANOS;
    }

    private void keep(Map<String, Object> list, List<Map<String, Object>> kept) {
        String kind = Tree.text(list, "kind").replaceFirst("List$", "");
        for (Map<String, Object> item : Tree.maps(list, "items")) {
            item.putIfAbsent("kind", kind); // the elements of a list do not repeat their kind
            Map<String, Object> object = listener.keep(item);
            if (object != null) {
                kept.add(object);
            }
        }
    }

    private synchronized void watch() {
        if (closed) {
            return;
        }
        if (!open.tryAcquire()) {
            later(this::list);
            return;
        }
        CompletableFuture<Integer> stream = client.stream(
                path + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + WATCH_SECONDS + "&resourceVersion="
                        + ResourceType.escape(version) + (selector.isEmpty() ? "" : "&" + selector),
                this::event);
        current = stream.orTimeout(WATCH_SECONDS + SILENCE_SECONDS, TimeUnit.SECONDS);
        Object unused = stream.whenComplete((code, failure) -> {
            open.release();
            if (isClosed()) {
                return;
            }
            if (failure != null) {
                listener.interrupted(failure);
                later(this::watch);
            } else if (version.isEmpty() || code != 200) {
                // one who may list and not watch sees the changes by lists, ever slower ones
                later(this::list);
            } else {
                delay = RETRY_MILLIS_MIN;
                later(this::watch);
            }
        });
    }

    private void event(byte[] line) {
        Map<String, Object> event;
        try {
            event = Json.parse(line);
        } catch (JacksonException e) {
            return; // cut off at the end of a connection
        }
        Map<String, Object> object = Tree.map(event, "object");
        String type = Tree.text(event, "type");
        if (type.equals("ERROR")) {
            version = ""; // usually 410: the server has forgotten that point
            return;
        }
        version = Tree.text(object, "metadata", "resourceVersion");
        delay = RETRY_MILLIS_MIN;
        if (isClosed()) {
            return;
        }
        switch (type) {
            case "ADDED", "MODIFIED" -> {
                Map<String, Object> kept = listener.keep(object);
                if (kept != null) {
                    listener.changed(kept);
                }
            }
            case "DELETED" -> listener.deleted(object);
            default -> {} // a bookmark only tells the version
        }
    }

    private synchronized void later(Runnable task) {
        if (closed) {
            return;
        }
        Executor delayed = CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS, executor);
        delay = Math.min(RETRY_MILLIS_MAX, delay * 2);
        try {
            delayed.execute(task);
        } catch (java.util.concurrent.RejectedExecutionException e) {
            // the rollout is over
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (current != null) {
            current.cancel(true);
        }
    }
}
