package dev.octavo.engine.sandbox.pod;

import dev.octavo.engine.sandbox.agent.AgentFiles;
import dev.octavo.engine.sandbox.image.ImageSource;
import dev.octavo.engine.sandbox.image.UnpackedImage;
import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.ApiException;
import dev.octavo.engine.sandbox.kube.Change;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kinds;
import dev.octavo.engine.sandbox.kube.PodLogs;
import dev.octavo.engine.sandbox.network.PodNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Runs the pods that the API holds. */
public final class Kubelet implements PodLogs, AutoCloseable {
    /** The one node that pods run on. */
    public static final String NODE = "sandbox";

    static final String NODE_ADDRESS = "127.0.0.1";
    private static final long CLOSE_SECONDS = 15;

    /** What all pods share. */
    record Shared(
            Api api,
            PodNetwork network,
            ImageSource images,
            Path imageFolder,
            Path podFolder,
            Path claimFolder,
            ProcessLedger ledger,
            ExecutorService workers,
            ScheduledExecutorService timer,
            Future<AgentFiles.Jars> jars,
            Map<String, UnpackedImage> known) {}

    private final Shared shared;
    private final Map<String, PodRunner> pods = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private Kubelet(Shared shared) {
        this.shared = shared;
    }

    /**
     * Begins to run pods.
     *
     * @param cache keeps images and the agent; may be shared with other sandboxes
     * @param folder of this sandbox alone
     */
    public static Kubelet start(Api api, PodNetwork network, ImageSource images, Path cache, Path folder)
            throws IOException {
        ExecutorService workers = Executors.newCachedThreadPool(task -> thread(task, "octavo-sandbox-pod"));
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(task -> thread(task, "octavo-sandbox-timer"));
        Future<AgentFiles.Jars> jars = workers.submit(() -> AgentFiles.write(folder.resolve("agent")));
        Kubelet kubelet = new Kubelet(new Shared(
                api,
                network,
                images,
                cache.resolve("images"),
                folder.resolve("pods"),
                folder.resolve("volumes"),
                ProcessLedger.open(folder.resolve("processes")),
                workers,
                timer,
                jars,
                new ConcurrentHashMap<>()));
        api.listen(kubelet::changed);
        return kubelet;
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void changed(Change change) {
        if (!change.kind().equals(Kinds.POD) || closed) {
            return;
        }
        ObjectNode pod = change.object();
        String uid = Json.uid(pod);
        switch (change.type()) {
            case ADDED -> {
                PodRunner runner = new PodRunner(shared, pod, () -> pods.remove(uid));
                pods.put(uid, runner);
                runner.post(runner::begin);
                if (Json.isDeleted(pod)) {
                    stop(runner, pod);
                }
            }
            case MODIFIED -> {
                PodRunner runner = pods.get(uid);
                if (runner == null) {
                    return;
                }
                ObjectNode before = change.before();
                boolean news = before == null || !before.path("metadata").equals(pod.path("metadata"));
                if (Json.isDeleted(pod) && news) {
                    stop(runner, pod);
                }
            }
            case DELETED -> {
                PodRunner runner = pods.get(uid);
                if (runner != null) {
                    runner.post(() -> runner.stop(0));
                }
            }
        }
    }

    private static void stop(PodRunner runner, ObjectNode pod) {
        int grace = pod.path("metadata").path("deletionGracePeriodSeconds").asInt(30);
        runner.post(() -> runner.stop(grace));
    }

    @Override
    public Log open(ObjectNode pod, Query query) {
        PodRunner runner = pods.get(Json.uid(pod));
        String container = query.container();
        if (container.isEmpty()) {
            List<String> names = new ArrayList<>();
            pod.path("spec").path("containers").forEach(each -> names.add(Json.text(each, "name")));
            if (names.size() != 1) {
                throw ApiException.badRequest(
                        "a container name must be specified for pod " + Json.name(pod) + ", choose one of: " + names);
            }
            container = names.get(0);
        }
        String name = container;
        if (Json.named(pod.path("spec").path("containers"), name).isMissingNode()
                && Json.named(pod.path("spec").path("initContainers"), name).isMissingNode()) {
            throw ApiException.badRequest("container " + name + " is not valid for pod " + Json.name(pod));
        }
        ContainerLog log = runner == null ? null : runner.log(name, query.previous());
        if (log == null) {
            throw ApiException.badRequest(
                    query.previous()
                            ? "previous terminated container \"" + name + "\" in pod \"" + Json.name(pod)
                                    + "\" not found"
                            : "container \"" + name + "\" in pod \"" + Json.name(pod) + "\" is waiting to start: "
                                    + waiting(pod, name));
        }
        return out -> log.writeTo(out, query);
    }

    private static String waiting(ObjectNode pod, String container) {
        String reason = Json.text(
                Json.named(pod.path("status").path("containerStatuses"), container), "state", "waiting", "reason");
        return reason.isEmpty() ? "ContainerCreating" : reason;
    }

    /** Ends every pod's processes. The pods stay in the store, which nobody asks any more. */
    @Override
    public void close() {
        closed = true;
        List<Future<?>> ends = new ArrayList<>();
        for (PodRunner runner : pods.values()) {
            try {
                ends.add(shared.workers().submit(runner::kill));
            } catch (RejectedExecutionException e) {
                runner.kill();
            }
        }
        for (Future<?> end : ends) {
            await(end);
        }
        shared.timer().shutdownNow();
        shared.workers().shutdownNow();
        shared.ledger().close();
    }

    private static @Nullable Object await(Future<?> future) {
        try {
            return future.get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            return null; // the next start ends what is left
        }
    }
}
