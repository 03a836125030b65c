package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.git.TestRepository;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.image.ImageBuilder;
import dev.octavo.engine.image.ImagePusher;
import dev.octavo.engine.image.ImageSpec;
import dev.octavo.engine.image.PushRequest;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Services of {@code extract} on a real cluster, as a pod of another namespace sees them. {@code OCTAVO_TEST_KUBECONFIG} names
 * a kubeconfig of a cluster with a node and DNS, {@code OCTAVO_TEST_REGISTRY} a registry that its node knows by that name.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_REGISTRY", matches = ".+")
@Timeout(180)
class ExtractOnClusterTest {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    /** Asks the resolver as other programs do, with the cluster's search list; a static busybox cannot. */
    private static final List<String> ASKS =
            List.of("/usr/bin/getent", "/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libc.so.6");

    private static final String KUBECONFIG = String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG"));
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private final String middleware =
            "middleware-" + UUID.randomUUID().toString().substring(0, 8);
    private final String applications = "apps-" + UUID.randomUUID().toString().substring(0, 8);
    private final Config config = Config.fromKubeconfig(Path.of(KUBECONFIG).toFile());
    private HttpClient http;
    private Path root;
    private EngineContext context;
    private String image = "";

    @BeforeEach
    void prepare() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "a static busybox is needed for the pods");
        Assumptions.assumeTrue(
                ASKS.stream().allMatch(each -> Files.exists(Path.of(each))), "getent and its libraries are needed");
        http = HttpClientUtils.getHttpClientFactory().newBuilder(config).build();
        root = folder.resolve("shop");
        write("orders/pom.xml", "<project><artifactId>orders</artifactId></project>\n");
        write("orders/src/main/java/App.java", "@SpringBootApplication\nclass App {}\n");
        write("orders/src/main/resources/application.yml", """
                spring:
                  datasource: {url: "jdbc:mysql://10.0.0.7:3306/shop"}
                  redis: {host: 10.0.0.8, port: 6379}
                  cloud: {nacos: {discovery: {server-addr: "10.0.0.9:8848"}}}
                """);
        context = TestRepository.context(root, Map.of());
        for (String each : List.of(middleware, applications)) {
            send("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + each + "\"}}");
        }
        image = image();
    }

    @AfterEach
    void remove() {
        if (http != null) {
            for (String each : List.of(middleware, applications)) {
                send("DELETE", "/api/v1/namespaces/" + each, "");
            }
            http.close();
        }
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    private String send(String method, String path, String body) {
        HttpResponse<byte[]> response = http.sendAsync(
                        http.newHttpRequestBuilder()
                                .uri(config.getMasterUrl().replaceAll("/$", "") + path)
                                .method(method, "application/json", body.isEmpty() ? null : body)
                                .build(),
                        byte[].class)
                .join();
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** An image with a shell and its friends. */
    private String image() throws IOException {
        Path files = Files.createDirectories(folder.resolve("image/box"));
        Files.copy(BUSYBOX, files.resolve("busybox"));
        StringBuilder text = new StringBuilder("FROM scratch\nCOPY --chmod=755 busybox /bin/busybox\n");
        for (String each : ASKS) {
            String name = Path.of(each).getFileName().toString();
            Files.copy(Path.of(each).toRealPath(), files.resolve(name));
            text.append("COPY --chmod=755 ")
                    .append(name)
                    .append(' ')
                    .append(each)
                    .append('\n');
        }
        Files.writeString(files.resolve("Dockerfile"), text + "USER 10001\n");
        EngineContext own = TestRepository.context(folder.resolve("image"), Map.of());
        BuiltImage built = new ImageBuilder()
                .build(
                        ImageSpec.dockerfile(
                                "box",
                                Path.of("box/Dockerfile"),
                                Path.of("box"),
                                new ImageSpec.Origin("https://git.example.org/box.git", "1", "", Instant.EPOCH)),
                        own);
        ImageReference repository = ImageReference.parse(System.getenv("OCTAVO_TEST_REGISTRY") + "/extract/box");
        new ImagePusher()
                .push(
                        new PushRequest(
                                built.layout(),
                                repository,
                                List.of("1"),
                                List.of(),
                                "",
                                RegistryAccess.dockerConfiguration()),
                        own);
        return repository.withDigest(built.digest()).toString();
    }

    private void pod(String namespace, String name, String script) {
        String answer = send("POST", "/api/v1/namespaces/" + namespace + "/pods", """
                {"metadata": {"name": "%1$s", "labels": {"app": "%1$s"}}, "spec": {"restartPolicy": "Never",
                 "terminationGracePeriodSeconds": 0, "containers": [{"name": "c", "image": "%2$s",
                 "command": ["/bin/busybox", "sh", "-c", "%3$s"]}]}}
                """.formatted(name, image, script));
        assertThat(answer).contains("\"kind\":\"Pod\"");
    }

    private JsonNode podWhere(String namespace, String name, Predicate<JsonNode> condition)
            throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            JsonNode status = JsonMapper.shared()
                    .readTree(send("GET", "/api/v1/namespaces/" + namespace + "/pods/" + name, ""))
                    .path("status");
            if (condition.test(status)) {
                return status;
            }
            assertThat(Instant.now()).as(status.toString()).isBefore(end);
            Thread.sleep(300);
        }
    }

    private void deploy(String configs) {
        Map<String, Object> inputs = Map.of("configs", configs, "kubeconfig", KUBECONFIG);
        new KubernetesDeployOperation()
                .run(Requests.bind("kubernetes-deploy", KubernetesDeployRequest.class, inputs, Map.of()), context);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPodOfAnotherNamespaceReachesWhatTheyStandFor(boolean oldClusters) throws Exception {
        int minor = Integer.parseInt(JsonMapper.shared()
                .readTree(send("GET", "/version", ""))
                .path("minor")
                .asString("0")
                .replaceAll("\\D", ""));
        Assumptions.assumeTrue(minor > 20 || oldClusters, "this cluster's DNS does not know EndpointSlices");
        pod(
                middleware,
                "real",
                "for p in 6379 8080; do /bin/busybox httpd -p $p -h /etc; done; exec /bin/busybox httpd -f -p 8848 -h /etc");
        String address = podWhere(middleware, "real", status -> status.path("phase")
                        .asString("")
                        .equals("Running"))
                .path("podIP")
                .asString("");
        String elsewhere =
                "{\"metadata\":{\"name\":\"elsewhere\"},\"spec\":{\"clusterIP\":\"None\",\"selector\":{\"app\":\"real\"}}}";
        assertThat(send("POST", "/api/v1/namespaces/" + middleware + "/services", elsewhere))
                .contains("elsewhere");

        Map<String, String> at = Map.of(
                "mysql", address + ":8080",
                "redis", "elsewhere." + middleware + ".svc.cluster.local:6379",
                "nacos", address + ":8848");
        ExtractResult result = new ExtractOperation()
                .run(new ExtractRequest("", "prod", middleware, at, oldClusters, false, false, false), context);

        assertThat(result.services())
                .extracting(ExtractResult.Proposal::address)
                .containsExactlyInAnyOrder(
                        "mysql-service." + middleware + ":3306",
                        "nacos-service." + middleware + ":8848",
                        "redis-service." + middleware + ":6379");
        assertThat(Files.readString(root.resolve("middleware/prod/redis-service.yaml")))
                .contains("type: ExternalName");
        assertThat(Files.readString(root.resolve("middleware/prod/nacos-service.yaml")))
                .contains("clusterIP: None", oldClusters ? "kind: Endpoints\n" : "kind: EndpointSlice\n");
        deploy("middleware/prod/*-service.yaml");
        List<ExtractResult.Proposal> asked = result.services().stream()
                // the DNS of the old test cluster tells of another name, and not what that one is
                .filter(each -> minor > 20 || !each.address().startsWith("redis"))
                .toList();
        StringBuilder script = new StringBuilder();
        for (ExtractResult.Proposal each : asked) {
            int colon = each.address().indexOf(':');
            script.append("for i in 1 2 3 4 5 6 7 8 9 10; do set -- $(/usr/bin/getent ahostsv4 ")
                    .append(each.address(), 0, colon)
                    .append("); (echo GET /hostname HTTP/1.0; echo) | /bin/busybox nc $1 ")
                    .append(each.address(), colon + 1, each.address().length())
                    .append(" | /bin/busybox grep real && break; /bin/busybox sleep 2; done && echo by ")
                    .append(each.address())
                    .append("; ");
        }
        pod(applications, "asks", script.toString());
        podWhere(applications, "asks", status -> List.of("Succeeded", "Failed")
                .contains(status.path("phase").asString("")));

        String log = send("GET", "/api/v1/namespaces/" + applications + "/pods/asks/log", "");
        for (ExtractResult.Proposal each : asked) {
            assertThat(log).contains("real\nby " + each.address() + "\n");
        }
    }
}
