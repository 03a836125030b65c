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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final RolloutState state;
    /** What the watches have to say, for the waiting thread to do. */
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

    private final Set<String> warned = new HashSet<>();
    private final Map<String, String> told = new HashMap<>();

    RolloutWatcher(ClusterClient client, EngineContext context, Masker masker, List<Workload> workloads) {
        this(
                client,
                context,
                masker,
                workloads,
                client.begin(context.clock().instant()),
                client.serverTime(context.clock().instant()));
    }

    /** Watches what was written at another time: troubles that are as old as the given moment may pass. */
    RolloutWatcher(
            ClusterClient client, EngineContext context, Masker masker, List<Workload> workloads, Instant begin) {
        this(client, context, masker, workloads, begin, begin);
    }

    private RolloutWatcher(
            ClusterClient client,
            EngineContext context,
            Masker masker,
            List<Workload> workloads,
            Instant begin,
            Instant written) {
        this.client = client;
        this.context = context;
        this.masker = masker;
        this.state = new RolloutState(workloads, begin, written, new ClusterLookup(client));
    }

    /**
     * Waits.
     *
     * @throws RolloutException {@link ErrorCode#DEPLOY_FAILED} as soon as it is certain, {@link
     *     ErrorCode#DEPLOY_TIMEOUT}
     */
    List<WorkloadStatus> await(Duration timeout) {
        if (state.workloads().isEmpty()) {
            return List.of();
        }
        Instant deadline = context.clock().instant().plus(timeout);
        ExecutorService executor = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "octavo-watch");
            thread.setDaemon(true);
            return thread;
        });
        try (RolloutWatches watches = new RolloutWatches(client, context, state, executor, events);
                Cancellation.Registration registration = context.cancellation().onCancel(() -> events.add(() -> {}))) {
            watches.start();
            return await(deadline, timeout);
        } finally {
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
                return RolloutState.statuses(verdicts, masker::mask);
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
        return verdict.readiness().isReady();
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
            String key = verdict.workload().key();
            if (ready(verdict) && !verdict.readiness().reason().isEmpty()) {
                String warning =
                        verdict.workload().title() + ": " + verdict.readiness().reason() + ": " + masker.mask(message);
                if (warned.add(warning)) {
                    context.listener().warning(warning);
                }
            } else if (!message.equals(told.put(key, message)) && !message.isEmpty()) {
                context.listener()
                        .progress("[" + ready + "/" + verdicts.size() + " ready] "
                                + verdict.workload().title() + ": " + masker.mask(message));
            }
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
                RolloutState.statuses(verdicts, masker::mask));
    }
}
