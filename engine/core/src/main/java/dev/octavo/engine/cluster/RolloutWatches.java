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
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The watches of a rollout: one for each kind, however many objects there are, and none for more pods than selectors can
 * leave out. Where there are many namespaces and the user of the kubeconfig may look into all, one watch serves them
 * together; else each has its own.
 */
final class RolloutWatches implements AutoCloseable {
    private static final List<String> SLICES = List.of("discovery.k8s.io/v1", "discovery.k8s.io/v1beta1");
    /** Namespaces that are watched each by itself, even where all could be by one watch. */
    private static final int FEW = 3;
    /** Each open watch holds a thread and a connection. What is beyond is listed again and again. */
    private static final int OPEN = 40;

    private final ClusterClient client;
    private final EngineContext context;
    private final RolloutState state;
    private final Executor executor;
    /** What the watches have to say, for the waiting thread to do. */
    private final Queue<Runnable> events;

    private final List<ResourceWatch> watches = new ArrayList<>();
    private final Semaphore open = new Semaphore(OPEN);
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
        state.workloads().stream()
                .collect(Collectors.groupingBy(
                        workload -> new Place(workload.place().group(), workload.kind(), ""),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .values()
                .forEach(group -> new Workloads(group).start());
        start(
                Workload::runsPods,
                group -> new Subject(
                        "v1", "Pod", without(group, "Pod"), workloads -> labels(workloads, Workload::podLabels)));
        start(
                workload -> workload.runsPods() && workload.kind().equals("Deployment"),
                group -> new Subject(
                        "apps/v1", "ReplicaSet", group, workloads -> labels(workloads, Workload::podLabels)));
        start(workload -> workload.runsPods() || isClaim(workload), Events::new);
        start(RolloutWatches::isService, this::endpoints);
    }

    private void start(Predicate<Workload> which, Function<List<Workload>, Subject> subject) {
        List<Workload> group = state.workloads().stream().filter(which).toList();
        if (!group.isEmpty()) {
            subject.apply(group).start();
        }
    }

    private static List<Workload> without(List<Workload> workloads, String kind) {
        return workloads.stream().filter(each -> !each.kind().equals(kind)).toList();
    }

    private static boolean isClaim(Workload workload) {
        return workload.kind().equals("PersistentVolumeClaim");
    }

    private static boolean isService(Workload workload) {
        return workload.place().group().isEmpty() && workload.kind().equals("Service");
    }

    private static List<String> labels(List<Workload> workloads, Function<Workload, Map<String, String>> labels) {
        return PodSelectors.queries(workloads.stream().map(labels).toList());
    }

    private static Place slices(String namespace) {
        return new Place("discovery.k8s.io", "EndpointSlice", namespace);
    }

    private Subject endpoints(List<Workload> services) {
        String version = SLICES.stream()
                .filter(each -> client.type(each, "EndpointSlice").isPresent())
                .findFirst()
                .orElse("");
        if (version.isEmpty()) {
            services.forEach(each -> state.view().hide(slices(each.namespace())));
            return plainEndpoints(services);
        }
        return new Slices(version, services);
    }

    /** As servers before 1.17 have them, and roles that are older than that. */
    private Subject plainEndpoints(List<Workload> services) {
        return new Subject("v1", "Endpoints", services, unused -> List.of(""));
    }

    @Override
    public void close() {
        watches.forEach(ResourceWatch::close);
    }

    /** Objects of one kind about workloads of one or more namespaces. */
    private class Subject {
        private final String apiVersion;
        private final String kind;
        private final Map<String, List<Workload>> namespaces;
        private final Function<List<Workload>, List<String>> queries;
        private boolean spread;

        /** @param queries parameters that choose what matters for some workloads, one for each watch */
        Subject(
                String apiVersion,
                String kind,
                List<Workload> workloads,
                Function<List<Workload>, List<String>> queries) {
            this.apiVersion = apiVersion;
            this.kind = kind;
            this.queries = queries;
            this.namespaces = workloads.stream()
                    .collect(Collectors.groupingBy(Workload::namespace, LinkedHashMap::new, Collectors.toList()));
        }

        List<Workload> in(String namespace) {
            return namespaces.getOrDefault(namespace, List.of());
        }

        void start() {
            // a kind that this deployment itself has defined was not there when the plan asked
            Optional<ResourceType> type = client.type(apiVersion, kind).or(() -> client.typeAgain(apiVersion, kind));
            if (type.isEmpty()) {
                namespaces.keySet().forEach(namespace -> state.view().hide(place(namespace)));
                return;
            }
            List<String> shared = queries.apply(
                    namespaces.values().stream().flatMap(List::stream).toList());
            if (namespaces.size() > FEW && (!selective() || !shared.contains(""))) {
                shared.forEach(query ->
                        watch(type.get().everywhere(), query, new Receiver(this, namespaces.keySet(), watches.size())));
            } else {
                spread(type.get());
            }
        }

        /** Watches each namespace by itself. */
        private void spread(ResourceType type) {
            namespaces.forEach((namespace, group) -> queries.apply(group)
                    .forEach(query ->
                            watch(type.path(namespace), query, new Receiver(this, Set.of(namespace), watches.size()))));
        }

        private void watch(String path, String query, Receiver receiver) {
            ResourceWatch watch = new ResourceWatch(client, path, query, executor, open, receiver);
            watches.add(watch);
            watch.start();
        }

        /** Whether there may be so many that all of a cluster are too many to look through. */
        boolean selective() {
            return kind.equals("Pod") || kind.equals("ReplicaSet");
        }

        Place place(String namespace) {
            return Place.of(apiVersion, kind, namespace);
        }

        /** What is kept of an object; null for nothing. Called by other threads too. */
        @Nullable
        Map<String, Object> keep(String namespace, Map<String, Object> object) {
            return Slim.of(kind, object);
        }

        void listed(String namespace, int watch, List<Map<String, Object>> objects) {
            state.view().replace(place(namespace), watch, objects);
        }

        void changed(String namespace, int watch, Map<String, Object> object) {
            state.view().put(place(namespace), watch, object);
        }

        void deleted(String namespace, int watch, Map<String, Object> object) {
            state.view().remove(place(namespace), watch, Tree.text(object, "metadata", "name"));
        }

        /** Hears that the objects of a namespace may not be watched. */
        void refused(String namespace, Answer answer) {
            state.view().hide(place(namespace));
            context.listener()
                    .warning("the rollout is watched without the " + where(namespace) + ": " + answer.message());
        }

        String where(String namespace) {
            return kind + "s in " + namespace;
        }

        private void refused(Receiver receiver, Answer answer) {
            if (receiver.namespaces.size() == 1) {
                receiver.namespaces.forEach(namespace -> refused(namespace, answer));
            } else if (!spread) {
                spread = true; // one who may not look into all namespaces may look into these
                client.type(apiVersion, kind).ifPresent(this::spread);
            }
        }
    }

    /** The workloads themselves, and whatever else is waited for. */
    private final class Workloads extends Subject {
        private final boolean needed;
        private final boolean ingress;

        Workloads(List<Workload> group) {
            super(group.get(0).apiVersion(), group.get(0).kind(), group, Workloads::named);
            this.needed = group.get(0).runsPods();
            this.ingress = isIngress(group.get(0));
        }

        /** Others of its class tell whether an address is to be expected. */
        private static boolean isIngress(Workload workload) {
            return workload.kind().equals("Ingress");
        }

        private static List<String> named(List<Workload> group) {
            Set<String> names = group.stream().map(Workload::name).collect(Collectors.toSet());
            return names.size() == 1 && !isIngress(group.get(0))
                    ? List.of("fieldSelector="
                            + ResourceType.escape(
                                    "metadata.name=" + group.get(0).name()))
                    : List.of("");
        }

        @Override
        @Nullable
        Map<String, Object> keep(String namespace, Map<String, Object> object) {
            String name = Tree.text(object, "metadata", "name");
            boolean ours =
                    in(namespace).stream().anyMatch(workload -> workload.name().equals(name));
            return ingress || ours ? super.keep(namespace, object) : null;
        }

        @Override
        void refused(String namespace, Answer answer) {
            if (needed) {
                throw client.refused("The rollout cannot be watched", where(namespace), answer);
            }
            super.refused(namespace, answer);
        }
    }

    /** Warnings about what no object's status tells. */
    private final class Events extends Subject {
        Events(List<Workload> workloads) {
            super("v1", "Event", workloads, unused -> List.of(Warnings.QUERY));
        }

        @Override
        @Nullable
        Map<String, Object> keep(String namespace, Map<String, Object> event) {
            return Warnings.matters(event) ? event : null;
        }

        @Override
        void listed(String namespace, int watch, List<Map<String, Object>> objects) {
            objects.forEach(state::warn);
        }

        @Override
        void changed(String namespace, int watch, Map<String, Object> object) {
            state.warn(object);
        }

        @Override
        void deleted(String namespace, int watch, Map<String, Object> object) {
            // what it told was so
        }
    }

    private final class Slices extends Subject {
        Slices(String version, List<Workload> services) {
            super(
                    version,
                    "EndpointSlice",
                    services,
                    group -> labels(group, each -> Map.of("kubernetes.io/service-name", each.name())));
        }

        @Override
        void refused(String namespace, Answer answer) {
            state.view().hide(place(namespace));
            plainEndpoints(in(namespace)).start();
        }
    }

    /** Hands on what a watch hears to the waiting thread. */
    private final class Receiver implements ResourceWatch.Listener {
        private final Subject subject;
        private final Set<String> namespaces;
        private final int watch;

        Receiver(Subject subject, Set<String> namespaces, int watch) {
            this.subject = subject;
            this.namespaces = namespaces;
            this.watch = watch;
        }

        private static String namespace(Map<String, Object> object) {
            return Tree.text(object, "metadata", "namespace");
        }

        @Override
        public @Nullable Map<String, Object> keep(Map<String, Object> object) {
            String namespace = namespace(object);
            return namespaces.contains(namespace) ? subject.keep(namespace, object) : null;
        }

        @Override
        public void listed(List<Map<String, Object>> objects) {
            Map<String, List<Map<String, Object>>> found =
                    objects.stream().collect(Collectors.groupingBy(Receiver::namespace));
            events.add(() -> namespaces.forEach(
                    namespace -> subject.listed(namespace, watch, found.getOrDefault(namespace, List.of()))));
        }

        @Override
        public void changed(Map<String, Object> object) {
            events.add(() -> subject.changed(namespace(object), watch, object));
        }

        @Override
        public void deleted(Map<String, Object> object) {
            if (namespaces.contains(namespace(object))) {
                events.add(() -> subject.deleted(namespace(object), watch, object));
            }
        }

        @Override
        public void refused(Answer answer) {
            events.add(() -> subject.refused(this, answer));
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
