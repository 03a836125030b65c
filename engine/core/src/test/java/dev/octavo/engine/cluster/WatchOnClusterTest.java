package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts watched on a real cluster, with the variables that {@link RealClusterTest} names. */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(180)
class WatchOnClusterTest {
    private static final String IMAGE = variable("OCTAVO_TEST_IMAGE", "kube-testbed.invalid/httpd:1");
    private static final String POD_SPEC = "{terminationGracePeriodSeconds: 0, containers: [{name: c, image: '" + IMAGE
            + "', env: [{name: A, value: b}], readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}}]}";
    private static final String WEB = workload("apps/v1", "Deployment", "web", "replicas: 1,");
    private static final String SERVICE =
            "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, protocol: TCP, targetPort: 8080}]}}";

    @TempDir
    private Path directory;

    private final String namespace = "octavo-w-" + UUID.randomUUID().toString().substring(0, 8);
    private final Contexts.Hearing listener = new Contexts.Hearing();
    private EngineContext context;

    private static String variable(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    private static ClusterTarget target() {
        return ClusterTarget.file(Path.of(variable("OCTAVO_TEST_KUBECONFIG", "")));
    }

    private static String workload(String apiVersion, String kind, String name, String more) {
        return "{apiVersion: %1$s, kind: %2$s, metadata: {name: %3$s}, spec: {%4$s selector: {matchLabels: {app: %3$s}}, template: {metadata: {labels: {app: %3$s}}, spec: %5$s}}}"
                .formatted(apiVersion, kind, name, more, POD_SPEC);
    }

    @BeforeEach
    void setUp() {
        context = Contexts.of(directory, listener);
    }

    @AfterEach
    void tearDown() {
        try (ClusterClient client = ClusterClient.connect(target(), context)) {
            Answer unused = client.delete("/api/v1/namespaces/" + namespace);
        }
    }

    private DeploySpec spec(String... manifests) throws IOException {
        Files.createDirectories(directory.resolve("deploy"));
        Files.writeString(directory.resolve("deploy/app.yaml"), String.join("\n---\n", manifests));
        return DeploySpec.of(target(), "test", directory, "deploy/*.yaml")
                .inNamespace(namespace)
                .withTimeout(Duration.ofSeconds(90));
    }

    private boolean modern() {
        try (ClusterClient client = ClusterClient.connect(target(), context)) {
            return client.type("policy/v1", "PodDisruptionBudget").isPresent();
        }
    }

    private RolloutException failure(DeploySpec spec) {
        try {
            Deployer.deploy(spec, context);
        } catch (RolloutException e) {
            return e;
        }
        throw new AssertionError("it did not fail");
    }

    private void failsAndRecovers(String reason, String why, String fix, String... broken) throws IOException {
        failsAndRecoversBy(WEB, reason, why, fix, broken);
    }

    private void failsAndRecoversBy(String good, String reason, String why, String fix, String... broken)
            throws IOException {
        RolloutException failure = failure(spec(broken));
        assertThat(failure.failures().get(0).reason()).as(failure.describe()).isEqualTo(reason);
        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOY_FAILED);
        assertThat(failure.why()).contains(why);
        assertThat(failure.fix()).contains(fix);

        assertThat(Deployer.deploy(spec(good), context).workloads())
                .extracting(WorkloadStatus::message)
                .containsExactly("1 of 1 replicas available");
    }

    @Test
    void waitsForEachKindThatTellsHowFarItIs() throws IOException {
        boolean modern = modern();
        List<WorkloadStatus> statuses = Deployer.deploy(
                        spec(
                                WEB,
                                SERVICE,
                                "{apiVersion: v1, kind: Service, metadata: {name: elsewhere}, spec: {type: ExternalName, externalName: db.example}}",
                                "{apiVersion: v1, kind: Service, metadata: {name: nothing}, spec: {selector: {app: wbe}, ports: [{port: 80, protocol: TCP}]}}",
                                "{apiVersion: batch/%s, kind: CronJob, metadata: {name: night}, spec: {schedule: '0 3 * * *', suspend: true, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}}}"
                                        .formatted(modern ? "v1" : "v1beta1"),
                                "{apiVersion: policy/%s, kind: PodDisruptionBudget, metadata: {name: web}, spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}}"
                                        .formatted(modern ? "v1" : "v1beta1"),
                                "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: web}, spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}"),
                        context)
                .workloads();

        assertThat(statuses).allMatch(WorkloadStatus::ready).hasSize(7);
        assertThat(statuses)
                .extracting(WorkloadStatus::message)
                .contains(
                        "1 of 1 replicas available",
                        "1 endpoint",
                        "a name for db.example",
                        "it is suspended, so nothing runs");
        assertThat(listener.warnings).anyMatch(warning -> warning.contains("Service/nothing: NoEndpoints"));
    }

