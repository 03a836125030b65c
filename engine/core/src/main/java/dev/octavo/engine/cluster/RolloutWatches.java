package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.RolloutState.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The watches of a rollout: one for each kind and namespace, however many objects there are, and none for more pods than
 * selectors can leave out.
 */
final class RolloutWatches implements AutoCloseable {
    private static final List<String> SLICES = List.of("discovery.k8s.io/v1", "discovery.k8s.io/v1beta1");

    private final ClusterClient client;
    private final EngineContext context;
    private final RolloutState state;
    private final Executor executor;
    /** What the watches have to say, for the waiting thread to do. */
    private final Queue<Runnable> events;

    private final List<ResourceWatch> watches = new ArrayList<>();
    private boolean interrupted;

    RolloutWatches(
            ClusterClient client,
            EngineContext context,
            RolloutState state,
            Executor executor,
            Queue<Runnable> events) {
        this.client = client;
        this.context = context;
        this.state = state;
        this.executor = executor;
        this.events = events;
    }

    /** Starts them. Further ones may come while the rollout is waited for. */
    void start() {
        Map<Place, List<Workload>> places = state.workloads().stream()
                .collect(Collectors.groupingBy(Workload::place, LinkedHashMap::new, Collectors.toList()));
        places.forEach(this::watchWorkloads);
        Map<String, List<Workload>> namespaces = state.workloads().stream()
                .filter(workload -> !workload.namespace().isEmpty())
                .collect(Collectors.groupingBy(Workload::namespace, LinkedHashMap::new, Collectors.toList()));
        namespaces.forEach(this::watchNamespace);
    }

    private void watchWorkloads(Place place, List<Workload> group) {
        Set<String> names = group.stream().map(Workload::name).collect(Collectors.toSet());
        boolean ingress =
                place.kind().equals("Ingress"); // others of its class tell whether an address is to be expected
        String query = names.size() == 1 && !ingress
                ? "fieldSelector="
                        + ResourceType.escape("metadata.name=" + group.get(0).name())
                : "";
        Receiver receiver = new Receiver(place, watches.size(), group.get(0).runsPods()) {
            @Override
            public @Nullable Map<String, Object> keep(Map<String, Object> object) {
                return ingress || names.contains(Tree.text(object, "metadata", "name")) ? super.keep(object) : null;
            }
        };
        start(group.get(0).apiVersion(), place, query, receiver);
    }

    private void watchNamespace(String namespace, List<Workload> group) {
        List<Workload> withPods = group.stream()
                .filter(workload -> workload.runsPods() && !workload.kind().equals("Pod"))
                .toList();
        for (String query : queries(withPods)) {
            Place pods = Place.pods(namespace);
            start("v1", pods, query, new Receiver(pods, watches.size(), false));
        }
        List<Workload> deployments = group.stream()
                .filter(workload -> workload.runsPods() && workload.kind().equals("Deployment"))
                .toList();
        for (String query : queries(deployments)) {
            Place sets = Place.replicaSets(namespace);
            start("apps/v1", sets, query, new Receiver(sets, watches.size(), false));
        }
        if (group.stream().anyMatch(workload -> workload.runsPods() || isClaim(workload))) {
            watchEvents(namespace);
        }
        if (group.stream()
                .anyMatch(workload ->
                        workload.place().group().isEmpty() && workload.kind().equals("Service"))) {
            watchEndpoints(namespace, group);
        }
    }

    private static boolean isClaim(Workload workload) {
        return workload.kind().equals("PersistentVolumeClaim");
    }

    private static List<String> queries(List<Workload> workloads) {
        return PodSelectors.queries(workloads.stream().map(Workload::podLabels).toList());
    }

