package dev.octavo.engine.sandbox.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** The program in the images of the tests. JDK only. Its words: what to do. */
public final class SampleApp {
    private SampleApp() {}

    public static void main(String[] words) throws Exception {
        System.out.println("sample " + System.getenv("VERSION") + " begins");
        if (words.length > 0 && words[0].equals("exit")) {
            System.err.println("sample cannot start: no database");
            System.exit(Integer.parseInt(words[1]));
        }
        int port = words.length > 1 && words[0].equals("port") ? Integer.parseInt(words[1]) : 8080;
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 64);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/healthz", exchange -> answer(exchange, 200, "ok"));
        server.createContext("/never", exchange -> answer(exchange, 503, "never"));
        server.createContext(
                "/who", exchange -> answer(exchange, 200, System.getenv("HOSTNAME") + " " + System.getenv("VERSION")));
        server.createContext(
                "/env", exchange -> answer(exchange, 200, String.valueOf(System.getenv(argument(exchange)))));
        server.createContext(
                "/property", exchange -> answer(exchange, 200, String.valueOf(System.getProperty(argument(exchange)))));
        server.createContext("/file", exchange -> answer(exchange, 200, Files.readString(Path.of(argument(exchange)))));
        server.createContext("/fetch", exchange -> answer(exchange, 200, fetch(argument(exchange))));
        server.createContext("/exit", exchange -> System.exit(7));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.stop(1);
            System.out.println("sample ends");
        }));
        server.start();
        System.out.println("sample listens");
    }

    private static String argument(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        return query == null ? "" : URLDecoder.decode(query, StandardCharsets.UTF_8);
    }

    private static String fetch(String url) throws IOException {
        try (InputStream in = URI.create(url).toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "failed: " + e;
        }
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
