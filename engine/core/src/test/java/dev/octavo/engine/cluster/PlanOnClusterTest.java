package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.PlannedObject.Change;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Plans against a real API server, of Kubernetes 1.20 or of today; it needs no node. See {@link RealClusterTest}. */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(180)
class PlanOnClusterTest {
    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 3
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: web
                    image: r.test/web:1
                    ports: [{name: http, containerPort: 8080}]
                    resources: {requests: {cpu: 100m, memory: 64Mi}}
            """;
    private static final String SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
            + "spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: http}]}";
    private static final String SCALER = "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\n"
            + "metadata: {name: web}\nspec: {maxReplicas: 9, targetCPUUtilizationPercentage: 60,"
            + " scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}";

    @TempDir
    private Path directory;

    private final String namespace = "octavo-" + UUID.randomUUID().toString().substring(0, 8);
    private final String deployments = "/apis/apps/v1/namespaces/" + namespace + "/deployments/web";
    private final Config config = Config.fromKubeconfig(new File(System.getenv("OCTAVO_TEST_KUBECONFIG")));
    private HttpClient http;
    private EngineContext context;

    @BeforeEach
    void setUp() {
        http = HttpClientUtils.getHttpClientFactory().newBuilder(config).build();
        context = Contexts.of(directory, new Contexts.Hearing());
    }

    @AfterEach
    void tearDown() {
        request("DELETE", "/api/v1/namespaces/" + namespace, "", "");
        http.close();
    }

    private Map<String, Object> send(String method, String path, String type, String body) {
        HttpResponse<byte[]> response = request(method, path, type, body);
        assertThat(response.code())
                .as(method + " " + path + " " + new String(response.body(), StandardCharsets.UTF_8))
                .isLessThan(300);
        return Json.parse(response.body());
    }

    private HttpResponse<byte[]> request(String method, String path, String type, String body) {
        return http.sendAsync(
                        http.newHttpRequestBuilder()
                                .uri(config.getMasterUrl().replaceAll("/$", "") + path)
                                .method(method, type.isEmpty() ? null : type, type.isEmpty() ? null : body)
                                .build(),
                        byte[].class)
                .join();
    }

    private void merge(String path, String body) {
        send("PATCH", path + "?fieldManager=kubectl-edit", "application/merge-patch+json", body);
    }

    private Map<String, Object> get(String path) {
        return send("GET", path, "", "");
    }

    private DeploySpec spec(String... manifests) throws IOException {
        Files.createDirectories(directory.resolve("deploy"));
        Files.writeString(directory.resolve("deploy/app.yaml"), String.join("\n---\n", manifests));
        return DeploySpec.of(
                        ClusterTarget.file(Path.of(System.getenv("OCTAVO_TEST_KUBECONFIG"))),
                        "test",
                        directory,
                        "deploy/**")
                .inNamespace(namespace);
    }

    private Plan plan(String... manifests) throws IOException {
        return Planner.plan(spec(manifests), context);
    }

    private DeployResult apply(String... manifests) throws IOException {
        return Deployer.apply(spec(manifests), context);
    }

    private static PlannedObject planned(Plan plan, String title) {
        return plan.objects().stream()
                .filter(object -> object.title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    private void assertNothingToDo(String... manifests) throws IOException {
        Plan plan = plan(manifests);
        assertThat(plan.objects())
                .as(plan.text())
                .extracting(PlannedObject::change)
                .containsOnly(Change.UNCHANGED);
        assertThat(apply(manifests).written()).isZero();
    }

    @Nested
    class WhatOthersHaveDone {
        @Test
        void isNoChangeWhereTheManifestsDoNotSayIt() throws IOException {
            apply(WEB, SERVICE);
            long nodePort = Tree.number(
                    Tree.maps(get("/api/v1/namespaces/" + namespace + "/services/web"), "spec", "ports")
                            .get(0),
                    0,
                    "nodePort");
            merge(
                    deployments,
                    "{\"metadata\":{\"labels\":{\"team\":\"a\"},\"annotations\":{\"note\":\"by hand\"}},"
                            + "\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"restartedAt\":\"now\"}}}}}");
            send(
                    "PATCH",
                    deployments + "?fieldManager=injector",
                    "application/strategic-merge-patch+json",
                    "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"proxy\",\"image\":\"proxy:1\"}]}}}}");

            assertNothingToDo(WEB, SERVICE);

            Map<String, Object> live = get(deployments);
            assertThat(Tree.maps(live, "spec", "template", "spec", "containers"))
                    .hasSize(2);
            assertThat(Tree.text(live, "metadata", "labels", "team")).isEqualTo("a");
            assertThat(Tree.number(
                            Tree.maps(get("/api/v1/namespaces/" + namespace + "/services/web"), "spec", "ports")
                                    .get(0),
                            0,
                            "nodePort"))
                    .isEqualTo(nodePort);
        }

        @Test
        void isAChangeWhereTheManifestsSayOtherwise() throws IOException {
            apply(WEB);
            merge(deployments, "{\"spec\":{\"replicas\":5}}");

            assertThat(planned(plan(WEB), "Deployment/web").changes())
                    .containsExactly(new FieldChange("spec.replicas", "5", "3"));
        }
    }

    @Nested
    class Replicas {
        @Test
        void areLeftToAnAutoscalerThatIsDeployedToo() throws IOException {
            apply(WEB, SCALER);
            assertThat(Tree.number(get(deployments), 0, "spec", "replicas")).isEqualTo(3);
            merge(deployments, "{\"spec\":{\"replicas\":7}}"); // as the autoscaler does

            Plan plan = plan(WEB, SCALER);

            assertThat(planned(plan, "Deployment/web").change()).isEqualTo(Change.UNCHANGED);
            assertThat(planned(plan, "Deployment/web").warnings())
                    .anyMatch(note -> note.contains("left to HorizontalPodAutoscaler/web, which has them at 7"));
            assertThat(apply(WEB.replace("web:1", "web:2"), SCALER).written()).isEqualTo(1);
            assertThat(Tree.number(get(deployments), 0, "spec", "replicas")).isEqualTo(7);
        }

        @Test
        void areNotResetWhereOctavoOwnedThem() throws IOException {
            apply(WEB);
            assertThat(Autoscalers.MANAGER).isNotEqualTo(ClusterClient.FIELD_MANAGER);

            // the autoscaler comes, and the number goes from the manifest at the same time
            String without = WEB.replace("  replicas: 3\n", "");
            Plan plan = plan(without, SCALER);
            assertThat(planned(plan, "Deployment/web").changes()).isEmpty();
            apply(without, SCALER);

            assertThat(Tree.number(get(deployments), 0, "spec", "replicas")).isEqualTo(3);
            assertThat(Tree.at(AppliedState.entry(get(deployments)), "fieldsV1", "f:spec", "f:replicas"))
                    .isNull();
            assertNothingToDo(without, SCALER);
            assertNothingToDo(WEB, SCALER);
        }

        @Test
        void areLeftToAnAutoscalerInTheCluster() throws IOException {
            apply(WEB);
            send(
                    "POST",
                    "/apis/autoscaling/v1/namespaces/" + namespace + "/horizontalpodautoscalers",
                    "application/json",
                    Json.text(Trees.tree(SCALER)));
            apply(WEB.replace("replicas: 3", "replicas: 2"));
            assertThat(Tree.number(get(deployments), 0, "spec", "replicas")).isEqualTo(3);

            send("DELETE", "/apis/autoscaling/v1/namespaces/" + namespace + "/horizontalpodautoscalers/web", "", "");
            apply(WEB.replace("replicas: 3", "replicas: 2"));
            assertThat(Tree.number(get(deployments), 0, "spec", "replicas")).isEqualTo(2);
        }
    }

    @Nested
    class Configuration {
        private static final String USER = WEB.replace(
                "        ports:",
                "        envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: login}}]\n        ports:");
        private static final String SETTINGS =
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {level: info}}";
        private static final String LOGIN =
                "{apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {password: hunter2!, old: x}}";

        @Test
        void rollsItsPodsWhereItChanges() throws IOException {
            apply(USER, SETTINGS, LOGIN);
            assertNothingToDo(USER, SETTINGS, LOGIN);
            String hash = hash();

            Plan changed = plan(USER, SETTINGS.replace("info", "debug"), LOGIN);
            assertThat(planned(changed, "Deployment/web").changes())
                    .extracting(FieldChange::path)
                    .containsExactly("spec.template.metadata.annotations[octavo.dev/config-hash]");

            apply(USER, SETTINGS, LOGIN.replace("hunter2!", "hunter3!"));
            assertThat(hash()).isNotEqualTo(hash);
        }

        private String hash() {
            return Tree.text(get(deployments), "spec", "template", "metadata", "annotations", ConfigHash.ANNOTATION);
        }

        @Test
        void losesTheKeysOfASecretThatItsManifestNoLongerHas() throws IOException {
            apply(LOGIN);
            apply(LOGIN.replace(", old: x", ""));

            assertThat(Tree.map(get("/api/v1/namespaces/" + namespace + "/secrets/login"), "data"))
                    .containsOnlyKeys("password");
        }
    }

    @Nested
    class Versions {
        @Test
        void areThoseThatTheClusterHas() throws IOException {
            String[] written = {
                WEB.replace("apps/v1", "extensions/v1beta1").replace("  selector: {matchLabels: {app: web}}\n", ""),
                "{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: old}, spec: {rules: [{host: a.test, http: {paths: [{path: /, backend: {serviceName: web, servicePort: 80}}]}}]}}",
                "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: new}, spec: {rules: [{host: a.test, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}]}}",
                "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: new}, spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}}",
                "{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: old}, spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}}",
                "{apiVersion: batch/v1, kind: CronJob, metadata: {name: new}, spec: {schedule: '1 1 * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: c}]}}}}}}",
                "{apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: old}, spec: {schedule: '1 1 * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: c}]}}}}}}",
                "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: new}, spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, metrics: [{type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 50}}}]}}",
                "{apiVersion: autoscaling/v2beta1, kind: HorizontalPodAutoscaler, metadata: {name: old}, spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: b}, metrics: [{type: Resource, resource: {name: cpu, targetAverageUtilization: 50}}]}}",
                "{apiVersion: rbac.authorization.k8s.io/v1beta1, kind: RoleBinding, metadata: {name: old}, roleRef: {kind: Role, name: r}, subjects: [{kind: User, name: u}]}",
                SERVICE,
            };

            Plan plan = plan(written);
            assertThat(plan.objects())
                    .filteredOn(object -> object.warnings().stream().anyMatch(note -> note.contains("applied in")))
                    .as(plan.text())
                    .isNotEmpty();
            apply(written);

            assertNothingToDo(written);
        }

        @Test
        void thatMeanSomethingElseAreRefusedWithTheirSuccessor() throws IOException {
            assertThatThrownBy(
                            () -> plan(
                                    "{apiVersion: apps/v1beta2, kind: Deployment, metadata: {name: web}, spec: {template: {}}}",
                                    "{apiVersion: apiextensions.k8s.io/v1beta3, kind: CustomResourceDefinition, metadata: {name: a.b}}"))
                    .isInstanceOfSatisfying(EngineException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_REFUSED);
                        assertThat(e.why())
                                .contains("write apiVersion: apps/v1", "it needs a spec.selector", "deploy/app.yaml:1");
                    });
        }
    }

    @Test
    void planOfManyUnchangedObjectsReadsThemInPagesAndAsksForNoDryRun() throws IOException {
        String[] manifests = IntStream.range(0, 1_100)
                .mapToObj(i ->
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: c%d}, data: {a: b, n: '1'}}".formatted(i))
                .toArray(String[]::new);
        assertThat(apply(manifests).written()).isEqualTo(1_101);

        assertNothingToDo(manifests);

        manifests[1_050] = manifests[1_050].replace("a: b", "a: c");
        Plan plan = plan(manifests);
        assertThat(plan.summary()).isEqualTo("0 to create, 1 to change, 1099 unchanged");
        assertThat(apply(manifests).written()).isEqualTo(1);
    }

    @Test
    void everyKindThatIsAppliedAgainIsFoundUnchangedWithoutADryRun() throws IOException {
        String[] manifests = {
            WEB,
            SERVICE,
            "{apiVersion: v1, kind: Secret, metadata: {name: login, labels: {a: b}}, stringData: {password: hunter2!}}",
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}",
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: web}, rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]}",
        };
        apply(manifests);
        assertNothingToDo(manifests);

        try (ClusterClient client = ClusterClient.connect(spec().target(), context)) {
            Placement placement = new Placement(spec(), client);
            List<Placement.Typed> objects = placement
                    .place(Planner.load(spec(manifests), context).objects())
                    .stream()
                    .map(typed -> typed.with(Completion.complete(typed.object())))
                    .toList();
            LiveObjects live = LiveObjects.read(objects, client);
            assertThat(objects).allSatisfy(typed -> assertThat(
                            AppliedState.same(typed.object(), live.of(typed).body()))
                    .as(typed.object().title() + " " + live.of(typed).body().get("metadata"))
                    .isTrue());
        }
    }
}
