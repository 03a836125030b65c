package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.api.ResultException;
import dev.octavo.engine.catalog.BuildTool;
import dev.octavo.engine.catalog.Call;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceDetails;
import dev.octavo.engine.catalog.ServiceKind;
import dev.octavo.engine.record.RunRecord;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Several microservices in one run on a real cluster. Runs where {@code OCTAVO_TEST_KUBECONFIG} names a kubeconfig. */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(180)
class SeveralOnClusterTest {
    private static final String KUBECONFIG = String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG"));

    @TempDir
    private Path workspace;

    private final String namespace = "several-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private EngineContext context;
    /** Where everything goes; {@code ""} for where the manifests say. */
    private String target = "";

    @BeforeEach
    void setUp() {
        EngineListener listener = new EngineListener() {
            @Override
            public void progress(String message) {
                heard.add(message);
            }

            @Override
            public void warning(String message) {
                heard.add("warning: " + message);
            }

            @Override
            public void output(String line) {}
        };
        context = new EngineContext(
                workspace, workspace.resolve("cache"), Map.of(), listener, new Cancellation(), Clock.systemUTC());
        RunRecord.begin(workspace)
                .put(
                        SourceOperation.PART,
                        new SourceResult(
                                "https://git.example/shop.git",
                                "main",
                                "0123456789abcdef0123456789abcdef01234567",
                                "0123456789ab",
                                Instant.EPOCH,
                                "Alice",
                                "a change",
                                true,
                                ""));
    }

    @AfterEach
    void tearDown() {
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

    /** A microservice that is ready as soon as it is there. */
    private void service(String name, String... calls) throws IOException {
        List<Call> called = Arrays.stream(calls)
                .map(target -> new Call(Call.Way.URL, target, target, "application.yml", 1))
                .toList();
        ServiceDetails details =
                new ServiceDetails("", "jar", "", name, true, false, "", null, List.of(), List.of(), called);
        RunRecord.open(workspace)
                .put(
                        name,
                        Chosen.PART,
                        new Microservice(
                                name,
                                name,
                                ServiceKind.SPRING_BOOT,
                                BuildTool.MAVEN,
                                name,
                                "",
                                17,
                                8080,
                                "",
                                "",
                                null,
                                Map.of("dev", name + "/deploy/dev"),
                                List.of(name),
                                "",
                                details));
        manifests(name, 0);
    }

    /** @param replicas what no node takes */
    private void manifests(String name, int replicas) throws IOException {
        Path folder = Files.createDirectories(workspace.resolve(name).resolve("deploy/dev"));
        Files.writeString(folder.resolve("all.yaml"), """
                {apiVersion: v1, kind: Namespace, metadata: {name: %2$s}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  replicas: %3$d
                  progressDeadlineSeconds: 2
                  minReadySeconds: 0
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec: {nodeSelector: {nowhere: nowhere}, containers: [{name: c, image: example.test/x:1}]}
                """.formatted(name, namespace, replicas));
    }

    private Map<String, Object> inputs() {
        Map<String, Object> inputs = new LinkedHashMap<>();
        inputs.put("environment", "dev");
        inputs.put("kubeconfig", KUBECONFIG);
        inputs.put("registry", "registry.example");
        inputs.put("namespace", "shop");
        inputs.put("clusterNamespace", target);
        return inputs;
    }

    private PlanResult plan() {
        PlanRequest request = Requests.bind("plan", PlanRequest.class, inputs(), Map.of());
        return new PlanOperation().run(request, context);
    }

    private DeployResult deploy(String approvedHash) {
        Map<String, Object> inputs = inputs();
        inputs.put("approvedHash", approvedHash);
        inputs.put("approver", "alice");
        return new DeployOperation().run(Requests.bind("deploy", DeployRequest.class, inputs, Map.of()), context);
    }

    private static List<String> outcomes(DeployResult result) {
        return result.outcomes().stream().map(DeployResult.Outcome::toString).toList();
    }

    @Test
    void deploysInTheOrderOfTheCallsThoughAllBringTheSameNamespace() throws IOException {
        service("gateway", "catalog", "orders");
        service("orders", "catalog");
        service("catalog");
        service("mailer");

        DeployResult result = deploy(plan().hash());

        assertThat(outcomes(result))
                .containsExactly("gateway: deployed", "orders: deployed", "catalog: deployed", "mailer: deployed");
        assertThat(heard).contains("order: catalog, mailer; then orders; then gateway");
        assertThat(heard.indexOf("deploying orders to dev"))
                .isGreaterThan(heard.indexOf("catalog: release 1 of catalog is deployed"));
        assertThat(heard.indexOf("deploying gateway to dev"))
                .isGreaterThan(heard.indexOf("orders: release 1 of orders is deployed"));
    }

    @Test
    void tellsWhichWentOutAndTakesOnlyTheRestTheNextTime() throws IOException {
        service("gateway", "orders");
        service("orders");
        service("catalog");
        manifests("orders", 1);
        String approved = plan().hash();

        ResultException failure = catchThrowableOfType(ResultException.class, () -> deploy(approved));

        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOY_PARTLY);
        assertThat(failure.what()).isEqualTo("1 of 3 microservices are out in dev, the rest is not");
        assertThat(failure.why())
                .contains("gateway: held back, it needs orders", "orders: failed, DEPLOY-20", "catalog: deployed");
        assertThat(failure.fix()).endsWith("then run this stage again: it takes only what is not out");
        assertThat(RunRecord.open(workspace).list("deployments", DeployResult.class))
                .singleElement()
                .satisfies(kept -> assertThat(outcomes(kept)).hasSize(3).contains("catalog: deployed"));

        manifests("orders", 0);
        PlanResult rest = plan();

        assertThat(rest.services().get(2).plan().summary()).startsWith("0 to create, 0 to change");
        assertThat(outcomes(deploy(rest.hash())))
                .containsExactly("gateway: deployed", "orders: deployed", "catalog: unchanged, it was out already");
    }

    @Test
    void goesOnUnderTheSameApprovalWithWhatIsNotOutYet() throws IOException {
        service("orders");
        service("catalog");
        String approved = plan().hash();
        Map<String, Object> one = inputs();
        one.put("service", "catalog");
        DeployResult first =
                new DeployOperation().run(Requests.bind("deploy", DeployRequest.class, one, Map.of()), context);
        assertThat(outcomes(first)).containsExactly("catalog: deployed");

        assertThat(outcomes(deploy(approved)))
                .containsExactly("orders: deployed", "catalog: unchanged, it was out already");
    }

    @Test
    void writesNothingWhereOneOfThemIsAnotherThanApproved() throws IOException {
        service("orders");
        service("catalog");
        String approved = plan().hash();
        manifests("catalog", 1);

        EngineException failure = catchThrowableOfType(EngineException.class, () -> deploy(approved));

        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOY_PLAN_CHANGED);
        assertThat(plan().services())
                .allSatisfy(planned -> assertThat(planned.plan().summary()).startsWith("2 to create"));
    }

    @Test
    void deploysIntoANamespaceThatTheFirstOfThemMakes() throws IOException {
        for (String name : List.of("orders", "catalog")) {
            service(name, name.equals("orders") ? "catalog" : "");
            Path file = workspace.resolve(name).resolve("deploy/dev/all.yaml");
            String all = Files.readString(file);
            Files.writeString(file, all.substring(all.indexOf("apiVersion: apps/v1")));
        }
        target = namespace;

        assertThat(outcomes(deploy(plan().hash()))).containsExactly("orders: deployed", "catalog: deployed");
    }
}
