package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.cluster.PlannedObject.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writing to a real API server: who owns what, what cannot be changed, what is not permitted. No node is needed.
 *
 * <p>Runs where {@code OCTAVO_TEST_KUBECONFIG} names an administrator's kubeconfig.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(120)
class ApplyOnClusterTest {
    private static final String KUBECONFIG = String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG"));
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    @TempDir
    private Path directory;

    private final String namespace = "octavo-" + UUID.randomUUID().toString().substring(0, 8);
    private final String configMaps = "/api/v1/namespaces/" + namespace + "/configmaps";
    private final String deployments = "/apis/apps/v1/namespaces/" + namespace + "/deployments";
    private final Contexts.Hearing listener = new Contexts.Hearing();
    private final ApiCaller other = new ApiCaller(KUBECONFIG);
    private EngineContext context;

    @BeforeEach
    void setUp() {
        context = Contexts.of(directory, listener);
        other.create("/api/v1/namespaces", "kubectl-create", "{metadata: {name: " + namespace + "}}");
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

    private DeploySpec recreating(String title, String... manifests) throws IOException {
        return spec(manifests).applying(new ApplyOptions(false, Set.of(title)));
    }

    /** Does something between the plan, which must have a warning, and the first write. */
    private EngineContext afterPlan(Runnable action) {
        return Contexts.of(directory, new EngineListener() {
            @Override
            public void progress(String message) {}

            @Override
            public void warning(String message) {
                action.run();
            }

            @Override
            public void output(String line) {}
        });
    }

    private static EngineException failure(DeploySpec spec, EngineContext context) {
        try {
            Deployer.apply(spec, context);
        } catch (EngineException e) {
            return e;
        }
        throw new AssertionError("it was not refused");
    }

    private static String probed(String image, String container, String volume) {
        return "{apiVersion: apps/v1, kind: Deployment, metadata: {name: probed}, spec: {replicas: 0, selector: {matchLabels: {app: p}}, template: {metadata: {labels: {app: p}}, spec: {containers: [{name: c, image: 'example.test/"
                + image + "', " + container + "}], volumes: [{name: v, " + volume + "}]}}}}";
    }

    @Test
    void takesAFieldAwayWithTheDefaultsBelowIt() throws IOException {
        apply(probed(
                "c:1",
                "env: [{name: A, value: b}], startupProbe: {httpGet: {path: /s, port: 80}},"
                        + " livenessProbe: {httpGet: {path: /l, port: 80}, periodSeconds: 3}",
                "configMap: {name: settings}"));
        DeployResult changed = apply(
                probed("c:2", "livenessProbe: {tcpSocket: {port: 81}, periodSeconds: 3}", "secret: {secretName: s}"));

        Map<String, Object> live = other.get(deployments + "/probed");
        Map<String, Object> pod = Tree.map(live, "spec", "template", "spec");
        Map<String, Object> container = Tree.maps(pod, "containers").get(0);
        assertThat(changed.written()).isEqualTo(1);
        assertThat(container).containsEntry("image", "example.test/c:2").doesNotContainKeys("startupProbe", "env");
        assertThat(Tree.map(container, "livenessProbe"))
                .containsKey("tcpSocket")
                .doesNotContainKey("httpGet");
        assertThat(Tree.maps(pod, "volumes").get(0)).containsKey("secret").doesNotContainKey("configMap");
        assertThat(Tree.maps(live, "metadata", "managedFields").stream()
                        .filter(entry -> Tree.text(entry, "manager").equals("octavo")))
                .extracting(entry -> Tree.text(entry, "operation"))
                .containsExactly("Apply");
        assertThat(live)
                .extracting(object -> Tree.number(object, 0, "metadata", "generation"))
                .isEqualTo(2L);
        assertThat(apply(probed(
                                "c:2",
                                "livenessProbe: {tcpSocket: {port: 81}, periodSeconds: 3}",
                                "secret: {secretName: s}"))
                        .written())
                .isZero();
    }

    private static String config(String data) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {" + data + "}}";
    }

    /** Its pods go to no node, which would take a while to end them. */
    private static String web(String labels, String replicas) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  %s
                  selector: {matchLabels: {app: %s}}
                  template:
                    metadata: {labels: {app: %s}}
                    spec: {nodeSelector: {none: none}, containers: [{name: web, image: "none.invalid/web:1", ports: [{containerPort: 80, protocol: TCP}]}]}
                """.formatted(replicas, labels, labels);
    }

    @Nested
    class AField {
        @Test
        void thatAControllerOwnsIsNotTaken() throws IOException {
            apply(config("a: '1', level: info"));
            other.change(configMaps + "/settings", "tuning-controller", "{data: {level: debug}}");

            EngineException e = failure(spec(config("a: '2', level: info")), context);

            assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_CONFLICT);
            assertThat(e.why())
                    .contains(
                            "deploy/app.yaml:1  ConfigMap/settings: data.level belongs to \"tuning-controller\", which set"
                                    + " it to debug; the manifest says info");
            assertThat(e.fix()).contains("leave these fields out", "--force-conflicts");
            assertThat(Tree.text(other.get(configMaps + "/settings"), "data", "a"))
                    .as("nothing was written")
                    .isEqualTo("1");
        }

        @Test
        void thatAControllerOwnsIsTakenWhereThatIsAskedFor() throws IOException {
            apply(config("level: info"));
            other.change(configMaps + "/settings", "tuning-controller", "{data: {level: debug}}");

            DeployResult result =
                    Deployer.apply(spec(config("level: info")).applying(new ApplyOptions(true, Set.of())), context);

            assertThat(result.plan().objects().get(0).warnings())
                    .containsExactly("takes data.level from tuning-controller");
            assertThat(Tree.text(other.get(configMaps + "/settings"), "data", "level"))
                    .isEqualTo("info");
        }

        @Test
        void thatAPersonChangedByHandIsTakenAndTold() throws IOException {
            apply(web("web", "replicas: 2"));
            other.change(deployments + "/web", "kubectl-edit", "{spec: {replicas: 5}}");

            DeployResult result = apply(web("web", "replicas: 3"));

            PlannedObject planned = result.plan().objects().get(0);
            assertThat(planned.warnings()).containsExactly("takes spec.replicas from kubectl-edit");
            assertThat(planned.changes()).containsExactly(new FieldChange("spec.replicas", "5", "3"));
            assertThat(Tree.number(other.get(deployments + "/web"), 0, "spec", "replicas"))
                    .isEqualTo(3);
        }

        @Test
        void ofASecretIsToldWithoutItsValue() throws IOException {
            String secret = "{apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {password: %s}}";
            apply(secret.formatted("first-one"));
            other.change(
                    "/api/v1/namespaces/" + namespace + "/secrets/login",
                    "vault-agent",
                    "{data: {password: c2Vjb25kLW9uZQ==}}");

            EngineException e = failure(spec(secret.formatted("third-one")), context);

            assertThat(e.why()).contains("belongs to \"vault-agent\"");
            assertThat(e.describe()).doesNotContain("third-one", "second-one", "c2Vjb25kLW9uZQ");
        }

        @Test
        void thatSomebodyTakesAfterThePlanIsNotTakenBack() throws IOException {
            apply(config("level: info"));
            EngineContext racing = afterPlan(
                    () -> other.change(configMaps + "/settings", "tuning-controller", "{data: {level: debug}}"));
            // the warning about the Service is heard between the plan and the first write
            String service =
                    "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: x}, ports: [{port: 80, protocol: TCP}]}}";

            EngineException e = failure(spec(config("level: warn"), web("web", "replicas: 0"), service), racing);

            assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_CONFLICT);
            assertThat(Tree.text(other.get(configMaps + "/settings"), "data", "level"))
                    .isEqualTo("debug");
        }
    }

    @Nested
    class AnObjectThatWasDeliveredBefore {
        private String annotated(String object) {
            return Json.text(Map.of("metadata", Map.of("annotations", Map.of(LAST_APPLIED, object + "\n"))));
        }

        private void kubectlApply(String path, String object) {
            other.create(path, "kubectl-client-side-apply", object);
            String name = Tree.text(Trees.tree(object), "metadata", "name");
            other.change(path + "/" + name, "kubectl-client-side-apply", annotated(Json.text(Trees.tree(object))));
        }

        @Test
        void byKubectlLosesWhatTheManifestNoLongerHas() throws IOException {
            kubectlApply(
                    configMaps,
                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, labels: {old: 'yes'}}, data: {keep: a, gone: b}}");
            other.change(configMaps + "/settings", "kubectl-label", "{metadata: {labels: {mine: 'yes'}}}");

            Plan plan = Planner.plan(spec(config("keep: a")), context);
            assertThat(plan.objects().get(0).changes())
                    .containsExactlyInAnyOrder(
                            new FieldChange("data.gone", "b", ""), new FieldChange("metadata.labels.old", "yes", ""));
            assertThat(plan.objects().get(0).warnings())
                    .containsExactly(
                            "is taken over from kubectl-client-side-apply, with what the manifest no longer has");
            assertThat(Tree.text(other.get(configMaps + "/settings"), "data", "gone"))
                    .as("a plan writes nothing")
                    .isEqualTo("b");

            apply(config("keep: a"));

            Map<String, Object> live = other.get(configMaps + "/settings");
            assertThat(Tree.map(live, "data")).containsExactly(Map.entry("keep", "a"));
            assertThat(Tree.map(live, "metadata", "labels")).containsExactly(Map.entry("mine", "yes"));
            assertThat(Tree.map(live, "metadata", "annotations")).doesNotContainKey(LAST_APPLIED);
            DeployResult again = apply(config("keep: a"));
            assertThat(again.written()).isZero();
            assertThat(again.plan().objects().get(0).change()).isEqualTo(Change.UNCHANGED);
        }

        @Test
        void byKubectlLosesAContainerThatIsGone() throws IOException {
            String two = web("web", "replicas: 0")
                    .replace("[{name: web", "[{name: old, image: 'none.invalid/o:1'}, {name: web");
            kubectlApply(deployments, two);

            Plan plan = Planner.plan(spec(web("web", "replicas: 0")), context);
            assertThat(plan.objects().get(0).changes())
                    .extracting(FieldChange::path)
                    .contains("spec.template.spec.containers[old]");
            apply(web("web", "replicas: 0"));

            assertThat(Tree.maps(other.get(deployments + "/web"), "spec", "template", "spec", "containers"))
                    .extracting(container -> container.get("name"))
                    .containsExactly("web");
            assertThat(apply(web("web", "replicas: 0")).written()).isZero();
        }

        @Test
        void byKubectlKeepsTheReplicasThatAnAutoscalerIsToSet() throws IOException {
            kubectlApply(deployments, web("web", "replicas: 3"));
            String scaler =
                    "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: web}, spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}";

            apply(web("web", "replicas: 1"), scaler);

            assertThat(Tree.number(other.get(deployments + "/web"), 0, "spec", "replicas"))
                    .isEqualTo(3);
            assertThat(apply(web("web", "replicas: 1"), scaler).written()).isZero();
        }

        @Test
        void byTheOldPluginLosesWhatTheManifestNoLongerHas() throws IOException {
            other.create(
                    deployments,
                    "OpenAPI-Generator",
                    web("web", "replicas: 0, revisionHistoryLimit: 3")
                            .replace("{name: web}\nspec", "{name: web, labels: {old: 'yes'}}\nspec")
                            .replace("replicas: 0, ", "replicas: 0\n  "));

            DeployResult result = apply(web("web", "replicas: 0"));

            assertThat(result.plan().objects().get(0).changes())
                    .containsExactlyInAnyOrder(
                            new FieldChange("metadata.labels.old", "yes", ""),
                            new FieldChange("spec.revisionHistoryLimit", "3", "10"));
            Map<String, Object> live = other.get(deployments + "/web");
            assertThat(Tree.map(live, "metadata", "labels")).isEmpty();
            assertThat(Tree.number(live, 0, "spec", "revisionHistoryLimit")).isEqualTo(10);
        }

        @Test
        void keepsWhatAnOperatorAddedWithAClientThatDoesNotNameItself() throws IOException {
            other.create(configMaps, "kubectl-create", config("a: b, c: d, e: f"));
            other.change(configMaps + "/settings", "Kubernetes Java Client", "{metadata: {labels: {mine: 'yes'}}}");

            apply(config("a: b, c: d, e: f"));

            assertThat(Tree.map(other.get(configMaps + "/settings"), "metadata", "labels"))
                    .containsExactly(Map.entry("mine", "yes"));
        }
    }

    @Nested
    class AChangeThatCannotBeMade {
        private static final String JOB = """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: migrate}
                spec: {template: {spec: {nodeSelector: {none: none}, restartPolicy: Never, containers: [{name: m, image: "none.invalid/m:%s"}]}}}
                """;

        private EngineException assertImmutable(String part, String before, String after) throws IOException {
            apply(before);
            EngineException e = failure(spec(after), context);
            assertThat(e.code()).as(e.describe()).isEqualTo(ErrorCode.CLUSTER_IMMUTABLE);
            assertThat(e.why()).contains(part);
            return e;
        }

        @Test
        void isToldOfAJobWithWhatToDo() throws IOException {
            EngineException e = assertImmutable(
                    "spec.template.spec.containers[m].image cannot be changed (none.invalid/m:1 -> none.invalid/m:2)",
                    JOB.formatted(1),
                    JOB.formatted(2));

            assertThat(e.why())
                    .contains("such as migrate-$IMAGE_TAG; or --recreate Job/migrate deletes it and makes it again: it"
                            + " runs again");
        }

        @Test
        void isMadeOfAJobThatIsNamed() throws IOException {
            apply(JOB.formatted(1));
            String jobs = "/apis/batch/v1/namespaces/" + namespace + "/jobs/migrate";
            String uid = Tree.text(other.get(jobs), "metadata", "uid");

            DeployResult result = Deployer.apply(recreating("Job/migrate", JOB.formatted(2)), context);

            PlannedObject planned = result.plan().objects().get(0);
            assertThat(planned.change()).isEqualTo(Change.RECREATE);
            assertThat(planned.warnings()).contains("is deleted and made again: it runs again");
            assertThat(planned.changes())
                    .containsExactly(new FieldChange(
                            "spec.template.spec.containers[m].image", "none.invalid/m:1", "none.invalid/m:2"));
            assertThat(listener.progress).contains("[1/1 applied] Job/migrate recreated");
            assertThat(Tree.text(other.get(jobs), "metadata", "uid"))
                    .isNotEmpty()
                    .isNotEqualTo(uid);
            assertThat(apply(JOB.formatted(2)).written()).isZero();
        }

        @Test
        void isToldOfAJobThatIsNamedWrongly() throws IOException {
            assertThat(Planner.plan(recreating("Job/migrat", JOB.formatted(1)), context)
                            .warnings())
                    .contains("\"Job/migrat\" is to be made again, as asked, but is not in the manifests; did you mean"
                            + " \"Job/migrate\"?");
        }

        @Test
        void isToldOfASelector() throws IOException {
            EngineException e = assertImmutable(
                    "spec.selector.matchLabels.app cannot be changed (web -> other)",
                    web("web", "replicas: 0"),
                    web("other", "replicas: 0"));

            assertThat(e.why()).contains("--recreate Deployment/web", "its pods stop");
        }

        @Test
        void isMadeOfADeploymentThatIsNamed() throws IOException {
            apply(web("web", "replicas: 1"));

            Deployer.apply(recreating("Deployment/web", web("other", "replicas: 1")), context);

            assertThat(Tree.text(other.get(deployments + "/web"), "spec", "selector", "matchLabels", "app"))
                    .isEqualTo("other");
            assertThat(Tree.maps(
                            other.get("/apis/apps/v1/namespaces/" + namespace + "/replicasets?labelSelector=app%3Dweb"),
                            "items"))
                    .as("nothing of the old one is left")
                    .isEmpty();
        }

        @Test
        void isToldOfTheOtherKinds() throws IOException {
            assertImmutable(
                    "spec.clusterIP",
                    "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {a: b}, ports: [{port: 80, protocol: TCP}]}}",
                    "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {clusterIP: None, selector: {a: b}, ports: [{port: 80, protocol: TCP}]}}");
            assertImmutable(
                    "data.a cannot be changed (b -> c)",
                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: fixed}, immutable: true, data: {a: b}}",
                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: fixed}, immutable: true, data: {a: c}}");
            String binding =
                    "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: b}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %s}, subjects: []}";
            assertImmutable(
                    "roleRef.name cannot be changed (view -> edit)",
                    binding.formatted("view"),
                    binding.formatted("edit"));
            String claim =
                    "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {storageClassName: %s, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}";
            assertThat(assertImmutable("spec.storageClassName", claim.formatted("slow"), claim.formatted("fast"))
                            .why())
                    .contains("the data in its volume is lost");
        }

        private String set(String storage) {
            return """
                    apiVersion: apps/v1
                    kind: StatefulSet
                    metadata: {name: db}
                    spec:
                      serviceName: db
                      replicas: 1
                      selector: {matchLabels: {app: db}}
                      template:
                        metadata: {labels: {app: db}}
                        spec: {containers: [{name: db, image: "none.invalid/db:1"}]}
                      volumeClaimTemplates:
                      - metadata: {name: data}
                        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}}
                    """.formatted(storage);
        }

        @Test
        void leavesThePodsOfAStatefulSetWhoseClaimsAreOthers() throws Exception {
            apply(set("1Gi"));
            String pods = "/api/v1/namespaces/" + namespace + "/pods";
            try (ClusterClient client = ClusterClient.connect(ClusterTarget.file(Path.of(KUBECONFIG)), context)) {
                new ConditionWait(client, context, pods, "labelSelector=app%3Ddb")
                        .await("Pod/db-0", pod -> true, Duration.ofSeconds(30));
            }
            String uid = Tree.text(other.get(pods + "/db-0"), "metadata", "uid");
            assertThat(uid).isNotEmpty();
            assertThat(failure(spec(set("2Gi")), context).why())
                    .contains("spec.volumeClaimTemplates", "its pods go on running");

            Deployer.apply(recreating("StatefulSet/db", set("2Gi")), context);

            assertThat(Tree.text(other.get(pods + "/db-0"), "metadata", "uid")).isEqualTo(uid);
            assertThat(Json.text(other.get("/apis/apps/v1/namespaces/" + namespace + "/statefulsets/db")))
                    .contains("2Gi");
        }

        @Test
        void isFinishedByTheNextRunWhereItWasStoppedInBetween() throws IOException {
            apply(JOB.formatted(1));
            other.delete("/apis/batch/v1/namespaces/" + namespace + "/jobs/migrate?propagationPolicy=Background");

            DeployResult result = Deployer.apply(recreating("Job/migrate", JOB.formatted(2)), context);

            assertThat(result.written()).isEqualTo(1);
            assertThat(Json.text(other.get("/apis/batch/v1/namespaces/" + namespace + "/jobs/migrate")))
                    .contains("none.invalid/m:2");
        }

        @Test
        void waitsForOneThatIsBeingDeleted() throws Exception {
            apply(config("a: b"));
            other.change(configMaps + "/settings", "holder", "{metadata: {finalizers: [example.org/held]}}");
            other.delete(configMaps + "/settings");
            EngineContext releasing =
                    afterPlan(() -> other.change(configMaps + "/settings", "holder", "{metadata: {finalizers: null}}"));
            String service =
                    "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: x}, ports: [{port: 80, protocol: TCP}]}}";

            DeployResult result = Deployer.apply(spec(config("a: c"), web("web", "replicas: 0"), service), releasing);

            assertThat(result.plan().objects().stream().flatMap(object -> object.warnings().stream()))
                    .contains("the one that is there is being deleted, which is waited for");
            assertThat(Tree.text(other.get(configMaps + "/settings"), "data", "a"))
                    .isEqualTo("c");
        }
    }

    @Nested
    class CredentialsThatMayTooLittle {
        private DeploySpec limited(String rules, String... manifests) throws IOException {
            String rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace;
            other.create("/api/v1/namespaces/" + namespace + "/serviceaccounts", "t", "{metadata: {name: ci}}");
            other.create(rbac + "/roles", "t", "{metadata: {name: ci}, rules: [" + rules + "]}");
            other.create(
                    rbac + "/rolebindings",
                    "t",
                    "{metadata: {name: ci}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ci}, subjects: [{kind: ServiceAccount, name: ci, namespace: "
                            + namespace + "}]}");
            String token = Tree.text(
                    other.create("/api/v1/namespaces/" + namespace + "/serviceaccounts/ci/token", "t", "{spec: {}}"),
                    "status",
                    "token");
            String kubeconfig = """
                    current-context: ci
                    contexts: [{name: ci, context: {cluster: c, user: u, namespace: "%s"}}]
                    clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: "%s"}}]
                    users: [{name: u, user: {token: "%s"}}]
                    """.formatted(namespace, other.server(), other.authority(), token);
            spec(manifests);
            return DeploySpec.of(ClusterTarget.content(new SecretValue(kubeconfig)), "test", directory, "deploy/**");
        }

        @Test
        void areToldAllAtOnceWithARoleThatWouldDo() throws IOException {
            DeploySpec spec = limited(
                    "{apiGroups: [''], resources: [configmaps], verbs: [get, patch]}",
                    config("a: b"),
                    web("web", "replicas: 0"));

            assertThatThrownBy(() -> Planner.plan(spec, context)).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_UNAUTHORIZED);
                assertThat(e.why().lines())
                        .containsExactly(
                                "create configmaps in " + namespace + " (ConfigMap/settings)",
                                "create, get, list, patch, watch deployments.apps in " + namespace
                                        + " (Deployment/web)",
                                "list, watch pods in " + namespace + " (to explain a failure)",
                                "list, watch events in " + namespace + " (to explain a failure)",
                                "get pods/log in " + namespace + " (to explain a failure)",
                                "list, watch replicasets.apps in " + namespace + " (to explain a failure)");
                assertThat(e.fix())
                        .contains(
                                "kind: Role\nmetadata: {name: octavo-deploy, namespace: " + namespace + "}\nrules:\n",
                                "- {apiGroups: [\"\"], resources: [configmaps], verbs: [create]}",
                                "- {apiGroups: [\"apps\"], resources: [deployments], verbs: [create, get, list, patch,"
                                        + " watch]}");
            });
        }

        @Test
        void sufficeWhereTheyAreForThatNameAlone() throws IOException {
            DeploySpec spec = limited(
                    "{apiGroups: [''], resources: [configmaps], resourceNames: [settings], verbs: [get, patch, create]}",
                    config("a: b"));

            assertThat(Deployer.deploy(spec, context).written()).isEqualTo(1);
        }

        @Test
        void areAWarningWhereOnlyAnExplanationNeedsThem() throws IOException {
            DeploySpec spec = limited(
                    "{apiGroups: [apps], resources: [deployments], verbs: [get, patch, create, list, watch]}",
                    web("web", "replicas: 0"));

            String reason = " in " + namespace + " (to explain a failure)";
            assertThat(Planner.plan(spec, context).warnings())
                    .contains(
                            "the rollout will be watched and explained with less, since the credentials may not list, watch pods"
                                    + reason + "; list, watch events" + reason + "; get pods/log" + reason
                                    + "; list, watch replicasets.apps" + reason);
        }

        @Test
        void areAWarningWhereAnObjectCannotBeWaitedFor() throws IOException {
            DeploySpec spec = limited(
                    "{apiGroups: [''], resources: [persistentvolumeclaims], verbs: [get, patch, create]}",
                    "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {accessModes:"
                            + " [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}");

            assertThat(Planner.plan(spec, context).warnings())
                    .contains("the rollout will be watched and explained with less, since the credentials may not list,"
                            + " watch persistentvolumeclaims in " + namespace + " (to wait until it is ready)");
        }

        @Test
        void areNoneWhereOneOfTwoKindsOfAddressesMayBeWatched() throws IOException {
            DeploySpec spec = limited(
                    "{apiGroups: [''], resources: [services, endpoints], verbs: ['*']}",
                    "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, protocol: TCP}]}}");

            assertThat(Planner.plan(spec, context).warnings()).isEmpty();
        }

        @Test
        void areToldOfWhatIsDeletedAndOfWhatIsVerified() throws IOException {
            String permitted = "{apiGroups: [''], resources: [configmaps], verbs: [get, patch, create]},"
                    + " {apiGroups: [''], resources: [secrets], verbs: ['*']},"
                    + " {apiGroups: [coordination.k8s.io], resources: [leases], verbs: ['*']}";
            DeploySpec first = limited(permitted, config("a: b"), config("a: b").replace("settings", "old"))
                    .releasing(ReleaseOptions.of("shop"));
            assertThat(Deployer.deploy(first, context).written()).isEqualTo(2);
            spec(config("a: b"));

            assertThatThrownBy(() -> Planner.plan(first, context))
                    .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.why())
                            .isEqualTo("delete configmaps in " + namespace
                                    + " (to delete ConfigMap/old, which is not in the manifests any more)"));

            DeploySpec verified = first.releasing(ReleaseOptions.NONE)
                    .verifying(new Verification(List.of("http://web:8080/health"), Duration.ofSeconds(2)));
            assertThatThrownBy(() -> Deployer.deploy(verified, context))
                    .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.why())
                            .isEqualTo("get services/proxy in " + namespace + " (to verify web)"));
        }

        @Test
        void needNotWatchWhereNothingIsWaitedFor() throws IOException {
            DeploySpec spec = limited(
                    "{apiGroups: [apps], resources: [deployments], verbs: [get, patch, create]}",
                    web("web", "replicas: 0"));

            assertThat(Deployer.apply(spec, context).written()).isEqualTo(1);
        }

        @Test
        void areAskedForTheClusterWhereAnObjectIsInNoNamespace() throws IOException {
            DeploySpec spec = limited(
                    "{apiGroups: ['*'], resources: ['*'], verbs: ['*']}",
                    "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: octavo-test}, rules: []}");

            assertThatThrownBy(() -> Planner.plan(spec, context)).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.why())
                        .contains("get, patch clusterroles.rbac.authorization.k8s.io (ClusterRole/octavo-test)");
                assertThat(e.fix()).contains("kind: ClusterRole\nmetadata: {name: octavo-deploy}");
            });
        }
    }

    @Test
    void tellsAtOnceThatTheNamesOfANewKindAreTaken() throws IOException {
        String group = namespace + ".example";
        String definition =
                "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: %1$s."
                        + group + "}, spec: {group: " + group
                        + ", scope: Namespaced, names: {kind: Coupon, plural: %1$s}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}";
        try {
            apply(definition.formatted("coupons"));
            EngineException e = failure(spec(definition.formatted("vouchers")), context);

            assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_REFUSED);
            assertThat(e.why()).contains("another definition has its names", "Coupon");
        } finally {
            String definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";
            other.delete(definitions + "coupons." + group);
            other.delete(definitions + "vouchers." + group);
        }
    }

    @Test
    void twoApplicationsMayBringTheSameObject() throws IOException {
        apply(config("a: b"));
        DeployResult second = apply(config("a: b"), web("web", "replicas: 0"));

        assertThat(second.written()).isEqualTo(1);
        assertThat(List.copyOf(second.plan().objects()).get(0).warnings()).isEmpty();
    }
}
