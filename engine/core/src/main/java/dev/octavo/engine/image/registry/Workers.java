package dev.octavo.engine.image.registry;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** Threads for transfers, of which none is left after {@link #close()}: a pool alone ends a little before its threads. */
public final class Workers implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(10);

    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final ExecutorService executor;

    private Workers(String name, int count) {
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            threads.removeIf(each -> each.getState() == Thread.State.TERMINATED);
            threads.add(thread);
            return thread;
        };
        this.executor =
                count == 0 ? Executors.newCachedThreadPool(factory) : Executors.newFixedThreadPool(count, factory);
    }

    /** As many threads as there is work at a time. */
    static Workers asNeeded(String name) {
        return new Workers(name, 0);
    }

    /** A given number of threads. */
    public static Workers of(String name, int count) {
        return new Workers(name, count);
    }

    public ExecutorService executor() {
        return executor;
    }

    /** Interrupts what is under way and waits for its end, at most 10 s. Safe to call twice, and from one of them. */
    @Override
    public void close() {
        executor.shutdownNow();
        long end = System.nanoTime() + END.toNanos();
        for (Thread thread : threads) {
            long left = Math.max(1, (end - System.nanoTime()) / 1_000_000);
            try {
                if (thread != Thread.currentThread()) {
                    thread.join(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
