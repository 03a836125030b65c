package dev.octavo.engine.notice;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.image.registry.EnvironmentProxies;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Delivers a notice through a channel, in a bounded time. */
public final class Messenger {
    private static final int ATTEMPTS = 4;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    private final EngineContext context;
    private final Duration limit;
    private final Pause pause;

    /** How to wait, so that tests need not. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time);
    }

    Messenger(EngineContext context, Duration limit, Pause pause) {
        this.context = context;
        this.limit = limit;
        this.pause = pause;
    }

    /** @param limit for all attempts together */
    public static Messenger of(EngineContext context, Duration limit) {
        return new Messenger(context, limit, context.cancellation()::pause);
    }

    /**
     * Delivers it.
     *
     * @return how many attempts it took
     * @throws EngineException {@link dev.octavo.engine.api.ErrorCode#NOTIFY_FAILED}
     */
    public int send(Channel channel, Notice notice) {
        long end = System.nanoTime() + limit.toNanos();
        Robot robot = channel.kind() == ChannelKind.MAIL
                ? null
                : new Robot(channel.kind(), EnvironmentProxies.of(context.environment()), limit);
        Duration wait = FIRST_WAIT;
        for (int attempt = 1; ; attempt++) {
            Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
            Delivery delivery = within(
                    left,
                    () -> robot == null
                            ? Mail.send(channel, notice, left)
                            : robot.post(
                                    Payload.of(channel, notice, context.clock().instant()), left));
            String problem = delivery.problem();
            if (problem == null) {
                return attempt;
            }
            Duration next = Objects.requireNonNullElse(delivery.pause(), wait);
            boolean late = System.nanoTime() + next.toNanos() > end;
            if (!delivery.again() || attempt == ATTEMPTS || late) {
                String tried = attempt == 1 ? "" : " (" + attempt + " attempts)";
                throw channel.failed(problem + tried, fix(channel, delivery));
            }
            pause.of(next);
            wait = wait.multipliedBy(2);
        }
    }

    private static String fix(Channel channel, Delivery delivery) {
        return delivery.again()
                ? "see that " + channel.kind().word() + " can be reached from the agent; the delivery has gone on"
                : "correct " + channel.variable() + "_URL or what belongs to it; the delivery has gone on";
    }

    @FunctionalInterface
    private interface Attempt {
        Delivery make() throws IOException, InterruptedException;
    }

    /** Whatever the other side does, such as answering a byte a minute, this is not waited for any longer. */
    private Delivery within(Duration left, Attempt attempt) {
        FutureTask<Delivery> task = new FutureTask<>(attempt::make);
        Thread thread = new Thread(task, "octavo-notice");
        thread.setDaemon(true);
        thread.start();
        try (var stop = context.cancellation().onCancel(() -> task.cancel(true))) {
            return task.get(left.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            task.cancel(true);
            return Delivery.later("it did not answer in time", null);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                String message = cause.getMessage();
                return Delivery.later(
                        "it cannot be reached: "
                                + (message == null || message.isBlank()
                                        ? cause.getClass().getSimpleName()
                                        : message),
                        null);
            }
            throw new IllegalStateException(e.getCause());
        } catch (java.util.concurrent.CancellationException e) {
            context.cancellation().check();
            throw e;
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            return Delivery.refused("it was interrupted");
        }
    }
}
