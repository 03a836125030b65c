package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.OperationSpec;
import dev.octavo.engine.delivery.BoardResult;
import dev.octavo.engine.delivery.HistoryResult;
import dev.octavo.engine.delivery.Operations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** {@code octavo board} on a real cluster: it tells the same as {@code octavo history}, and how what runs is now. */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(120)
class BoardOnClusterTest {
    private static final String KUBECONFIG = System.getenv("OCTAVO_TEST_KUBECONFIG");

    @TempDir
    private Path directory;

    private final String dev = "board-" + UUID.randomUUID().toString().substring(0, 8);
    private final String prod = dev + "-prod";
    private EngineContext context;
    private ClusterClient client;

    @BeforeEach
    void setUp() {
        context = Contexts.of(directory);
        client = ClusterClient.connect(ClusterTarget.file(Path.of(KUBECONFIG)), context);
    }

    @AfterEach
    void tearDown() {
        List.of(dev, prod).forEach(namespace -> {
            Answer unused = client.delete("/api/v1/namespaces/" + namespace);
        });
        client.close();
    }

    private DeploySpec spec(String service, String environment, int replicas, String version) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(service + environment + version));
        Files.writeString(folder.resolve("app.yaml"), """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s}
                spec:
                  replicas: %d
                  progressDeadlineSeconds: 60
                  selector: {matchLabels: {app: %s}}
                  template:
                    metadata: {labels: {app: %s}}
                    spec: {containers: [{name: web, image: 'example.test/web:%s'}]}
                """.formatted(service, replicas, service, service, version));
        return DeploySpec.of(
                        ClusterTarget.file(Path.of(KUBECONFIG)), environment, directory, folder.getFileName() + "/**")
                .inNamespace(environment.equals("prod") ? prod : dev)
                .withTimeout(Duration.ofSeconds(60))
                .releasing(ReleaseOptions.of(service)
                        .about(Map.of(
                                "commit",
                                "abc",
                                "committed",
                                "2026-01-01T00:00:00Z",
                                "version",
                                version,
                                "run",
                                "https://ci/1")));
    }

    private <R extends Record> R run(String operation, Class<R> type, Map<String, ?> inputs) {
        OperationSpec<?, ?> spec = Operations.named(operation).orElseThrow();
        return type.cast(Operations.run(spec, inputs, context));
    }

    private BoardResult board() {
        return run(
                "board",
                BoardResult.class,
                Map.of(
                        "environments",
                        "dev,prod",
                        "namespaces",
                        Map.of("dev", dev, "prod", prod),
                        "kubeconfig",
                        KUBECONFIG,
                        "html",
                        "board.html"));
    }

    @Test
    void agreesWithTheHistoryAndKnowsHowItIs() throws IOException {
        Deployer.deploy(spec("catalog", "dev", 0, "v1"), context);
        Deployer.deploy(spec("catalog", "prod", 0, "v1"), context);
        Deployer.deploy(spec("orders", "prod", 0, "v1"), context);
        Deployer.deploy(spec("orders", "prod", 0, "v2"), context);
        // an image that nobody has: the rollout fails and is undone
        Throwable failure = null;
        try {
            Deployer.deploy(spec("orders", "prod", 1, "v3"), context);
        } catch (RolloutException e) {
            failure = e;
        }
        assertThat(failure).isNotNull();
        Releases.rollBack(
                DeploySpec.of(ClusterTarget.file(Path.of(KUBECONFIG)), "prod", directory, "")
                        .inNamespace(prod)
                        .withTimeout(Duration.ofSeconds(60))
                        .releasing(ReleaseOptions.of("orders").to(1)),
                context);

        BoardResult board = board();

        List<HistoryResult.Entry> shown = new ArrayList<>();
        for (BoardResult.Service service : board.services()) {
            service.places().forEach(place -> shown.addAll(place.releases()));
        }
        List<HistoryResult.Entry> history = new ArrayList<>();
        for (String namespace : List.of(dev, prod)) {
            history.addAll(
                    run("history", HistoryResult.class, Map.of("clusterNamespace", namespace, "kubeconfig", KUBECONFIG))
                            .releases());
        }
        assertThat(shown).hasSize(6).containsExactlyInAnyOrderElementsOf(history);
        BoardResult.Place orders = board.services().get(1).places().get(0);
        assertThat(orders.running()).isEqualTo(4);
        assertThat(orders.health()).as(orders.message()).isEqualTo("healthy");
        assertThat(orders.releases())
                .as(orders.releases().toString())
                .extracting(HistoryResult.Entry::result)
                .containsExactly("deployed", "rolled-back", "superseded", "superseded");
        assertThat(orders.releases().get(0).committed()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(board.measures().weeks().get(11).failed()).isEqualTo(2);
        assertThat(Files.readString(directory.resolve("board.html"))).contains("✓ healthy 健康", "catalog", "orders");
    }

    @Test
    void seesWhatIsBrokenNow() throws IOException {
        Deployer.deploy(spec("catalog", "dev", 0, "v1"), context);
        Answer scaled = client.patch(
                "/apis/apps/v1/namespaces/" + dev + "/deployments/catalog",
                "application/merge-patch+json",
                Map.of("spec", Map.of("replicas", 1)),
                false);
        assertThat(scaled.ok()).isTrue();

        BoardResult.Place catalog = board().services().get(0).places().get(0);

        assertThat(catalog.health()).isEqualTo("unhealthy");
        assertThat(catalog.message()).startsWith("Deployment/catalog: ");
    }
}
