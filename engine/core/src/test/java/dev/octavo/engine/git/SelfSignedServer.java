package dev.octavo.engine.git;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Answers over HTTPS with a certificate that it has signed itself. */
public final class SelfSignedServer implements AutoCloseable {
    private static final String STORE_PASSWORD = "changeit";

    private final HttpsServer server;
    private final AtomicInteger seen = new AtomicInteger();

    private SelfSignedServer(HttpsServer server) {
        this.server = server;
    }

    /** @param folder where its key is kept */
    public static SelfSignedServer start(Path folder) throws IOException, GeneralSecurityException {
        Path store = folder.resolve("self-signed.p12");
        makeKey(store);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, STORE_PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        SelfSignedServer result =
                new SelfSignedServer(HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        result.server.setHttpsConfigurator(new HttpsConfigurator(context));
        result.server.createContext("/", exchange -> {
            try (exchange) {
                result.seen.incrementAndGet();
                exchange.sendResponseHeaders(404, -1);
            }
        });
        result.server.start();
        return result;
    }

    private static void makeKey(Path store) throws IOException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        STORE_PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (keytool.waitFor() != 0) {
                throw new IOException(said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    public String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    /** How many requests came through. */
    public int seen() {
        return seen.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
