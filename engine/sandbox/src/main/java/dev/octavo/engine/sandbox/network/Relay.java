package dev.octavo.engine.sandbox.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One port of a Service: passes TCP connections to ready pods, one after the other. Where a pod does not accept, the next
 * one is tried.
 */
final class Relay implements AutoCloseable {
    /** A pod's port. */
    record Target(String address, int port) {}

    /** Where a pod's port really listens; nothing where it does not. */
    interface Reach {
        Optional<InetSocketAddress> of(String address, int port);
    }

    private static final int BUFFER = 16 * 1024;
    private static final int CONNECT_MILLIS = 2_000;

    private final Reach reach;
    private final ExecutorService threads;
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();
    private volatile List<Target> targets = List.of();
    private volatile boolean closed;

    Relay(Reach reach, ExecutorService threads) {
        this.reach = reach;
        this.threads = threads;
    }

    void setTargets(List<Target> pods) {
        targets = List.copyOf(pods);
    }

    List<Target> targets() {
        return targets;
    }

    /**
     * Listens at one more address.
     *
     * @return the port, which the system has chosen where 0 was asked for
     * @throws IOException where the port is taken or not allowed
     */
    synchronized int listen(InetSocketAddress address) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address, 256);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        listeners.add(listener);
        threads.execute(() -> accept(listener));
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    /** Stops listening where the address is this one. */
    synchronized void unlisten(InetSocketAddress address) {
        listeners.removeIf(listener -> {
            try {
                if (address.equals(listener.getLocalAddress())) {
                    listener.close();
                    return true;
                }
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }

    private void accept(ServerSocketChannel listener) {
        while (!closed) {
            SocketChannel client;
            try {
                client = listener.accept();
            } catch (IOException e) {
                return; // closed
            }
            try {
                threads.execute(() -> serve(client));
            } catch (RejectedExecutionException e) {
                close(client);
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        open.add(client);
        SocketChannel pod = null;
        try {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            pod = connect();
            if (pod == null) {
                client.setOption(StandardSocketOptions.SO_LINGER, 0); // a reset: as if nobody listened
                return;
            }
            open.add(pod);
            SocketChannel server = pod;
            java.util.concurrent.Future<?> upward = threads.submit(() -> copy(client, server));
            copy(server, client);
            upward.get(10, TimeUnit.MINUTES);
        } catch (IOException
                | RejectedExecutionException
                | java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            // one of the two has gone: so goes the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(client);
            if (pod != null) {
                close(pod);
            }
        }
    }

    private @org.jspecify.annotations.Nullable SocketChannel connect() {
        List<Target> pods = targets;
        int first = pods.isEmpty() ? 0 : Math.floorMod(next.getAndIncrement(), pods.size());
        for (int i = 0; i < pods.size(); i++) {
            Target target = pods.get((first + i) % pods.size());
            Optional<InetSocketAddress> address = reach.of(target.address(), target.port());
            if (address.isEmpty()) {
                continue;
            }
            SocketChannel channel = null;
            try {
                channel = SocketChannel.open();
                channel.socket().connect(address.get(), CONNECT_MILLIS);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                return channel;
            } catch (IOException e) {
                if (channel != null) {
                    close(channel);
                }
            }
        }
        return null;
    }

    /** Copies until the end of the one side, and tells the other that it came. */
    private void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private void close(SocketChannel channel) {
        open.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            // it is closed anyway
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (ServerSocketChannel listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                // it is closed anyway
            }
        }
        listeners.clear();
        open.forEach(this::close);
    }
}
