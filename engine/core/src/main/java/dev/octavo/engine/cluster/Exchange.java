package dev.octavo.engine.cluster;

import dev.octavo.engine.api.Cancellation;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Sends requests and waits for their answers, again where that may help. On the caller's own thread: a JVM that has just
 * started needs half the time for it that handing them between threads takes. Several threads may send at once.
 */
final class Exchange {
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final int RETRIES = 4;
    /** As long as the server has never answered. */
    private static final int FIRST_RETRIES = 2;

    private static final long RETRY_MILLIS = 150;
    /** Between two attempts to reach a server that was there before. */
    private static final long RETRY_MILLIS_MAX = 2_000;
    /** What a server may ask for. */
    private static final long RETRY_AFTER_MILLIS_MAX = 30_000;
    /** How long a server that has answered may be away: as long as one takes to start. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** How long a server that was away may refuse what it allows: it answers before it knows its roles. */
    private static final Duration ROLELESS = Duration.ofSeconds(10);

    private final OkHttpClient http;
    private final OkHttpClient streaming;
    private final Cancellation cancellation;
    private final Predicate<Throwable> hopeless;
    /** When the server answered first, by its own clock. */
    private final AtomicReference<@Nullable Instant> firstAnswer = new AtomicReference<>();

    private volatile long firstAnswerNanos;
    private volatile boolean answered;
    /** When there was no answer for the last time, from a server that had answered before. */
    private final AtomicReference<@Nullable Long> awayNanos = new AtomicReference<>();

    /** @param hopeless whether a failure will be the same the next time */
    Exchange(OkHttpClient http, Cancellation cancellation, Predicate<Throwable> hopeless) {
        this.streaming = http.newBuilder()
                .callTimeout(Duration.ZERO)
                .readTimeout(Duration.ZERO)
                .build();
        this.http = http.newBuilder()
                .callTimeout(TIMEOUT)
                .readTimeout(TIMEOUT)
                .writeTimeout(TIMEOUT)
                .build();
        this.cancellation = cancellation;
        this.hopeless = hopeless;
    }

    /**
     * Sends a request, and again where that may help. Every request may arrive twice: applying the same changes nothing.
     *
     * @throws IOException the last failure, where there was no answer
     * @throws InterruptedException where the thread was interrupted
     */
    Answer send(Request request) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        for (int attempt = 0; ; attempt++) {
            cancellation.check();
            long asked = 0;
            try {
                Received received = received(request);
                Answer answer = received.answer();
                boolean passing = answer.passing() || (answer.notPermitted() && isJustBack());
                if (!passing || isEnough(attempt, begin, answer.code() != 500)) {
                    return answer;
                }
                asked = received.retryAfterMillis();
            } catch (IOException e) {
                cancellation.check();
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (answered) {
                    awayNanos.set(System.nanoTime());
                }
                if (hopeless.test(e) || isEnough(attempt, begin, true)) {
                    throw e;
                }
            }
            long own = Math.min(RETRY_MILLIS_MAX, RETRY_MILLIS << Math.min(attempt, 10));
            pause(Duration.ofMillis(Math.max(own, Math.min(RETRY_AFTER_MILLIS_MAX, asked))));
        }
    }

    private boolean isJustBack() {
        Long away = awayNanos.get();
        return away != null && System.nanoTime() - away < ROLELESS.toNanos();
    }

    private record Received(Answer answer, long retryAfterMillis) {}

    private Received received(Request request) throws IOException {
        Call call = http.newCall(request);
        try (Cancellation.Registration registration = cancellation.onCancel(call::cancel);
                Response response = call.execute()) {
            byte[] body = response.body().bytes();
            noteAnswer(response.header("Date"));
            return new Received(
                    new Answer(response.code(), tree(body), warnings(response.headers("Warning"))),
                    retryAfter(response.header("Retry-After")));
        }
    }

    /**
     * Whether it has been tried enough. A server that has answered before will most likely do so again.
     *
     * @param away whether the server is not there or busy; else it failed
     */
    private boolean isEnough(int attempt, long begin, boolean away) {
        if (answered && away) {
            return System.nanoTime() - begin > PATIENCE.toNanos();
        }
        return attempt >= (answered ? RETRIES : FIRST_RETRIES);
    }

    /** Lets some time pass; less where the work is cancelled, which then fails. */
    void pause(Duration duration) throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (Cancellation.Registration registration = cancellation.onCancel(cancelled::countDown)) {
            boolean unused = cancelled.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        }
        cancellation.check();
    }

    /** An answer that is no object. */
    record Page(int code, String text) {}

    /**
     * Sends a request that is not repeated.
     *
     * @throws IOException where there was no answer
     */
    Page once(Request request) throws IOException {
        Call call = http.newCall(request);
        try (Cancellation.Registration registration = cancellation.onCancel(call::cancel);
                Response response = call.execute()) {
            return new Page(response.code(), response.body().string());
        }
    }

    /**
     * Sends a request whose answer does not end by itself.
     *
     * @param line hears each line, without its end, on a thread of its own
     * @return completes with the status code at the end of the answer; completing it otherwise ends the request
     */
    CompletableFuture<Integer> stream(Request request, Consumer<byte[]> line) {
        Call call = streaming.newCall(request);
        CompletableFuture<Integer> end = new CompletableFuture<>();
        Object unused = end.whenComplete((code, stopped) -> call.cancel());
        call.enqueue(new Callback() {
            @Override
            public void onResponse(Call answered, Response response) {
                try (response) {
                    readLines(response.body().source(), line);
                    end.complete(response.code());
                } catch (IOException | RuntimeException e) {
                    end.completeExceptionally(e);
                }
            }

            @Override
            public void onFailure(Call failed, IOException e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    private static void readLines(BufferedSource source, Consumer<byte[]> line) throws IOException {
        long length = source.indexOf((byte) '\n');
        while (length >= 0) {
            byte[] read = source.readByteArray(length);
            source.skip(1);
            line.accept(read);
            length = source.indexOf((byte) '\n');
        }
    }

    private static long retryAfter(@Nullable String header) {
        try {
            return header == null ? 0 : TimeUnit.SECONDS.toMillis(Long.parseLong(header.strip()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void noteAnswer(@Nullable String date) {
        answered = true;
        if (date != null && firstAnswer.get() == null) {
            try {
                firstAnswerNanos = System.nanoTime();
                firstAnswer.compareAndSet(null, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
            } catch (DateTimeException e) {
                // the clock of this machine has to do
            }
        }
    }

    /**
     * When the server answered first, by its own clock, which dates its objects; in whole seconds.
     *
     * @param otherwise where the server has not told
     */
    Instant begin(Instant otherwise) {
        Instant first = firstAnswer.get();
        return first == null ? otherwise : first;
    }

    /** The time by the server's clock, to a second. */
    Instant serverTime(Instant otherwise) {
        Instant first = firstAnswer.get();
        return first == null ? otherwise : first.plusNanos(System.nanoTime() - firstAnswerNanos);
    }

    private static Map<String, Object> tree(byte[] body) {
        if (body.length == 0) {
            return Map.of();
        }
        try {
            return Json.parse(body);
        } catch (JacksonException e) {
            return Map.of();
        }
    }

    /** The texts of warning headers: {@code 299 - "text"}. */
    private static List<String> warnings(List<String> headers) {
        List<String> warnings = new ArrayList<>();
        for (String header : headers) {
            int from = header.indexOf('"');
            int to = header.lastIndexOf('"');
            if (from >= 0 && to > from) {
                warnings.add(header.substring(from + 1, to).replace("\\\"", "\""));
            }
        }
        return warnings;
    }
}
