package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many rollouts at once, on a real cluster whose controllers make the pods. No node takes them; the test says that they
 * run. Runs where {@code OCTAVO_TEST_KUBECONFIG} names an administrator's kubeconfig.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(300)
class ManyOnClusterTest {
    private static final String KUBECONFIG = String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG"));
    private static final int MANY = 100;
    private static final int FOREIGN = 5_000;
    private static final long MOST_HEAP = 150;
    private static final long MEBIBYTE = 1024 * 1024;

    @TempDir
    private Path directory;

    private final String run = "many-" + UUID.randomUUID().toString().substring(0, 8);
    private EngineContext context;
    private Kubelet kubelet;
    private TestReporter reporter;

    /** What a rollout needed while all of its pods were waited for. */
    private record Footprint(long threads, long heap) {}

    @BeforeEach
    void setUp(TestReporter reporter) throws GeneralSecurityException, IOException {
        this.reporter = reporter;
        context = Contexts.of(directory);
        kubelet = new Kubelet(KUBECONFIG);
    }

    @AfterEach
    void tearDown() {
        for (Map<String, Object> namespace : Tree.maps(
                kubelet.call("GET", "/api/v1/namespaces?labelSelector=run%3D" + run, "", Map.of())
                        .body(),
                "items")) {
            Answer unused = kubelet.call(
                    "DELETE", "/api/v1/namespaces/" + Tree.text(namespace, "metadata", "name"), "", Map.of());
        }
    }

    private String namespace(String name) {
        return "{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {run: %s}}}".formatted(name, run);
    }

    private String application(String namespace, String name, String round) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %2$s, namespace: %1$s}
                spec:
                  selector: {matchLabels: {app: %2$s}}
                  template:
                    metadata: {labels: {app: %2$s, run: %4$s, round: %3$s}}
                    spec: {nodeSelector: {nowhere: nowhere}, containers: [{name: c, image: example.test/x:1}]}
                ---
                {apiVersion: v1, kind: Service, metadata: {name: %2$s, namespace: %1$s}, spec: {ports: [{port: 80}]}}
                """.formatted(namespace, name, round, run);
    }

    private DeploySpec spec(List<String> manifests) throws IOException {
        Files.createDirectories(directory.resolve("deploy"));
        Files.writeString(directory.resolve("deploy/app.yaml"), String.join("\n---\n", manifests));
        return DeploySpec.of(ClusterTarget.file(Path.of(KUBECONFIG)), "test", directory, "deploy/*.yaml")
                .withTimeout(Duration.ofSeconds(120));
    }

    /** Threads that watch: the engine's own, and those that read from a connection. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("octavo-watch") || name.startsWith("OkHttp http"))
                .count();
    }

    /** How many there are once all watches have begun. */
    private static long settledThreads() {
        long count = 0;
        for (int same = 0; same < 10; ) {
            LockSupport.parkNanos(100_000_000);
            long now = threads();
            same = now == count && now > 0 ? same + 1 : 0;
            count = now;
        }
        return count;
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEBIBYTE;
    }

    /** Deploys applications, and looks at what that needs while the last one is waited for. */
    private Footprint deploy(String title, String namespace, List<String> manifests, int pods) throws Exception {
        DeploySpec spec = spec(manifests);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            long begin = System.nanoTime();
            Future<DeployResult> deployment = executor.submit(() -> Deployer.deploy(spec, context));
            String label = "run=" + run + ",round=" + title;
            List<Map<String, Object>> all = kubelet.await(namespace, label, pods);
            all.subList(1, pods).forEach(kubelet::ready);
            kubelet.awaitAvailable(namespace, label, pods - 1);
            Footprint footprint = new Footprint(settledThreads(), heap());
            long last = System.nanoTime();
            kubelet.ready(all.get(0));
            DeployResult result = deployment.get(120, TimeUnit.SECONDS);
            long end = System.nanoTime();
            assertThat(result.workloads()).hasSize(2 * pods).allMatch(WorkloadStatus::ready);
            reporter.publishEntry(
                    title,
                    footprint + ", planned in " + result.planMillis() + " ms, applied in " + result.applyMillis()
                            + " ms, ready " + (end - last) / 1_000_000 + " ms after the last pod, in all "
                            + (end - begin) / 1_000_000 + " ms");
            return footprint;
        } finally {
            executor.shutdownNow();
        }
    }

    private List<String> inOne(String round, int count) {
        return Stream.concat(
                        Stream.of(namespace(run)),
                        IntStream.range(0, count).mapToObj(i -> application(run, round + "-" + i, round)))
                .toList();
    }

    @Test
    void needThreadsAndMemoryAsOneDoes() throws Exception {
        Footprint one = deploy("one", run, inOne("one", 1), 1);
        Footprint many = deploy("many", run, inOne("many", MANY), MANY);
        List<String> spread = IntStream.range(0, MANY)
                .boxed()
                .flatMap(i -> Stream.of(namespace(run + "-" + i), application(run + "-" + i, "spread-" + i, "spread")))
                .toList();
        Footprint namespaces = deploy("spread", "", spread, MANY);

        assertThat(many.threads()).isEqualTo(one.threads());
        assertThat(namespaces.threads()).isEqualTo(one.threads());
        assertThat(many.heap()).isLessThan(MOST_HEAP);
        assertThat(namespaces.heap()).isLessThan(MOST_HEAP);
    }

    @Test
    void areNotDisturbedByThousandsOfPodsOfOthers() throws Exception {
        Footprint alone = deploy("alone", run, inOne("alone", 1), 1);
        Map<String, Object> pod = Trees.tree(
                "{apiVersion: v1, kind: Pod, metadata: {generateName: other-, labels: {app: other}}, spec: {schedulerName: nobody, containers: [{name: c, image: example.test/x:1, env: [{name: A, value: "
                        + "x".repeat(1_000) + "}]}]}}");
        for (int i = 0; i < FOREIGN; i++) {
            kubelet.create("/api/v1/namespaces/" + run + "/pods", pod);
        }
        Footprint among = deploy("among", run, inOne("among", 1), 1);

        assertThat(among.threads()).isEqualTo(alone.threads());
        assertThat(among.heap()).isLessThanOrEqualTo(alone.heap() + 5);
    }
}
