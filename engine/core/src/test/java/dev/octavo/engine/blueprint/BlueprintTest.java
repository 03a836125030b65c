package dev.octavo.engine.blueprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.cluster.ManifestLoader;
import dev.octavo.engine.cluster.Manifests;
import dev.octavo.engine.template.Dialect;
import dev.octavo.engine.template.Substitution;
import dev.octavo.engine.template.Variable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlueprintTest {
    @TempDir
    Path root;

    private void file(String path, String text) {
        try {
            Files.createDirectories(root.resolve(path).getParent());
            Files.writeString(root.resolve(path), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void service(String boot, String java, String dependencies, String settings) {
        file("pom.xml", """
                <project>
                  <parent>
                    <groupId>org.springframework.boot</groupId>
                    <artifactId>spring-boot-starter-parent</artifactId>
                    <version>%s</version>
                  </parent>
                  <groupId>com.example</groupId>
                  <artifactId>orders</artifactId>
                  <version>1</version>
                  <properties><java.version>%s</java.version></properties>
                  <dependencies>
                    <dependency>
                      <groupId>org.springframework.boot</groupId>
                      <artifactId>spring-boot-starter-web</artifactId>
                    </dependency>
                    %s
                  </dependencies>
                  <build><plugins><plugin>
                    <groupId>org.springframework.boot</groupId>
                    <artifactId>spring-boot-maven-plugin</artifactId>
                  </plugin></plugins></build>
                </project>
                """.formatted(boot, java, dependencies));
        file("src/main/resources/application.yml", settings);
        file(
                "src/main/java/com/example/OrdersApplication.java",
                "package com.example;\n@SpringBootApplication\npublic class OrdersApplication {}\n");
    }

    private static String starter(String name) {
        return "<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-" + name
                + "</artifactId></dependency>";
    }

    private Map<String, String> files(String delivery) {
        Blueprint blueprint =
                Blueprint.of(root, Catalog.scan(root), DeliveryFile.parse(root, "delivery.yaml", delivery));
        Map<String, String> all = new HashMap<>();
        for (Blueprint.Service service : blueprint.services()) {
            String folder = service.found().isPresent() ? "" : service.name() + "/";
            blueprint
                    .files(
                            service,
                            DeliveryFile.parse(root, "delivery.yaml", delivery).environments())
                    .forEach((path, text) -> all.put(folder + path, text));
        }
        return all;
    }

    private String one(Map<String, String> files, String path) {
        assertThat(files).containsKey(path);
        return files.get(path);
    }

    @Test
    void bootServiceWithActuatorIsAskedByItsOwnGroups() {
        service("3.5.0", "17", starter("actuator"), "server: {port: 8085, servlet: {context-path: /shop}}\n");

        String deployment = one(files(""), "deploy/dev/deployment.yaml");

        assertThat(deployment)
                .contains("containerPort: 8085")
                .contains("path: /shop/actuator/health/liveness")
                .contains("path: /shop/actuator/health/readiness")
                .contains("readOnlyRootFilesystem: true")
                .contains("runAsUser: 10001")
                .doesNotContain("SERVER_SHUTDOWN");
    }

    @Test
    void endpointsOnAPortOfTheirOwnAreAskedThereAndInNoService() {
        service("2.7.18", "8", starter("actuator"), "management: {server: {port: 9001}}\n");

        Map<String, String> files = files("");

        assertThat(one(files, "deploy/dev/deployment.yaml"))
                .contains("- name: management\n              containerPort: 9001")
                .contains("path: /actuator/health/liveness\n              port: management")
                .contains("- name: SERVER_SHUTDOWN\n              value: graceful");
        assertThat(one(files, "deploy/dev/service.yaml"))
                .doesNotContain("management")
                .doesNotContain("9001");
    }

    @Test
    void oldActuatorsHealthMakesAPodUnreadyAndDoesNotRestartIt() {
        service("1.5.22.RELEASE", "1.8", starter("actuator"), "server.port: 8080\n");

        String deployment = one(files(""), "deploy/dev/deployment.yaml");

        assertThat(deployment)
                .contains("readinessProbe:\n            httpGet:\n              path: /health\n")
                .contains("livenessProbe:\n            tcpSocket:\n              port: http\n");
    }

    @Test
    void withoutActuatorOrBehindALoginThePortIsTried() {
        service("2.3.4.RELEASE", "8", "", "server.port: 8080\n");
        assertThat(one(files(""), "deploy/dev/deployment.yaml"))
                .doesNotContain("httpGet")
                .contains("tcpSocket");

        service("3.2.0", "17", starter("actuator") + starter("security"), "server.port: 8080\n");
        assertThat(one(files(""), "deploy/dev/deployment.yaml"))
                .doesNotContain("httpGet")
                .contains("tcpSocket");
    }

    @Test
    void bootServiceOnAPortThatIsForRootGetsAnother() {
        service("2.2.1.RELEASE", "8", "", "server.port: 88\n");

        Map<String, String> files = files("");

        assertThat(one(files, "deploy/dev/deployment.yaml"))
                .contains("containerPort: 8080")
                .contains("- name: SERVER_PORT\n              value: \"8080\"");
        assertThat(one(files, "Dockerfile")).contains("EXPOSE 8080");
    }

    @ParameterizedTest
    @CsvSource({
        "1.5.22.RELEASE, 1.8, eclipse-temurin:8-jre, '\"org.springframework.boot.loader.JarLauncher\"]', none",
        "2.2.5.RELEASE, 11, eclipse-temurin:11-jre, '\"org.springframework.boot.loader.JarLauncher\"]', none",
        "2.7.18, 8, eclipse-temurin:8-jre, '\"org.springframework.boot.loader.JarLauncher\"]', layertools",
        "3.2.1, 17, eclipse-temurin:17-jre, '\"org.springframework.boot.loader.launch.JarLauncher\"]', layertools",
        "3.3.0, 21, eclipse-temurin:21-jre, '\"org.springframework.boot.loader.launch.JarLauncher\"]', tools",
        "4.0.0, 24, eclipse-temurin:25-jre, '\"org.springframework.boot.loader.launch.JarLauncher\"]', tools"
    })
    void dockerfileFitsBootAndJava(String boot, String java, String base, String end, String mode) {
        service(boot, java, "", "server.port: 8080\n");

        String dockerfile = one(files(""), "Dockerfile");

        assertThat(dockerfile)
                .contains("FROM " + base + "\n")
                .contains("USER 10001:10001\n")
                .endsWith(end + "\n")
                .contains("ENTRYPOINT [\"java\", \"-XX:MaxRAMPercentage=60\"");
        if (mode.equals("none")) {
            assertThat(dockerfile)
                    .doesNotContain("jarmode")
                    .contains("FROM " + base.replace("-jre", "-jdk") + " AS layers\n")
                    .contains("COPY target/orders-1.jar /archive/application.jar\n")
                    .contains("RUN [\"jar\", \"-xf\", \"/archive/application.jar\"]\n")
                    .contains("COPY --from=layers /layers/BOOT-INF/lib/ BOOT-INF/lib/\n");
        } else {
            assertThat(dockerfile).contains("\"-Djarmode=" + mode + "\"");
        }
    }

    @Test
    void dockerfileOfABaseThatNoJdkIsKnownForKeepsTheJarWhole() {
        service("2.2.5.RELEASE", "11", "", "server.port: 8080\n");

        assertThat(one(files("defaults: {base: harbor.example.com/java/runtime:11}"), "Dockerfile"))
                .contains("FROM harbor.example.com/java/runtime:11\n")
                .contains("COPY target/orders-1.jar application.jar\n")
                .endsWith("\"-jar\", \"/app/application.jar\"]\n");
    }

    @Test
    void frontEndThatNpmBuildsIsServedByAWebServerThatIsNotRoot() {
        file("package.json", "{\"scripts\": {\"build\": \"vite build\"}, \"dependencies\": {\"vue\": \"3\"}}");
        file("public/favicon.ico", "");

        Map<String, String> files = files("");

        assertThat(one(files, "Dockerfile"))
                .contains("FROM nginxinc/nginx-unprivileged:")
                .contains("COPY dist/ /usr/share/nginx/html/")
                .contains("EXPOSE 8080");
        assertThat(one(files, "deploy/dev/deployment.yaml"))
                .contains("containerPort: 8080")
                .contains("runAsUser: 101");
    }

    @Test
    void severalPodsAreSpreadAndHaveABudget() {
        service("3.5.0", "17", "", "server.port: 8080\n");

        Map<String, String> files = files("environments: {dev: , prod: {defaults: {replicas: 2}}}");

        assertThat(files).doesNotContainKey("deploy/dev/poddisruptionbudget.yaml");
        assertThat(one(files, "deploy/prod/poddisruptionbudget.yaml")).contains("maxUnavailable: 1");
        assertThat(one(files, "deploy/prod/deployment.yaml"))
                .contains("replicas: 2")
                .contains("topologySpreadConstraints");
    }

    @Test
    void replicasAreLeftToTheAutoscaler() {
        service("3.5.0", "17", "", "server.port: 8080\n");

        Map<String, String> files = files("services: {orders: {autoscale: {min: 3, max: 9, cpu: 50, memory: 80}}}");

        assertThat(one(files, "deploy/dev/deployment.yaml")).doesNotContain("\n  replicas:");
        assertThat(one(files, "deploy/dev/horizontalpodautoscaler.yaml"))
                .contains("minReplicas: 3")
                .contains("maxReplicas: 9")
                .contains("averageUtilization: 50")
                .contains("name: memory");
    }

    @Test
    void allThatCanBeSaidOfAServiceIsInItsManifests() throws IOException {
        service("3.5.0", "17", starter("actuator"), "server.port: 8080\n");
        Map<String, String> files = files("""
                application: shop
                environments:
                  dev:
                services:
                  orders:
                    ports: {grpc: 9090, admin: {container: 9091, service: false}}
                    service: {type: NodePort, annotations: {a: "1"}}
                    ingress: {hosts: [a.example.com, b.example.com], path: /shop, tls: cert, class: nginx}
                    env:
                      PLAIN: "8080"
                      FROM_SECRET: {secret: db, key: password}
                      POD: {field: metadata.name}
                    config: {LEVEL: $LEVEL, FLAG: true}
                    secrets: [shop-db]
                    files: {/etc/shop/app.conf: "a = 1\\nb = $uri\\n"}
                    volumes:
                      cache: {mount: /cache, empty: 1Gi}
                      data: {mount: /data, claim: {size: 5Gi, access: ReadWriteMany}}
                      old: {mount: /old, claim: old-claim, readOnly: true}
                    init: [{name: wait, image: "busybox:1.36", command: [sh, -c, "until nc -z db 3306; do sleep 1; done"]}]
                    hooks:
                      postStart: {exec: [touch, /tmp/started]}
                      preStop: {http: /stop}
                    probes: {startup: {exec: [test, -e, /tmp/up]}, liveness: {tcp: 8080, period: 30, failures: 5}}
                    networkPolicy: {from: [storefront]}
                    serviceAccount: {token: true, annotations: {role: reader}}
                    pullSecrets: [harbor]
                """);

        assertThat(one(files, "deploy/dev/deployment.yaml"))
                .contains("name: PLAIN\n              value: \"8080\"")
                .contains("secretKeyRef:\n                  name: db\n                  key: password")
                .contains("fieldPath: metadata.name")
                .contains("configMapRef:\n                name: orders")
                .contains("secretRef:\n                name: shop-db")
                .contains("mountPath: /etc/shop/app.conf\n              subPath: etc_shop_app.conf")
                .contains("claimName: orders-data")
                .contains("claimName: old-claim")
                .contains("initContainers:\n        - name: wait\n          image: busybox:1.36")
                .contains("postStart:\n              exec:")
                .contains("preStop:\n              httpGet:\n                path: /stop")
                .contains("startupProbe:\n            exec:")
                .contains("tcpSocket:\n              port: 8080\n            periodSeconds: 30")
                .contains("failureThreshold: 5")
                .contains("readinessProbe:\n            httpGet:\n              path: /actuator/health/readiness")
                .contains("automountServiceAccountToken: true")
                .contains("imagePullSecrets:\n        - name: harbor");
        assertThat(one(files, "deploy/dev/configmap.yaml"))
                .contains("LEVEL: \"$LEVEL\"")
                .contains("FLAG: \"true\"");
        assertThat(one(files, "deploy/dev/configmap-files.yaml")).contains("etc_shop_app.conf: |\n    a = 1\n");
        assertThat(one(files, "deploy/dev/service.yaml"))
                .contains("type: NodePort")
                .contains("a: \"1\"");
        assertThat(one(files, "deploy/dev/service.yaml")).contains("port: 9090").doesNotContain("9091");
        assertThat(one(files, "deploy/dev/ingress.yaml"))
                .contains("ingressClassName: nginx")
                .contains("secretName: cert")
                .contains("host: b.example.com")
                .contains("path: /shop");
        assertThat(one(files, "deploy/dev/networkpolicy.yaml")).contains("app.kubernetes.io/name: storefront");
        assertThat(one(files, "deploy/dev/serviceaccount.yaml")).contains("role: reader");
        assertThat(one(files, "deploy/dev/persistentvolumeclaim.yaml"))
                .contains("ReadWriteMany")
                .contains("5Gi");
    }

    @Test
    void otherKindsHaveWhatTheyNeed() {
        Map<String, String> files = files("""
                environments: {dev: }
                services:
                  report: {image: "busybox:1.36", kind: CronJob, schedule: 0 3 * * *, command: [date], retries: 1}
                  migrate: {image: "busybox:1.36", kind: Job, command: ["true"]}
                  agent: {image: "busybox:1.36", kind: DaemonSet, volumes: {logs: {mount: /logs, hostPath: /var/log}}}
                  db: {image: "mysql:8.4", kind: StatefulSet, ports: {mysql: 3306}, volumes: {data: {mount: /data, claim: {size: 1Gi}}}}
                  outside: {kind: none, service: {type: ExternalName, externalName: db.example.com}}
                  legacy: {kind: none, service: {type: headless, addresses: [192.0.2.7]}, ports: {nacos: 8848}}
                """);

        assertThat(one(files, "report/deploy/dev/cronjob.yaml"))
                .contains("schedule: 0 3 * * *")
                .contains("restartPolicy: Never")
                .contains("backoffLimit: 1")
                .doesNotContain("Probe");
        assertThat(one(files, "migrate/deploy/dev/job.yaml")).contains("- \"true\"");
        assertThat(files).doesNotContainKeys("report/deploy/dev/service.yaml", "migrate/deploy/dev/service.yaml");
        assertThat(one(files, "agent/deploy/dev/daemonset.yaml")).contains("hostPath:\n            path: /var/log");
        assertThat(one(files, "agent/deploy/dev/namespace.yaml")).contains("enforce: privileged");
        assertThat(one(files, "db/deploy/dev/statefulset.yaml"))
                .contains("serviceName: db-headless")
                .contains("volumeClaimTemplates:");
        assertThat(one(files, "db/deploy/dev/service-headless.yaml")).contains("clusterIP: None");
        assertThat(one(files, "outside/deploy/dev/service.yaml")).contains("externalName: db.example.com");
        assertThat(files).doesNotContainKey("outside/deploy/dev/serviceaccount.yaml");
        assertThat(one(files, "legacy/deploy/dev/service.yaml")).doesNotContain("selector");
        assertThat(one(files, "legacy/deploy/dev/endpoints.yaml")).contains("ip: \"192.0.2.7\"");
    }

    @Test
    void serviceAndEnvironmentCanBeLeftOut() {
        service("3.5.0", "17", "", "server.port: 8080\n");

        assertThat(files("services: {orders: false}")).isEmpty();
        assertThat(files("services: {orders: {environments: {dev: false}}}"))
                .containsKey("deploy/prod/deployment.yaml")
                .doesNotContainKey("deploy/dev/deployment.yaml");
    }

    @Test
    void namespaceThatIsThereIsNotMade() {
        service("3.5.0", "17", "", "server.port: 8080\n");

        assertThat(files("environments: {dev: {namespace: {name: team-a, create: false}}}"))
                .containsKey("deploy/dev/deployment.yaml")
                .doesNotContainKey("deploy/dev/namespace.yaml");
    }

    @Test
    void serviceThatIsNeitherFoundNorHasAnImageIsToldWithItsPlace() {
        service("3.5.0", "17", "", "server.port: 8080\n");

        assertThatThrownBy(() -> files("services:\n  order: {replicas: 2}\n"))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.where()).isEqualTo("delivery.yaml:2:3");
                    assertThat(e.why()).contains("orders");
                });
    }

    @Test
    void descriptionThatIsBegunAsksForNothingThatTheSourcesTell() {
        service("3.5.0", "17", "", "server.port: 8080\n");

        Map<String, String> begun = Blueprint.begin(Catalog.scan(root), "", root);
        DeliveryFile file = DeliveryFile.parse(root, "delivery.yaml", begun.get("delivery.yaml"));

        assertThat(file.environments()).containsExactly("dev", "prod");
        assertThat(file.gate("prod")).isPresent();
        assertThat(begun.get("delivery.yaml").lines().count()).isLessThan(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "redis", "nacos", "nginx"})
    void examplesOfTheDocumentationAreReadAsTheyWillBeDeployed(String name) throws IOException {
        Path example = Path.of("../../docs/examples").resolve(name);
        DeliveryFile delivery = DeliveryFile.read(example, "delivery.yaml");
        Blueprint blueprint = Blueprint.of(example, Catalog.scan(example), delivery);
        for (String environment : delivery.environments()) {
            Map<String, Variable> variables = new HashMap<>(delivery.values(environment));
            variables.put("NAMESPACE", Variable.of("shop", "test"));
            for (Blueprint.Service service : blueprint.services()) {
                Path folder = root.resolve(service.name());
                blueprint
                        .files(service, List.of(environment))
                        .forEach((path, text) -> file(service.name() + "/" + path, text));

                Manifests manifests =
                        ManifestLoader.load(folder, "deploy/**", new Substitution(Dialect.STRICT, variables));

                assertThat(manifests.warnings()).isEmpty();
                assertThat(manifests.objects()).isNotEmpty();
            }
        }
        try (Stream<Path> left = Files.list(root)) {
            assertThat(left).isNotEmpty();
        }
    }

    @Test
    void sameInputGivesTheSameBytes() {
        service("3.5.0", "17", starter("actuator"), "server.port: 8080\n");

        assertThat(files("")).isEqualTo(files(""));
    }

    @Test
    void namesThatKubernetesDoesNotTakeAreMadeSo() {
        assertThat(ServiceSpec.objectName("Order_Service")).isEqualTo("order-service");
        assertThat(ServiceSpec.objectName("a/b")).isEqualTo("a-b");
        assertThat(ServiceSpec.objectName("1st")).isEqualTo("service-1st");
        assertThat(ServiceSpec.objectName("x".repeat(90))).hasSize(50);
    }

    @Test
    void textsThatYamlWouldReadAsSomethingElseAreInQuotes() {
        assertThat(YamlText.of(Pods.maps(
                        "a", "yes", "b", "0644", "c", "1e3", "d", "64Mi", "e", "~", "f", "10.0.0.1", "g", "")))
                .isEqualTo("a: \"yes\"\nb: \"0644\"\nc: \"1e3\"\nd: 64Mi\ne: \"~\"\nf: \"10.0.0.1\"\ng: \"\"\n");
    }
}
