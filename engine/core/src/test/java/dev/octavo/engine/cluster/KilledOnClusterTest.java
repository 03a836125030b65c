package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A deployment whose process is killed at each phase, against a real API server, and run again: nothing is lost, nothing
 * is done twice, and the history is true.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(180)
class KilledOnClusterTest {
    /** Where the process is when it is killed: the request that it waits for. */
    enum Phase {
        LOCKED("GET .*/secrets\\?labelSelector=.*", 1, false, "2 deployed", "1 superseded"),
        PLANNED("POST .*/secrets", 1, false, "2 deployed", "1 superseded"),
        PENDING_STORED("POST .*/secrets", 1, true, "2 deployed", "1 superseded"),
        APPLYING("PATCH .*/deployments/web\\?(?!.*dryRun).*", 1, false, "2 deployed", "1 superseded"),
        APPLIED("PATCH .*/deployments/web\\?(?!.*dryRun).*", 1, true, "2 deployed", "1 superseded"),
        WATCHING("GET .*/deployments\\?.*watch=true.*", 1, false, "2 deployed", "1 superseded"),
        PRUNING("DELETE .*/configmaps/old.*", 1, false, "2 deployed", "1 superseded"),
        PRUNED("DELETE .*/configmaps/old.*", 1, true, "2 deployed", "1 superseded"),
        FINISHING("PATCH .*/secrets/octavo.release.shop.test.v2", 1, false, "2 deployed", "1 superseded"),
        FINISHED("PATCH .*/secrets/octavo.release.shop.test.v2", 1, true, "2 deployed", "1 superseded"),
        UNLOCKING("DELETE .*/leases/.*", 1, false, "2 deployed", "1 superseded"),
        ROLLING_BACK("PATCH .*/deployments/web\\?(?!.*dryRun).*", 2, false, "3 deployed", "2 failed", "1 superseded"),
        ROLLED_BACK("PATCH .*/deployments/web\\?(?!.*dryRun).*", 2, true, "3 deployed", "2 failed", "1 superseded");

        private final String request;
        private final int occurrence;
        private final boolean answered;
        private final String[] history;

        Phase(String request, int occurrence, boolean answered, String... history) {
            this.request = request;
            this.occurrence = occurrence;
            this.answered = answered;
            this.history = history;
        }

        boolean fails() {
            return this == ROLLING_BACK || this == ROLLED_BACK;
        }

        Predicate<String> held() {
            AtomicInteger seen = new AtomicInteger();
            return line -> line.matches(request) && seen.incrementAndGet() == occurrence;
        }
    }

    private static final Path KUBECONFIG = Path.of(String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG")));

    @TempDir
    private Path directory;

    private final String namespace = "killed-" + UUID.randomUUID().toString().substring(0, 8);
    private final Contexts.Hearing listener = new Contexts.Hearing();
    private EngineContext context;
    private ClusterClient client;

    @BeforeEach
    void setUp() {
        context = Contexts.of(directory, listener);
        client = ClusterClient.connect(ClusterTarget.file(KUBECONFIG), context);
    }

    @AfterEach
    void tearDown() {
        Answer unused = client.delete("/api/v1/namespaces/" + namespace);
        client.close();
    }

    private String manifests(String level, int replicas, boolean old) throws IOException {
        String folder = "deploy-" + level;
        Files.createDirectories(directory.resolve(folder));
        String text = """
                {apiVersion: v1, kind: ResourceQuota, metadata: {name: none}, spec: {hard: {pods: '0'}}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {level: %s}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: %d
                  progressDeadlineSeconds: %d
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: 'example.test/web:1', env: [{name: LEVEL, value: %s}]}]}
                """.formatted(level, replicas, replicas == 0 ? 60 : 2, level);
        String dropped = "\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: old}}\n";
        Files.writeString(directory.resolve(folder + "/app.yaml"), text + (old ? dropped : ""));
        return folder + "/**";
    }

    private DeployResult deploy(String manifests) {
        return Deployer.deploy(
                DeployingProcess.spec(
                        ClusterTarget.file(KUBECONFIG), directory, manifests, namespace, "https://ci/again"),
                context);
    }

    private Map<String, Object> get(String path) {
        Answer answer = client.get(path);
        return answer.ok() ? answer.body() : Map.of();
    }

    @ParameterizedTest
    @EnumSource
    void isFinishedByTheNextRun(Phase phase) throws Exception {
        deploy(manifests("first", 0, true));
        String failing = manifests("failing", 1, true);
        String next = manifests("next", 0, false);

        kill(phase, phase.fails() ? failing : next);
        deploy(next);

        String core = "/api/v1/namespaces/" + namespace;
        assertThat(Tree.text(get(core + "/configmaps/settings"), "data", "level"))
                .isEqualTo("next");
        assertThat(get(core + "/configmaps/old")).isEmpty();
        assertThat(Json.text(get("/apis/apps/v1/namespaces/" + namespace + "/deployments/web")))
                .contains("\"value\":\"next\"");
        assertThat(get("/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases/octavo.shop.test"))
                .isEmpty();
        List<Release> history = Releases.history(ClusterTarget.file(KUBECONFIG), namespace, "shop", "test", context)
                .releases();
        assertThat(history)
                .as(listener.warnings.toString())
                .extracting(release -> release.number() + " " + release.status().text())
                .containsExactly(phase.history);
        assertThat(deploy(next).written()).isZero();
    }

    /** Starts a deployment, waits until it is in the phase, and kills it. */
    private void kill(Phase phase, String manifests) throws Exception {
        try (HoldingProxy proxy = new HoldingProxy(KUBECONFIG, phase.held(), phase.answered)) {
            Path kubeconfig = Files.writeString(directory.resolve("proxy"), proxy.kubeconfig());
            Process process = DeployingProcess.start(kubeconfig, directory, manifests, namespace);
            boolean reached = proxy.awaitReached(90);
            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(reached)
                    .as(Files.readString(directory.resolve("process.log")))
                    .isTrue();
        }
    }
}
