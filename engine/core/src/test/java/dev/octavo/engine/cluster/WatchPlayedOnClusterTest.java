package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
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
 * What nodes, load balancers and operators do seldom, played by the test on a real cluster with its real controllers.
 * Runs where {@code OCTAVO_TEST_KUBECONFIG} names an administrator's kubeconfig.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(180)
class WatchPlayedOnClusterTest {
    private static final String KUBECONFIG = String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG"));

    @TempDir
    private Path directory;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String namespace = "octavo-p-" + run;
    private final String core = "/api/v1/namespaces/" + namespace;
    private final Contexts.Hearing listener = new Contexts.Hearing();
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private Kubelet kubelet;

    @BeforeEach
    void setUp() throws Exception {
        kubelet = new Kubelet(KUBECONFIG);
        kubelet.create(
                "/api/v1/namespaces",
                Trees.tree("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}"));
    }

    @AfterEach
    void tearDown() {
        executor.shutdownNow();
        Answer unused = kubelet.call("DELETE", "/api/v1/namespaces/" + namespace, "", Map.of());
    }

    private static String web(String strategy, String image) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  strategy: {type: %s}
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {terminationGracePeriodSeconds: 0, nodeSelector: {nowhere: nowhere}, schedulerName: nobody, containers: [{name: c, image: 'example.test/x:%s'}]}
                """.formatted(strategy, image);
    }

    private Future<DeployResult> deploy(int seconds, String... manifests) throws IOException {
        Files.createDirectories(directory.resolve("deploy"));
        Files.writeString(directory.resolve("deploy/app.yaml"), String.join("\n---\n", manifests));
        DeploySpec spec = DeploySpec.of(ClusterTarget.file(Path.of(KUBECONFIG)), "test", directory, "deploy/*.yaml")
                .inNamespace(namespace)
                .withTimeout(Duration.ofSeconds(seconds));
        return executor.submit(() -> Deployer.deploy(spec, Contexts.of(directory, listener)));
    }

    private static RolloutException failure(Future<DeployResult> deployment) throws Exception {
        try {
            throw new AssertionError("it did not fail: " + deployment.get(150, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RolloutException failure) {
                return failure;
            }
            throw e;
        }
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

    private Map<String, Object> podBeside(String... names) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end) {
            for (Map<String, Object> pod : kubelet.pods(namespace, "app=web")) {
                if (!List.of(names).contains(Tree.text(pod, "metadata", "name"))) {
                    return pod;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new AssertionError("no further pod came");
    }

    @Test
    void failsWhereNodesThrowItsPodsOff() throws Exception {
        Future<DeployResult> deployment = deploy(90, web("Recreate", "1"));
        String[] evicted = {"", "", ""};
        for (int i = 0; i < evicted.length; i++) {
            Map<String, Object> pod = podBeside(evicted);
            evicted[i] = Tree.text(pod, "metadata", "name");
            kubelet.status(
                    Kubelet.path(pod),
                    "{phase: Failed, reason: Evicted, message: 'The node was low on resource: memory.'}");
        }

        RolloutException failure = failure(deployment);

        assertThat(failure.failures().get(0).reason()).as(failure.describe()).isEqualTo("Evicted");
        assertThat(failure.why()).contains("low on resource: memory");
    }

    @Test
    void goesOnWhereANodeThrowsOnePodOff() throws Exception {
        Future<DeployResult> deployment = deploy(90, web("Recreate", "1"));
        Map<String, Object> pod = podBeside();
        kubelet.status(Kubelet.path(pod), "{phase: Failed, reason: Evicted, message: low}");
        kubelet.ready(podBeside(Tree.text(pod, "metadata", "name")));

        assertThat(deployment.get(90, TimeUnit.SECONDS).workloads()).allMatch(WorkloadStatus::ready);
    }

    @Test
    void tellsThatThePodsNodeIsGone() throws Exception {
        String node = "gone-" + run;
        kubelet.create("/api/v1/nodes", Trees.tree("""
                {apiVersion: v1, kind: Node, metadata: {name: %s}, spec: {unschedulable: true}}
                """.formatted(node)));
        try {
            kubelet.status(
                    "/api/v1/nodes/" + node,
                    "{conditions: [{type: Ready, status: Unknown, reason: NodeStatusUnknown, message: Kubelet stopped posting node status.}]}");
            Future<DeployResult> deployment = deploy(10, web("Recreate", "1"));
            Map<String, Object> pod = podBeside();
            kubelet.create(
                    Kubelet.path(pod) + "/binding",
                    Trees.tree(
                            "{apiVersion: v1, kind: Binding, metadata: {name: %s}, target: {apiVersion: v1, kind: Node, name: %s}}"
                                    .formatted(Tree.text(pod, "metadata", "name"), node)));

            RolloutException failure = failure(deployment);

            assertThat(failure.failures().get(0).pods().get(0).reason())
                    .as(failure.describe())
                    .isEqualTo("NodeNotReady");
            assertThat(failure.why()).contains(node, "Kubelet stopped posting node status");
        } finally {
            Answer unused = kubelet.call("DELETE", "/api/v1/nodes/" + node, "", Map.of());
        }
    }

    @Test
    void tellsWhatHoldsAPodThatDoesNotEnd() throws Exception {
        Future<DeployResult> first = deploy(90, web("Recreate", "1"));
        Map<String, Object> pod = podBeside();
        kubelet.ready(pod);
        assertThat(first.get(90, TimeUnit.SECONDS).workloads()).allMatch(WorkloadStatus::ready);
        Answer held = kubelet.call(
                "PATCH",
                Kubelet.path(pod),
                "application/merge-patch+json",
                Trees.tree("{metadata: {finalizers: [shop.example/keep]}}"));
        assertThat(held.ok()).isTrue();
        try {
            RolloutException failure = failure(deploy(90, web("Recreate", "2")));

            assertThat(failure.failures().get(0).reason())
                    .as(failure.describe())
                    .isEqualTo("Terminating");
            assertThat(failure.why()).contains("held by the finalizers shop.example/keep");
        } finally {
            Answer unused = kubelet.call(
                    "PATCH",
                    Kubelet.path(pod),
                    "application/merge-patch+json",
                    Trees.tree("{metadata: {finalizers: []}}"));
        }
    }

    @Test
    void waitsForNoVolumeThatIsMadeForItsFirstPod() throws Exception {
        String storageClass = "first-" + run;
        kubelet.create(
                "/apis/storage.k8s.io/v1/storageclasses",
                Trees.tree(
                        "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: %s}, provisioner: example.test/none, volumeBindingMode: WaitForFirstConsumer}"
                                .formatted(storageClass)));
        try {
            List<WorkloadStatus> statuses = deploy(
                            60,
                            "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], storageClassName: %s, resources: {requests: {storage: 1Mi}}}}"
                                    .formatted(storageClass))
                    .get(60, TimeUnit.SECONDS)
                    .workloads();

            assertThat(statuses)
                    .extracting(WorkloadStatus::message)
                    .containsExactly("its volume is made for the first pod that uses it");
        } finally {
            Answer unused =
                    kubelet.call("DELETE", "/apis/storage.k8s.io/v1/storageclasses/" + storageClass, "", Map.of());
        }
    }

    @Test
    void waitsForWhatAnOperatorSaysOfACustomResource() throws Exception {
        String group = "x" + run + ".example";
        String definition = """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: databases.%1$s}
                spec:
                  group: %1$s
                  scope: Namespaced
                  names: {plural: databases, singular: database, kind: Database}
                  versions: [{name: v1, served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
                """.formatted(group);
        String object =
                "{apiVersion: %s/v1, kind: Database, metadata: {name: orders}, spec: {size: 1}}".formatted(group);
        String path = "/apis/" + group + "/v1/namespaces/" + namespace + "/databases/orders";
        try {
            Future<DeployResult> deployment = deploy(60, definition, object);
            awaitProgress("Database/orders: no controller has said anything of it yet");
            kubelet.status(
                    path,
                    "{conditions: [{type: Ready, status: 'False', reason: Creating, message: its disk is being made}]}");
            awaitProgress("Database/orders: Creating: its disk is being made");
            kubelet.status(path, "{conditions: [{type: Ready, status: 'True', reason: Created, message: ''}]}");
            assertThat(deployment.get(60, TimeUnit.SECONDS).workloads()).allMatch(WorkloadStatus::ready);

            Future<DeployResult> stalled = deploy(60, object.replace("size: 1", "size: 2"));
            kubelet.status(
                    path,
                    "{conditions: [{type: Stalled, status: 'True', reason: NoSuchSize, message: there is no size 2}]}");
            RolloutException failure = failure(stalled);
            assertThat(failure.failures().get(0).reason())
                    .as(failure.describe())
                    .isEqualTo("NoSuchSize");
            assertThat(failure.why()).contains("there is no size 2");
        } finally {
            Answer unused = kubelet.call(
                    "DELETE",
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/databases." + group,
                    "",
                    Map.of());
        }
    }

    @Test
    void waitsForALoadBalancersAddress() throws Exception {
        Future<DeployResult> deployment = deploy(
                60,
                "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: LoadBalancer, ports: [{port: 80, protocol: TCP}]}}");
        awaitProgress("Service/web: no load balancer has given it an address yet");
        kubelet.status(core + "/services/web", "{loadBalancer: {ingress: [{ip: 192.0.2.1}]}}");

        assertThat(deployment.get(60, TimeUnit.SECONDS).workloads()).allMatch(WorkloadStatus::ready);
    }
}
