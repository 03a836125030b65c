package io.jenkins.plugins.octavo.board;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** What several jobs together know: a rollback is of another job than the delivery before it. */
final class Known {
    private static final Logger LOGGER = Logger.getLogger(Known.class.getName());

    private final Map<Place, There> all = new HashMap<>();
    private final Map<Place, Health> health = new HashMap<>();

    /**
     * At one place.
     *
     * @param deliveries the oldest first
     * @param job that keeps them
     * @param mixed whether other jobs keep some too; then each delivery has the address of what made it
     */
    record There(List<Delivery> deliveries, Job<?, ?> job, boolean mixed) {}

    private Known() {}

    static Known of(Collection<? extends Job<?, ?>> jobs, Predicate<Place> which) {
        Known known = new Known();
        for (Job<?, ?> job : jobs) {
            try {
                DeliveryFiles.of(job).read(index -> known.add(job, index, which));
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "the deliveries of " + job.getFullName() + " cannot be read");
            }
        }
        return known;
    }

    private void add(Job<?, ?> job, DeliveryIndex index, Predicate<Place> which) {
        for (Place place : index.places()) {
            if (which.test(place)) {
                There here = new There(new ArrayList<>(index.at(place)), job, false);
                all.merge(place, here, Known::merged);
            }
        }
        index.health().stream()
                .filter(seen -> which.test(seen.place()))
                .forEach(seen -> health.merge(
                        seen.place(), seen, (before, now) -> before.seen() > now.seen() ? before : now));
    }

    private static There merged(There one, There other) {
        DeliveryIndex index = new DeliveryIndex();
        addressed(one).forEach(index::add);
        addressed(other).forEach(index::add);
        Place place = one.deliveries().get(0).place();
        return new There(new ArrayList<>(index.at(place)), one.job(), true);
    }

    private static List<Delivery> addressed(There there) {
        if (there.mixed()) {
            return there.deliveries();
        }
        return there.deliveries().stream()
                .map(each -> each.build() > 0
                        ? each.ofRun(there.job().getUrl() + each.build() + "/")
                        : each.ofRun(relative(each.run())))
                .toList();
    }

    /** From this controller's root, where it is below that. */
    static String relative(String address) {
        String root = Jenkins.get().getRootUrl();
        return root != null && address.startsWith(root) ? address.substring(root.length()) : address;
    }

    /** By microservice, in the order of their names. */
    Map<String, List<Place>> services() {
        Map<String, List<Place>> services = new TreeMap<>();
        all.keySet().forEach(place -> services.computeIfAbsent(place.service(), unused -> new ArrayList<>())
                .add(place));
        return services;
    }

    There at(Place place) {
        return all.get(place);
    }

    Collection<Place> places() {
        return all.keySet();
    }

    @CheckForNull
    Health health(Place place) {
        return health.get(place);
    }
}
