package io.jenkins.plugins.octavo.board;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Deliveries by their place, the oldest first. Not for several threads. */
final class DeliveryIndex {
    /** One that is told of again is among the last ones. */
    private static final int LOOK_BACK = 60;
    /** What stays of each place, however old it is: what runs, and what it could go back to. */
    private static final int STAY = 2;

    private final Map<Place, List<Delivery>> byPlace = new LinkedHashMap<>();
    private final Map<Place, Health> health = new HashMap<>();
    private int size;

    /** @return whether it tells something new */
    boolean add(Delivery delivery) {
        List<Delivery> there = byPlace.computeIfAbsent(delivery.place(), unused -> new ArrayList<>(2));
        int oldest = Math.max(0, there.size() - LOOK_BACK);
        for (int i = there.size() - 1; i >= oldest; i--) {
            Delivery known = there.get(i);
            if (!known.sameAs(delivery)) {
                continue;
            }
            if (known.recorded() > delivery.recorded()) {
                return false;
            }
            // the one that knows the build keeps it
            Delivery better = delivery.build() == 0 && known.build() > 0 ? delivery.ofBuild(known.build()) : delivery;
            there.set(i, better);
            return !better.tellsTheSameAs(known);
        }
        int at = there.size();
        while (at > 0 && there.get(at - 1).after(delivery)) {
            at--;
        }
        there.add(at, delivery);
        size++;
        return true;
    }

    void add(Health seen) {
        health.merge(seen.place(), seen, (before, now) -> before.seen() > now.seen() ? before : now);
    }

    int size() {
        return size;
    }

    Set<Place> places() {
        return byPlace.keySet();
    }

    List<Delivery> at(Place place) {
        return byPlace.getOrDefault(place, List.of());
    }

    Collection<Health> health() {
        return health.values();
    }

    Health health(Place place) {
        return health.getOrDefault(place, new Health(place, -1, "unknown", "", 0));
    }

    Collection<List<Delivery>> all() {
        return byPlace.values();
    }

    /** Forgets the oldest ones, so that not many more stay than that. */
    void shrink(int most) {
        if (size <= most) {
            return;
        }
        List<Delivery> candidates = new ArrayList<>();
        for (List<Delivery> there : byPlace.values()) {
            candidates.addAll(there.subList(0, Math.max(0, there.size() - STAY)));
        }
        candidates.sort(Comparator.comparingLong(Delivery::ended));
        Set<Delivery> forgotten =
                new HashSet<>(candidates.subList(0, Math.min(candidates.size(), size - most)));
        byPlace.values().forEach(there -> there.removeIf(forgotten::contains));
        size = byPlace.values().stream().mapToInt(List::size).sum();
    }
}
