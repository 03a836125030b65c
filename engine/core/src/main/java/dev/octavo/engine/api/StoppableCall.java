package dev.octavo.engine.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work that blocks in a library, for which its caller stops waiting on cancellation. */
public final class StoppableCall {
    private static final long GRACE_MILLIS = 1000;

    private StoppableCall() {}

    /**
     * Runs {@code work} on a thread of its own and waits for its result.
     *
     * @param failure the checked exception that the work may throw
     * @param stop makes the work end, such as by closing its connection; runs on cancellation. Work that does not end
     *     even then is left alone: it must end by a time limit of its own
     * @throws E what the work throws
     * @throws EngineException {@link ErrorCode#CANCELLED}
     */
    public static <T, E extends Exception> T run(
            Class<E> failure, Work<T, E> work, Runnable stop, Cancellation cancellation) throws E {
        cancellation.check();
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture<Object> ended = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(work.run());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                    ended.complete(true);
                },
                "octavo-call");
        thread.setDaemon(true);
        thread.start();
        try (Cancellation.Registration registration = cancellation.onCancel(() -> ended.complete(false))) {
            boolean whole = (Boolean) ended.get();
            if (!whole) {
                stop.run();
            }
            // also where it has just told its end: its thread is not left to end by itself
            thread.join(GRACE_MILLIS);
            cancellation.check();
            return result.get(0, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop.run();
            throw new EngineException(
                    ErrorCode.CANCELLED,
                    "The work was stopped",
                    "",
                    "its thread was interrupted",
                    "run it again to continue",
                    e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof Error error) {
                throw error;
            }
            if (cause instanceof RuntimeException runtime) {
                throw runtime;
            }
            if (failure.isInstance(cause)) {
                throw failure.cast(cause);
            }
            throw new IllegalStateException("the work threw what it does not declare", cause);
        } catch (TimeoutException e) {
            throw new IllegalStateException("ended without a result", e);
        }
    }

    /** Something that takes long. */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws E;
    }
}
