package dev.octavo.engine.git;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Serves the bare repositories of a folder over HTTP, with the system's own {@code git http-backend}. */
public final class GitHttpServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private GitHttpServer(HttpServer server) {
        this.server = server;
    }

    public static boolean isPossible() {
        try {
            Process git = new ProcessBuilder("git", "--exec-path")
                    .redirectErrorStream(true)
                    .start();
            Path folder = Path.of(new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            return git.waitFor() == 0 && Files.isExecutable(folder.resolve("git-http-backend"));
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * @param password what "deployer" logs in with; "reader" with the same may only read
     */
    public static GitHttpServer start(Path repositories, String password) {
        try {
            GitHttpServer result =
                    new GitHttpServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            result.server.setExecutor(result.threads);
            result.server.createContext("/", exchange -> result.serve(exchange, repositories, password));
            result.server.start();
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** All request lines. */
    public List<String> seen() {
        return List.copyOf(seen);
    }

    private void serve(HttpExchange exchange, Path repositories, String password) throws IOException {
        try (exchange) {
            seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            String user = user(exchange.getRequestHeaders().getFirst("Authorization"), password);
            if (user == null) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            if (user.equals("reader") && exchange.getRequestURI().toString().contains("git-receive-pack")) {
                exchange.sendResponseHeaders(403, -1);
                return;
            }
            backend(exchange, repositories, user);
        }
    }

    private static @Nullable String user(@Nullable String header, String password) {
        if (header == null || !header.startsWith("Basic ")) {
            return null;
        }
        String login = new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
        int colon = login.indexOf(':');
        return login.substring(colon + 1).equals(password) ? login.substring(0, colon) : null;
    }

    private static void backend(HttpExchange exchange, Path repositories, String user) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
        Map<String, String> variables = builder.environment();
        variables.put("GIT_PROJECT_ROOT", repositories.toString());
        variables.put("GIT_HTTP_EXPORT_ALL", "1");
        variables.put("GIT_CONFIG_COUNT", "2");
        variables.put("GIT_CONFIG_KEY_0", "http.receivepack");
        variables.put("GIT_CONFIG_VALUE_0", "true");
        variables.put("GIT_CONFIG_KEY_1", "safe.directory");
        variables.put("GIT_CONFIG_VALUE_1", "*");
        variables.put("REMOTE_USER", user);
        variables.put("REQUEST_METHOD", exchange.getRequestMethod());
        variables.put("PATH_INFO", exchange.getRequestURI().getPath());
        variables.put("QUERY_STRING", String.valueOf(exchange.getRequestURI().getQuery()));
        String type = headers.getFirst("Content-Type");
        variables.put("CONTENT_TYPE", type == null ? "" : type);
        String protocol = headers.getFirst("Git-Protocol");
        if (protocol != null) {
            variables.put("GIT_PROTOCOL", protocol);
        }
        boolean packed = "gzip".equals(headers.getFirst("Content-Encoding"));
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (OutputStream to = process.getOutputStream();
                InputStream body =
                        packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            body.transferTo(to);
        }
        byte[] answer = process.getInputStream().readAllBytes();
        int status = 200;
        int position = 0;
        for (String line : headerLines(answer)) {
            position += line.length() + 2;
            int colon = line.indexOf(": ");
            if (line.startsWith("Status: ")) {
                status = Integer.parseInt(line.substring(8, 11));
            } else if (colon > 0) {
                exchange.getResponseHeaders().add(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        int length = answer.length - position;
        exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
        exchange.getResponseBody().write(answer, position, length);
    }

    /** The lines to the empty one, and that one. */
    private static List<String> headerLines(byte[] answer) {
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        List<String> lines = new ArrayList<>();
        int from = 0;
        while (true) {
            int end = text.indexOf("\r\n", from);
            if (end < 0) {
                return lines;
            }
            lines.add(text.substring(from, end));
            if (end == from) {
                return lines;
            }
            from = end + 2;
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        try {
            threads.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
