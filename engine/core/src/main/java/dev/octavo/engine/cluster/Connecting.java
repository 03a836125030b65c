package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A connection that is made while the manifests are read: TLS and the first answer take a new process about as long as 500
 * manifests do. What fails is told by {@link #client()} alone, so that mistakes in files still come first.
 */
final class Connecting implements AutoCloseable {
    private final CompletableFuture<ClusterClient> client = new CompletableFuture<>();

    private Connecting() {}

    /** Begins to connect. */
    static Connecting begin(ClusterTarget target, EngineContext context) {
        Connecting connecting = new Connecting();
        Thread thread = new Thread(() -> connecting.connect(target, context), "octavo-connecting");
        thread.setDaemon(true);
        thread.start();
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
        client.complete(connected);
        try {
            connected.greet();
        } catch (EngineException | IllegalStateException e) {
            // whoever asks next is told
        }
    }

    /**
     * The connection, closed with this.
     *
     * @throws EngineException {@link ErrorCode#CLUSTER_KUBECONFIG}
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
        CompletableFuture<Void> unused = client.thenAccept(ClusterClient::close);
    }
}
