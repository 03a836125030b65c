package dev.octavo.engine.sandbox.kube;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The objects and the history of their changes. Its lock is its monitor: whoever reads and then writes holds it.
 *
 * <p>Objects that are in here are never changed, only replaced.
 */
final class Store {
    /** How many changes a watch may lie behind before it has to list again. */
    private static final int HISTORY = 4096;

    private record Key(String namespace, String name) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int order = namespace.compareTo(other.namespace);
            return order != 0 ? order : name.compareTo(other.name);
        }
    }

    private final Map<Kind, NavigableMap<Key, ObjectNode>> objects = new HashMap<>();
    private final Deque<Change> history = new ArrayDeque<>();
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private long version = 1;

    synchronized long version() {
        return version;
    }

    synchronized @Nullable ObjectNode get(Kind kind, String namespace, String name) {
        NavigableMap<Key, ObjectNode> all = objects.get(kind);
        return all == null ? null : all.get(new Key(namespace, name));
    }

    /** @param namespace {@code ""} for all */
    synchronized List<ObjectNode> list(Kind kind, String namespace) {
        NavigableMap<Key, ObjectNode> all = objects.get(kind);
        if (all == null) {
            return List.of();
        }
        Collection<ObjectNode> found = namespace.isEmpty()
                ? all.values()
                : all.subMap(new Key(namespace, ""), new Key(namespace + "\0", ""))
                        .values();
        return new ArrayList<>(found);
    }

    /** Stores an object under a new version, which it gets. */
    synchronized ObjectNode put(Kind kind, ObjectNode object) {
        version++;
        object.withObjectProperty("metadata").put("resourceVersion", Long.toString(version));
        Key key = new Key(Json.namespace(object), Json.name(object));
        ObjectNode before =
                objects.computeIfAbsent(kind, any -> new TreeMap<>()).put(key, object);
        publish(new Change(before == null ? Change.Type.ADDED : Change.Type.MODIFIED, version, kind, object, before));
        return object;
    }

    synchronized @Nullable ObjectNode remove(Kind kind, String namespace, String name) {
        NavigableMap<Key, ObjectNode> all = objects.get(kind);
        ObjectNode before = all == null ? null : all.remove(new Key(namespace, name));
        if (before == null) {
            return null;
        }
        version++;
        ObjectNode last = before.deepCopy();
        last.withObjectProperty("metadata").put("resourceVersion", Long.toString(version));
        publish(new Change(Change.Type.DELETED, version, kind, last, before));
        return last;
    }

    private void publish(Change change) {
        history.addLast(change);
        if (history.size() > HISTORY) {
            history.removeFirst();
        }
        listeners.forEach(listener -> listener.accept(change));
    }

    /** The listener hears every change in order, holding the lock: it only takes notes. */
    synchronized void listen(Consumer<Change> listener) {
        listeners.add(listener);
    }

    void forget(Consumer<Change> listener) {
        listeners.remove(listener);
    }

    /**
     * Lets a listener hear all changes since a version and all that come.
     *
     * @throws ApiException 410 where the changes since then are not all remembered any more
     */
    synchronized void listenSince(long since, Consumer<Change> listener) {
        long oldest = history.isEmpty() ? version : history.getFirst().version() - 1;
        if (since < oldest) {
            throw new ApiException(410, "Expired", "too old resource version: " + since + " (" + oldest + ")");
        }
        history.stream().filter(change -> change.version() > since).forEach(listener);
        listeners.add(listener);
    }
}
