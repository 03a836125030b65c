package dev.octavo.engine.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against a real registry: {@code OCTAVO_TEST_REGISTRY} is one without TLS and login, {@code OCTAVO_TEST_REGISTRY_LOGIN}
 * one that wants the user octavo with the password octavo-secret, {@code OCTAVO_TEST_REGISTRY_TLS} one with a
 * certificate of its own, which is the file {@code OCTAVO_TEST_REGISTRY_CA}.
 */
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_REGISTRY", matches = ".+")
@Timeout(120)
class RealRegistryTest {
    private static final String PASSWORD = "octavo-secret";

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final String repository = "shop/catalog-" + UUID.randomUUID();

    private RegistryClient client(String registry) {
        environment.put("HOME", folder.toString());
        return RegistryClient.open(
                registry,
                RegistryAccess.standard(),
                new EngineContext(
                        folder,
                        folder.resolve("cache"),
                        environment,
                        EngineListener.SILENT,
                        new Cancellation(),
                        Clock.systemUTC()));
    }

    private static String variable(String name) {
        return System.getenv().getOrDefault(name, "");
    }

    private Path blob(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(folder.resolve("blob"), bytes);
    }

    private void pushAndPull(String registry) throws IOException {
        Path blob = blob(100_000);
        String digest = Digests.of(blob);
        try (RegistryClient client = client(registry)) {
            client.pushBlob(repository, digest, blob);
            client.pullBlob(repository, digest, folder.resolve("pulled"));
        }
        assertThat(Digests.of(folder.resolve("pulled"))).isEqualTo(digest);
    }

    @Test
    void takesAndGivesABlob() throws IOException {
        pushAndPull(variable("OCTAVO_TEST_REGISTRY"));
    }

    @Test
    void finishesAPushThatWasCutInTheMiddle() throws IOException {
        int size = 40 << 20;
        Path blob = blob(size);
        String digest = Digests.of(blob);
        try (CuttingProxy proxy = new CuttingProxy(variable("OCTAVO_TEST_REGISTRY"), size / 2);
                RegistryClient client = client(proxy.address())) {
            client.pushBlob(repository, digest, blob);

            assertThat(client.hasBlob(repository, digest)).isTrue();
            assertThat(proxy.cut.get()).isEqualTo(1);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_REGISTRY_LOGIN", matches = ".+")
    void logsIn() throws IOException {
        String registry = variable("OCTAVO_TEST_REGISTRY_LOGIN");
        assertFails(() -> pushAndPull(registry), ErrorCode.REGISTRY_UNAUTHORIZED, "401");

        environment.put("REGISTRY_USERNAME", "octavo");
        environment.put("REGISTRY_PASSWORD", "wrong-" + PASSWORD);
        assertFails(() -> pushAndPull(registry), ErrorCode.REGISTRY_UNAUTHORIZED, "401");

        environment.put("REGISTRY_PASSWORD", PASSWORD);
        pushAndPull(registry);
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_REGISTRY_TLS", matches = ".+")
    void trustsACertificateThatIsNamedAndNoOther() throws IOException {
        String registry = variable("OCTAVO_TEST_REGISTRY_TLS");
        assertFails(() -> pushAndPull(registry), ErrorCode.REGISTRY_FAILED, "certification path");

        environment.put(RegistryAccess.CERTIFICATES, variable("OCTAVO_TEST_REGISTRY_CA"));
        pushAndPull(registry);
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code, String why) {
        assertThatThrownBy(call).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).as(e.describe()).isEqualTo(code);
            assertThat(e.why()).contains(why);
            assertThat(e.describe()).doesNotContain(PASSWORD);
        });
    }

    /** Lets bytes through to a registry, and cuts the first connection that has sent too many. */
    private static final class CuttingProxy implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final long limit;
        private final AtomicLong cut = new AtomicLong();

        CuttingProxy(String registry, long limit) throws IOException {
            this.limit = limit;
            threads.submit(() -> {
                while (!server.isClosed()) {
                    Socket client = server.accept();
                    int colon = registry.lastIndexOf(':');
                    Socket there =
                            new Socket(registry.substring(0, colon), Integer.parseInt(registry.substring(colon + 1)));
                    threads.submit(() -> pass(client, there, true));
                    threads.submit(() -> pass(there, client, false));
                }
                return null;
            });
        }

        String address() {
            return "127.0.0.1:" + server.getLocalPort();
        }

        private Void pass(Socket from, Socket to, boolean counted) throws IOException {
            long passed = 0;
            byte[] buffer = new byte[16 * 1024];
            try (from;
                    to;
                    InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    out.write(buffer, 0, n);
                    passed += n;
                    if (counted && passed > limit && cut.compareAndSet(0, 1)) {
                        return null;
                    }
                }
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            server.close();
            threads.shutdownNow();
        }
    }
}
