package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.git.TestRepository;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code PROJECT_NAME=changed}, counted from the releases on a real cluster. Runs where {@code OCTAVO_TEST_KUBECONFIG} names a
 * kubeconfig.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(180)
class ChangedOnClusterTest {
    private static final String KUBECONFIG = String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG"));

    @TempDir
    private Path root;

    private final String namespace = "changed-" + UUID.randomUUID().toString().substring(0, 8);
    private TestRepository repository;
    private EngineContext context;

    /** Two services on one shared module, one that stands alone. */
    @BeforeEach
    void prepare() {
        repository = TestRepository.create(root);
        context = TestRepository.context(root, Map.of());
        repository.commit("pom.xml", """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.example</groupId><artifactId>shop</artifactId><version>1</version><packaging>pom</packaging>
                  <modules><module>common</module><module>orders</module><module>cart</module><module>mailer</module></modules>
                </project>
                """);
        module("common", "");
        repository.commit("common/src/main/java/shop/Money.java", "package shop;\n\nclass Money {}\n");
        service("orders", "common");
        service("cart", "common");
        service("mailer", "");
        repository.commit(".gitignore", ".octavo/\ncache/\n");
        repository.commit("README.md", "# Shop\n");
    }

    @AfterEach
    void remove() {
        repository.close();
        Config config = Config.fromKubeconfig(Path.of(KUBECONFIG).toFile());
        try (HttpClient http =
                HttpClientUtils.getHttpClientFactory().newBuilder(config).build()) {
            HttpResponse<byte[]> unused = http.sendAsync(
                            http.newHttpRequestBuilder()
                                    .uri(config.getMasterUrl().replaceAll("/$", "") + "/api/v1/namespaces/" + namespace)
                                    .method("DELETE", "application/json", null)
                                    .build(),
                            byte[].class)
                    .join();
        }
    }

    private void module(String name, String uses) {
        String dependency = uses.isEmpty()
                ? ""
                : "<dependencies><dependency><groupId>com.example</groupId><artifactId>" + uses
                        + "</artifactId><version>1</version></dependency></dependencies>";
        repository.commit(
                name + "/pom.xml",
                "<project><modelVersion>4.0.0</modelVersion><parent><groupId>com.example</groupId>"
                        + "<artifactId>shop</artifactId><version>1</version></parent><artifactId>" + name
                        + "</artifactId>" + dependency + "</project>\n");
    }

    private void service(String name, String uses) {
        module(name, uses);
        repository.commit(
                name + "/src/main/java/shop/App.java",
                "@SpringBootApplication\nclass App {\n    public static void main(String[] args) {}\n}\n");
        repository.commit(name + "/deploy/dev/all.yaml", """
                {apiVersion: v1, kind: Namespace, metadata: {name: %2$s}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: %2$s, annotations: {commit: $GIT_COMMIT}}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec: {containers: [{name: c, image: example.test/x:1}]}
                """.formatted(name, namespace));
    }

    private void deliver(String services) {
        source();
        new ListOperation()
                .run(Requests.bind("list", ListRequest.class, Map.of("project", services), Map.of()), context);
        Map<String, Object> inputs = new LinkedHashMap<>();
        inputs.put("environment", "dev");
        inputs.put("kubeconfig", KUBECONFIG);
        inputs.put("registry", "registry.example");
        inputs.put("namespace", "shop");
        PlanResult plan = new PlanOperation().run(Requests.bind("plan", PlanRequest.class, inputs, Map.of()), context);
        inputs.put("approvedHash", plan.hash());
        inputs.put("approver", "alice");
        DeployResult unused =
                new DeployOperation().run(Requests.bind("deploy", DeployRequest.class, inputs, Map.of()), context);
    }

    private void source() {
        new SourceOperation().run(Requests.bind("source", SourceRequest.class, Map.of(), Map.of()), context);
    }

    /** As a run that begins now would choose. */
    private List<String> changed() {
        source();
        Map<String, Object> inputs = new LinkedHashMap<>();
        inputs.put("project", "changed");
        inputs.put("since", "dev");
        inputs.put("clusterNamespace", namespace);
        inputs.put("kubeconfig", KUBECONFIG);
        return new ListOperation()
                .run(Requests.bind("list", ListRequest.class, inputs, Map.of()), context).chosen().stream()
                        .map(each -> each.service() + ": " + each.reason())
                        .toList();
    }

    @Test
    void takesWhatChangedSinceItsOwnReleaseAndAllThatWasNeverReleased() {
        assertThat(changed())
                .as("nothing is released")
                .containsExactly(
                        "cart: what changed is not known: it was never delivered to dev",
                        "mailer: what changed is not known: it was never delivered to dev",
                        "orders: what changed is not known: it was never delivered to dev");

        deliver("orders, cart");
        assertThat(changed()).containsExactly("mailer: what changed is not known: it was never delivered to dev");

        deliver("mailer");
        assertThat(changed()).isEmpty();

        repository.commit("mailer/src/main/resources/a.properties", "a=b\n");
        assertThat(changed())
                .singleElement()
                .asString()
                .startsWith("mailer: mailer/src/main/resources/a.properties changed, since commit ");

        repository.commit("common/src/main/java/shop/Money.java", "package shop;\n\nclass Money { int cents; }\n");
        assertThat(changed())
                .satisfiesExactly(
                        cart -> assertThat(cart)
                                .startsWith("cart: ")
                                .contains("common/src/main/java/shop/Money.java changed")
                                .endsWith("of release 1 in dev"),
                        mailer ->
                                assertThat(mailer).startsWith("mailer: mailer/src/main/resources/a.properties changed"),
                        orders -> assertThat(orders).startsWith("orders: ").contains("common/"));

        deliver("orders");
        assertThat(changed())
                .as("each counts from its own release")
                .extracting(each -> each.substring(0, each.indexOf(':')))
                .containsExactly("cart", "mailer");
    }
}
