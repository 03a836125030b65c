package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rollouts watched over a bad network, with credentials that are refused for a while, and by a process that is killed. No
 * node takes the pods; the test says that they run. Runs where {@code OCTAVO_TEST_KUBECONFIG} names an administrator's
 * kubeconfig.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(180)
class WatchFaultsOnClusterTest {
    private static final String KUBECONFIG = String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG"));
    private static final String SETTLED = "the connection to the cluster is disturbed";

    @TempDir
    private Path directory;

    private final String namespace = "octavo-f-" + UUID.randomUUID().toString().substring(0, 8);
    private final String core = "/api/v1/namespaces/" + namespace;
    private final Contexts.Hearing listener = new Contexts.Hearing();
    private final ApiCaller admin = new ApiCaller(KUBECONFIG);
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private FaultyProxy proxy;
    private Kubelet kubelet;

    @BeforeEach
    void setUp() throws Exception {
        proxy = new FaultyProxy(admin.server());
        kubelet = new Kubelet(KUBECONFIG);
        Files.writeString(
                directory.resolve("kubeconfig"),
                Files.readString(Path.of(KUBECONFIG)).replace(admin.server(), proxy.url()));
        Files.createDirectories(directory.resolve("deploy"));
        Files.writeString(directory.resolve("deploy/app.yaml"), """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {nodeSelector: {nowhere: nowhere}, schedulerName: nobody, containers: [{name: c, image: example.test/x:1}]}
                """);
        admin.create(
                "/api/v1/namespaces",
                "test",
                "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
    }

    @AfterEach
    void tearDown() throws IOException {
        executor.shutdownNow();
        proxy.close();
        admin.delete("/api/v1/namespaces/" + namespace);
        admin.close();
    }

    private Future<DeployResult> deploy() {
        DeploySpec spec = DeploySpec.of(
                        ClusterTarget.file(directory.resolve("kubeconfig")), "test", directory, "deploy/*.yaml")
                .inNamespace(namespace)
                .withTimeout(Duration.ofSeconds(90));
        return executor.submit(() -> Deployer.deploy(spec, Contexts.of(directory, listener)));
    }

    /** The pod that the rollout waits for. */
    private Map<String, Object> awaited() {
        awaitProgress("ready] Deployment/web");
        return kubelet.await(namespace, "app=web", 1).get(0);
    }

    private void awaitProgress(String part) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (listener.progress.stream().noneMatch(message -> message.contains(part))) {
            assertThat(System.nanoTime())
                    .as("%s in %s", part, listener.progress)
                    .isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static void succeeds(Future<DeployResult> deployment) throws Exception {
        assertThat(deployment.get(120, TimeUnit.SECONDS).workloads())
                .extracting(WorkloadStatus::message)
                .containsExactly("1 of 1 replicas available");
    }

    @Test
    void survivesAServerThatIsAwayForAWhile() throws Exception {
        Future<DeployResult> deployment = deploy();
        Map<String, Object> pod = awaited();

        proxy.goAway();
        awaitProgress(SETTLED);
        kubelet.ready(pod); // while nothing is heard
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(5));
        assertThat(deployment.isDone()).isFalse();
        proxy.comeBack();

        succeeds(deployment);
        assertThat(listener.progress)
                .filteredOn(message -> message.contains(SETTLED))
                .hasSize(1);
    }

    @Test
    void survivesASlowNetwork() throws Exception {
        Future<DeployResult> deployment = deploy();
        Map<String, Object> pod = awaited();

        proxy.slow(1_000);
        kubelet.ready(pod);

        succeeds(deployment);
    }

    /** A kubeconfig of a user who may do all in the namespace, whose token is in a file. */
    private Path tokenFile() throws IOException {
        admin.create(core + "/serviceaccounts", "test", "{apiVersion: v1, kind: ServiceAccount, metadata: {name: ci}}");
        allow();
        String token = Tree.text(
                admin.create(
                        core + "/serviceaccounts/ci/token",
                        "test",
                        "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {expirationSeconds: 600}}"),
                "status",
                "token");
        Path file = Files.writeString(directory.resolve("token"), token);
        Files.writeString(directory.resolve("kubeconfig"), """
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: u, user: {tokenFile: token}}]
                """.formatted(proxy.url(), admin.authority()));
        return file;
    }

    private void allow() {
        admin.create(
                "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/rolebindings",
                "test",
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: ci}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}, subjects: [{kind: ServiceAccount, name: ci, namespace: %s}]}"
                        .formatted(namespace));
    }

    @Test
    void takesUpAWatchWithTheTokenThatItsFileHasByThen() throws Exception {
        Path file = tokenFile();
        String token = Files.readString(file);
        Future<DeployResult> deployment = deploy();
        Map<String, Object> pod = awaited();

        Files.writeString(file, token + "x"); // refused, as one that has run out
        proxy.goAway();
        kubelet.ready(pod);
        awaitProgress(SETTLED);
        proxy.comeBack();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(4));
        assertThat(deployment.isDone()).isFalse();
        Files.writeString(file, token);

        succeeds(deployment);
    }

    @Test
    void waitsWhereAServerThatHasJustStartedKnowsNoRolesYet() throws Exception {
        Path unused = tokenFile();
        Future<DeployResult> deployment = deploy();
        Map<String, Object> pod = awaited();

        admin.delete("/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/rolebindings/ci");
        proxy.goAway();
        kubelet.ready(pod);
        awaitProgress(SETTLED);
        proxy.comeBack();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(4));
        assertThat(deployment.isDone()).isFalse();
        allow();

        succeeds(deployment);
    }

    @Test
    void isGoneOnWithAfterItsProcessWasKilled() throws Exception {
        Process process =
                DeployingProcess.start(directory.resolve("kubeconfig"), directory, "deploy/*.yaml", namespace);
        List<Map<String, Object>> pods = kubelet.await(namespace, "app=web", 1);
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

        Future<DeployResult> again = executor.submit(() -> Deployer.deploy(
                DeployingProcess.spec(
                        ClusterTarget.file(directory.resolve("kubeconfig")),
                        directory,
                        "deploy/*.yaml",
                        namespace,
                        "https://ci/again"),
                Contexts.of(directory, listener)));
        awaitProgress("ready] Deployment/web");
        kubelet.ready(pods.get(0));

        succeeds(again);
        assertThat(again.get().written()).isZero();
        assertThat(kubelet.pods(namespace, "app=web")).hasSize(1);
    }
}