    @Test
    void failsWhereAStatefulSetMayNotMakeItsPods() throws IOException {
        failsAndRecoversBy(
                WEB.replace("name: c,", "name: c, resources: {requests: {cpu: 1m}},"),
                "FailedCreate",
                "exceeded quota",
                "quota",
                "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {requests.cpu: 1m}}}",
                workload("apps/v1", "StatefulSet", "set", "serviceName: set,")
                        .replace("name: c,", "name: c, resources: {requests: {cpu: 5m}},"));
    }

    @Test
    void failsAtOnceWherePodSecurityRefusesThePods() throws IOException {
        assumeThat(modern()).as("Kubernetes has it since 1.23").isTrue();
        String enforcing =
                "{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {pod-security.kubernetes.io/enforce: %s}}}";
        failsAndRecovers(
                "FailedCreate",
                "violates PodSecurity",
                "securityContext",
                enforcing.formatted(namespace, "baseline"),
                WEB.replace("name: c,", "name: c, securityContext: {privileged: true},"));
    }

    @Test
    void failsWhereTheSecretOfAVolumeIsMissing() throws IOException {
        failsAndRecovers(
                "FailedMount",
                "secret \"nowhere\" not found",
                "create the ConfigMap, Secret or claim",
                WEB.replace("containers:", "volumes: [{name: v, secret: {secretName: nowhere}}], containers:")
                        .replace("name: c,", "name: c, volumeMounts: [{name: v, mountPath: /v}],"));
    }

    @Test
    void failsWhereAnInitContainerEnds() throws IOException {
        RolloutException failure = failure(spec(WEB.replace(
                "containers:",
                "initContainers: [{name: migrate, image: '" + IMAGE
                        + "', env: [{name: EXIT_AFTER, value: '0'}]}], containers:")));

        assertThat(failure.failures().get(0).reason()).isEqualTo("CrashLoopBackOff");
        assertThat(failure.failures().get(0).pods().get(0).container()).isEqualTo("migrate");
        assertThat(failure.why()).contains("exit code 3", "log    |");
    }

    @Test
    void failsWhereTheStartupProbeIsNeverMet() throws IOException {
        assumeThat(modern())
                .as("kubelet 1.20 probes only the first run of a container")
                .isTrue();
        failsAndRecovers(
                "CrashLoopBackOff",
                "Startup probe failed",
                "startupProbe",
                WEB.replace(
                                "name: c,",
                                "name: c, startupProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1, failureThreshold: 2},")
                        .replace("{name: A, value: b}", "{name: READY_AFTER, value: '-1'}"));
    }

    @Test
    void blamesNoProbeWhereTheProgramEndsByItself() throws IOException {
        failsAndRecovers(
                "CrashLoopBackOff",
                "exit code 3",
                "read the log",
                WEB.replace(
                                "name: c,",
                                "name: c, startupProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1, failureThreshold: 60},")
                        .replace(
                                "{name: A, value: b}",
                                "{name: READY_AFTER, value: '-1'}, {name: EXIT_AFTER, value: '3'}"));
    }

    @Test
    void tellsWhatAProbeMetMostOften() throws IOException {
        RolloutException failure = failure(spec(WEB.replace(
                        "name: c,",
                        "name: c, startupProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1, failureThreshold: 6},")
                .replace("{name: A, value: b}", "{name: READY_AFTER, value: '-1'}")));

        assertThat(failure.why()).contains("Startup probe failed: HTTP probe failed with statuscode: 503");
        assertThat(failure.failures().get(0).pods().get(0).restarts()).isLessThanOrEqualTo(2);
    }

    @Nested
    class AJobOfAnEarlierRound {
        private static final String AFTER = "{apiVersion: v1, kind: ConfigMap, metadata: {name: after}}";

        private String migration(int exitCode) {
            return "{apiVersion: batch/v1, kind: Job, metadata: {name: migrate, annotations: {octavo.dev/wave: '-1'}}, spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: c, image: '"
                    + IMAGE + "', env: [{name: EXIT_AFTER, value: '1'}, {name: EXIT_CODE, value: '" + exitCode
                    + "'}]}]}}}}";
        }

        private Map<String, Object> get(String path) {
            try (ClusterClient client = ClusterClient.connect(target(), context)) {
                Answer answer = client.get(path);
                return answer.ok() ? answer.body() : Map.of();
            }
        }

        @Test
        void isDoneBeforeTheNextIsWritten() throws IOException {
            Deployer.deploy(spec(AFTER, migration(0)), context);

            String done = Tree.text(
                    get("/apis/batch/v1/namespaces/" + namespace + "/jobs/migrate"), "status", "completionTime");
            String written = Tree.text(
                    get("/api/v1/namespaces/" + namespace + "/configmaps/after"), "metadata", "creationTimestamp");
            assertThat(Instant.parse(written)).isAfterOrEqualTo(Instant.parse(done));
        }

