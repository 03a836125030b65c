package dev.octavo.engine.sandbox.registry;

import com.sun.net.httpserver.HttpServer;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An image registry on this machine's loopback address: anything that speaks the OCI distribution protocol can push to it
 * and pull from it. Its content is on the disk and outlives it. It asks nobody who they are.
 */
public final class SandboxRegistry implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(10);

    /** Without it the JDK's server lets each small answer wait 40 ms for the other side's acknowledgement. */
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    private final HttpServer server;
    private final ExecutorService executor;
    private final Queue<Thread> threads;
    private final String address;

    private SandboxRegistry(HttpServer server, ExecutorService executor, Queue<Thread> threads) {
        this.server = server;
        this.executor = executor;
        this.threads = threads;
        this.address = "127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * Starts one.
     *
     * @param storage the folder of its content, made where it isn't there
     * @param port 0 for any that is free
     * @throws EngineException {@link ErrorCode#SANDBOX_PORT} where the port is taken, {@link ErrorCode#BUILD_DISK} where
     *     the folder can't be used
     */
    public static SandboxRegistry start(Path storage, int port) {
        RegistryStorage content;
        try {
            content = RegistryStorage.open(storage);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The sandbox's registry has no place for its content",
                    storage.toString(),
                    e.getClass().getSimpleName() + ": " + e.getMessage(),
                    "check that the folder can be written and the disk has room",
                    e);
        }
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true");
        }
        try {
            InetAddress loopback = InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
            HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
            Queue<Thread> threads = new ConcurrentLinkedQueue<>();
            ExecutorService executor = Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "octavo-registry");
                thread.setDaemon(true);
                threads.removeIf(each -> each.getState() == Thread.State.TERMINATED);
                threads.add(thread);
                return thread;
            });
            server.setExecutor(executor);
            server.createContext("/", new RegistryHandler(content));
            server.start();
            return new SandboxRegistry(server, executor, threads);
        } catch (BindException e) {
            throw new EngineException(
                    ErrorCode.SANDBOX_PORT,
                    "The port of the sandbox's registry is taken",
                    "127.0.0.1:" + port,
                    String.valueOf(e.getMessage()),
                    "stop what listens there, or let any free port be chosen",
                    e);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.SANDBOX_FAILED,
                    "The sandbox's registry cannot be started",
                    "127.0.0.1:" + port,
                    String.valueOf(e.getMessage()),
                    "check that this machine has a loopback address",
                    e);
        }
    }

    /** Host and port, as an image reference begins: {@code 127.0.0.1:PORT}. */
    public String address() {
        return address;
    }

    /** Stops it and its threads; the content stays. Safe to call twice. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
        try {
            for (Thread thread : threads) {
                thread.join(END.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
