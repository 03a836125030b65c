package dev.octavo.engine.notice;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands in for a chat's robot: keeps what it is posted, and answers what it is told to. */
public final class StandIn implements AutoCloseable {
    /** A request. */
    public record Posted(String query, String type, String timestamp, String signature, String body) {}

    private record Answer(int status, String body, String retryAfter, boolean never) {}

    public final List<Posted> posted = new CopyOnWriteArrayList<>();
    private final Queue<Answer> answers = new ArrayDeque<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    public StandIn() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            Answer answer;
            synchronized (answers) {
                answer = answers.size() > 1 ? answers.remove() : answers.element();
            }
            posted.add(new Posted(
                    String.valueOf(exchange.getRequestURI().getRawQuery()),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                    String.valueOf(exchange.getRequestHeaders().getFirst("X-Octavo-Timestamp")),
                    String.valueOf(exchange.getRequestHeaders().getFirst("X-Octavo-Signature")),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            if (answer.never()) {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return;
            }
            if (!answer.retryAfter().isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", answer.retryAfter());
            }
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    /** The answer to the next request, and to all after it unless there is a further one. */
    public StandIn answering(int status, String body) {
        return answering(new Answer(status, body, "", false));
    }

    StandIn askingToWait(int seconds) {
        return answering(new Answer(429, "", String.valueOf(seconds), false));
    }

    StandIn silent() {
        return answering(new Answer(0, "", "", true));
    }

    private StandIn answering(Answer answer) {
        synchronized (answers) {
            answers.add(answer);
        }
        return this;
    }

    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
