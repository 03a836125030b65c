package dev.octavo.engine.sandbox.web;

import com.sun.net.httpserver.Headers;
import dev.octavo.engine.sandbox.web.Directive.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One {@code server} of the configuration. */
final class Site {
    private static final Set<String> HOP = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "upgrade",
            "transfer-encoding",
            "keep-alive",
            "te",
            "trailer");
    private static final Set<Integer> OK_FOR_HEADERS = Set.of(200, 201, 204, 206, 301, 302, 303, 304, 307, 308);
    private static final int MOST_REDIRECTS = 10;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    private final Directive http;
    private final Directive server;
    private final ConfigurationReader reader;
    private final HttpClient client;
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<String, String> types = new HashMap<>();

    Site(Directive http, Directive server, ConfigurationReader reader, HttpClient client) {
        this.http = http;
        this.server = server;
        this.reader = reader;
        this.client = client;
        http.all("types").forEach(this::addTypes);
        server.all("types").forEach(this::addTypes);
    }

    private void addTypes(Directive block) {
        block.block().forEach(row -> row.words().forEach(ending -> types.put(ending, row.name())));
    }

    boolean isNamed(String host) {
        return server.all("server_name").flatMap(each -> each.words().stream()).anyMatch(name -> {
            if (name.startsWith("*.")) {
                return host.endsWith(name.substring(1));
            }
            return name.startsWith("~")
                    ? Pattern.compile(name.substring(1)).matcher(host).find()
                    : name.equals(host);
        });
    }

    /** Answers. */
    void handle(Exchange exchange) throws IOException {
        serve(exchange, 0, 0);
    }

    /** What an inner step came to: an answer that was sent, or a status that nobody has answered yet. */
    private void serve(Exchange exchange, int redirects, int forced) throws IOException {
        if (redirects > MOST_REDIRECTS) {
            plain(exchange, server, 500, "");
            return;
        }
        Directive location = location(exchange);
        for (Directive each : concat(server, location)) {
            if (each.name().equals("set")) {
                exchange.set(each.word(0).substring(1), exchange.expand(each.word(1)));
            }
        }
        Optional<Directive> answer = location.last("return").or(() -> server.last("return"));
        if (answer.isPresent() && forced == 0) {
            giveBack(exchange, location, answer.get());
            return;
        }
        Optional<Directive> proxy = location.last("proxy_pass");
        if (proxy.isPresent()) {
            pass(exchange, location, proxy.get(), redirects);
            return;
        }
        Optional<Directive> tries = location.last("try_files").or(() -> server.last("try_files"));
        if (tries.isPresent() && forced == 0) {
            tryFiles(exchange, location, tries.get(), redirects);
            return;
        }
        Optional<Path> file = file(exchange, location, exchange.uri, true);
        if (file.isPresent()) {
            send(exchange, location, file.get(), forced == 0 ? 200 : forced);
        } else {
            fail(exchange, location, forced == 0 ? 404 : forced, redirects);
        }
    }

    private static List<Directive> concat(Directive first, Directive second) {
        List<Directive> all = new ArrayList<>(first.block());
        if (!first.equals(second)) {
            all.addAll(second.block());
        }
        return all;
    }

    // ------------------------------------------------------------------------------------------------------ location

    private Directive location(Exchange exchange) {
        Directive best = null;
        int length = -1;
        boolean settled = false;
        for (Directive each : server.all("location").toList()) {
            String kind = each.words().size() > 1 ? each.word(0) : "";
            String pattern = each.word(each.words().size() - 1);
            if (kind.equals("=") && exchange.uri.equals(pattern)) {
                return each;
            }
            boolean prefix = kind.isEmpty() || kind.equals("^~");
            if (prefix && exchange.uri.startsWith(pattern) && pattern.length() > length) {
                best = each;
                length = pattern.length();
                settled = kind.equals("^~");
            }
        }
        if (!settled) {
            for (Directive each : server.all("location").toList()) {
                String kind = each.words().size() > 1 ? each.word(0) : "";
                if (kind.startsWith("~")) {
                    Matcher matcher = Pattern.compile(each.word(1), kind.equals("~*") ? Pattern.CASE_INSENSITIVE : 0)
                            .matcher(exchange.uri);
                    if (matcher.find()) {
                        for (int i = 1; i <= matcher.groupCount(); i++) {
                            exchange.set(String.valueOf(i), matcher.group(i) == null ? "" : matcher.group(i));
                        }
                        return each;
                    }
                } else if (!kind.isEmpty() && !kind.equals("=") && !kind.equals("^~")) {
                    throw new ConfigurationException(each, "has an unknown kind " + kind);
                }
            }
        }
        return best == null ? server : best;
    }

    private Optional<Directive> named(String name) {
        return server.all("location").filter(each -> each.word(0).equals(name)).findFirst();
    }

    private Optional<Directive> inherited(Directive location, String name) {
        return location.last(name).or(() -> server.last(name)).or(() -> http.last(name));
    }

    // --------------------------------------------------------------------------------------------------------- files

    private Path place(Exchange exchange, Directive location, String uri) {
        Optional<Directive> alias = location.last("alias");
        String path = alias.isPresent()
                ? exchange.expand(alias.get().word(0))
                        + uri.substring(Math.min(
                                uri.length(),
                                location.word(location.words().size() - 1).length()))
                : inherited(location, "root")
                                .map(root -> exchange.expand(root.word(0)))
                                .orElse("/etc/nginx/html") + "/" + uri;
        return reader.place(path);
    }

    private Optional<Path> file(Exchange exchange, Directive location, String uri, boolean index) {
        if (List.of(uri.split("[/\\\\]")).contains("..")) {
            return Optional.empty(); // nobody gets out of the root
        }
        if (uri.contains("\0") || Path.of("/" + uri).normalize().toString().isEmpty()) {
            return Optional.empty();
        }
        Path path = place(exchange, location, uri);
        if (Files.isDirectory(path)) {
            if (!index) {
                return Optional.empty();
            }
            List<String> names =
                    inherited(location, "index").map(Directive::words).orElse(List.of("index.html"));
            return names.stream()
                    .map(path::resolve)
                    .filter(Files::isRegularFile)
                    .findFirst();
        }
        return Files.isRegularFile(path) && !uri.endsWith("/") ? Optional.of(path) : Optional.empty();
    }

    private void tryFiles(Exchange exchange, Directive location, Directive tries, int redirects) throws IOException {
        List<String> words = tries.words();
        for (String word : words.subList(0, words.size() - 1)) {
            String uri = exchange.expand(word);
            boolean folder = uri.endsWith("/");
            Optional<Path> file = file(exchange, location, uri, folder);
            if (file.isPresent()) {
                send(exchange, location, file.get(), 200);
                return;
            }
        }
        String last = words.get(words.size() - 1);
        if (last.startsWith("=")) {
            fail(exchange, location, Integer.parseInt(last.substring(1)), redirects);
        } else {
            inner(exchange, exchange.expand(last), redirects, 0);
        }
    }

    /** Looks at another place of the same server. */
    private void inner(Exchange exchange, String target, int redirects, int forced) throws IOException {
        if (target.startsWith("@")) {
            Optional<Directive> place = named(target);
            if (place.isPresent() && place.get().last("proxy_pass").isPresent()) {
                pass(exchange, place.get(), place.get().last("proxy_pass").orElseThrow(), redirects);
                return;
            }
            plain(exchange, server, 500, "");
            return;
        }
        int query = target.indexOf('?');
        exchange.uri = query < 0 ? target : target.substring(0, query);
        serve(exchange, redirects + 1, forced);
    }

    private void send(Exchange exchange, Directive location, Path file, int status) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Headers headers = exchange.http.getResponseHeaders();
        headers.set("Content-Type", type(location, file));
        headers.set(
                "Last-Modified",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        Files.getLastModifiedTime(file).toInstant().atOffset(ZoneOffset.UTC)));
        write(exchange, location, status, bytes);
    }

    private String type(Directive location, Path file) {
        String name = String.valueOf(file.getFileName());
        String type = types.get(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        return type != null
                ? type
                : inherited(location, "default_type").map(each -> each.word(0)).orElse("text/plain");
    }

    // ------------------------------------------------------------------------------------------------------- answers

    private void giveBack(Exchange exchange, Directive location, Directive answer) throws IOException {
        String first = exchange.expand(answer.word(0));
        String second = answer.words().size() > 1 ? exchange.expand(answer.word(1)) : "";
        if (!first.matches("\\d{3}")) {
            exchange.http.getResponseHeaders().set("Location", first);
            plain(exchange, location, 302, "");
            return;
        }
        int status = Integer.parseInt(first);
        if (status >= 301 && status <= 308 && status != 304) {
            exchange.http.getResponseHeaders().set("Location", second);
            plain(exchange, location, status, "");
            return;
        }
        if (answer.words().size() == 1 && status >= 400) {
            fail(exchange, location, status, 0);
            return;
        }
        exchange.http
                .getResponseHeaders()
                .set(
                        "Content-Type",
                        inherited(location, "default_type")
                                .map(each -> each.word(0))
                                .orElse("text/plain"));
        write(exchange, location, status, second.getBytes(StandardCharsets.UTF_8));
    }

    private void fail(Exchange exchange, Directive location, int status, int redirects) throws IOException {
        Optional<Directive> page =
                inherited(location, "error_page").filter(each -> each.words().contains(String.valueOf(status)));
        if (page.isPresent() && redirects == 0) {
            List<String> words = page.get().words();
            inner(exchange, exchange.expand(words.get(words.size() - 1)), redirects + 1, status);
            return;
        }
        plain(exchange, location, status, "");
    }

    private void plain(Exchange exchange, Directive location, int status, String text) throws IOException {
        exchange.http.getResponseHeaders().set("Content-Type", "text/html");
        String body = text.isEmpty()
                ? "<html><head><title>" + status + "</title></head><body><h1>" + status + "</h1></body></html>\n"
                : text;
        write(exchange, location, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private void write(Exchange exchange, Directive location, int status, byte[] bytes) throws IOException {
        addHeaders(exchange, location, status);
        boolean head = exchange.http.getRequestMethod().equals("HEAD");
        boolean none = head || status == 204 || status == 304;
        exchange.http.sendResponseHeaders(status, none || bytes.length == 0 ? -1 : bytes.length);
        if (!none && bytes.length > 0) {
            exchange.http.getResponseBody().write(bytes);
        }
    }

    /** As nginx has it: those of an outer level only where the inner one has none. */
    private void addHeaders(Exchange exchange, Directive location, int status) {
        exchange.http.getResponseHeaders().set("Server", "octavo-nginx-stand-in");
        for (Directive level : List.of(location, server, http)) {
            List<Directive> headers = level.all("add_header").toList();
            if (!headers.isEmpty()) {
                for (Directive each : headers) {
                    boolean always = each.words().size() > 2 && each.word(2).equals("always");
                    String value = exchange.expand(each.word(1));
                    if ((always || OK_FOR_HEADERS.contains(status)) && !value.isEmpty()) {
                        exchange.http.getResponseHeaders().add(each.word(0), value);
                    }
                }
                return;
            }
        }
    }

    // ------------------------------------------------------------------------------------------------------- passing

    private void pass(Exchange exchange, Directive location, Directive proxy, int redirects) throws IOException {
        URI target = target(exchange, location, proxy);
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .timeout(inherited(location, "proxy_read_timeout")
                        .map(Site::duration)
                        .orElse(DEFAULT_TIMEOUT));
        byte[] body = exchange.http.getRequestBody().readAllBytes();
        request.method(
                exchange.http.getRequestMethod(),
                body.length == 0 ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        Map<String, String> given = new HashMap<>();
        exchange.http.getRequestHeaders().forEach((name, values) -> given.put(name, String.join(", ", values)));
        List<Directive> own = location.all("proxy_set_header").toList();
        for (Directive each : own.isEmpty() ? server.all("proxy_set_header").toList() : own) {
            given.keySet().removeIf(name -> name.equalsIgnoreCase(each.word(0)));
            given.put(each.word(0), exchange.expand(each.word(1)));
        }
        given.forEach((name, value) -> {
            boolean hop = HOP.contains(name.toLowerCase(Locale.ROOT));
            boolean host = name.equalsIgnoreCase("Host") && NginxStandIn.mayNameHost();
            if ((!hop || host) && !value.isEmpty()) {
                request.header(name, value);
            }
        });
        try {
            HttpResponse<InputStream> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            Set<String> hidden = Set.copyOf(location.all("proxy_hide_header")
                    .map(each -> each.word(0).toLowerCase(Locale.ROOT))
                    .toList());
            answer(exchange, location, response, hidden);
        } catch (HttpTimeoutException e) {
            boolean connecting = e instanceof java.net.http.HttpConnectTimeoutException;
            NginxStandIn.log("upstream timed out: " + target + (connecting ? " (connecting)" : ""));
            fail(exchange, location, 504, redirects);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(exchange, location, 502, redirects);
        } catch (ConnectException e) {
            NginxStandIn.log("no connection to upstream " + target + ": " + e.getMessage());
            fail(exchange, location, 502, redirects);
        } catch (IOException e) {
            NginxStandIn.log("upstream " + target + " failed: " + e);
            fail(exchange, location, 502, redirects);
        }
    }

    private void answer(Exchange exchange, Directive location, HttpResponse<InputStream> response, Set<String> hidden)
            throws IOException {
        Headers headers = exchange.http.getResponseHeaders();
        response.headers().map().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!HOP.contains(lower) && !hidden.contains(lower) && !lower.startsWith(":")) {
                values.forEach(value -> headers.add(name, value));
            }
        });
        addHeaders(exchange, location, response.statusCode());
        int status = response.statusCode();
        boolean none = exchange.http.getRequestMethod().equals("HEAD") || status == 204 || status == 304;
        try (InputStream in = none ? new ByteArrayInputStream(new byte[0]) : response.body()) {
            exchange.http.sendResponseHeaders(status, none ? -1 : 0);
            if (!none) {
                OutputStream out = exchange.http.getResponseBody();
                in.transferTo(out);
            }
        }
    }

    private URI target(Exchange exchange, Directive location, Directive proxy) {
        String written = exchange.expand(proxy.word(0));
        Matcher parts = Pattern.compile("(https?)://([^/]+)(/.*)?").matcher(written);
        if (!parts.matches()) {
            throw new ConfigurationException(proxy, "names no http address: " + written);
        }
        String host = upstream(parts.group(2));
        String path = parts.group(3);
        String rest;
        if (path == null) {
            rest = exchange.uri.equals(exchange.http.getRequestURI().getPath())
                    ? exchange.http.getRequestURI().getRawPath()
                    : exchange.uri;
        } else if (proxy.word(0).contains("$") || location.words().isEmpty()) {
            rest = path;
        } else {
            String prefix = location.word(location.words().size() - 1);
            rest = path + exchange.uri.substring(Math.min(prefix.length(), exchange.uri.length()));
        }
        String query = exchange.http.getRequestURI().getRawQuery();
        return URI.create(
                parts.group(1) + "://" + host + rest + (query == null || rest.contains("?") ? "" : "?" + query));
    }

    /** The next server of an {@code upstream} of that name, else the name itself. */
    private String upstream(String name) {
        @Nullable
        Directive block = http.all("upstream")
                .filter(each -> each.word(0).equals(name))
                .findFirst()
                .orElse(null);
        if (block == null) {
            return name;
        }
        List<Directive> servers = block.all("server").toList();
        if (servers.isEmpty()) {
            throw new ConfigurationException(block, "has no server");
        }
        return servers.get(Math.floorMod(turn.getAndIncrement(), servers.size()))
                .word(0);
    }

    private static Duration duration(Directive directive) {
        String text = directive.word(0);
        if (text.endsWith("ms")) {
            return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
        }
        if (text.endsWith("m")) {
            return Duration.ofMinutes(Long.parseLong(text.substring(0, text.length() - 1)));
        }
        return Duration.ofSeconds(Long.parseLong(text.replace("s", "")));
    }
}
