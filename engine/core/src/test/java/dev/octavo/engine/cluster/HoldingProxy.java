package dev.octavo.engine.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Stands between the engine and a real API server, with an administrator's credentials of its own, and holds one request
 * for ever: before the server has seen it, or after the server has answered.
 */
final class HoldingProxy implements AutoCloseable {
    private final HttpServer server;
    private final HttpClient client;
    private final String target;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Predicate<String> held;
    private final boolean answered;

    /**
     * @param held chooses the request by its method and path with query; it is asked once for each
     * @param answered whether the server is to get it first
     */
    HoldingProxy(Path kubeconfig, Predicate<String> held, boolean answered)
            throws IOException, GeneralSecurityException {
        Config config = Config.fromKubeconfig(new File(kubeconfig.toString()));
        this.target = config.getMasterUrl().replaceAll("/$", "");
        this.held = held;
        this.answered = answered;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(SSLUtils.sslContext(config))
                .build();
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    String kubeconfig() {
        return """
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {}}]
                """.formatted(server.getAddress().getPort());
    }

    boolean awaitReached(long seconds) throws InterruptedException {
        return reached.await(seconds, TimeUnit.SECONDS);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean hold = held.test(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            if (hold && !answered) {
                hold();
                return;
            }
            HttpResponse<InputStream> response = forward(exchange);
            if (hold) {
                hold();
                return;
            }
            answer(exchange, response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hold() throws InterruptedException {
        reached.countDown();
        closed.await();
    }

    private HttpResponse<InputStream> forward(HttpExchange exchange) throws IOException, InterruptedException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        for (String header : new String[] {"Accept", "Content-Type", "User-Agent"}) {
            String value = exchange.getRequestHeaders().getFirst(header);
            if (value != null) {
                request.header(header, value);
            }
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private static void answer(HttpExchange exchange, HttpResponse<InputStream> response) throws IOException {
        response.headers().firstValue("Date").ifPresent(date -> exchange.getResponseHeaders()
                .set("Date", date));
        response.headers().firstValue("Content-Type").ifPresent(type -> exchange.getResponseHeaders()
                .set("Content-Type", type));
        exchange.sendResponseHeaders(response.statusCode(), 0);
        try (InputStream in = response.body();
                OutputStream out = exchange.getResponseBody()) {
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        executor.shutdownNow();
    }
}
