package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** Chooses the pods of several workloads by as few label selectors as there can be. */
final class PodSelectors {
    /** More watches than this cost more than seeing all pods of the namespace. */
    private static final int MOST = 6;
    /** A URL should stay short enough for every proxy on the way. */
    private static final int LONGEST = 4_000;

    private PodSelectors() {}

    /**
     * Query parameters that together choose the pods of all; one empty one for all pods of the namespace.
     *
     * @param labels what the pods of each workload have
     */
    static List<String> queries(List<Map<String, String>> labels) {
        if (labels.isEmpty()) {
            return List.of();
        }
        if (labels.stream().anyMatch(Map::isEmpty)) {
            return List.of("");
        }
        if (labels.size() == 1) {
            return query(terms(labels.get(0)));
        }
        List<String> selectors = new ArrayList<>();
        List<Map<String, String>> left = new ArrayList<>(labels);
        while (!left.isEmpty()) {
            String key = mostCommon(left);
            TreeSet<String> values = new TreeSet<>();
            left.stream().map(each -> each.get(key)).filter(Objects::nonNull).forEach(values::add);
            left.removeIf(each -> each.containsKey(key));
            selectors.add(
                    values.size() == 1 ? key + "=" + values.first() : key + " in (" + String.join(",", values) + ")");
        }
        if (selectors.size() > MOST || selectors.stream().anyMatch(each -> each.length() > LONGEST)) {
            return List.of("");
        }
        return selectors.stream().flatMap(each -> query(each).stream()).toList();
    }

    private static List<String> query(String selector) {
        return List.of(selector.length() > LONGEST ? "" : "labelSelector=" + ResourceType.escape(selector));
    }

    private static String terms(Map<String, String> labels) {
        List<String> terms = new ArrayList<>();
        new TreeMap<>(labels).forEach((key, value) -> terms.add(key + "=" + value));
        return String.join(",", terms);
    }

    /** Of the keys that most have, the one that tells them apart best: it lets in the fewest pods of others. */
    private static String mostCommon(List<Map<String, String>> labels) {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, TreeSet<String>> values = new HashMap<>();
        for (Map<String, String> each : labels) {
            each.forEach((key, value) -> {
                counts.merge(key, 1, Integer::sum);
                values.computeIfAbsent(key, unused -> new TreeSet<>()).add(value);
            });
        }
        return counts.keySet().stream()
                .max(Comparator.comparing((String key) -> counts.getOrDefault(key, 0))
                        .thenComparing(
                                key -> values.getOrDefault(key, new TreeSet<>()).size())
                        .thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
    }
}
