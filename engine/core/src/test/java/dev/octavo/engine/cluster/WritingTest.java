package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.FakeApiServer.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WritingTest {
    @TempDir
    private Path directory;

    private FakeApiServer api;
    private EngineContext context;

    @BeforeEach
    void setUp() throws IOException {
        api = new FakeApiServer();
        context = Contexts.of(directory);
        Files.createDirectories(directory.resolve("deploy"));
        StringBuilder manifests = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            manifests.append(
                    "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c%d}, data: {a: b}}\n".formatted(i));
        }
        Files.writeString(directory.resolve("deploy/app.yaml"), manifests);
        Files.writeString(directory.resolve("token"), "first");
        Files.writeString(
                directory.resolve("config"), api.kubeconfig().replace("token: fake-token", "tokenFile: token"));
    }

    @AfterEach
    void tearDown() {
        api.close();
    }

    private DeploySpec spec() {
        return DeploySpec.of(ClusterTarget.file(directory.resolve("config")), "dev", directory, "deploy/**");
    }

    private static boolean writes(HttpExchange exchange) {
        String uri = exchange.getRequestURI().toString();
        return exchange.getRequestMethod().equals("PATCH") && !uri.contains("dryRun");
    }

    private static boolean hasToken(HttpExchange exchange, String token) {
        return ("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    @Nested
    class CredentialsThatExpireInTheMiddle {
        @Test
        void areReadAgain() {
            AtomicInteger written = new AtomicInteger();
            AtomicBoolean expired = new AtomicBoolean();
            api.interceptor = exchange -> {
                if (writes(exchange) && written.incrementAndGet() == 8) {
                    replaceToken();
                    expired.set(true);
                }
                return expired.get() && !hasToken(exchange, "second")
                        ? Reply.status(401, "Unauthorized", "Unauthorized")
                        : Reply.NONE;
            };

            assertThat(Deployer.apply(spec(), context).written()).isEqualTo(20);
            assertThat(api.writes).hasSize(20);
        }

        @Test
        void areReadAgainFromAKubeconfigThatWasReplaced() throws IOException {
            Files.writeString(directory.resolve("config"), api.kubeconfig().replace("fake-token", "first"));
            AtomicInteger written = new AtomicInteger();
            AtomicBoolean expired = new AtomicBoolean();
            api.interceptor = exchange -> {
                if (writes(exchange) && written.incrementAndGet() == 8) {
                    replace("config", api.kubeconfig().replace("fake-token", "second"));
                    expired.set(true);
                }
                return expired.get() && !hasToken(exchange, "second")
                        ? Reply.status(401, "Unauthorized", "Unauthorized")
                        : Reply.NONE;
            };

            assertThat(Deployer.apply(spec(), context).written()).isEqualTo(20);
        }

        @Test
        void stopTheWorkAndWhatWasWrittenIsTold() {
            AtomicInteger written = new AtomicInteger();
            api.interceptor = exchange -> writes(exchange) && written.incrementAndGet() > 5
                    ? Reply.status(401, "Unauthorized", "Unauthorized")
                    : Reply.NONE;

            assertThatThrownBy(() -> Deployer.apply(spec(), context))
                    .isInstanceOfSatisfying(EngineException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_UNAUTHORIZED);
                        assertThat(e.why())
                                .containsPattern("5 of 20 objects were written before: ConfigMap/c\\d+")
                                .contains("not, or not for certain: ");
                        assertThat(e.fix()).endsWith("the next run goes on from here");
                        assertThat(e.describe()).doesNotContain("first");
                    });
        }

        private void replaceToken() {
            replace("token", "second");
        }

        private void replace(String file, String text) {
            try {
                Path whole = Files.writeString(directory.resolve(file + ".new"), text);
                Files.move(whole, directory.resolve(file), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Nested
    class AServerThatIsNotWell {
        private void failFirst(int times, Reply reply) {
            AtomicInteger left = new AtomicInteger(times);
            api.interceptor = exchange -> writes(exchange) && left.getAndDecrement() > 0 ? reply : Reply.NONE;
        }

        @Test
        void isAskedAgain() {
            for (Reply reply : List.of(
                    Reply.status(500, "InternalError", "etcdserver: request timed out"),
                    Reply.status(503, "ServiceUnavailable", "apiserver is shutting down"),
                    Reply.status(429, "TooManyRequests", "too many requests"))) {
                api.close();
                setUpAgain();
                failFirst(6, reply);

                assertThat(Deployer.apply(spec(), context).written()).isEqualTo(20);
                assertThat(api.writes).hasSize(20);
            }
        }

        private void setUpAgain() {
            try {
                setUp();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Test
        void isAskedAgainAfterARace() {
            failFirst(3, Reply.status(409, "Conflict", "the object has been modified"));

            assertThat(Deployer.apply(spec(), context).written()).isEqualTo(20);
        }

        @Test
        void isAskedAgainWhereItHasJustStartedAndDoesNotKnowItsRolesYet() {
            AtomicInteger written = new AtomicInteger();
            api.interceptor = exchange -> {
                int count = writes(exchange) ? written.incrementAndGet() : 0;
                if (count > 0 && count < 40) {
                    throw new IllegalStateException("the connection is cut");
                }
                return count >= 40 && count < 60
                        ? Reply.status(403, "Forbidden", "User \"ci\" cannot patch resource \"configmaps\"")
                        : Reply.NONE;
            };

            assertThat(Deployer.apply(spec(), context).written()).isEqualTo(20);
        }

        @Test
        void isToldWithItsWebhook() {
            api.interceptor = exchange -> exchange.getRequestMethod().equals("PATCH")
                    ? Reply.status(
                            400,
                            "BadRequest",
                            "admission webhook \"policy.example.org\" denied the request: no owner label")
                    : Reply.NONE;

            assertThatThrownBy(() -> Planner.plan(spec(), context))
                    .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.why())
                            .contains("admission webhook \"policy.example.org\" denied the request: no owner label"
                                    + " (the rule is the webhook's, not Kubernetes': ask who runs it)"));
        }
    }
}
