package dev.octavo.engine.cluster;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Follows the objects of a kind: lists them, then watches from there on. When the watch ends it is taken up where it
 * stopped; when the server no longer remembers that point, everything is listed again.
 */
final class ResourceWatch implements AutoCloseable {
    /** The server ends a watch after this time; one that is still silent a while later is dead. */
    private static final int WATCH_SECONDS = 60;

    private static final int SILENCE_SECONDS = 15;
    private static final long RETRY_MILLIS_MIN = 100;
    private static final long RETRY_MILLIS_MAX = 5_000;

    private final ClusterClient client;
    private final String path;
    private final String selector;
    private final Listener listener;
    private final Executor executor;
    private @Nullable CompletableFuture<?> current;
    private volatile String version = "";
    private volatile long delay = RETRY_MILLIS_MIN;
    private boolean closed;

    /** Hears of the objects, one call at a time. */
    interface Listener {
        /** All that there are now. */
        void listed(List<Map<String, Object>> objects);

        void changed(Map<String, Object> object);

        void deleted(Map<String, Object> object);

        /** The server refuses; nothing more is heard. */
        void refused(Answer answer);

        /** The connection failed; it is tried again. */
        void interrupted(Throwable failure);
    }

    /** @param selector query parameters that choose among the objects, such as {@code labelSelector=app%3Dx} */
    ResourceWatch(ClusterClient client, String path, String selector, Executor executor, Listener listener) {
        this.client = client;
        this.path = path;
        this.selector = selector;
        this.executor = executor;
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
            Answer answer = client.get(path + "?" + selector);
            if (!answer.ok()) {
                if (answer.passing()) {
                    later(this::list);
                } else {
                    listener.refused(answer);
                }
                return;
            }
            version = Tree.text(answer.body(), "metadata", "resourceVersion");
            String kind = Tree.text(answer.body(), "kind").replaceFirst("List$", "");
            // the elements of a list do not repeat their kind
            listener.listed(Tree.maps(answer.body(), "items").stream()
                    .map(item -> {
                        item.putIfAbsent("kind", kind);
                        return item;
                    })
                    .toList());
            delay = RETRY_MILLIS_MIN;
            watch();
        } catch (RuntimeException e) {
            if (!isClosed()) {
                listener.interrupted(e);
                later(this::list);
            }
        }
    }

    private synchronized void watch() {
        if (closed) {
            return;
        }
        CompletableFuture<Integer> stream = client.stream(
                path + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + WATCH_SECONDS + "&resourceVersion="
                        + ResourceType.escape(version) + (selector.isEmpty() ? "" : "&" + selector),
                this::event);
        current = stream.orTimeout(WATCH_SECONDS + SILENCE_SECONDS, TimeUnit.SECONDS);
        Object unused = stream.whenComplete((code, failure) -> {
            if (isClosed()) {
                return;
            }
            if (failure != null) {
                listener.interrupted(failure);
                later(this::watch);
            } else if (version.isEmpty() || code != 200) {
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
            case "ADDED", "MODIFIED" -> listener.changed(object);
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
