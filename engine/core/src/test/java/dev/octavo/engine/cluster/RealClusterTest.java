package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.PlannedObject.Change;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deployments to a real cluster, right ones and such as are broken in each way that is told apart.
 *
 * <p>Runs where {@code OCTAVO_TEST_KUBECONFIG} names an administrator's kubeconfig. {@code OCTAVO_TEST_IMAGE} is a small
 * HTTP server that the nodes have: it listens on 8080, answers {@code /healthz} once {@code READY_AFTER} seconds have
 * passed (never, if that is negative), and ends after {@code EXIT_AFTER} seconds with {@code EXIT_CODE}. {@code
 * OCTAVO_TEST_REGISTRY} is a registry that the nodes can reach.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(180)
class RealClusterTest {
    private static final String KUBECONFIG = variable("OCTAVO_TEST_KUBECONFIG", "");
    private static final String IMAGE = variable("OCTAVO_TEST_IMAGE", "kube-testbed.invalid/httpd:1");
    private static final String REGISTRY = variable("OCTAVO_TEST_REGISTRY", "localhost:5000");

    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: web
                    image: %s
                    ports: [{name: http, containerPort: 8080}]
                    env: [{name: GREETING, value: hello}]
                    readinessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 1}
            """.formatted(IMAGE);

    @TempDir
    private Path directory;

    private final String namespace = "octavo-" + UUID.randomUUID().toString().substring(0, 8);
    private final Contexts.Hearing listener = new Contexts.Hearing();
    private EngineContext context;

    private static String variable(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    @BeforeEach
    void setUp() {
        context = Contexts.of(directory, listener);
    }

    @AfterEach
    void tearDown() {
        Config config = Config.fromKubeconfig(new File(KUBECONFIG));
        try (HttpClient http =
                HttpClientUtils.getHttpClientFactory().newBuilder(config).build()) {
            http.sendAsync(
                            http.newHttpRequestBuilder()
                                    .uri(config.getMasterUrl().replaceAll("/$", "") + "/api/v1/namespaces/" + namespace)
                                    .method("DELETE", null, null)
                                    .build(),
                            byte[].class)
                    .join();
        }
    }

    private DeploySpec spec(String... manifests) throws IOException {
        Files.createDirectories(directory.resolve("deploy"));
        Files.writeString(directory.resolve("deploy/app.yaml"), String.join("\n---\n", manifests));
        return DeploySpec.of(ClusterTarget.file(Path.of(KUBECONFIG)), "test", directory, "deploy/**")
                .inNamespace(namespace)
                .withTimeout(Duration.ofSeconds(90));
    }

    private static String web(String before, String after) {
        assertThat(WEB).contains(before);
        return WEB.replace(before, after);
    }

    private DeployResult deploy(String... manifests) throws IOException {
        return Deployer.deploy(spec(manifests), context);
    }

    private RolloutException failure(DeploySpec spec) {
        try {
            Deployer.deploy(spec, context);
        } catch (RolloutException e) {
            return e;
        }
        throw new AssertionError("it did not fail");
    }

    @Test
    void deploysAnApplicationAndLeavesItAloneTheSecondTime() throws IOException {
        String[] manifests = {
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {level: info}",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData: {password: hunter2!}",
            web("replicas: 1", "replicas: 2"),
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}",
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {rules: [{host: web.test, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}",
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}",
        };

        DeployResult first = deploy(manifests);
        assertThat(first.plan().objects())
                .extracting(PlannedObject::change)
                .containsOnly(Change.CREATE)
                .hasSize(7);
        assertThat(first.plan().objects().get(0).title()).isEqualTo("Namespace/" + namespace);
        assertThat(first.workloads())
                .extracting(WorkloadStatus::title, WorkloadStatus::message)
                .contains(
                        tuple("Deployment/web", "2 of 2 replicas available"),
                        tuple("Ingress/web", "no controller has given it an address; many never do"))
                .anySatisfy(status -> assertThat(status.toList().toString())
                        // one is enough, and the second may be told a moment later
                        .matches("\\[Service/web, (1 endpoint|2 endpoints)]"));

        DeployResult second = deploy(manifests);
        assertThat(second.plan().text()).contains("0 to create, 0 to change, 6 unchanged");
        assertThat(second.written()).isZero();
    }

    @Test
    void tellsExactlyWhatChanges() throws IOException {
        String secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData: {password: %s}";
        deploy(WEB, secret.formatted("hunter2!"));

        Plan plan = Planner.plan(
                spec(
                        web("value: hello", "value: goodbye").replace("replicas: 1", "replicas: 2"),
                        secret.formatted("other-one")),
                context);

        assertThat(plan.objects().stream().flatMap(object -> object.changes().stream()))
                .containsExactlyInAnyOrder(
                        new FieldChange("data.password", "****", "****"),
                        new FieldChange("spec.replicas", "1", "2"),
                        new FieldChange("spec.template.spec.containers[web].env[GREETING].value", "hello", "goodbye"));
        assertThat(Json.text(plan)).doesNotContain("hunter2!", "aHVudGVyMiE=", "other-one", "b3RoZXItb25l");
        assertThat(Deployer.deploy(spec(web("value: hello", "value: goodbye")), context)
                        .written())
                .isEqualTo(1);
    }

    @Test
    void asksAgainWhenTheClusterHasChangedSinceTheApproval() throws IOException {
        deploy(WEB);
        Plan plan = Planner.plan(spec(WEB), context);
        assertThat(Planner.plan(spec(WEB), context).hash()).isEqualTo(plan.hash());
        try (ClusterClient client = ClusterClient.connect(ClusterTarget.file(Path.of(KUBECONFIG)), context)) {
            Map<String, Object> scaled =
                    Trees.tree("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 0}}");
            Answer answer = client.apply("/apis/apps/v1/namespaces/" + namespace + "/deployments/web", scaled, true);
            assertThat(answer.code()).as(answer.message()).isEqualTo(422); // it would lose its template
        }
        Plan changed = Planner.plan(spec(web("value: hello", "value: x")), context);

        assertThatThrownBy(() ->
                        Deployer.deploy(spec(web("value: hello", "value: y")).approvedAs(changed), context))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.DEPLOY_PLAN_CHANGED);
                    assertThat(e.why()).contains("Deployment/web is another", "env[GREETING].value (now hello -> y)");
                });
    }

    @Test
    void deploysEachKindOfWorkload() throws IOException {
        String template =
                "selector: {matchLabels: {app: %1$s}}, template: {metadata: {labels: {app: %1$s}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: '"
                        + IMAGE + "', readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}}]}}";

        DeployResult result = deploy(
                "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: set}, spec: {replicas: 2, serviceName: set, "
                        + template.formatted("set") + "}}",
                "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: daemon}, spec: {"
                        + template.formatted("daemon") + "}}",
                "{apiVersion: batch/v1, kind: Job, metadata: {name: job}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: '"
                        + IMAGE + "', env: [{name: EXIT_AFTER, value: '1'}, {name: EXIT_CODE, value: '0'}]}]}}}}");

        assertThat(result.workloads())
                .extracting(WorkloadStatus::message)
                .containsExactly("2 of 2 replicas available", "1 of 1 nodes available", "1 of 1 completed");
    }

    @Test
    void deploysAKindAndAnObjectOfItAtOnce() throws IOException {
        String group = namespace + ".example";
        DeployResult result = deploy(
                "{apiVersion: %s/v1, kind: Coupon, metadata: {name: ten}, spec: {percent: 10}}".formatted(group),
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: coupons.%1$s}
                spec:
                  group: %1$s
                  scope: Namespaced
                  names: {kind: Coupon, plural: coupons, singular: coupon}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {percent: {type: integer}}}}}}
                """.formatted(group));

        assertThat(result.written()).isEqualTo(3);
        assertThat(Planner.plan(
                                spec("{apiVersion: %s/v1, kind: Coupon, metadata: {name: ten}, spec: {percent: 12}}"
                                        .formatted(group)),
                                context)
                        .objects()
                        .get(0)
                        .changes())
                .containsExactly(new FieldChange("spec.percent", "10", "12"));
    }

    @Test
    void tellsThatACredentialIsRefused() throws IOException {
        Config config = Config.fromKubeconfig(new File(KUBECONFIG));
        String kubeconfig = """
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: "%s"}}]
                users: [{name: u, user: {token: nonsense}}]
                """.formatted(config.getMasterUrl(), config.getCaCertData());
        Path file = Files.writeString(directory.resolve("config"), kubeconfig);
        spec(WEB);

        assertThatThrownBy(() ->
                        Planner.plan(DeploySpec.of(ClusterTarget.file(file), "test", directory, "deploy/**"), context))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        e -> assertThat(e.code()).as(e.describe()).isEqualTo(ErrorCode.CLUSTER_UNAUTHORIZED));
    }

    @Nested
    class IsRefusedBeforeAnythingIsWritten {
        private void assertRefused(String part, String... manifests) {
            assertRefused(ErrorCode.CLUSTER_REFUSED, part, manifests);
        }

        private void assertRefused(ErrorCode code, String part, String... manifests) {
            assertThatThrownBy(() -> deploy(manifests)).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.code()).isEqualTo(code);
                assertThat(e.why()).contains(part);
            });
        }

        @Test
        void aFieldThatDoesNotExist() throws IOException {
            assertRefused("replica", web("replicas: 1", "replica: 1"));
            deploy("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
            assertRefused("replica", web("replicas: 1", "replica: 1"));
        }

        @Test
        void aValueOfTheWrongType() {
            assertRefused("quotation marks", web("value: hello", "value: 5"));
        }

        @Test
        void aChangeOfWhatCannotBeChanged() throws IOException {
            deploy(WEB);
            assertRefused(
                    ErrorCode.CLUSTER_IMMUTABLE,
                    "spec.selector.matchLabels.app cannot be changed",
                    WEB.replace("app: web", "app: other"));
        }

        @Test
        void aRemovedVersionThatMeantSomethingElse() {
            String withoutSelector = web("  selector: {matchLabels: {app: web}}\n", "");
            assertRefused("write apiVersion: apps/v1", withoutSelector.replace("apps/v1", "apps/v1beta2"));
        }

        @Test
        void aSecretThatIsNotBase64WithoutShowingIt() {
            assertThatThrownBy(
                            () -> deploy("{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {p: 'hunter2!'}}"))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            e -> assertThat(e.describe()).contains("Secret/s").doesNotContain("hunter2"));
        }
    }

    @Nested
    class FailsAndExplains {
        private RolloutException assertFails(String reason, String... manifests) throws IOException {
            RolloutException failure = failure(spec(manifests));
            assertThat(failure.failures().get(0).reason())
                    .as(failure.describe())
                    .isEqualTo(reason);
            assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOY_FAILED);
            return failure;
        }

        @Test
        void anImageThatTheRegistryDoesNotHave() throws IOException {
            RolloutException failure = failure(spec(web(IMAGE, REGISTRY + "/none:1")));

            assertThat(failure.failures().get(0).reason()).isIn("ErrImagePull", "ImagePullBackOff");
            assertThat(failure.fix()).contains(REGISTRY + "/none:1 was pushed");
        }

        @Test
        void aRegistryThatDoesNotAnswer() throws IOException {
            RolloutException failure = failure(spec(web(IMAGE, "localhost:1/none:1")));

            assertThat(failure.failures().get(0).reason()).isIn("ErrImagePull", "ImagePullBackOff");
            assertThat(failure.fix()).contains("can reach the registry");
        }

        @Test
        void aNameThatIsNone() throws IOException {
            assertFails("InvalidImageName", web(IMAGE, "x:bad:tag"));
            assertThat(failure(spec(web(IMAGE, "UPPER/case:1"))).fix()).contains("correct the image's name");
        }

        @Test
        void aProgramThatEnds() throws IOException {
            RolloutException failure = assertFails(
                    "CrashLoopBackOff", web("{name: GREETING, value: hello}", "{name: EXIT_AFTER, value: '0'}"));

            assertThat(failure.why()).contains("exit code 3", "EXIT_AFTER");
        }

        @Test
        void aVolumeWhoseSecretIsNotThere() throws IOException {
            RolloutException failure = failure(spec(web(
                                    "containers:",
                                    "volumes: [{name: v, secret: {secretName: nowhere}}]\n      containers:")
                            .replace("    ports:", "    volumeMounts: [{name: v, mountPath: /v}]\n        ports:"))
                    .withTimeout(Duration.ofSeconds(10)));

            assertThat(failure.why()).contains("secret \"nowhere\" not found");
            assertThat(failure.fix()).contains("create the ConfigMap, Secret or claim");
        }

        @Test
        void aConfigMapThatIsNotThere() throws IOException {
            RolloutException failure = assertFails(
                    "CreateContainerConfigError",
                    web("env: [{name: GREETING, value: hello}]", "envFrom: [{configMapRef: {name: nowhere}}]"));

            assertThat(failure.why()).contains("nowhere");
        }

        @Test
        void aPodThatFitsNoNode() throws IOException {
            assertFails("Unschedulable", web("    ports:", "    resources: {requests: {cpu: 1000}}\n        ports:"));
        }

        @Test
        void aQuotaThatIsUsedUp() throws IOException {
            RolloutException failure = assertFails(
                    "FailedCreate",
                    "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: 0}}}",
                    WEB);

            assertThat(failure.fix()).contains("quota");
        }

        @Test
        void aProbeThatNeverAnswers() throws IOException {
            RolloutException failure =
                    failure(spec(web("{name: GREETING, value: hello}", "{name: READY_AFTER, value: '-1'}"))
                            .withTimeout(Duration.ofSeconds(8)));

            assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOY_TIMEOUT);
            assertThat(failure.why()).contains("Readiness probe failed", "503", "listening on 8080");
        }

        @Test
        void aNewVersionThatEndsWhileTheOldOneRuns() throws IOException {
            deploy(WEB);

            RolloutException failure = assertFails(
                    "CrashLoopBackOff", web("{name: GREETING, value: hello}", "{name: EXIT_AFTER, value: '0'}"));
            assertThat(failure.failures().get(0).pods()).hasSize(1);

            deploy(WEB);
        }

        @Test
        void aJobThatFails() throws IOException {
            RolloutException failure = assertFails(
                    "BackoffLimitExceeded",
                    "{apiVersion: batch/v1, kind: Job, metadata: {name: job}, spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: c, image: '"
                            + IMAGE + "', env: [{name: EXIT_AFTER, value: '0'}]}]}}}}");

            assertThat(failure.why()).contains("EXIT_AFTER");
        }
    }

    @Test
    void appliesFiveHundredObjectsAndFindsThemUnchanged() throws IOException {
        String[] manifests = Stream.iterate(0, i -> i + 1)
                .limit(500)
                .map(i -> "{apiVersion: v1, kind: ConfigMap, metadata: {name: c%d}, data: {a: b}}".formatted(i))
                .toArray(String[]::new);

        DeployResult first = deploy(manifests);
        DeployResult second = deploy(manifests);

        assertThat(first.written()).isEqualTo(501);
        assertThat(second.written()).isZero();
        listener.progress("first: plan " + first.planMillis() + " ms, apply " + first.applyMillis()
                + " ms; second: plan " + second.planMillis() + " ms");
        assertThat(second.planMillis())
                .as(listener.progress.get(listener.progress.size() - 1))
                .isLessThan(20_000);
    }
}
