package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets one deployment of an application to an environment work at a time: a Lease that is renewed as long as the work
 * goes on. One whose holder was killed is taken over once it was seen unchanged for its whole duration by this machine's
 * own clock; what clock its holder had does not matter.
 */
final class ReleaseLock implements AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(1);
    /** By how much the clocks of API servers may differ. */
    private static final Duration SKEW = Duration.ofSeconds(15);

    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String RUN = "octavo.dev/run";
    private static final String APPROVER = "octavo.dev/approver";
    private static final String JSON = "application/json";

    private final ClusterClient client;
    private final EngineContext context;
    private final DeploySpec spec;
    private final String collection;
    private final String name;
    private final String holder;
    private final Duration lease;
    private final ScheduledExecutorService clock;
    private @Nullable ScheduledFuture<?> renewal;
    private Map<String, Object> held = Map.of();
    private volatile long renewedNanos;
    private volatile boolean lost;

    private ReleaseLock(ClusterClient client, EngineContext context, DeploySpec spec, String namespace) {
        this.client = client;
        this.context = context;
        this.spec = spec;
        this.collection = "/apis/coordination.k8s.io/v1/namespaces/" + ResourceType.escape(namespace) + "/leases";
        this.name = ReleaseNames.of(spec.releasing().application(), spec.environment());
        this.holder = host() + "/" + ProcessHandle.current().pid() + "/" + UUID.randomUUID();
        this.lease = spec.releasing().lease();
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "octavo-lock");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /**
     * Waits until the lock is free, takes it, and renews it from then on.
     *
     * @return null where the namespace is not there yet
     * @throws EngineException {@link ErrorCode#DEPLOY_LOCKED} where it is not free in time
     */
    static @Nullable ReleaseLock acquire(
            ClusterClient client, EngineContext context, DeploySpec spec, String namespace) {
        ReleaseLock lock = new ReleaseLock(client, context, spec, namespace);
        boolean acquired = false;
        try {
            acquired = lock.acquire();
        } finally {
            if (!acquired) {
                lock.clock.shutdownNow();
            }
        }
        return acquired ? lock : null;
    }

    private boolean acquire() {
        long begin = System.nanoTime();
        String seen = "";
        long seenNanos = begin;
        boolean told = false;
        while (true) {
            long sent = System.nanoTime();
            Answer answer = client.request("POST", collection, lease(Map.of(), 0), JSON, "");
            boolean taken = answer.code() == 409;
            if (taken) {
                answer = client.get(path());
                if (answer.ok() && !isMine(answer.body())) {
                    String state = Tree.text(answer.body(), "metadata", "uid") + Tree.map(answer.body(), "spec");
                    if (!state.equals(seen)) {
                        seen = state;
                        seenNanos = System.nanoTime();
                    }
                    if (!isFree(answer.body(), System.nanoTime() - seenNanos)) {
                        told = wait(answer.body(), begin, told);
                        continue;
                    }
                    answer = takeOver(answer.body());
                }
            }
            if (answer.ok()) {
                hold(answer.body(), sent);
                return true;
            }
            if (answer.notFound() && Tree.text(answer.body(), "details", "kind").equals("namespaces")) {
                return false;
            }
            if (!taken || (answer.code() != 409 && !answer.notFound())) {
                throw refused(answer);
            }
            // another one was faster, or the holder has just let it go
        }
    }

    private Answer takeOver(Map<String, Object> old) {
        String before = person(old);
        Answer answer = client.request(
                "PUT", path(), lease(old, Tree.number(old, 0, "spec", "leaseTransitions") + 1), JSON, "");
        if (answer.ok() && !Tree.text(old, "spec", "holderIdentity").isEmpty()) {
            context.listener().warning("taking over from " + before + ", which was killed or lost its connection");
        }
        return answer;
    }

    /** Whether its holder has let it go, or has not renewed it for too long. */
    private boolean isFree(Map<String, Object> there, long unchangedNanos) {
        if (Tree.text(there, "spec", "holderIdentity").isEmpty()) {
            return true;
        }
        Duration duration = Duration.ofSeconds(Tree.number(there, lease.toSeconds(), "spec", "leaseDurationSeconds"));
        if (unchangedNanos >= duration.toNanos()) {
            return true;
        }
        try {
            // holders stamp it with the server's time, so it tells of one that is long dead without waiting
            Instant renewed = Instant.parse(Tree.text(there, "spec", "renewTime"));
            return client.serverTime(renewed).isAfter(renewed.plus(duration).plus(SKEW));
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private boolean wait(Map<String, Object> there, long begin, boolean told) {
        Duration timeout = spec.releasing().lockTimeout();
        if (System.nanoTime() - begin >= timeout.toNanos()) {
            throw new EngineException(
                    ErrorCode.DEPLOY_LOCKED,
                    "Another deployment of " + spec.releasing().application() + " to " + spec.environment()
                            + " is under way, so nothing was written",
                    "Lease/" + name + " on " + client.server(),
                    "it is held by " + person(there)
                            + (timeout.isZero() ? "" : ", and was not free within " + timeout.toSeconds() + " s"),
                    "wait for that one, or stop it; after a crash its lock is free within "
                            + Tree.number(there, lease.toSeconds(), "spec", "leaseDurationSeconds") + " s");
        }
        if (!told) {
            context.listener()
                    .progress("waiting for " + person(there) + ", which deploys "
                            + spec.releasing().application() + " to " + spec.environment());
        }
        client.pause(POLL);
        return true;
    }

    private static String person(Map<String, Object> there) {
        String run = Tree.text(there, "metadata", "annotations", RUN);
        String approver = Tree.text(there, "metadata", "annotations", APPROVER);
        String holder = Tree.text(there, "spec", "holderIdentity").replaceFirst("/[^/]*$", "");
        return (run.isEmpty() ? "process " + holder : run)
                + (approver.isEmpty() ? "" : " (approved by " + approver + ")") + " since "
                + Tree.text(there, "spec", "acquireTime").replaceFirst("\\.\\d+", "");
    }

    // -------------------------------------------------------------------------------------------------------- while
    // held

    private synchronized void hold(Map<String, Object> stored, long sentNanos) {
        held = stored;
        renewedNanos = sentNanos;
        client.guardWrites(this::requireHeld);
        long period = lease.toMillis() / 3;
        renewal = clock.scheduleWithFixedDelay(this::renew, period, period, TimeUnit.MILLISECONDS);
    }

    private void renew() {
        long sent = System.nanoTime();
        try {
            Answer answer = client.renewal(path(), renewed());
            if (answer.code() == 409 || answer.notFound()) {
                answer = client.get(path());
                // a renewal whose answer was lost has changed the version
                lost = !answer.ok() || !isMine(answer.body());
            }
            if (answer.ok() && !lost) {
                noteRenewed(answer.body(), sent);
            }
        } catch (RuntimeException e) {
            // tried again; requireHeld stops the work when that has not helped in time
        }
    }

    private synchronized Map<String, Object> renewed() {
        return lease(held, Tree.number(held, 0, "spec", "leaseTransitions"));
    }

    private synchronized void noteRenewed(Map<String, Object> stored, long sentNanos) {
        held = stored;
        renewedNanos = sentNanos;
    }

    /** @throws EngineException {@link ErrorCode#DEPLOY_LOCKED} where another one may be at work by now */
    void requireHeld() {
        if (isLost()) {
            throw new EngineException(
                    ErrorCode.DEPLOY_LOCKED,
                    "The lock of this deployment was lost, so it stopped where it was",
                    "Lease/" + name + " on " + client.server(),
                    "it could not be renewed for " + lease.toSeconds() + " s: the cluster was out of reach, or this "
                            + "machine stood still",
                    "run it again to finish it");
        }
    }

    boolean isLost() {
        return lost || System.nanoTime() - renewedNanos >= lease.toNanos();
    }

    private boolean isMine(Map<String, Object> there) {
        return Tree.text(there, "spec", "holderIdentity").equals(holder);
    }

    private String path() {
        return collection + "/" + name;
    }

    /** The Lease as it is written; with the version that it replaces, where there is one. */
    private Map<String, Object> lease(Map<String, Object> old, long transitions) {
        String now = MICRO_TIME.format(client.serverTime(context.clock().instant()));
        Map<String, Object> annotations = new LinkedHashMap<>();
        annotations.put(RUN, spec.releasing().facts().getOrDefault("run", ""));
        annotations.put(APPROVER, spec.releasing().facts().getOrDefault("approver", ""));
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", name);
        metadata.put("annotations", annotations);
        metadata.put("labels", Map.of("app.kubernetes.io/managed-by", "octavo"));
        if (!old.isEmpty()) {
            metadata.put("resourceVersion", Tree.text(old, "metadata", "resourceVersion"));
        }
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("holderIdentity", holder);
        content.put("leaseDurationSeconds", lease.toSeconds());
        content.put("acquireTime", isMine(old) ? Tree.text(old, "spec", "acquireTime") : now);
        content.put("renewTime", now);
        content.put("leaseTransitions", transitions);
        return Map.of("apiVersion", "coordination.k8s.io/v1", "kind", "Lease", "metadata", metadata, "spec", content);
    }

    private EngineException refused(Answer answer) {
        if (answer.notPermitted()) {
            return new EngineException(
                    ErrorCode.CLUSTER_UNAUTHORIZED,
                    "The deployment cannot be locked against others, so nothing was written",
                    "Lease/" + name + " on " + client.server(),
                    answer.message(),
                    "grant the user get, create, update and delete on leases in coordination.k8s.io there");
        }
        return new EngineException(
                answer.passing() ? ErrorCode.CLUSTER_UNREACHABLE : ErrorCode.CLUSTER_REFUSED,
                "The deployment cannot be locked against others, so nothing was written",
                "Lease/" + name + " on " + client.server(),
                answer.message(),
                "run it again when the cluster is well");
    }

    /**
     * Lets it go.
     *
     * @param closing a connection that works also where the deployment was cancelled
     */
    void release(ClusterClient closing) {
        close();
        Map<String, Object> preconditions;
        synchronized (this) {
            preconditions =
                    Map.of("preconditions", Map.of("resourceVersion", Tree.text(held, "metadata", "resourceVersion")));
        }
        if (!lost) {
            // where it has become another's meanwhile, the precondition keeps it
            Answer unused = closing.request("DELETE", path(), preconditions, JSON, "");
        }
    }

    @Override
    public void close() {
        if (renewal != null) {
            renewal.cancel(false);
        }
        clock.shutdownNow();
        try {
            boolean unused = clock.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.guardWrites(() -> {});
    }
}
