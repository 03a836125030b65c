package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The objects that the watches have told of. Not for several threads. */
final class ClusterView {
    /** By place, by the watch that tells of them, by name. */
    private final Map<Place, Map<Integer, Map<String, Map<String, Object>>>> objects = new HashMap<>();
    /** By the uid of the controller that owns them, by kind and name. */
    private final Map<String, Map<String, Map<String, Object>>> owned = new HashMap<>();
    /** What may not be watched. */
    private final Set<Place> hidden = new HashSet<>();

    /** Puts what a list has told in the place of all that the same watch has told before. */
    void replace(Place place, int watch, List<Map<String, Object>> list) {
        Map<String, Map<String, Object>> before = watches(place).put(watch, new TreeMap<>());
        if (before != null) {
            before.values().forEach(object -> disown(place, object));
        }
        list.forEach(object -> put(place, watch, object));
    }

    void put(Place place, int watch, Map<String, Object> object) {
        Map<String, Object> before = watches(place)
                .computeIfAbsent(watch, unused -> new TreeMap<>())
                .put(Tree.text(object, "metadata", "name"), object);
        if (before != null) {
            disown(place, before);
        }
        String owner = owner(object);
        if (!owner.isEmpty()) {
            owned.computeIfAbsent(owner, unused -> new TreeMap<>()).put(key(place, object), object);
        }
    }

    void remove(Place place, int watch, String name) {
        Map<String, Map<String, Object>> known = watches(place).get(watch);
        Map<String, Object> before = known == null ? null : known.remove(name);
        if (before != null) {
            disown(place, before);
        }
    }

    private void disown(Place place, Map<String, Object> object) {
        Map<String, Map<String, Object>> siblings = owned.get(owner(object));
        if (siblings != null) {
            siblings.remove(key(place, object));
            if (siblings.isEmpty()) {
                owned.remove(owner(object));
            }
        }
    }

    private static String key(Place place, Map<String, Object> object) {
        return place.kind() + "/" + Tree.text(object, "metadata", "name");
    }

    private Map<Integer, Map<String, Map<String, Object>>> watches(Place place) {
        return objects.computeIfAbsent(place, unused -> new TreeMap<>());
    }

    /** Says that the place may not be watched. */
    void hide(Place place) {
        hidden.add(place);
    }

    boolean hidden(Place place) {
        return hidden.contains(place);
    }

    /** Whether a watch has told what there is. */
    boolean listed(Place place) {
        return objects.containsKey(place);
    }

    /** The object of that name; null where none is known. */
    @Nullable
    Map<String, Object> find(Place place, String name) {
        for (Map<String, Map<String, Object>> known : watches(place).values()) {
            Map<String, Object> object = known.get(name);
            if (object != null) {
                return object;
            }
        }
        return null;
    }

    List<Map<String, Object>> all(Place place) {
        List<Map<String, Object>> all = new ArrayList<>();
        watches(place).values().forEach(known -> all.addAll(known.values()));
        return all;
    }

    /** What a controller has made. */
    List<Map<String, Object>> owned(String uid, String kind) {
        List<Map<String, Object>> found = new ArrayList<>();
        owned.getOrDefault(uid, Map.of()).forEach((key, object) -> {
            if (key.startsWith(kind + "/")) {
                found.add(object);
            }
        });
        return found;
    }

    /** The uid of the controller that made an object; {@code ""} where none did. */
    static String owner(Map<String, Object> object) {
        for (Map<String, Object> reference : Tree.maps(object, "metadata", "ownerReferences")) {
            if (Tree.isTrue(reference, "controller")) {
                return Tree.text(reference, "uid");
            }
        }
        return "";
    }
}
