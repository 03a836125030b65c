package dev.octavo.engine.cluster;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.RolloutState.Verdict;
import dev.octavo.engine.cluster.RolloutState.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Waits until workloads are ready, told of each change by the API server. */
final class RolloutWatcher {
    private static final Duration CLOCK = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final int SHOWN_FAILURES = 5;
    private static final int LOG_LINES = 20;
    private static final int FEW_LOG_LINES = 5;

    private final ClusterClient client;
    private final EngineContext context;
    private final Masker masker;
    private final List<Workload> workloads;
    private final RolloutState state;
    /** What the watches have to say, for the waiting thread to do. */
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

    private final Map<String, String> told = new HashMap<>();

    RolloutWatcher(ClusterClient client, EngineContext context, Masker masker, List<Workload> workloads) {
        this.client = client;
        this.context = context;
        this.masker = masker;
        this.workloads = workloads;
        this.state = new RolloutState(workloads, client.begin(context.clock().instant()));
    }

    /**
     * Waits.
     *
     * @throws RolloutException {@link ErrorCode#DEPLOY_FAILED} as soon as it is certain, {@link
     *     ErrorCode#DEPLOY_TIMEOUT}
     */
    List<WorkloadStatus> await(Duration timeout) {
        if (workloads.isEmpty()) {
            return List.of();
        }
        Instant deadline = context.clock().instant().plus(timeout);
        ExecutorService executor = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "octavo-watch");
            thread.setDaemon(true);
            return thread;
        });
        List<ResourceWatch> watches = watches(executor);
        try (Cancellation.Registration registration = context.cancellation().onCancel(() -> events.add(() -> {}))) {
            watches.forEach(ResourceWatch::start);
            return await(deadline, timeout);
        } finally {
            watches.forEach(ResourceWatch::close);
            executor.shutdownNow();
        }
    }

    private List<WorkloadStatus> await(Instant deadline, Duration timeout) {
        while (true) {
            context.cancellation().check();
            Instant now = context.clock().instant();
            List<Verdict> verdicts = state.judge(now);
            tell(verdicts);
            if (verdicts.stream().allMatch(RolloutWatcher::ready)) {
                return RolloutState.statuses(verdicts);
            }
            if (verdicts.stream().anyMatch(verdict -> verdict.readiness().state() == Readiness.State.FAILED)) {
                throw failed(verdicts);
            }
            Duration left = Duration.between(now, deadline);
            if (left.isZero() || left.isNegative()) {
                throw timedOut(verdicts, timeout);
            }
            Duration wait = min(left, state.clockRuns() ? CLOCK : LONGEST_WAIT);
            takeEvents(wait);
        }
    }

    private static boolean ready(Verdict verdict) {
        return verdict.readiness().state() == Readiness.State.READY;
    }

    private static Duration min(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }

    private void takeEvents(Duration wait) {
        try {
            Runnable event = events.poll(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS);
            while (event != null) {
                event.run();
                event = events.poll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(
                    ErrorCode.CANCELLED, "The work was stopped", "", "its thread was interrupted", "run it again", e);
        }
    }

    private void tell(List<Verdict> verdicts) {
        long ready = verdicts.stream().filter(RolloutWatcher::ready).count();
        for (Verdict verdict : verdicts) {
            String message = verdict.readiness().message()
                    + verdict.trouble()
                            .map(trouble -> "; pod " + trouble.pod() + ": " + trouble.reason())
                            .orElse("");
            String key = verdict.workload().title() + " " + verdict.workload().namespace();
            if (!message.equals(told.put(key, message)) && !message.isEmpty()) {
                context.listener()
                        .progress("[" + ready + "/" + verdicts.size() + " ready] "
                                + verdict.workload().title() + ": " + masker.mask(message));
            }
        }
    }

    // ------------------------------------------------------------------------------------------------------ watches

    private List<ResourceWatch> watches(ExecutorService executor) {
        List<ResourceWatch> watches = new ArrayList<>();
        Map<String, List<Workload>> namespaces = new LinkedHashMap<>();
        for (List<Workload> group : state.byPlace().values()) {
            Workload first = group.get(0);
            String selector =
                    group.size() == 1 ? "fieldSelector=" + ResourceType.escape("metadata.name=" + first.name()) : "";
            watches.add(watch(first.apiVersion(), first.kind(), first.namespace(), selector, true, executor));
            namespaces
                    .computeIfAbsent(first.namespace(), namespace -> new ArrayList<>())
                    .addAll(group);
        }
        namespaces.forEach((namespace, group) -> {
            boolean deployments = group.stream().anyMatch(each -> each.kind().equals("Deployment"));
            if (deployments && group.stream().noneMatch(each -> each.kind().equals("ReplicaSet"))) {
                watches.add(watch("apps/v1", "ReplicaSet", namespace, "", false, executor));
            }
            if (group.stream().noneMatch(each -> each.kind().equals("Pod"))) {
                watches.add(watch("v1", "Pod", namespace, "", false, executor));
            }
        });
        return watches;
    }

    private ResourceWatch watch(
            String apiVersion,
            String kind,
            String namespace,
            String selector,
            boolean needed,
            ExecutorService executor) {
        ResourceType type = client.type(apiVersion, kind)
                .orElseThrow(
                        () -> new IllegalStateException(apiVersion + " " + kind + " was applied and is not served"));
        return new ResourceWatch(
                client, type.path(namespace), selector, executor, new Receiver(kind, namespace, needed));
    }

    /** Hands on what a watch hears to the waiting thread. */
    private final class Receiver implements ResourceWatch.Listener {
        private final String kind;
        private final String namespace;
        private final boolean needed;

        Receiver(String kind, String namespace, boolean needed) {
            this.kind = kind;
            this.namespace = namespace;
            this.needed = needed;
        }

        @Override
        public void listed(List<Map<String, Object>> objects) {
            events.add(() -> state.replace(kind, namespace, objects));
        }

        @Override
        public void changed(Map<String, Object> object) {
            events.add(() -> state.put(kind, namespace, object));
        }

        @Override
        public void deleted(Map<String, Object> object) {
            events.add(() -> state.remove(kind, namespace, Tree.text(object, "metadata", "name")));
        }

        @Override
        public void refused(Answer answer) {
            events.add(() -> {
                if (needed) {
                    throw client.refused("The rollout cannot be watched", kind + " in " + namespace, answer);
                }
                context.listener()
                        .warning("the rollout is watched without the " + kind + "s in " + namespace + ": "
                                + answer.message());
            });
        }

        @Override
        public void interrupted(Throwable failure) {
            EngineException reason = client.failure(failure);
            if (reason.code() == ErrorCode.CLUSTER_UNAUTHORIZED) {
                events.add(() -> {
                    throw reason;
                });
            }
            // else it is tried again, until the time limit
        }
    }

    // ----------------------------------------------------------------------------------------------------- failures

    private RolloutException failed(List<Verdict> verdicts) {
        List<Verdict> failed = verdicts.stream()
                .filter(verdict -> verdict.readiness().state() == Readiness.State.FAILED)
                .toList();
        String what = failed.size() == 1
                ? failed.get(0).workload().title() + " failed to roll out"
                : failed.size() + " workloads failed to roll out";
        return exception(ErrorCode.DEPLOY_FAILED, what, failed, verdicts);
    }

    private RolloutException timedOut(List<Verdict> verdicts, Duration timeout) {
        List<Verdict> waiting =
                verdicts.stream().filter(verdict -> !ready(verdict)).toList();
        String what = (waiting.size() == 1 ? waiting.get(0).workload().title() : waiting.size() + " workloads")
                + " did not become ready within " + timeout.toSeconds() + " s";
        return exception(ErrorCode.DEPLOY_TIMEOUT, what, waiting, verdicts);
    }

    /** The failures on one screen: the first in full, of the others what fits. */
    private static String screen(List<RolloutFailure> failures) {
        List<String> texts = new ArrayList<>();
        for (RolloutFailure failure : failures) {
            boolean first = texts.isEmpty();
            texts.add(failure.text(first ? LOG_LINES : FEW_LOG_LINES, failures.size() == 1 ? FEW_LOG_LINES : 0));
        }
        return String.join("\n", texts);
    }

    private RolloutException exception(ErrorCode code, String what, List<Verdict> troubled, List<Verdict> verdicts) {
        Explainer explainer = new Explainer(client, state, masker);
        List<RolloutFailure> failures =
                troubled.stream().limit(SHOWN_FAILURES).map(explainer::explain).toList();
        Workload first = troubled.get(0).workload();
        String place = first.file().isEmpty() ? first.title() : first.file() + ":" + first.line();
        return new RolloutException(
                code,
                what,
                place + " (namespace " + first.namespace() + " on " + client.server() + ")",
                screen(failures),
                failures.stream().map(RolloutFailure::fix).distinct().collect(Collectors.joining("\n")),
                failures,
                RolloutState.statuses(verdicts));
    }
}
