package dev.octavo.engine.runner.cps;

import com.cloudbees.groovy.cps.Continuable;
import com.cloudbees.groovy.cps.impl.Caller;
import java.io.Serializable;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * A Groovy category that lets loops over Java's collections be saved in the middle, as Jenkins has it: without it
 * {@code for (x in list) { sh x }} could not run.
 */
public final class SerializableIteration {
    /** What the pipeline's code sees beside Groovy's own methods. */
    @SuppressWarnings({"rawtypes", "unchecked"})
    static final List<Class> CATEGORIES = categories();

    private SerializableIteration() {}

    @SuppressWarnings("rawtypes")
    private static List<Class> categories() {
        List<Class> all = new ArrayList<>(Continuable.categories);
        all.add(SerializableIteration.class);
        return List.copyOf(all);
    }

    /** Goes by index, so that all there is to save is the list and a number. */
    private static final class ByIndex<T> implements Iterator<T>, Serializable {
        private static final long serialVersionUID = 1L;

        private final List<T> list;
        private int next;
        private boolean removable;

        private ByIndex(List<T> list) {
            this.list = list;
        }

        @Override
        public boolean hasNext() {
            return next < list.size();
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            removable = true;
            return list.get(next++);
        }

        @Override
        public void remove() {
            if (!removable) {
                throw new IllegalStateException();
            }
            removable = false;
            list.remove(--next);
        }
    }

    public static <T> Iterator<T> iterator(List<T> list) {
        return new ByIndex<>(list);
    }

    public static <T> Iterator<T> iterator(Set<T> set) {
        return new ByIndex<>(new ArrayList<>(set));
    }

    public static <T> Iterator<T> iterator(Deque<T> deque) {
        return new ByIndex<>(new ArrayList<>(deque));
    }

    public static <T> Iterator<T> iterator(T[] array) {
        return new ByIndex<>(Arrays.asList(array));
    }

    public static <K, V> Set<Map.Entry<K, V>> entrySet(Map<K, V> map) {
        if (!interpreted(map, "entrySet")) {
            return map.entrySet();
        }
        Set<Map.Entry<K, V>> entries = new LinkedHashSet<>();
        map.entrySet().forEach(entry -> entries.add(new AbstractMap.SimpleImmutableEntry<>(entry)));
        return entries;
    }

    public static <K> Set<K> keySet(Map<K, ?> map) {
        return interpreted(map, "keySet") ? new LinkedHashSet<>(map.keySet()) : map.keySet();
    }

    public static <V> Collection<V> values(Map<?, V> map) {
        return interpreted(map, "values") ? new ArrayList<>(map.values()) : map.values();
    }

    private static boolean interpreted(Map<?, ?> map, String method) {
        return Caller.isAsynchronous(map, method) || Caller.isAsynchronous(SerializableIteration.class, method, map);
    }
}
