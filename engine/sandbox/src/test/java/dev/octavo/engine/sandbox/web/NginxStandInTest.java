package dev.octavo.engine.sandbox.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NginxStandInTest {
    @TempDir
    Path root;

    private HttpServer upstream;
    private NginxStandIn standIn;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            byte[] answer = (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " for "
                            + exchange.getRequestHeaders().getFirst("X-Forwarded-For") + " "
                            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("X-From", "upstream");
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        upstream.start();
    }

    @AfterEach
    void stop() {
        upstream.stop(0);
        if (standIn != null) {
            standIn.close();
        }
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void serve(String server) throws IOException {
        write("etc/nginx/mime.types", "types { text/html html; text/css css; }");
        write("etc/nginx/nginx.conf", """
                worker_processes 2; # many
                events { worker_connections 10; }
                http {
                    include /etc/nginx/mime.types;
                    default_type application/octet-stream;
                    gzip on;
                    map $uri $kept { default "no-cache"; ~\\.css$ "max-age=300"; }
                    upstream shop { server 127.0.0.1:%d; }
                    include conf.d/*.conf;
                }
                """.formatted(upstream.getAddress().getPort()));
        write(
                "etc/nginx/conf.d/default.conf",
                "server { listen 8080; root /html; index index.html;\n" + server + "\n}");
        write("html/index.html", "home");
        write("html/shop.css", "body{}");
        write("html/404.html", "lost");
        standIn = NginxStandIn.start(root, "/etc/nginx/nginx.conf", 0);
    }

    private HttpResponse<String> get(String path) throws IOException {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + standIn.ports().get(0) + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Test
    void servesFilesWithTypesAndHeaders() throws IOException {
        serve("error_page 404 /404.html; location / { try_files $uri $uri/ =404; add_header Cache-Control $kept; }");

        assertThat(get("/").body()).isEqualTo("home");
        assertThat(get("/").headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(get("/shop.css").headers().firstValue("Content-Type")).contains("text/css");
        assertThat(get("/shop.css").headers().firstValue("Cache-Control")).contains("max-age=300");
        assertThat(get("/none").statusCode()).isEqualTo(404);
        assertThat(get("/none").body()).isEqualTo("lost");
    }

    @Test
    void neverLeavesItsRoot() throws IOException {
        serve("");
        write("secret.txt", "secret");

        assertThat(get("/../secret.txt").statusCode()).isEqualTo(404);
        assertThat(get("/%2e%2e/secret.txt").statusCode()).isEqualTo(404);
    }

    @Test
    void passesRequestsOn() throws IOException {
        serve("""
                location /api/ { proxy_pass http://shop; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }
                location /cut/ { proxy_pass http://shop/other/; }
                """);

        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(uri("/api/orders?a=b")).POST(HttpRequest.BodyPublishers.ofString("two")));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("POST /api/orders?a=b for 127.0.0.1 two");
        assertThat(answer.headers().firstValue("X-From")).contains("upstream");
        assertThat(get("/cut/x").body()).startsWith("GET /other/x");
    }

    @Test
    void saysThatTheUpstreamIsGone() throws IOException {
        serve("location /api/ { proxy_pass http://shop; }");
        upstream.stop(0);

        assertThat(get("/api/x").statusCode()).isEqualTo(502);
    }

    @Test
    void choosesLocationsAsNginxDoes() throws IOException {
        serve("""
                location / { return 200 prefix; }
                location = /same { return 200 exact; }
                location ~ ^/num/(\\d+)$ { return 200 "number $1"; }
                location ^~ /num/first { return 200 first; }
                location /old { return 301 /new; }
                """);

        assertThat(get("/a").body()).isEqualTo("prefix");
        assertThat(get("/same").body()).isEqualTo("exact");
        assertThat(get("/num/42").body()).isEqualTo("number 42");
        assertThat(get("/num/first").body()).isEqualTo("first");
        assertThat(get("/old").statusCode()).isEqualTo(301);
        assertThat(get("/old").headers().firstValue("Location")).contains("/new");
    }

    @Test
    void stopsAtWhatItDoesNotKnow() {
        assertThatThrownBy(() -> serve("location / {\n  fastcgi_pass php:9000;\n}"))
                .hasMessageContaining("/etc/nginx/conf.d/default.conf:3")
                .hasMessageContaining("\"fastcgi_pass\" is not known");
        assertThatThrownBy(() -> serve("location / { return 200")).hasMessageContaining("is missing");
    }
}
