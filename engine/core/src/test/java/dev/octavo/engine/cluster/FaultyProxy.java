package dev.octavo.engine.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A bad network between the engine and an API server. What passes through is not looked at. */
final class FaultyProxy implements AutoCloseable {
    private final URI server;
    private final ServerSocket listener;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    /** How many more connections are cut once their server has answered so many bytes. */
    private final AtomicInteger cuts = new AtomicInteger();

    private volatile long cutAfter = Long.MAX_VALUE;
    private volatile long delayNanos;
    private volatile boolean away;

    FaultyProxy(String server) throws IOException {
        this.server = URI.create(server);
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        executor.execute(this::accept);
    }

    String url() {
        return "https://127.0.0.1:" + listener.getLocalPort();
    }

    void cut(int connections, long afterBytes) {
        cutAfter = afterBytes;
        cuts.set(connections);
    }

    /** Each piece of an answer comes that much later. */
    void slow(long millis) {
        delayNanos = millis * 1_000_000;
    }

    /** Nothing answers any more; what was connected is cut. */
    void goAway() throws IOException {
        away = true;
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    void comeBack() {
        away = false;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (away) {
                    client.close();
                    continue;
                }
                Socket upstream = new Socket(server.getHost(), server.getPort());
                sockets.addAll(List.of(client, upstream));
                executor.execute(() -> pump(client, upstream, false));
                executor.execute(() -> pump(upstream, client, true));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pump(Socket from, Socket to, boolean answer) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            long passed = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (answer && delayNanos > 0) {
                    LockSupport.parkNanos(delayNanos);
                }
                passed += read;
                if (answer && passed > cutAfter && cuts.getAndDecrement() > 0) {
                    out.write(buffer, 0, read / 2);
                    return;
                }
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // the other side has closed
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        goAway();
        executor.shutdownNow();
    }
}
