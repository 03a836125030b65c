package dev.octavo.engine.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StoppableCallTest {
    private final Cancellation cancellation = new Cancellation();

    @Test
    void givesTheResultOrTheFailureOfTheWork() throws Exception {
        assertThat(StoppableCall.run(IOException.class, () -> "done", () -> {}, cancellation))
                .isEqualTo("done");
        assertThatThrownBy(() -> StoppableCall.run(
                        Exception.class,
                        () -> {
                            throw new IOException("no");
                        },
                        () -> {},
                        cancellation))
                .isInstanceOf(IOException.class)
                .hasMessage("no");
        assertThatThrownBy(() -> StoppableCall.run(
                        Exception.class,
                        () -> {
                            throw new IllegalStateException("bug");
                        },
                        () -> {},
                        cancellation))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void endsTheWorkOnCancellation() {
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicReference<Thread> worker = new AtomicReference<>();

        assertThatThrownBy(() -> StoppableCall.run(
                        Exception.class,
                        () -> {
                            worker.set(Thread.currentThread());
                            cancellation.cancel();
                            stopped.await();
                            return "late";
                        },
                        stopped::countDown,
                        cancellation))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(worker.get().isAlive()).isFalse();
    }

    @Test
    void waitsForNobodyWhoDoesNotStop() {
        CountDownLatch end = new CountDownLatch(1);

        assertThatThrownBy(() -> StoppableCall.run(
                        Exception.class,
                        () -> {
                            cancellation.cancel();
                            end.await();
                            return "late";
                        },
                        () -> {},
                        cancellation))
                .isInstanceOf(EngineException.class);

        end.countDown();
    }

    @Test
    void beginsNothingAfterCancellation() {
        cancellation.cancel();

        assertThatThrownBy(() -> StoppableCall.run(
                        Exception.class,
                        () -> {
                            throw new AssertionError("it began");
                        },
                        () -> {},
                        cancellation))
                .isInstanceOf(EngineException.class);
    }
}
