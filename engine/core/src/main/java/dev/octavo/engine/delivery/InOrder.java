package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.catalog.ServiceOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Does something for each microservice, for those first that others need, and for several at once. What needs one that
 * failed is held back; everything else goes on.
 */
final class InOrder<T> {
    private final ServiceOrder order;
    private final BooleanSupplier stopped;
    private final Function<String, T> work;
    private final Map<String, Outcome<T>> outcomes = new LinkedHashMap<>();

    /**
     * What became of one.
     *
     * @param value null unless it was done
     * @param failure null unless it failed
     * @param heldBackBy those that it needs and that were not done
     */
    record Outcome<T>(
            String service, @Nullable T value, @Nullable EngineException failure, Set<String> heldBackBy) {
        boolean failed() {
            return value == null;
        }
    }

    private record Done<T>(
            String service, @Nullable T value, @Nullable EngineException failure) {}

    private InOrder(ServiceOrder order, BooleanSupplier stopped, Function<String, T> work) {
        this.order = order;
        this.stopped = stopped;
        this.work = work;
    }

    /**
     * Returns when nothing is under way any more.
     *
     * @param atOnce how many at most
     * @param stopped whether no further one is to begin
     * @param work may throw {@link EngineException}
     * @param hear hears each outcome at once, in the caller's thread
     * @return in the order in which the microservices were given
     */
    static <T> List<Outcome<T>> run(
            ServiceOrder order,
            int atOnce,
            BooleanSupplier stopped,
            Function<String, T> work,
            Consumer<Outcome<T>> hear) {
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, atOnce), task -> {
            Thread thread = new Thread(task, "octavo-service-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        try {
            return new InOrder<>(order, stopped, work).run(new ExecutorCompletionService<>(threads), hear);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Outcome<T>> run(CompletionService<Done<T>> threads, Consumer<Outcome<T>> hear) {
        Set<String> waiting = new HashSet<>(order.needs().keySet());
        int running = start(waiting, threads, hear);
        boolean interrupted = false;
        while (running > 0) {
            try {
                Done<T> done = value(threads.take());
                running--;
                conclude(new Outcome<>(done.service(), done.value(), done.failure(), Set.of()), hear);
                running += start(waiting, threads, hear);
            } catch (InterruptedException e) {
                interrupted = true; // the work hears of a cancellation itself, and ends
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        List<Outcome<T>> all = new ArrayList<>();
        for (String service : order.needs().keySet()) {
            Outcome<T> outcome = outcomes.get(service);
            all.add(outcome == null ? new Outcome<>(service, null, null, Set.of()) : outcome);
        }
        return all;
    }

    /** Begins what can begin, and holds back what never can. */
    private int start(Set<String> waiting, CompletionService<Done<T>> threads, Consumer<Outcome<T>> hear) {
        int started = 0;
        for (String service : order.needs().keySet()) {
            Set<String> needed = order.neededBy(service);
            if (!waiting.contains(service) || !outcomes.keySet().containsAll(needed) || stopped.getAsBoolean()) {
                continue;
            }
            waiting.remove(service);
            Set<String> missing = new TreeSet<>(needed);
            missing.removeIf(each -> !isFailed(each));
            if (missing.isEmpty()) {
                Future<Done<T>> unused = threads.submit(() -> done(service));
                started++;
            } else {
                conclude(new Outcome<>(service, null, null, missing), hear);
                return started + start(waiting, threads, hear);
            }
        }
        return started;
    }

    private boolean isFailed(String service) {
        Outcome<T> outcome = outcomes.get(service);
        return outcome != null && outcome.failed();
    }

    private void conclude(Outcome<T> outcome, Consumer<Outcome<T>> hear) {
        outcomes.put(outcome.service(), outcome);
        hear.accept(outcome);
    }

    private Done<T> done(String service) {
        try {
            return new Done<>(service, work.apply(service), null);
        } catch (EngineException e) {
            return new Done<>(service, null, e);
        }
    }

    private static <V> V value(Future<V> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
