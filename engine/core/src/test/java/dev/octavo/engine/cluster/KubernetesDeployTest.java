package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.OperationSpec;
import dev.octavo.engine.delivery.KubernetesDeployResult;
import dev.octavo.engine.delivery.Operations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operation {@code kubernetes-deploy} keeps what {@code kubernetesDeploy} did. */
@Timeout(30)
class KubernetesDeployTest {
    private static final String CONFIG = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {image: "$registry/shop:${TAG_NAME}", left: $UNDEFINED, pull: "$KUBERNETES_SECRET_NAME"}
            """;
    private static final String SETTINGS = "/api/v1/namespaces/default/configmaps/settings";
    private static final String AUTH =
            Base64.getEncoder().encodeToString("me:hunter2".getBytes(StandardCharsets.UTF_8));
    private static final String DOCKER = "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"" + AUTH + "\"}}}";

    @TempDir
    private Path directory;

    private FakeApiServer api;
    private final Contexts.Hearing listener = new Contexts.Hearing();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void setUp() throws IOException {
        api = new FakeApiServer();
        // the context's namespace never counted
        environment.put("KUBECONFIG_CONTENT", api.kubeconfig().replace("namespace: default", "namespace: elsewhere"));
        environment.put("REGISTRY", "r.io");
        environment.put("TAG_NAME", "v1");
        environment.put("JOB_NAME", "Shop/catalog service");
        Files.createDirectories(directory.resolve("deploy"));
        Files.writeString(directory.resolve("deploy/app.yaml"), CONFIG);
    }

    @AfterEach
    void tearDown() {
        api.close();
    }

    private KubernetesDeployResult run(Map<String, ?> inputs) {
        EngineContext context = Contexts.of(directory, listener).withEnvironment(environment);
        OperationSpec<?, ?> operation = Operations.named("kubernetes-deploy").orElseThrow();
        return (KubernetesDeployResult) Operations.run(operation, inputs, context);
    }

    private void assertFails(Map<String, ?> inputs, ErrorCode code, String why) {
        assertThatThrownBy(() -> run(inputs)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.toString() + e.what() + e.where() + e.why()).contains(why);
            assertThat(e.toString() + e.what() + e.where() + e.why() + e.fix()).doesNotContain(AUTH, "fake-token");
        });
    }

    private String data(String key) {
        return Tree.text(api.at(SETTINGS), "data", key);
    }

    @Nested
    class Applying {
        @Test
        void replacesByTheOldRulesInTheNamespaceDefault() {
            KubernetesDeployResult result = run(Map.of("configs", "deploy/**"));

            assertThat(result.created()).containsExactly("ConfigMap/settings");
            assertThat(data("image")).isEqualTo("r.io/shop:v1");
            assertThat(data("left")).isEqualTo("$UNDEFINED");
            assertThat(listener.progress)
                    .contains("Starting Kubernetes deployment", "Loading configuration: deploy/**");
            assertThat(listener.warnings).anyMatch(line -> line.contains("$UNDEFINED is not defined"));
            assertThat(listener.warnings).anyMatch(line -> line.contains("waitSeconds"));
        }

        @Test
        void leavesTheTextAsItIsWhereThatIsSaid() {
            run(Map.of("configs", "deploy/**", "enableConfigSubstitution", false));

            assertThat(data("image")).isEqualTo("$registry/shop:${TAG_NAME}");
        }

        @Test
        void replacesAsEnvsubstDoesWhereThatIsSaid() {
            run(Map.of("configs", "deploy/**", "substitution", "envsubst"));

            assertThat(data("image")).isEqualTo("/shop:v1");
            assertThat(data("left")).isEmpty();
        }

        @Test
        void failsForUndefinedNamesWhereThatIsSaid() {
            assertFails(
                    Map.of("configs", "deploy/**", "substitution", "strict"),
                    ErrorCode.CONFIG_UNDEFINED_VARIABLE,
                    "$UNDEFINED");
            assertThat(api.at(SETTINGS)).isEmpty();
        }

        @Test
        void replacesOnlyTheNamesThatAreGiven() {
            run(Map.of("configs", "deploy/**", "substituteOnly", List.of("TAG_NAME")));

            assertThat(data("image")).isEqualTo("$registry/shop:v1");
        }

        @Test
        void refusesRulesThatThereAreNot() {
            assertFails(
                    Map.of("configs", "deploy/**", "substitution", "mustache"), ErrorCode.CONFIG_INVALID, "mustache");
        }

        @Test
        void isTheSameTheSecondTime() {
            run(Map.of("configs", "deploy/**"));

            KubernetesDeployResult second = run(Map.of("configs", "deploy/**"));

            assertThat(second.unchanged()).containsExactly("ConfigMap/settings");
            assertThat(second.text()).isEqualTo("Finished Kubernetes deployment: 0 created, 0 changed, 1 unchanged");
        }

        @Test
        void waitsOnlyWhereThatIsSaid() throws IOException {
            Files.writeString(directory.resolve("deploy/app.yaml"), """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: orders}
                    spec:
                      selector: {matchLabels: {app: orders}}
                      template:
                        metadata: {labels: {app: orders}}
                        spec: {containers: [{name: app, image: "r.io/shop/orders:v1"}]}
                    """);

            assertThat(run(Map.of("configs", "deploy/**")).workloads()).isZero();
            assertFails(
                    Map.of("configs", "deploy/**", "waitSeconds", 1), ErrorCode.DEPLOY_TIMEOUT, "Deployment/orders");
        }

        @Test
        void doesNotHandItsOwnSecretsToManifests() throws IOException {
            Files.writeString(
                    directory.resolve("deploy/app.yaml"), CONFIG.replace("$UNDEFINED", "$KUBECONFIG_CONTENT"));

            run(Map.of("configs", "deploy/**"));

            assertThat(data("left")).isEqualTo("$KUBECONFIG_CONTENT");
        }
    }

    @Nested
    class PullingImages {
        @Test
        void makesTheSecretUnderAStableName() {
            environment.put("DOCKER_AUTH_CONFIG", DOCKER);

            KubernetesDeployResult result = run(Map.of("configs", "deploy/**"));

            assertThat(result.secretName()).matches("octavo-shop-catalog-service-[0-9a-f]{8}");
            assertThat(run(Map.of("configs", "deploy/**")).secretName()).isEqualTo(result.secretName());
            assertThat(data("pull")).isEqualTo(result.secretName());
            Map<String, Object> secret = api.at("/api/v1/namespaces/default/secrets/" + result.secretName());
            assertThat(Tree.text(secret, "type")).isEqualTo("kubernetes.io/dockercfg");
            String dockercfg = new String(
                    Base64.getDecoder().decode(Tree.text(Tree.map(secret, "data"), ".dockercfg")),
                    StandardCharsets.UTF_8);
            assertThat(dockercfg).isEqualTo("{\"https://index.docker.io/v1/\":{\"auth\":\"" + AUTH + "\"}}");
            assertThat(String.join("\n", listener.progress)).doesNotContain(AUTH, "hunter2");
        }

        @Test
        void makesOneOfTheNewerTypeBesideItWhereThatIsSaid() {
            environment.put("DOCKER_AUTH_CONFIG", DOCKER);
            String older = run(Map.of("configs", "deploy/**")).secretName();

            String newer = run(Map.of("configs", "deploy/**", "dockerConfigJson", true))
                    .secretName();

            assertThat(newer).isEqualTo(older + "-json"); // the type of a Secret cannot be changed
            Map<String, Object> secret = api.at("/api/v1/namespaces/default/secrets/" + newer);
            assertThat(Tree.text(secret, "type")).isEqualTo("kubernetes.io/dockerconfigjson");
            String config = new String(
                    Base64.getDecoder().decode(Tree.text(Tree.map(secret, "data"), ".dockerconfigjson")),
                    StandardCharsets.UTF_8);
            assertThat(config).isEqualTo(DOCKER);
        }

        @Test
        void takesTheGivenNameAndNamespace() {
            environment.put("DOCKER_AUTH_CONFIG", DOCKER);
            api.put("/api/v1/namespaces/shop", Trees.tree("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));

            run(Map.of("configs", "deploy/**", "secretName", "pull", "secretNamespace", "shop"));

            assertThat(api.at("/api/v1/namespaces/shop/secrets/pull")).isNotEmpty();
            assertThat(api.at(SETTINGS)).isNotEmpty();
        }

        @Test
        void keepsJobsApartWhoseNamesHaveNoLetterOrDigit() {
            environment.put("DOCKER_AUTH_CONFIG", DOCKER);
            environment.put("JOB_NAME", "订单");
            String first = run(Map.of("configs", "deploy/**")).secretName();
            environment.put("JOB_NAME", "目录");

            assertThat(run(Map.of("configs", "deploy/**")).secretName())
                    .isNotEqualTo(first)
                    .matches("octavo-[0-9a-f]{8}");
        }

        @Test
        void refusesAWrongNameAndGarbage() {
            environment.put("DOCKER_AUTH_CONFIG", DOCKER);
            assertFails(
                    Map.of("configs", "deploy/**", "secretName", "My_Secret"), ErrorCode.CONFIG_INVALID, "My_Secret");
            environment.put("DOCKER_AUTH_CONFIG", AUTH);
            assertFails(Map.of("configs", "deploy/**"), ErrorCode.CONFIG_CREDENTIALS, "auths");
            assertThat(api.writes).isEmpty();
        }
    }

    @Nested
    class Deleting {
        @Test
        void deletesTheObjectsAndTheSecretAndIsIdempotent() {
            environment.put("DOCKER_AUTH_CONFIG", DOCKER);
            String secret = run(Map.of("configs", "deploy/**")).secretName();

            KubernetesDeployResult result = run(Map.of("configs", "deploy/**", "deleteResource", true));

            assertThat(result.deleted()).containsExactly("ConfigMap/settings", "Secret/" + secret);
            assertThat(api.at(SETTINGS)).isEmpty();
            assertThat(run(Map.of("configs", "deploy/**", "deleteResource", true))
                            .deleted())
                    .isEmpty();
        }

        @Test
        void deletesNamespacesLast() throws IOException {
            Files.writeString(
                    directory.resolve("deploy/a-namespace.yaml"),
                    "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
            run(Map.of("configs", "deploy/**"));

            run(Map.of("configs", "deploy/**", "deleteResource", true));

            assertThat(api.deletes).containsExactly(SETTINGS, "/api/v1/namespaces/shop");
        }
    }

    @Nested
    class WrongInput {
        @Test
        void namesWhatIsThereWhereNothingMatches() {
            assertFails(Map.of("configs", "deploy/$ENV/**"), ErrorCode.CONFIG_MANIFEST, "deploy/app.yaml");
            assertFails(Map.of("configs", "-f a.yaml -f b.yaml"), ErrorCode.CONFIG_MANIFEST, "Ant patterns");
            assertFails(Map.of(), ErrorCode.CONFIG_INVALID, "configs");
            assertFails(Map.of("configs", "deploy/**", "waitSeconds", "-1"), ErrorCode.CONFIG_INVALID, "negative");
        }

        @Test
        void prefersAKubeconfigThatTheCallNames() {
            assertFails(
                    Map.of("configs", "deploy/**", "kubeconfig", "none.yaml"),
                    ErrorCode.CLUSTER_KUBECONFIG,
                    "none.yaml");
        }
    }
}
