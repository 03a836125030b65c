package dev.octavo.engine.sandbox.controller;

import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.ApiException;
import dev.octavo.engine.sandbox.kube.Change;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kind;
import dev.octavo.engine.sandbox.kube.Kinds;
import dev.octavo.engine.sandbox.network.PodNetwork;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs all controllers, one after the other, whenever something has changed that they go by. */
public final class Controllers implements AutoCloseable {
    /** How often a change is tried that another one has come between. */
    private static final Duration RETRY = Duration.ofMillis(200);

    /** Makes one object's surroundings be as it says. */
    interface Controller {
        void reconcile(String namespace, String name);
    }

    /** Lets a controller look at an object once more, later. */
    interface Later {
        void again(Kind kind, String namespace, String name, Duration delay);
    }

    private record Work(Kind kind, String namespace, String name) {}

    private final Api api;
    private final Map<Kind, Controller> controllers = new HashMap<>();
    private final GarbageCollector garbage;
    private final Set<Work> pending = new HashSet<>();
    private final ScheduledExecutorService thread;

    private Controllers(Api api, PodNetwork network) {
        this.api = api;
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread worker = new Thread(task, "octavo-sandbox-controllers");
            worker.setDaemon(true);
            return worker;
        });
        executor.setRemoveOnCancelPolicy(true);
        this.thread = executor;
        this.garbage = new GarbageCollector(api);
        Pods pods = new Pods(api);
        controllers.put(Kinds.DEPLOYMENT, new DeploymentController(api, this::again));
        controllers.put(Kinds.REPLICA_SET, new ReplicaSetController(api, pods, this::again));
        controllers.put(Kinds.STATEFUL_SET, new StatefulSetController(api, pods, this::again));
        controllers.put(Kinds.DAEMON_SET, new DaemonSetController(api, pods, this::again));
        controllers.put(Kinds.JOB, new JobController(api, pods));
        controllers.put(Kinds.SERVICE, new EndpointsController(api, network));
        controllers.put(Kinds.NAMESPACE, garbage);
    }

    /** Begins; the objects that are there already are looked at too. */
    public static Controllers start(Api api, PodNetwork network) {
        Controllers all = new Controllers(api, network);
        api.listen(all::changed);
        for (Kind kind : all.controllers.keySet()) {
            api.list(kind, "").forEach(each -> all.enqueue(kind, Json.namespace(each), Json.name(each)));
        }
        return all;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void changed(Change change) {
        Kind kind = change.kind();
        ObjectNode object = change.object();
        String namespace = Json.namespace(object);
        if (kind.equals(Kinds.EVENT)) {
            return;
        }
        if (controllers.containsKey(kind)) {
            enqueue(kind, namespace, Json.name(object));
        }
        for (JsonNode reference : object.path("metadata").path("ownerReferences")) {
            Kind owner = workload(Json.text(reference, "kind"));
            if (owner != null) {
                enqueue(owner, namespace, Json.text(reference, "name"));
            }
            if (kind.equals(Kinds.POD) && change.type() == Change.Type.DELETED && Kinds.REPLICA_SET.equals(owner)) {
                // a Deployment that recreates its pods waits for the last of them, which its ReplicaSet has forgotten
                ObjectNode set = api.find(Kinds.REPLICA_SET, namespace, Json.text(reference, "name"));
                if (set != null) {
                    set.path("metadata")
                            .path("ownerReferences")
                            .forEach(each -> enqueue(Kinds.DEPLOYMENT, namespace, Json.text(each, "name")));
                }
            }
        }
        if (kind.equals(Kinds.POD)) {
            api.list(Kinds.SERVICE, namespace)
                    .forEach(service -> enqueue(Kinds.SERVICE, namespace, Json.name(service)));
        }
        if (change.type() == Change.Type.DELETED) {
            run(() -> garbage.collect(kind, object));
            if (!namespace.isEmpty()) {
                enqueue(Kinds.NAMESPACE, "", namespace);
            }
        } else if (Json.isDeleted(object)) {
            run(() -> garbage.foreground(kind, object));
        }
    }

    private static @Nullable Kind workload(String kind) {
        return switch (kind) {
            case "Deployment" -> Kinds.DEPLOYMENT;
            case "ReplicaSet" -> Kinds.REPLICA_SET;
            case "StatefulSet" -> Kinds.STATEFUL_SET;
            case "DaemonSet" -> Kinds.DAEMON_SET;
            case "Job" -> Kinds.JOB;
            default -> null;
        };
    }

    private void enqueue(Kind kind, String namespace, String name) {
        Work work = new Work(kind, namespace, name);
        synchronized (pending) {
            if (!pending.add(work)) {
                return;
            }
        }
        run(() -> {
            synchronized (pending) {
                pending.remove(work);
            }
            Controller controller = controllers.get(kind);
            if (controller != null) {
                try {
                    controller.reconcile(namespace, name);
                } catch (ApiException | IllegalStateException e) {
                    // the world has changed in the meantime, or the object cannot be had as it is: once more, later
                    again(kind, namespace, name, RETRY);
                }
            }
        });
    }

    private void run(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            // the sandbox is closing
        }
    }

    private void again(Kind kind, String namespace, String name, Duration delay) {
        try {
            Future<?> unused = thread.schedule(
                    () -> enqueue(kind, namespace, name), Math.max(1, delay.toMillis()), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the sandbox is closing
        }
    }
}
