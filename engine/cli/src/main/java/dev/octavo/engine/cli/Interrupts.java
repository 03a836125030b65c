package dev.octavo.engine.cli;

import dev.octavo.engine.api.Cancellation;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns the process's end (Ctrl-C, a kill) into a cancellation, and gives the work time to clean up behind itself
 * before the process is gone.
 */
final class Interrupts implements AutoCloseable {
    private static final Duration CLEAN_UP = Duration.ofSeconds(20);

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    private Interrupts(Cancellation cancellation) {
        hook = new Thread(
                () -> {
                    cancellation.cancel();
                    try {
                        if (!done.await(CLEAN_UP.toSeconds(), TimeUnit.SECONDS)) {
                            System.err.println("octavo: clean-up took too long and was given up");
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "octavo-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static Interrupts cancelling(Cancellation cancellation) {
        return new Interrupts(cancellation);
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending already: the hook has run
        }
    }
}
