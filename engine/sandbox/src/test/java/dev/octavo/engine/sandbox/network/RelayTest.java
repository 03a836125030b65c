package dev.octavo.engine.sandbox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.sandbox.network.Relay.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<ServerSocket> pods = new ArrayList<>();
    private final Relay relay = new Relay(
            (address, port) -> Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)), threads);
    private int port;

    @BeforeEach
    void start() throws IOException {
        port = relay.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        for (ServerSocket pod : pods) {
            pod.close();
        }
        threads.shutdownNow();
    }

    /** A pod that answers, when all has come, with its name and what came. */
    private Target pod(String name) throws IOException {
        ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        pods.add(server);
        threads.execute(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    byte[] all = client.getInputStream().readAllBytes();
                    client.getOutputStream().write((name + ":").getBytes(StandardCharsets.UTF_8));
                    client.getOutputStream().write(all);
                } catch (IOException e) {
                    return;
                }
            }
        });
        return new Target("pod", server.getLocalPort());
    }

    private String ask(String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void goesFromPodToPodAndPassesHalfClosedConnections() throws IOException {
        relay.setTargets(List.of(pod("a"), pod("b")));

        assertThat(List.of(ask("1"), ask("2"), ask("3"), ask("4"))).containsExactly("a:1", "b:2", "a:3", "b:4");
    }

    @Test
    void triesTheNextPodWhereOneDoesNotAccept() throws IOException {
        Target gone = pod("gone");
        pods.get(0).close();
        relay.setTargets(List.of(gone, pod("b")));

        assertThat(List.of(ask("1"), ask("2"))).containsExactly("b:1", "b:2");
    }

    @Test
    void resetsWhereThereIsNoPod() {
        relay.setTargets(List.of());

        assertThatThrownBy(() -> assertThat(ask("1")).isNotEmpty())
                .isInstanceOfAny(IOException.class, AssertionError.class);
    }

    @Test
    void passesMuch() throws IOException {
        relay.setTargets(List.of(pod("a")));
        String much = "x".repeat(3_000_000);

        assertThat(ask(much)).isEqualTo("a:" + much);
    }
}