    private void watchEvents(String namespace) {
        Place place = new Place("", "Event", namespace);
        start("v1", place, Warnings.QUERY, new Receiver(place, watches.size(), false) {
            @Override
            public @Nullable Map<String, Object> keep(Map<String, Object> event) {
                return Warnings.matters(event) ? event : null;
            }

            @Override
            public void listed(List<Map<String, Object>> objects) {
                events.add(() -> objects.forEach(state::warn));
            }

            @Override
            public void changed(Map<String, Object> object) {
                events.add(() -> state.warn(object));
            }

            @Override
            public void deleted(Map<String, Object> object) {
                // what it told was so
            }
        });
    }

    private void watchEndpoints(String namespace, List<Workload> group) {
        String version = SLICES.stream()
                .filter(each -> client.type(each, "EndpointSlice").isPresent())
                .findFirst()
                .orElse("");
        Place slices = new Place("discovery.k8s.io", "EndpointSlice", namespace);
        if (version.isEmpty()) {
            state.view().hide(slices);
            watchPlainEndpoints(namespace);
            return;
        }
        List<Map<String, String>> labels = group.stream()
                .filter(workload -> workload.kind().equals("Service"))
                .map(workload -> Map.of("kubernetes.io/service-name", workload.name()))
                .toList();
        for (String query : PodSelectors.queries(labels)) {
            start(version, slices, query, new Receiver(slices, watches.size(), false) {
                @Override
                public void refused(Answer answer) {
                    events.add(() -> {
                        state.view().hide(slices);
                        watchPlainEndpoints(namespace);
                    });
                }
            });
        }
    }

    /** As servers before 1.17 have them, and roles that are older than that. */
    private void watchPlainEndpoints(String namespace) {
        Place place = new Place("", "Endpoints", namespace);
        start("v1", place, "", new Receiver(place, watches.size(), false));
    }

    private void start(String apiVersion, Place place, String query, Receiver receiver) {
        // a kind that this deployment itself has defined was not there when the plan asked
        Optional<ResourceType> type =
                client.type(apiVersion, place.kind()).or(() -> client.typeAgain(apiVersion, place.kind()));
        if (type.isEmpty()) {
            state.view().hide(place);
            return;
        }
        ResourceWatch watch = new ResourceWatch(client, type.get().path(place.namespace()), query, executor, receiver);
        watches.add(watch);
        watch.start();
    }

    @Override
    public void close() {
        watches.forEach(ResourceWatch::close);
    }

    /** Hands on what a watch hears to the waiting thread. */
    private class Receiver implements ResourceWatch.Listener {
        private final Place place;
        private final int watch;
        private final boolean needed;

        /** @param needed whether nothing can be said without */
        Receiver(Place place, int watch, boolean needed) {
            this.place = place;
            this.watch = watch;
            this.needed = needed;
        }

        @Override
        public @Nullable Map<String, Object> keep(Map<String, Object> object) {
            return Slim.of(place.kind(), object);
        }

        @Override
        public void listed(List<Map<String, Object>> objects) {
            events.add(() -> state.view().replace(place, watch, objects));
        }

        @Override
        public void changed(Map<String, Object> object) {
            events.add(() -> state.view().put(place, watch, object));
        }

        @Override
        public void deleted(Map<String, Object> object) {
            events.add(() -> state.view().remove(place, watch, Tree.text(object, "metadata", "name")));
        }

        @Override
        public void refused(Answer answer) {
            events.add(() -> {
                String where = place.kind() + "s in " + place.namespace();
                if (needed) {
                    throw client.refused("The rollout cannot be watched", where, answer);
                }
                state.view().hide(place);
                context.listener().warning("the rollout is watched without the " + where + ": " + answer.message());
            });
        }

        @Override
        public void interrupted(Throwable failure) {
            EngineException reason = client.failure(failure);
            events.add(() -> {
                if (reason.code() == ErrorCode.CLUSTER_UNAUTHORIZED) {
                    throw reason;
                }
                // else it is tried again, until the time limit
                if (!RolloutWatches.this.interrupted) {
                    RolloutWatches.this.interrupted = true;
                    context.listener()
                            .progress("the connection to the cluster is disturbed, and is taken up again: "
                                    + reason.why());
                }
            });
        }
    }
}
