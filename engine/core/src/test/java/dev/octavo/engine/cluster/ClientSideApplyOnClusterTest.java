package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.PlannedObject.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writing to a real API server that cannot apply.
 *
 * <p>Runs where {@code OCTAVO_TEST_KUBECONFIG_WITHOUT_APPLY} names an administrator's kubeconfig of one, such as of a
 * Kubernetes 1.20 that was started with {@code --feature-gates=ServerSideApply=false}.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG_WITHOUT_APPLY", matches = ".+")
@Timeout(120)
class ClientSideApplyOnClusterTest {
    private static final String KUBECONFIG = String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG_WITHOUT_APPLY"));
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {type: NodePort, selector: {app: web}, ports: [{name: http, port: 80, protocol: TCP}%s]}
            """;

    @TempDir
    private Path directory;

    private final String namespace = "octavo-" + UUID.randomUUID().toString().substring(0, 8);
    private final String core = "/api/v1/namespaces/" + namespace;
    private final String deployment = "/apis/apps/v1/namespaces/" + namespace + "/deployments/web";
    private final ApiCaller other = new ApiCaller(KUBECONFIG);
    private EngineContext context;

    @BeforeEach
    void setUp() {
        context = Contexts.of(directory);
        other.create("/api/v1/namespaces", "", "{metadata: {name: " + namespace + "}}");
    }

    @AfterEach
    void tearDown() {
        other.delete("/api/v1/namespaces/" + namespace);
        other.close();
    }

    private DeploySpec spec(String... manifests) throws IOException {
        Files.createDirectories(directory.resolve("deploy"));
        Files.writeString(directory.resolve("deploy/app.yaml"), String.join("\n---\n", manifests));
        return DeploySpec.of(ClusterTarget.file(Path.of(KUBECONFIG)), "test", directory, "deploy/**")
                .inNamespace(namespace)
                .withTimeout(Duration.ofSeconds(60));
    }

    private DeployResult apply(String... manifests) throws IOException {
        return Deployer.apply(spec(manifests), context);
    }

    private static EngineException failure(DeploySpec spec, EngineContext context) {
        try {
            Deployer.apply(spec, context);
        } catch (EngineException e) {
            return e;
        }
        throw new AssertionError("it was not refused");
    }

    private static String config(String data) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {" + data + "}}";
    }

    private static String web(String spec, String containers) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  %s
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [%s]}
                """.formatted(spec, containers);
    }

    private static String container(String name, String env) {
        return "{name: " + name + ", image: 'none.invalid/" + name + ":1', env: [" + env + "]}";
    }

    private static String[] application() {
        return new String[] {
            config("a: b"),
            "{apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {password: hunter2!}}",
            SERVICE.formatted(""),
            web("replicas: 0", container("web", "{name: A, value: b}")),
            "{apiVersion: batch/v1, kind: Job, metadata: {name: migrate}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: 'none.invalid/m:1'}]}}}}",
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: b}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}, subjects: []}"
        };
    }

    @Test
    void deploysAnApplicationAndLeavesItAloneTheSecondTime() throws IOException {
        DeployResult first = apply(application());
        DeployResult second = apply(application());

        assertThat(first.written()).isEqualTo(6);
        assertThat(second.plan().text()).contains("0 to create, 0 to change, 6 unchanged");
        assertThat(second.written()).isZero();
    }

    @Test
    void changesWhatTheManifestChangesAndRemovesWhatItNoLongerHas() throws IOException {
        apply(
                config("keep: a, gone: b"),
                SERVICE.formatted(", {name: old, port: 81, protocol: TCP}"),
                web(
                        "replicas: 0",
                        container("old", "") + "," + container("web", "{name: A, value: b}, {name: GONE, value: x}")));
        Map<String, Object> service = other.get(core + "/services/web");
        other.change(core + "/configmaps/settings", "", "{metadata: {labels: {mine: 'yes'}}}");
        other.change(
                deployment,
                "",
                "{spec: {template: {spec: {containers: [{name: old, image: 'none.invalid/old:1'}, {name: web, image: 'none.invalid/web:1', env: [{name: A, value: b}, {name: GONE, value: x}, {name: MINE, value: y}]}, {name: sidecar, image: 'none.invalid/s:1'}]}}}}");

        String[] changed = {
            config("keep: a, fresh: c"),
            SERVICE.formatted(""),
            web("replicas: 0", container("web", "{name: A, value: c}"))
        };
        Plan plan = Planner.plan(spec(changed), context);
        assertThat(plan.objects().stream()
                        .flatMap(object -> object.changes().stream().map(FieldChange::path)))
                .contains(
                        "data.gone",
                        "data.fresh",
                        "spec.ports[old]",
                        "spec.template.spec.containers[old]",
                        "spec.template.spec.containers[web].env[A].value",
                        "spec.template.spec.containers[web].env[GONE]")
                .noneMatch(path -> path.contains("sidecar") || path.contains("MINE") || path.contains("nodePort"));
        assertThat(Tree.text(other.get(core + "/configmaps/settings"), "data", "gone"))
                .as("a plan writes nothing")
                .isEqualTo("b");

        apply(changed);

        Map<String, Object> settings = other.get(core + "/configmaps/settings");
        assertThat(Tree.map(settings, "data")).isEqualTo(Map.of("keep", "a", "fresh", "c"));
        assertThat(Tree.map(settings, "metadata", "labels")).isEqualTo(Map.of("mine", "yes"));
        Map<String, Object> after = other.get(core + "/services/web");
        assertThat(Tree.maps(after, "spec", "ports")).hasSize(1);
        assertThat(Tree.maps(after, "spec", "ports").get(0).get("nodePort"))
                .as("what the cluster chose stays")
                .isEqualTo(Tree.maps(service, "spec", "ports").get(0).get("nodePort"));
        String live = Json.text(other.get(deployment).get("spec"));
        assertThat(live).contains("sidecar", "MINE", "\"value\":\"c\"").doesNotContain("GONE", "none.invalid/old");
        assertThat(apply(changed).written()).isZero();
    }

    @Test
    void goesOnWhereKubectlStopped() throws IOException {
        String object =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"settings\"},\"data\":{\"keep\":\"a\",\"gone\":\"b\"}}";
        Map<String, Object> annotated = Tree.copy(Trees.tree(object));
        Tree.map(annotated, "metadata").put("annotations", Map.of(LAST_APPLIED, object + "\n"));
        other.create(core + "/configmaps", "", Json.text(annotated));

        apply(config("keep: a"));

        Map<String, Object> live = other.get(core + "/configmaps/settings");
        assertThat(Tree.map(live, "data")).isEqualTo(Map.of("keep", "a"));
        assertThat(Tree.text(live, "metadata", "annotations", LAST_APPLIED)).doesNotContain("gone");
    }

    @Test
    void isRefusedBeforeAnythingIsWritten() throws IOException {
        EngineException e =
                failure(spec(config("a: b"), SERVICE.formatted(", {name: x, port: 99999, protocol: TCP}")), context);

        assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_REFUSED);
        assertThat(e.why()).contains("Service/web", "99999");
        assertThat(Tree.text(other.get(core + "/configmaps/settings"), "reason"))
                .isEqualTo("NotFound");
    }

    @Test
    void warnsOfAFieldThatTheServerDrops() throws IOException {
        Plan plan = Planner.plan(spec(web("replica: 1", container("web", ""))), context);

        assertThat(plan.objects().get(0).warnings())
                .containsExactly("the server does not know the field spec.replica and drops it");
    }

    @Test
    void explainsWhatCannotBeChangedAndMakesItAgainWhereThatIsAskedFor() throws IOException {
        apply(application());
        String job = application()[4].replace("m:1", "m:2");

        EngineException e = failure(spec(job), context);
        assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_IMMUTABLE);
        assertThat(e.why()).contains("containers[m].image cannot be changed (none.invalid/m:1 -> none.invalid/m:2)");

        DeployResult result =
                Deployer.apply(spec(job).applying(new ApplyOptions(false, Set.of("Job/migrate"))), context);
        assertThat(result.plan().objects().get(0).change()).isEqualTo(Change.RECREATE);
        assertThat(Json.text(other.get("/apis/batch/v1/namespaces/" + namespace + "/jobs/migrate")))
                .contains("none.invalid/m:2");
    }

    @Test
    void deploysAKindAndAnObjectOfItAtOnce() throws IOException {
        String group = namespace + ".example";
        String definition = """
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
                    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {percents: {type: array, items: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}}}}
                """.formatted(group);
        String coupon = "{apiVersion: %s/v1, kind: Coupon, metadata: {name: ten}, spec: {percents: [%s]}}";
        try {
            apply(definition, coupon.formatted(group, "{name: a, value: 1}, {name: b, value: 2}"));
            apply(definition, coupon.formatted(group, "{name: b, value: 3}"));

            assertThat(Tree.list(
                            other.get("/apis/" + group + "/v1/namespaces/" + namespace + "/coupons/ten"),
                            "spec",
                            "percents"))
                    .as("a list of a kind that Octavo does not know is one value")
                    .containsExactly(Map.of("name", "b", "value", 3));
        } finally {
            other.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/coupons." + group);
        }
    }
}
