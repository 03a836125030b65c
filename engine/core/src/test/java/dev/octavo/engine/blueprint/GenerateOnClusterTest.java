package dev.octavo.engine.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.cluster.ClusterTarget;
import dev.octavo.engine.cluster.DeploySpec;
import dev.octavo.engine.cluster.Plan;
import dev.octavo.engine.cluster.PlannedObject;
import dev.octavo.engine.cluster.Planner;
import dev.octavo.engine.template.Dialect;
import dev.octavo.engine.template.Substitution;
import dev.octavo.engine.template.Variable;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is generated is taken by a real API server, of Kubernetes 1.20 or of today; it needs no node. */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(180)
class GenerateOnClusterTest {
    @TempDir
    private Path folder;

    private final File kubeconfig = new File(System.getenv("OCTAVO_TEST_KUBECONFIG"));
    private final Config config = Config.fromKubeconfig(kubeconfig);
    private final String namespace = "octavo-" + UUID.randomUUID().toString().substring(0, 8);
    private HttpClient http;

    @BeforeEach
    void makeNamespace() {
        http = HttpClientUtils.getHttpClientFactory().newBuilder(config).build();
        send("POST", "api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
    }

    @AfterEach
    void removeNamespace() {
        send("DELETE", "api/v1/namespaces/" + namespace, "");
        http.close();
    }

    private void send(String method, String path, String body) {
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(config.getMasterUrl() + path)
                .method(method, "application/json", body)
                .build();
        assertThat(http.sendAsync(request, byte[].class).join().code()).isLessThan(300);
    }

    /** The server refuses nothing of any service in any environment. */
    private void requireTaken(Path root, DeliveryFile delivery) throws IOException {
        Blueprint blueprint = Blueprint.of(root, Catalog.scan(root), delivery);
        assertThat(blueprint.services()).isNotEmpty();
        for (String environment : delivery.environments()) {
            Map<String, Variable> variables = new HashMap<>();
            Map.of("REGISTRY", "registry.example.com", "DOCKERHUB_NAMESPACE", "shop", "IMAGE_TAG", "v1")
                    .forEach((name, value) -> variables.put(name, Variable.of(value, "test")));
            variables.putAll(delivery.values(environment));
            variables.put("NAMESPACE", Variable.of(namespace, "test"));
            for (Blueprint.Service service : blueprint.services()) {
                variables.put("APP_NAME", Variable.of(service.name(), "test"));
                Path target = Files.createTempDirectory(folder, "generated");
                for (Map.Entry<String, String> file :
                        blueprint.files(service, List.of(environment)).entrySet()) {
                    Path path = target.resolve(file.getKey());
                    Files.createDirectories(path.getParent());
                    Files.writeString(path, file.getValue());
                }
                EngineContext context = new EngineContext(
                        target,
                        folder.resolve("cache"),
                        Map.of(),
                        EngineListener.SILENT,
                        new Cancellation(),
                        Clock.systemUTC());
                Plan plan = Planner.plan(
                        DeploySpec.of(
                                        ClusterTarget.file(kubeconfig.toPath()),
                                        environment,
                                        target,
                                        "deploy/" + environment + "/**")
                                .withSubstitution(new Substitution(Dialect.STRICT, variables)),
                        context);

                assertThat(plan.objects())
                        .as(service.name() + " in " + environment)
                        .isNotEmpty()
                        .extracting(PlannedObject::change)
                        .doesNotContainNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "redis", "nacos", "nginx"})
    void examplesOfTheDocumentation(String name) throws IOException {
        Path example = Path.of("../../docs/examples").resolve(name);

        requireTaken(example, DeliveryFile.read(example, "delivery.yaml"));
    }

    @Test
    void samples() throws IOException {
        Path samples = Path.of("../../sample-microservices");

        requireTaken(samples, DeliveryFile.read(samples, "delivery.yaml"));
    }

    @Test
    void everyKindAndKey() throws IOException {
        requireTaken(folder, DeliveryFile.parse(folder, "delivery.yaml", """
                environments:
                  dev:
                services:
                  all:
                    image: registry.example.com/all:1
                    replicas: 2
                    ports: {http: 80, grpc: 9090, dns: {container: 53, protocol: UDP}}
                    service: {type: NodePort, annotations: {a: "1"}}
                    user: 1000
                    ingress: {hosts: [a.example.com, b.example.com], path: /shop, tls: cert}
                    env: {PLAIN: "8080", SECRET: {secret: db, key: password, optional: true}, POD: {field: metadata.name}}
                    config: {LEVEL: DEBUG, FLAG: true}
                    configMaps: [shared]
                    secrets: [shop-db]
                    files: {/etc/shop/app.conf: "a = 1\\n"}
                    volumes:
                      cache: {mount: /cache, empty: 1Gi}
                      data: {mount: /data, claim: {size: 5Gi, access: ReadWriteMany}}
                      old: {mount: /old, claim: old-claim, readOnly: true}
                      secret: {mount: /secret, secret: cert}
                    init: [{name: wait, image: "busybox:1.36", command: [sh, -c, "true"]}]
                    hooks: {postStart: {exec: [touch, /tmp/started]}, preStop: {http: /stop}}
                    probes: {startup: {exec: [test, -e, /tmp/up]}, readiness: /ready, liveness: {tcp: http, period: 30}}
                    networkPolicy: {from: [front], namespaces: [monitoring]}
                    serviceAccount: {token: true}
                    pullSecrets: [harbor]
                  scaled: {image: "r.example.com/b:1", port: 8080, autoscale: {min: 2, max: 5, cpu: 60, memory: 70}}
                  balanced: {image: "r.example.com/b:1", port: 8080, service: LoadBalancer, networkPolicy: true}
                  single: {image: "r.example.com/b:1", volumes: {data: {mount: /data, claim: {size: 1Gi}}}}
                  report: {image: "busybox:1.36", kind: CronJob, schedule: 0 3 * * *, command: [date]}
                  migrate: {image: "busybox:1.36", kind: Job, command: ["true"]}
                  agent: {image: "busybox:1.36", kind: DaemonSet, volumes: {logs: {mount: /logs, hostPath: /var/log}}}
                  db: {image: "mysql:8.4", kind: StatefulSet, ports: {mysql: 3306}, volumes: {data: {mount: /data, claim: {size: 1Gi}}}}
                  outside: {kind: none, service: {type: ExternalName, externalName: db.example.com}}
                  legacy: {kind: none, service: {type: headless, addresses: [192.0.2.7]}, ports: {nacos: 8848}}
                """));
    }
}
