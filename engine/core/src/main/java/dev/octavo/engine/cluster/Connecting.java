package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is made while the manifests are read: TLS and the first answer take a new process about as long as 500
 * manifests do. What fails is told by {@link #client()} alone, so that mistakes in files still come first.
 */
final class Connecting implements AutoCloseable {
    private static final long END_MILLIS = 2_000;

    private final CompletableFuture<ClusterClient> client = new CompletableFuture<>();

    private final Thread thread;
    private volatile @Nullable ClusterClient made;

    private Connecting(ClusterTarget target, EngineContext context) {
        thread = new Thread(() -> connect(target, context), "octavo-connecting");
        thread.setDaemon(true);
    }

    /** Begins to connect. */
    static Connecting begin(ClusterTarget target, EngineContext context) {
        Connecting connecting = new Connecting(target, context);
        connecting.thread.start();
        return connecting;
    }

    private void connect(ClusterTarget target, EngineContext context) {
        ClusterClient connected;
        try {
            connected = ClusterClient.connect(target, context);
        } catch (Throwable e) {
            client.completeExceptionally(e);
            return;
        }
        made = connected;
        try {
            connected.greet();
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CLUSTER_UNREACHABLE) {
                client.completeExceptionally(e); // to try again would take as long again
            }
        } catch (RuntimeException e) {
            // whoever asks next is told
        }
        client.complete(connected);
    }

    /**
     * The connection, closed with this.
     *
     * @throws EngineException {@link ErrorCode#CLUSTER_KUBECONFIG}, {@link ErrorCode#CLUSTER_UNREACHABLE}
     */
    ClusterClient client() {
        try {
            return client.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ClusterClient connected = made;
        if (connected != null) {
            connected.close();
        }
    }
}
