package dev.octavo.engine.sandbox.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.octavo.engine.sandbox.web.Directive.ConfigurationException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves what an {@code nginx.conf} says, for the sandbox. Not nginx: it knows the directives that front ends use, and
 * stops at one that it doesn't know, with file and line.
 */
public final class NginxStandIn implements AutoCloseable {
    private static final int THREADS = 16;
    private static final int BACKLOG = 128;
    private static final int FAILURE = 1;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final PrintStream LOG = new PrintStream(System.err, true, StandardCharsets.UTF_8);

    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    private final List<Integer> ports = new ArrayList<>();

    private NginxStandIn() {}

    /** @param words {@code -c FILE}; other options of nginx are accepted and change nothing */
    public static void main(String[] words) {
        // the host's name is passed on as the configuration says
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        String file = "/etc/nginx/nginx.conf";
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].equals("-c")) {
                file = words[i + 1];
            }
        }
        try {
            NginxStandIn standIn = start(Path.of(System.getProperty("octavo.nginx.root", "/")), file, -1);
            log("Octavo's stand-in for nginx serves " + file + " on port " + standIn.ports());
            Runtime.getRuntime().addShutdownHook(new Thread(standIn::close));
        } catch (IOException | ConfigurationException e) {
            log("[emerg] " + e.getMessage());
            System.exit(FAILURE);
        }
    }

    /**
     * Starts it.
     *
     * @param root what {@code /} of the configuration is
     * @param port instead of those that it listens on; -1 for those
     */
    static NginxStandIn start(Path root, String file, int port) throws IOException {
        ConfigurationReader reader = new ConfigurationReader(root);
        Directive configuration = reader.read(file);
        Directive http = configuration
                .last("http")
                .orElseThrow(() -> new ConfigurationException(configuration.file(), 1, "there is no http block"));
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        Map<Integer, List<Site>> sites = new LinkedHashMap<>();
        for (Directive server : http.all("server").toList()) {
            Site site = new Site(http, server, reader, client);
            List<Directive> listens = server.all("listen").toList();
            if (listens.isEmpty()) {
                sites.computeIfAbsent(80, key -> new ArrayList<>()).add(site);
            }
            for (Directive listen : listens) {
                sites.computeIfAbsent(port(listen), key -> new ArrayList<>()).add(site);
            }
        }
        NginxStandIn standIn = new NginxStandIn();
        try {
            for (Map.Entry<Integer, List<Site>> each : sites.entrySet()) {
                standIn.listen(port < 0 ? each.getKey() : port, each.getValue(), http);
            }
        } catch (IOException e) {
            standIn.close();
            throw e;
        }
        return standIn;
    }

    private static int port(Directive listen) {
        if (listen.words().contains("ssl") || listen.words().contains("quic")) {
            throw new ConfigurationException(listen, "wants TLS, which the stand-in does not speak");
        }
        String address = listen.word(0);
        String port = address.substring(address.lastIndexOf(':') + 1);
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            if (address.startsWith("unix:")) {
                throw new ConfigurationException(listen, "is no port");
            }
            return 80;
        }
    }

    private void listen(int port, List<Site> sites, Directive http) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(port), BACKLOG);
        server.setExecutor(executor);
        server.createContext("/", exchange -> answer(exchange, sites, http));
        server.start();
        servers.add(server);
        ports.add(server.getAddress().getPort());
    }

    private static void answer(HttpExchange http, List<Site> sites, Directive configuration) {
        try (http) {
            Exchange exchange = new Exchange(http, configuration);
            String host = exchange.expand("$host");
            Site site = sites.stream()
                    .filter(each -> each.isNamed(host))
                    .findFirst()
                    .orElse(sites.get(0));
            site.handle(exchange);
        } catch (ConfigurationException e) {
            log("[emerg] " + e.getMessage());
        } catch (IOException e) {
            log("a connection was lost: " + e.getMessage());
        }
    }

    /** Where it listens. */
    List<Integer> ports() {
        return List.copyOf(ports);
    }

    static boolean mayNameHost() {
        return "host".equals(System.getProperty("jdk.httpclient.allowRestrictedHeaders"));
    }

    static void log(String line) {
        LOG.println(line);
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(1));
        executor.shutdown();
    }
}