        @Test
        void keepsTheNextFromBeingWrittenWhereItFails() throws IOException {
            RolloutException failure = failure(spec(AFTER, migration(3)));

            assertThat(failure.why()).contains("Job/migrate");
            assertThat(get("/api/v1/namespaces/" + namespace + "/configmaps/after"))
                    .isEmpty();
        }
    }

    @Test
    void failsWhereAJobMissesItsDeadline() throws IOException {
        RolloutException failure = failure(spec(
                "{apiVersion: batch/v1, kind: Job, metadata: {name: job}, spec: {activeDeadlineSeconds: 3, template: {spec: {restartPolicy: Never, terminationGracePeriodSeconds: 0, containers: [{name: c, image: '"
                        + IMAGE + "'}]}}}}"));

        assertThat(failure.failures().get(0).reason()).isEqualTo("DeadlineExceeded");
    }

    @Test
    void letsAJobFailAsOftenAsItMay() throws IOException {
        RolloutException failure = failure(spec(
                "{apiVersion: batch/v1, kind: Job, metadata: {name: job}, spec: {backoffLimit: 1, template: {spec: {restartPolicy: Never, containers: [{name: c, image: '"
                        + IMAGE + "', env: [{name: EXIT_AFTER, value: '0'}]}]}}}}"));

        assertThat(failure.failures().get(0).reason()).isEqualTo("BackoffLimitExceeded");
        assertThat(failure.why()).contains("EXIT_AFTER");
    }

    @Test
    void tellsWhatKeepsAClaimPending() throws IOException {
        RolloutException failure = failure(
                spec(
                        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], storageClassName: nowhere, resources: {requests: {storage: 1Mi}}}}"));

        assertThat(failure.failures().get(0).reason()).as(failure.describe()).isEqualTo("ProvisioningFailed");
        assertThat(failure.fix()).contains("storageClassName");
    }

    @Test
    void verifiesByAddressesAndJobs() throws IOException {
        Files.createDirectories(directory.resolve("deploy/verify"));
        Files.writeString(
                directory.resolve("deploy/verify/job.yaml"),
                "{apiVersion: batch/v1, kind: Job, metadata: {name: smoke}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: '"
                        + IMAGE + "', env: [{name: EXIT_AFTER, value: '0'}, {name: EXIT_CODE, value: '0'}]}]}}}}");
        DeploySpec spec = spec(WEB, SERVICE)
                .verifying(new Verification(
                        List.of("http://web/healthz 200", "deploy/verify/*.yaml"), Duration.ofSeconds(30)));
        for (int i = 0; i < 2; i++) {
            List<CheckResult> checks = Deployer.deploy(spec, context).checks();
            assertThat(checks).extracting(CheckResult::check).containsExactly("http://web/healthz", "Job/smoke");
            assertThat(checks.get(0).message()).startsWith("200");
            assertThat(checks.get(1).log()).isNotEmpty();
        }
    }

    @Test
    void failsWhereACheckFails() throws IOException {
        RolloutException failure = failure(spec(WEB, SERVICE)
                .verifying(new Verification(List.of("http://web/healthz 200 WELL"), Duration.ofSeconds(2))));

        assertThat(failure.code()).isEqualTo(ErrorCode.VERIFY_FAILED);
        assertThat(failure.why()).contains("expected the status 200 with the text \"WELL\", met status 200");
    }

    @Test
    void tellsHowWhatIsThereIsDoing() throws IOException {
        Deployer.deploy(spec(WEB, SERVICE), context);

        assertThat(Rollouts.await(spec(WEB, SERVICE), context))
                .extracting(WorkloadStatus::title)
                .contains("Deployment/web", "Service/web");
        assertThat(Rollouts.await(
                        target(), namespace, List.of("deployment/web", "Service/web"), Duration.ofSeconds(30), context))
                .extracting(WorkloadStatus::message)
                .containsExactly("1 of 1 replicas available", "1 endpoint");
    }

    @Test
    void tellsAtOnceThatWhatIsThereDoesNotRun() throws IOException {
        DeploySpec broken = spec(WEB.replace("{name: A, value: b}", "{name: EXIT_AFTER, value: '0'}"));
        RolloutException first = failure(broken);
        assertThat(first.failures().get(0).reason()).isEqualTo("CrashLoopBackOff");

        try {
            Rollouts.await(target(), namespace, List.of("Deployment/web"), Duration.ofSeconds(60), context);
            throw new AssertionError("it did not fail");
        } catch (RolloutException e) {
            assertThat(e.failures().get(0).reason()).isEqualTo("CrashLoopBackOff");
        }
    }
}
