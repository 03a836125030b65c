package dev.octavo.engine.api;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Lets another thread stop an operation: the operation asks, or registers what must be stopped. */
public final class Cancellation {
    private final AtomicBoolean requested = new AtomicBoolean();
    private final List<Runnable> actions = new CopyOnWriteArrayList<>();

    /** Stops what is registered, in reverse order; further calls do nothing. */
    public void cancel() {
        if (requested.compareAndSet(false, true)) {
            for (int i = actions.size() - 1; i >= 0; i--) {
                actions.get(i).run();
            }
        }
    }

    public boolean isRequested() {
        return requested.get();
    }

    /** @throws EngineException {@link ErrorCode#CANCELLED} once {@link #cancel()} was called */
    public void check() {
        if (requested.get()) {
            throw new EngineException(
                    ErrorCode.CANCELLED, "The work was stopped", "", "it was cancelled", "run it again to continue");
        }
    }

    /**
     * Waits.
     *
     * @throws EngineException {@link ErrorCode#CANCELLED} as soon as the work is to stop, or the thread is interrupted
     */
    public void pause(Duration time) {
        CountDownLatch stopped = new CountDownLatch(1);
        try (Registration registration = onCancel(stopped::countDown)) {
            if (stopped.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(
                    ErrorCode.CANCELLED,
                    "The work was stopped",
                    "",
                    "its thread was interrupted",
                    "run it again to continue",
                    e);
        }
    }

    /**
     * Runs {@code action} on cancellation, at once where that has come already.
     *
     * @return closes the registration; the action no longer runs after that
     */
    public Registration onCancel(Runnable action) {
        actions.add(action);
        if (requested.get() && actions.remove(action)) {
            action.run();
        }
        return () -> actions.remove(action);
    }

    /** A registered action. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
