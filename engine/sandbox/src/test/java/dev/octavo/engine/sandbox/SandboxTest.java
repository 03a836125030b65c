package dev.octavo.engine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineListener;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deploys small programs as a client of a real cluster would. */
class SandboxTest {
    private static final long WAIT_SECONDS = 60;
    private static final AtomicInteger COUNT = new AtomicInteger();

    @TempDir
    static Path temp;

    private static Sandbox sandbox;
    private static KubernetesClient client;

    private String namespace;

    @BeforeAll
    static void start() throws IOException {
        sandbox = Sandbox.start(
                SandboxOptions.in(temp.resolve("sandbox"), temp.resolve("cache")),
                EngineListener.SILENT,
                new SampleImages(temp.resolve("image")));
        client = client(sandbox);
    }

    static KubernetesClient client(Sandbox of) throws IOException {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(of.kubeconfig())))
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        sandbox.close();
        assertThat(temp.resolve("sandbox")).doesNotExist();
    }

    @BeforeEach
    void makeNamespace() {
        namespace = "shop-" + COUNT.incrementAndGet();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .serverSideApply();
    }

    @AfterEach
    void deleteNamespace() {
        client.namespaces().withName(namespace).delete();
        client.pods().inNamespace(namespace).withGracePeriod(0).delete();
    }

    // ------------------------------------------------------------------------------------------------------ what is
    // used

    private Deployment deployment(String name, String version, int replicas, String... arguments) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(5L)
                .addNewContainer()
                .withName("main")
                .withImage("test/sample:" + version)
                .withArgs(arguments)
                .addNewPort()
                .withName("http")
                .withContainerPort(8080)
                .endPort()
                .withReadinessProbe(get("/healthz"))
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static Probe get(String path) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort("http")
                .endHttpGet()
                .withPeriodSeconds(1)
                .build();
    }

    private Service service(String name) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .addToSelector("app", name)
                .addNewPort()
                .withPort(80)
                .withNewTargetPort("http")
                .endPort()
                .endSpec()
                .build();
    }

    private void deploy(String name, String version, int replicas) {
        client.resource(deployment(name, version, replicas)).serverSideApply();
        client.resource(service(name)).serverSideApply();
        awaitReady(name, replicas);
    }

    private Deployment awaitReady(String name, int replicas) {
        return client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        each -> each != null
                                && each.getMetadata()
                                        .getGeneration()
                                        .equals(each.getStatus().getObservedGeneration())
                                && Integer.valueOf(replicas)
                                        .equals(each.getStatus().getUpdatedReplicas())
                                && Integer.valueOf(replicas)
                                        .equals(each.getStatus().getReplicas())
                                && Integer.valueOf(replicas)
                                        .equals(each.getStatus().getAvailableReplicas()),
                        WAIT_SECONDS,
                        TimeUnit.SECONDS);
    }

    private Pod awaitPod(String app, Predicate<Pod> condition) {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("app", app)
                .waitUntilCondition(pod -> pod != null && condition.test(pod), WAIT_SECONDS, TimeUnit.SECONDS);
    }

    private static ContainerStatus main(Pod pod) {
        List<ContainerStatus> all = pod.getStatus().getContainerStatuses();
        return all.isEmpty() ? new ContainerStatus() : all.get(0);
    }

    private static String waiting(Pod pod) {
        ContainerState state = main(pod).getState();
        return state == null || state.getWaiting() == null
                ? ""
                : state.getWaiting().getReason();
    }

    private static boolean isReady(Pod pod) {
        return Boolean.TRUE.equals(main(pod).getReady());
    }

    private String url(String service) {
        return sandbox.addresses().stream()
                .filter(each ->
                        each.namespace().equals(namespace) && each.service().equals(service))
                .map(ServiceAddress::url)
                .findFirst()
                .orElseThrow();
    }

    /** Asks over a connection of its own. */
    private static String ask(String url) throws IOException {
        var connection = URI.create(url).toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        connection.setConnectTimeout(5_000);
        connection.setReadTimeout(10_000);
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<Pod> pods(String app) {
        return client.pods().inNamespace(namespace).withLabel("app", app).list().getItems();
    }

    private static long pid(Pod pod) {
        return Long.parseLong(main(pod).getContainerID().replace("process://", ""));
    }

    private List<String> reasons() {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .map(event -> event.getReason())
                .toList();
    }

    // -------------------------------------------------------------------------------------------------------------
    // tests

    @Test
    void serviceBalancesOverReadyPodsThatListenOnTheSamePort() throws Exception {
        deploy("web", "balanced", 2);

        Set<String> answers = new TreeSet<>();
        for (int i = 0; i < 4; i++) {
            answers.add(ask(url("web") + "/who"));
        }

        assertThat(answers).hasSize(2).allMatch(each -> each.startsWith("web-") && each.endsWith(" balanced"));
        assertThat(reasons())
                .contains(
                        "ScalingReplicaSet",
                        "SuccessfulCreate",
                        "Scheduled",
                        "Pulling",
                        "Pulled",
                        "Created",
                        "Started");
        assertThat(client.endpoints()
                        .inNamespace(namespace)
                        .withName("web")
                        .get()
                        .getSubsets()
                        .get(0)
                        .getAddresses())
                .hasSize(2);
    }

    @Test
    void apiServerLeadsToTheServiceOfAPod() {
        deploy("web", "proxied", 1);
        String services = "/api/v1/namespaces/" + namespace + "/services/";

        for (String name : List.of("web", "web:80", "http:web:80")) {
            assertThat(client.raw(services + name + "/proxy/who")).endsWith(" proxied");
        }
        assertThatThrownBy(() -> client.raw(services + "web:81/proxy/who", "GET", null))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getMessage())
                        .contains("no endpoints available for service \"web\""));
        assertThatThrownBy(() -> client.raw(services + "wbe:80/proxy/who", "GET", null))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getMessage())
                        .contains("services \"wbe\" not found"));
    }

    @Test
    void podsFindServicesByEveryFormOfTheirNameAndNoOthers() throws Exception {
        deploy("web", "v1", 1);
        deploy("front", "v1", 1);

        for (String name : List.of("web", "web." + namespace, "web." + namespace + ".svc.cluster.local")) {
            assertThat(ask(url("front") + "/fetch?http://" + name + "/who")).startsWith("web-");
        }
        assertThat(ask(url("front") + "/fetch?http://web.default/who")).contains("UnknownHostException");
        assertThat(ask(url("front") + "/fetch?http://localhost:8080/who")).startsWith("front-");
    }

    @Test
    void rollingUpdateKeepsServing() throws Exception {
        deploy("web", "v1", 2);
        String url = url("web");

        client.resource(deployment("web", "v2", 2)).serverSideApply();
        Set<String> versions = new TreeSet<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        Deployment now;
        do {
            versions.add(ask(url + "/who").split(" ")[1]);
            now = client.apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName("web")
                    .get();
        } while ((!Integer.valueOf(2).equals(now.getStatus().getUpdatedReplicas())
                        || !Integer.valueOf(2).equals(now.getStatus().getReplicas())
                        || !Integer.valueOf(2).equals(now.getStatus().getAvailableReplicas()))
                && System.nanoTime() < deadline);

        assertThat(awaitReady("web", 2).getMetadata().getAnnotations())
                .containsEntry("deployment.kubernetes.io/revision", "2");
        assertThat(versions).contains("v1");
        assertThat(ask(url + "/who")).endsWith("v2");
        assertThat(client.apps().replicaSets().inNamespace(namespace).list().getItems())
                .extracting(set -> set.getSpec().getReplicas())
                .containsExactlyInAnyOrder(0, 2);
    }

    @Test
    void recreateStopsTheOldBeforeItStartsTheNew() {
        Deployment first = new DeploymentBuilder(deployment("web", "v1", 1))
                .editSpec()
                .withNewStrategy()
                .withType("Recreate")
                .endStrategy()
                .endSpec()
                .build();
        client.resource(first).serverSideApply();
        awaitReady("web", 1);
        String old = pods("web").get(0).getMetadata().getName();

        client.resource(new DeploymentBuilder(first)
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .withImage("test/sample:v2")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .serverSideApply();
        List<Integer> seen = new ArrayList<>();
        awaitPod("web", pod -> {
            seen.add(pods("web").size());
            return !pod.getMetadata().getName().equals(old) && isReady(pod);
        });

        assertThat(seen).allMatch(count -> count <= 1);
    }

    @Test
    void programThatEndsIsStartedAgainAfterEverLongerPauses() {
        client.resource(deployment("web", "v1", 1, "exit", "3")).serverSideApply();

        Pod pod = awaitPod("web", each -> waiting(each).equals("CrashLoopBackOff"));

        ContainerStatus status = main(pod);
        assertThat(status.getReady()).isFalse();
        assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(3);
        assertThat(status.getState().getWaiting().getMessage()).startsWith("back-off 10s restarting failed container");
        assertThat(status.getRestartCount()).isEqualTo(1);
        assertThat(reasons()).contains("BackOff");
        String name = pod.getMetadata().getName();
        assertThat(client.pods().inNamespace(namespace).withName(name).getLog())
                .contains("sample cannot start: no database");
        assertThat(client.pods()
                        .inNamespace(namespace)
                        .withName(name)
                        .terminated()
                        .getLog())
                .contains("sample cannot start: no database");
    }

    @Test
    void podWhoseProbeNeverSucceedsIsNeverReadyAndTheRolloutTimesOut() {
        client.resource(new DeploymentBuilder(deployment("web", "v1", 1))
                        .editSpec()
                        .withProgressDeadlineSeconds(2)
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .withReadinessProbe(get("/never"))
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .serverSideApply();

        Deployment failed = client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName("web")
                .waitUntilCondition(
                        each -> each.getStatus().getConditions().stream()
                                .anyMatch(condition -> "ProgressDeadlineExceeded".equals(condition.getReason())),
                        WAIT_SECONDS,
                        TimeUnit.SECONDS);

        assertThat(failed.getStatus().getAvailableReplicas()).isNull();
        assertThat(failed.getStatus().getUnavailableReplicas()).isEqualTo(1);
        awaitPod("web", pod -> main(pod).getState().getRunning() != null && !isReady(pod));
        assertThat(client.v1().events().inNamespace(namespace).list().getItems())
                .anyMatch(event ->
                        event.getMessage().equals("Readiness probe failed: HTTP probe failed with statuscode: 503")
                                || event.getMessage().contains("connection refused"));
    }

    @Test
    void livenessFailureRestartsTheContainer() {
        client.resource(new DeploymentBuilder(deployment("web", "v1", 1))
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .withStartupProbe(get("/healthz"))
                        .withLivenessProbe(new ProbeBuilder(get("/never"))
                                .withFailureThreshold(1)
                                .build())
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .serverSideApply();

        Pod pod = awaitPod(
                "web",
                each -> main(each).getRestartCount() != null && main(each).getRestartCount() > 0);

        assertThat(main(pod).getLastState().getTerminated().getExitCode()).isEqualTo(143);
        assertThat(reasons()).contains("Unhealthy", "Killing");
    }

    @Test
    void imageThatIsMissingIsReportedInTheRegistrysWords() {
        client.resource(deployment("web", "missing", 1)).serverSideApply();

        awaitPod("web", each -> waiting(each).equals("ErrImagePull"));
        Pod pod = awaitPod("web", each -> waiting(each).equals("ImagePullBackOff"));

        assertThat(main(pod).getState().getWaiting().getMessage()).contains("not found");
        assertThat(reasons()).contains("Failed", "BackOff");
    }

    @Test
    void programThatTheImageDoesNotHaveIsReported() {
        client.resource(new DeploymentBuilder(deployment("web", "v1", 1))
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .withCommand("/usr/bin/not-there")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .serverSideApply();

        Pod pod = awaitPod("web", each -> waiting(each).equals("RunContainerError"));

        assertThat(main(pod).getState().getWaiting().getMessage())
                .contains("stat /usr/bin/not-there: no such file or directory");
    }

    @Test
    void deletionLeavesNoPodAndNoProcess() {
        deploy("web", "v1", 2);
        List<Long> pids = pods("web").stream().map(SandboxTest::pid).toList();
        assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isPresent());

        client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName("web")
                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                .delete();
        client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName("web")
                .waitUntilCondition(java.util.Objects::isNull, WAIT_SECONDS, TimeUnit.SECONDS);

        assertThat(pods("web")).isEmpty();
        assertThat(client.resources(ReplicaSet.class)
                        .inNamespace(namespace)
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(pids).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
    }

    @Test
    void manifestsVariablesFilesAndFieldsReachTheProgram() throws Exception {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("settings")
                        .withNamespace(namespace)
                        .endMetadata()
                        .addToData("GREETING", "hello")
                        .addToData("app.properties", "colour=green\n")
                        .build())
                .serverSideApply();
        client.resource(new DeploymentBuilder(deployment("web", "v1", 1))
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .addNewEnvFrom()
                        .withNewConfigMapRef("settings", false)
                        .endEnvFrom()
                        .addNewEnv()
                        .withName("POD")
                        .withNewValueFrom()
                        .withNewFieldRef("v1", "metadata.name")
                        .endValueFrom()
                        .endEnv()
                        .addNewEnv()
                        .withName("BOTH")
                        .withValue("$(GREETING) $(POD)")
                        .endEnv()
                        .addNewEnv()
                        .withName("SETTINGS_FILE")
                        .withValue("/etc/app/app.properties")
                        .endEnv()
                        .addNewVolumeMount()
                        .withName("files")
                        .withMountPath("/etc/app")
                        .endVolumeMount()
                        .endContainer()
                        .addNewVolume()
                        .withName("files")
                        .withNewConfigMap()
                        .withName("settings")
                        .endConfigMap()
                        .endVolume()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .serverSideApply();
        client.resource(service("web")).serverSideApply();
        awaitReady("web", 1);

        String both = ask(url("web") + "/env?BOTH");
        String file = ask(url("web") + "/env?SETTINGS_FILE");

        assertThat(both).isEqualTo("hello " + pods("web").get(0).getMetadata().getName());
        assertThat(ask(url("web") + "/file?" + file)).isEqualTo("colour=green\n");
        assertThat(ask(url("web") + "/property?java.io.tmpdir"))
                .endsWith("/tmp")
                .isNotEqualTo("/tmp");
    }

    @Test
    void containerThatNamesAMissingConfigMapWaitsForIt() {
        client.resource(new DeploymentBuilder(deployment("web", "v1", 1))
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .addNewEnvFrom()
                        .withNewConfigMapRef("late", false)
                        .endEnvFrom()
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .serverSideApply();
        Pod pod = awaitPod("web", each -> waiting(each).equals("CreateContainerConfigError"));
        assertThat(main(pod).getState().getWaiting().getMessage()).isEqualTo("configmap \"late\" not found");

        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("late")
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .serverSideApply();

        assertThat(awaitReady("web", 1)).isNotNull();
    }

    @Test
    void initContainersRunFirstAndJobsToTheirEnd() {
        client.resource(new JobBuilder()
                        .withNewMetadata()
                        .withName("once")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withBackoffLimit(0)
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "once")
                        .endMetadata()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .addToInitContainers(new ContainerBuilder()
                                .withName("before")
                                .withImage("test/sample:v0")
                                .withArgs("exit", "0")
                                .build())
                        .addNewContainer()
                        .withName("main")
                        .withImage("test/sample:v1")
                        .withArgs("exit", "0")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();

        client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName("once")
                .waitUntilCondition(
                        job -> job.getStatus().getSucceeded() != null
                                && job.getStatus().getSucceeded() == 1,
                        WAIT_SECONDS,
                        TimeUnit.SECONDS);

        Pod pod = pods("once").get(0);
        assertThat(pod.getStatus().getPhase()).isEqualTo("Succeeded");
        assertThat(client.pods()
                        .inNamespace(namespace)
                        .withName(pod.getMetadata().getName())
                        .inContainer("before")
                        .getLog())
                .contains("sample v0 begins");
    }

    @Test
    void statefulSetsPodsHaveNamesAndVolumesThatStay() throws Exception {
        client.resource(new ServiceBuilder(service("data"))
                        .editSpec()
                        .withClusterIP("None")
                        .endSpec()
                        .build())
                .serverSideApply();
        deploy("front", "v1", 1);
        client.resource(new StatefulSetBuilder()
                        .withNewMetadata()
                        .withName("data")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withServiceName("data")
                        .withReplicas(2)
                        .withNewSelector()
                        .addToMatchLabels("app", "data")
                        .endSelector()
                        .withTemplate(deployment("data", "v1", 1).getSpec().getTemplate())
                        .addNewVolumeClaimTemplate()
                        .withNewMetadata()
                        .withName("disk")
                        .endMetadata()
                        .withNewSpec()
                        .withAccessModes("ReadWriteOnce")
                        .withNewResources()
                        .addToRequests("storage", new Quantity("1Gi"))
                        .endResources()
                        .endSpec()
                        .endVolumeClaimTemplate()
                        .endSpec()
                        .build())
                .serverSideApply();
        client.apps()
                .statefulSets()
                .inNamespace(namespace)
                .withName("data")
                .waitUntilCondition(
                        set -> Integer.valueOf(2).equals(set.getStatus().getReadyReplicas()),
                        WAIT_SECONDS,
                        TimeUnit.SECONDS);

        assertThat(pods("data")).extracting(pod -> pod.getMetadata().getName()).containsExactly("data-0", "data-1");
        assertThat(client.persistentVolumeClaims().inNamespace(namespace).list().getItems())
                .extracting(claim ->
                        claim.getMetadata().getName() + " " + claim.getStatus().getPhase())
                .containsExactly("disk-data-0 Bound", "disk-data-1 Bound");
        assertThat(ask(url("front") + "/fetch?http://data-1.data:8080/who")).startsWith("data-1");
        assertThat(ask(url("front") + "/fetch?http://data:8080/who")).startsWith("data-");
    }

    @Test
    void daemonSetHasOnePodAndExecProbesAreRun() {
        Deployment model = new DeploymentBuilder(deployment("agent", "v1", 1))
                .editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withReadinessProbe(new ProbeBuilder()
                        .withNewExec()
                        .withCommand("java", "-version")
                        .endExec()
                        .withTimeoutSeconds(20)
                        .withPeriodSeconds(1)
                        .build())
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
        client.resource(new DaemonSetBuilder()
                        .withMetadata(model.getMetadata())
                        .withNewSpec()
                        .withSelector(model.getSpec().getSelector())
                        .withTemplate(model.getSpec().getTemplate())
                        .endSpec()
                        .build())
                .serverSideApply();

        client.apps()
                .daemonSets()
                .inNamespace(namespace)
                .withName("agent")
                .waitUntilCondition(
                        set -> Integer.valueOf(1).equals(set.getStatus().getNumberReady()),
                        WAIT_SECONDS,
                        TimeUnit.SECONDS);

        assertThat(pods("agent")).hasSize(1);
    }

    @Test
    void customResourcesAreServedOnceTheyAreDefined() {
        client.resource("""
                        apiVersion: apiextensions.k8s.io/v1
                        kind: CustomResourceDefinition
                        metadata: {name: lamps.example.com}
                        spec:
                          group: example.com
                          scope: Namespaced
                          names: {plural: lamps, singular: lamp, kind: Lamp}
                          versions:
                            - name: v1
                              served: true
                              storage: true
                              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                        """).create();
        try {
            GenericKubernetesResource lamp = client.genericKubernetesResources("example.com/v1", "Lamp")
                    .inNamespace(namespace)
                    .resource(new GenericKubernetesResourceBuilder()
                            .withApiVersion("example.com/v1")
                            .withKind("Lamp")
                            .withNewMetadata()
                            .withName("desk")
                            .endMetadata()
                            .addToAdditionalProperties("spec", Map.of("watts", 7))
                            .build())
                    .serverSideApply();

            assertThat(lamp.getAdditionalProperties()).containsEntry("spec", Map.of("watts", 7));
        } finally {
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName("lamps.example.com")
                    .delete();
        }
    }

    @Test
    void applyRemovesAFieldThatIsNotAppliedAnyMore() {
        ConfigMap first = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace(namespace)
                .endMetadata()
                .addToData(Map.of("a", "1", "b", "2"))
                .build();
        client.resource(first).fieldManager("one").serverSideApply();
        client.resource(new ConfigMapBuilder(first).withData(Map.of("c", "3")).build())
                .fieldManager("two")
                .serverSideApply();

        ConfigMap now = client.resource(
                        new ConfigMapBuilder(first).withData(Map.of("a", "1")).build())
                .fieldManager("one")
                .serverSideApply();

        assertThat(now.getData()).isEqualTo(Map.of("a", "1", "c", "3"));
    }

    @Test
    void applyOfAnothersFieldIsAConflictUnlessForced() {
        ConfigMap first = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace(namespace)
                .endMetadata()
                .addToData("a", "1")
                .build();
        client.resource(first).fieldManager("one").serverSideApply();
        ConfigMap other = new ConfigMapBuilder(first).withData(Map.of("a", "2")).build();

        assertThatThrownBy(() -> client.resource(other).fieldManager("two").serverSideApply())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getStatus().getMessage())
                            .contains("Apply failed with 1 conflict: conflict with \"one\": .data.a");
                });
        assertThat(client.resource(other)
                        .fieldManager("two")
                        .forceConflicts()
                        .serverSideApply()
                        .getData())
                .containsEntry("a", "2");
    }

    @Test
    void dryRunWritesNothing() {
        Deployment planned =
                client.resource(deployment("web", "v1", 1)).dryRun().serverSideApply();
        Service plannedService = client.resource(service("web")).dryRun().create();

        assertThat(planned.getSpec().getStrategy().getType()).isEqualTo("RollingUpdate");
        assertThat(plannedService.getSpec().getClusterIP()).startsWith("127.");
        assertThat(client.apps().deployments().inNamespace(namespace).list().getItems())
                .isEmpty();
        assertThat(client.services().inNamespace(namespace).list().getItems()).isEmpty();
    }

    @Test
    void watchHearsWhatHappens() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        ConfigMap map = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace(namespace)
                .addToLabels("part", "one")
                .endMetadata()
                .build();

        try (Watch watch = client.configMaps()
                .inNamespace(namespace)
                .withLabel("part", "one")
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, ConfigMap object) {
                        heard.add(action + " " + object.getMetadata().getName());
                    }

                    @Override
                    public void onClose(WatcherException cause) {}
                })) {
            client.resource(map).create();
            client.configMaps()
                    .inNamespace(namespace)
                    .withName("settings")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"a\":\"1\"}}");
            client.configMaps().inNamespace(namespace).withName("settings").delete();

            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("ADDED settings");
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("MODIFIED settings");
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("DELETED settings");
        }
    }

    @Test
    void refusesWhatARealServerRefuses() {
        assertThatThrownBy(() -> client.resource(new PodBuilder()
                                .withNewMetadata()
                                .withName("Web")
                                .withNamespace(namespace)
                                .endMetadata()
                                .withNewSpec()
                                .endSpec()
                                .build())
                        .create())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(422);
                    assertThat(e.getStatus().getDetails().getCauses())
                            .extracting(cause -> cause.getField())
                            .containsExactly("metadata.name", "spec.containers");
                });
        namespace = "nowhere";
        assertThatThrownBy(() -> client.resource(deployment("web", "v1", 1)).serverSideApply())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(404);
                    assertThat(e.getStatus().getMessage()).isEqualTo("namespaces \"nowhere\" not found");
                });
    }

    @Test
    void nodePortThatAnotherProgramHasIsRefused() throws IOException {
        try (ServerSocket taken = nodePort()) {
            Service wanted = new ServiceBuilder(service("web"))
                    .editSpec()
                    .withType("NodePort")
                    .editFirstPort()
                    .withNodePort(taken.getLocalPort())
                    .endPort()
                    .endSpec()
                    .build();

            assertThatThrownBy(() -> client.resource(wanted).create())
                    .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                        assertThat(e.getCode()).isEqualTo(422);
                        assertThat(e.getStatus().getMessage())
                                .contains(
                                        "another program on this machine listens at 127.0.0.1:" + taken.getLocalPort());
                    });
        }
    }

    private static ServerSocket nodePort() throws IOException {
        for (int port = 32_767; port > 30_000; port--) {
            try {
                return new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
            } catch (IOException e) {
                // somebody has this one already
            }
        }
        throw new IOException("no port is free");
    }

    @Test
    void scaleChangesTheNumberOfPods() throws Exception {
        deploy("web", "v1", 1);

        client.apps().deployments().inNamespace(namespace).withName("web").scale(2);
        awaitReady("web", 2);
        client.apps().deployments().inNamespace(namespace).withName("web").scale(0);
        client.pods()
                .inNamespace(namespace)
                .withLabel("app", "web")
                .waitUntilCondition(java.util.Objects::isNull, WAIT_SECONDS, TimeUnit.SECONDS);

        assertThat(pods("web")).isEmpty();
        String url = url("web");
        assertThatThrownBy(() -> ask(url + "/who")).isInstanceOf(IOException.class);
    }
}
