package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The order in which microservices go out: who is called before who calls. Where they call each other in a circle, one
 * call of the circle does not count, always the same one.
 *
 * @param needs the microservices in the order in which they were given, each with those that go out before it
 * @param circles a sentence for each call that does not count
 */
public record ServiceOrder(Map<String, Set<String>> needs, List<String> circles) {
    public ServiceOrder {
        Map<String, Set<String>> copy = new LinkedHashMap<>();
        needs.forEach((service, needed) -> copy.put(service, Set.copyOf(needed)));
        needs = copy;
        circles = List.copyOf(circles);
    }

    /** The order among these; what they call besides does not matter. */
    public static ServiceOrder of(List<Microservice> services) {
        Map<String, Set<String>> calls = new TreeMap<>();
        services.forEach(service -> calls.put(service.name(), new TreeSet<>()));
        for (Microservice service : services) {
            for (Call call : service.details().calls()) {
                if (calls.containsKey(call.service()) && !call.service().equals(service.name())) {
                    called(calls, service.name()).add(call.service());
                }
            }
        }
        List<String> circles = new ArrayList<>();
        Set<String> done = new HashSet<>();
        calls.keySet().forEach(service -> open(service, calls, new LinkedHashSet<>(), done, circles));
        Map<String, Set<String>> needs = new LinkedHashMap<>();
        services.forEach(service -> needs.put(service.name(), called(calls, service.name())));
        return new ServiceOrder(needs, circles);
    }

    /** Looks for circles by going from caller to called, and opens each that it finds. */
    private static void open(
            String service,
            Map<String, Set<String>> calls,
            LinkedHashSet<String> path,
            Set<String> done,
            List<String> circles) {
        if (done.contains(service)) {
            return;
        }
        path.add(service);
        for (String called : List.copyOf(called(calls, service))) {
            if (path.contains(called)) {
                called(calls, service).remove(called);
                List<String> circle =
                        path.stream().dropWhile(each -> !each.equals(called)).toList();
                circles.add(String.join(" -> ", circle) + " -> " + called + " is a circle: " + service
                        + " does not wait for " + called);
            } else {
                open(called, calls, path, done, circles);
            }
        }
        path.remove(service);
        done.add(service);
    }

    private static Set<String> called(Map<String, Set<String>> calls, String service) {
        return Objects.requireNonNull(calls.get(service));
    }

    /** Those that one needs; none where it is not known. */
    public Set<String> neededBy(String service) {
        return needs.getOrDefault(service, Set.of());
    }

    /** In groups: what is in one needs something of the group before it. */
    public List<List<String>> groups() {
        List<List<String>> groups = new ArrayList<>();
        Set<String> out = new HashSet<>();
        while (out.size() < needs.size()) {
            List<String> group = needs.keySet().stream()
                    .filter(service -> !out.contains(service) && out.containsAll(neededBy(service)))
                    .toList();
            groups.add(group);
            out.addAll(group);
        }
        return groups;
    }

    /** {@code catalog, stock; then orders}. */
    public String text() {
        return groups().stream().map(group -> String.join(", ", group)).collect(Collectors.joining("; then "));
    }
}
