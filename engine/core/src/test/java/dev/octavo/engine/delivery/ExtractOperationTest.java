package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.git.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes addresses out of the configuration. */
class ExtractOperationTest {
    private static final String SETTINGS = """
            server:
              port: 9000
            spring:
              datasource:
                url: jdbc:mysql://10.0.0.7:3306/shop?useSSL=false
                username: shop
                password: tiger-in-the-tank
              redis:
                host: ${REDIS_HOST:localhost}
                port: 6380
              cloud:
                nacos:
                  discovery:
                    server-addr: 10.0.0.8:8848,10.0.0.9:8848
              rabbitmq:
                addresses: amqp://me:carrot-top@mq:5672
              mail:
                host: smtp.example.com
            stock:
              url: http://localhost:9001/api
            """;

    @TempDir
    private Path folder;

    private Path root;

    @BeforeEach
    void prepare() throws IOException {
        root = folder.resolve("shop");
        for (String name : List.of("orders", "stock")) {
            write(name + "/pom.xml", "<project><artifactId>" + name + "</artifactId></project>\n");
            write(name + "/src/main/java/App.java", "@SpringBootApplication\nclass App {}\n");
        }
        write("orders/src/main/resources/application.yml", SETTINGS);
        write("stock/src/main/resources/application.properties", "server.port=9001\n");
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    private String read(String file) throws IOException {
        return Files.readString(root.resolve(file));
    }

    private ExtractResult extract(Map<String, String> at, boolean check, boolean diff, boolean overwrite) {
        return new ExtractOperation()
                .run(
                        new ExtractRequest("", "prod", "", at, false, check, diff, overwrite),
                        TestRepository.context(root, Map.of()));
    }

    private ExtractResult extract() {
        return extract(Map.of(), false, false, false);
    }

    @Test
    void proposesAServiceForEachComputer() {
        assertThat(extract().services())
                .extracting(ExtractResult.Proposal::address)
                .containsExactly(
                        "mysql-service.shop-prod:3306", "nacos-service.shop-prod:8848", "redis-service.shop-prod:6380");
    }

    @Test
    void overridesThePropertyWithoutTouchingTheJar() {
        assertThat(extract().overrides())
                .extracting(ExtractResult.Replacement::variable, ExtractResult.Replacement::value)
                .containsExactlyInAnyOrder(
                        tuple("SPRING_DATASOURCE_URL", "jdbc:mysql://mysql-service.shop-prod:3306/shop?useSSL=false"),
                        tuple("REDIS_HOST", "redis-service.shop-prod"),
                        tuple("SPRING_CLOUD_NACOS_DISCOVERY_SERVERADDR", "nacos-service.shop-prod:8848"),
                        tuple("STOCK_URL", "http://stock/api"));
    }

    @Test
    void writesHeadlessServicesWithTheAddressesAndAConfigMap() throws IOException {
        extract();

        assertThat(read("middleware/prod/nacos-service.yaml"))
                .startsWith("# Written by octavo extract")
                .contains(
                        "clusterIP: None", "kind: EndpointSlice", "- \"10.0.0.8\"\n", "- \"10.0.0.9\"\n", "port: 8848");
        assertThat(read("middleware/prod/kustomization.yaml"))
                .contains("- mysql-service.yaml\n", "- nacos-service.yaml\n", "- namespace.yaml\n");
        assertThat(read("middleware/prod/namespace.yaml")).contains("name: shop-prod\n");
        assertThat(read("orders/deploy/prod/addresses.yaml"))
                .contains("kind: ConfigMap", "namespace: $NAMESPACE", "  REDIS_HOST: redis-service.shop-prod\n")
                .contains("create secret generic orders-secrets --from-literal=SPRING_DATASOURCE_PASSWORD=...");
    }

    @Test
    void writesEndpointsForClustersThatDoNotKnowSlices() throws IOException {
        new ExtractOperation()
                .run(
                        new ExtractRequest("", "prod", "", Map.of(), true, false, false, false),
                        TestRepository.context(root, Map.of()));

        assertThat(read("middleware/prod/nacos-service.yaml"))
                .contains("kind: Endpoints\n", "- ip: \"10.0.0.8\"\n", "- ip: \"10.0.0.9\"\n", "port: 8848")
                .doesNotContain("EndpointSlice");
    }

    @Test
    void reportsPasswordsByPlaceAndCopiesNone() throws IOException {
        ExtractResult result = extract();

        assertThat(result.passwords())
                .extracting(ExtractResult.Password::line, ExtractResult.Password::variable)
                .containsExactly(tuple(7, "SPRING_DATASOURCE_PASSWORD"), tuple(16, "SPRING_RABBITMQ_ADDRESSES"));
        assertThat(result.toString() + result.text()).doesNotContain("tiger").doesNotContain("carrot");
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
                assertThat(Files.readString(file)).doesNotContain("tiger").doesNotContain("carrot");
            }
        }
    }

    @Test
    void doesNotInventWhereSomethingIs() {
        ExtractResult.Proposal redis = extract().services().get(2);

        assertThat(redis.known()).isFalse();
        assertThat(root.resolve("middleware/prod/redis-service.yaml")).doesNotExist();
    }

    @Test
    void takesAWordForIt() throws IOException {
        extract(Map.of("redis", "10.0.0.10:6380", "mysql-service", "db.example.org:3306"), false, false, false);

        assertThat(read("middleware/prod/redis-service.yaml")).contains("- \"10.0.0.10\"\n");
        assertThat(read("middleware/prod/mysql-service.yaml"))
                .contains("type: ExternalName\n  externalName: db.example.org\n");
    }

    @Test
    void namesThePortThatIsReallyThere() throws IOException {
        ExtractResult result =
                extract(Map.of("mysql", "db.example.org:3307", "redis", "10.0.0.10:6400"), false, false, false);

        // another name maps no ports
        assertThat(result.overrides())
                .extracting(ExtractResult.Replacement::variable, ExtractResult.Replacement::value)
                .contains(
                        tuple("SPRING_DATASOURCE_URL", "jdbc:mysql://mysql-service.shop-prod:3307/shop?useSSL=false"));
        // a Service with an address of its own does
        assertThat(read("middleware/prod/redis-service.yaml"))
                .contains("port: 6380\n", "targetPort: 6400\n", "port: 6400\n")
                .doesNotContain("clusterIP");
    }

    @Test
    void overridesAPortOfItsOwnToo() {
        assertThat(extract(Map.of("redis", "cache.example.org:6400"), false, false, false)
                        .overrides())
                .extracting(ExtractResult.Replacement::variable, ExtractResult.Replacement::value)
                .contains(tuple("REDIS_HOST", "redis-service.shop-prod"), tuple("SPRING_REDIS_PORT", "6400"));
    }

    @Test
    void tellsHostsOfAListApartThatAreNotAlike() throws IOException {
        write("orders/src/main/resources/application.yml", """
                spring:
                  datasource:
                    url: jdbc:mysql:replication://10.0.0.7:3306,10.0.0.8:3306/shop
                """);

        assertThat(extract().overrides())
                .extracting(ExtractResult.Replacement::value)
                .containsExactly(
                        "jdbc:mysql:replication://mysql-service.shop-prod:3306,mysql-service-2.shop-prod:3306/shop");
        assertThat(read("middleware/prod/mysql-service-2.yaml")).contains("- \"10.0.0.8\"\n");
    }

    @Test
    void refusesAWordThatIsNoAddress() {
        for (String wrong : List.of("a b", "10.0.0.1,db.example.org", "10.0.0.1:1,10.0.0.2:2")) {
            assertThatThrownBy(() -> extract(Map.of("mysql", wrong), false, false, false))
                    .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.where())
                            .isEqualTo("at mysql-service"));
        }
    }

    @Test
    void refusesAWordAboutNothing() {
        assertThatThrownBy(() -> extract(Map.of("mysqk", "10.0.0.1"), false, false, false))
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.why())
                        .contains("mysql-service"));
    }

    @Test
    void writesTheSameBytesAgain() throws IOException {
        extract();
        String before = read("orders/deploy/prod/addresses.yaml");

        assertThat(extract().files()).extracting(GenerateResult.Made::state).containsOnly("same");
        assertThat(read("orders/deploy/prod/addresses.yaml")).isEqualTo(before);
    }

    @Test
    void keepsWhatAPersonChanged() throws IOException {
        extract();
        String file = "orders/deploy/prod/addresses.yaml";
        write(file, read(file) + "  MORE: \"x\"\n");
        write("orders/src/main/resources/application.yml", SETTINGS.replace("useSSL=false", "useSSL=true"));

        assertThat(state(extract(), file)).isEqualTo("merged");
        assertThat(read(file)).contains("MORE", "useSSL=true");
        assertThat(state(extract(), file)).isEqualTo("kept");

        extract(Map.of(), false, false, true);
        assertThat(read(file)).doesNotContain("MORE");
    }

    @Test
    void showsWhereBothChangedTheSameLine() throws IOException {
        extract();
        String file = "orders/deploy/prod/addresses.yaml";
        write(file, read(file).replace("useSSL=false", "useSSL=false&mine=1"));
        write("orders/src/main/resources/application.yml", SETTINGS.replace("useSSL=false", "useSSL=true"));

        assertThatThrownBy(this::extract)
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.GENERATE_CONFLICT));
        assertThat(read(file)).contains("<<<<<<< yours", "mine=1", "useSSL=true", ">>>>>>> generated");
    }

    @Test
    void takesAwayWhatIsNotNeededAnyMore() throws IOException {
        extract();
        write("orders/src/main/resources/application.yml", "server:\n  port: 9000\n");

        assertThat(state(extract(), "orders/deploy/prod/addresses.yaml")).isEqualTo("deleted");
        assertThat(root.resolve("orders/deploy")).doesNotExist();
        assertThat(root.resolve("middleware")).doesNotExist();
    }

    @Test
    void leavesTheFilesOfAnotherEnvironment() throws IOException {
        extract();
        String before = read("middleware/prod/mysql-service.yaml");
        new ExtractOperation()
                .run(
                        new ExtractRequest("", "dev", "", Map.of(), false, false, false, false),
                        TestRepository.context(root, Map.of()));

        assertThat(read("middleware/prod/mysql-service.yaml")).isEqualTo(before);
        assertThat(read("middleware/dev/mysql-service.yaml")).contains("namespace: shop-dev");
        assertThat(extract(Map.of(), true, false, false).files()).isNotEmpty();
    }

    private static String state(ExtractResult result, String path) {
        return result.files().stream()
                .filter(file -> file.path().equals(path))
                .map(GenerateResult.Made::state)
                .findFirst()
                .orElse("");
    }

    @Test
    void checksAndShowsWithoutWriting() {
        assertThatThrownBy(() -> extract(Map.of(), true, false, false))
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.EXTRACT_STALE));
        assertThat(extract(Map.of(), false, true, false).diff()).contains("+++ b/orders/deploy/prod/addresses.yaml");
        assertThat(root.resolve("middleware")).doesNotExist();

        extract();
        assertThat(extract(Map.of(), true, false, false).files()).isNotEmpty();
    }

    @Test
    void countsTheProfileOfTheEnvironment() throws IOException {
        write("orders/src/main/resources/application-prod.yml", "spring:\n  redis:\n    host: 10.9.9.9\n");

        assertThat(extract().services().get(2).hosts()).containsExactly("10.9.9.9:6380");
    }

    @Test
    void leavesNamesOfAClusterAlone() throws IOException {
        write("orders/src/main/resources/application-prod.yml", "spring:\n  redis:\n    host: redis.shop-prod\n");

        assertThat(extract().services())
                .extracting(ExtractResult.Proposal::kind)
                .doesNotContain("redis");
    }

    @Test
    void generatedManifestsTakeWhatWasExtractedWhicheverRanFirst() throws IOException {
        extract();
        generate();
        String deployment = read("orders/deploy/prod/deployment.yaml");

        assertThat(deployment)
                .contains("- configMapRef:\n                name: orders-addresses\n")
                .contains("- secretRef:\n                name: orders-secrets\n                optional: true\n");
        assertThat(read("orders/deploy/prod/kustomization.yaml")).contains("  - addresses.yaml\n  - deployment.yaml\n");
        assertThat(read("orders/deploy/dev/deployment.yaml")).doesNotContain("orders-addresses");
        // and the other way round
        assertThat(extract().files()).extracting(GenerateResult.Made::state).containsOnly("same");
        Files.delete(root.resolve("orders/deploy/prod/addresses.yaml"));
        Files.delete(root.resolve("orders/deploy/.extracted"));
        generate();
        assertThat(read("orders/deploy/prod/deployment.yaml")).doesNotContain("orders-addresses");
        extract();
        generate();
        assertThat(read("orders/deploy/prod/deployment.yaml")).isEqualTo(deployment);
    }

    private void generate() {
        Operations.run(Operations.named("generate").orElseThrow(), Map.of(), TestRepository.context(root, Map.of()));
    }

    @Test
    void manifestsOfAPersonAreLeftAlone() throws IOException {
        write("orders/deploy/prod/orders.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: orders}\n");
        extract();
        generate();

        assertThat(root.resolve("orders/deploy/prod/deployment.yaml")).doesNotExist();
        assertThat(read("orders/deploy/prod/addresses.yaml"))
                .contains("#     - configMapRef: {name: orders-addresses}\n")
                .doesNotContain("NAMESPACE");
        assertThat(root.resolve("orders/deploy/dev/deployment.yaml")).exists();
    }

    @Test
    void takesTheNamespaceOfTheDescription() throws IOException {
        write("delivery.yaml", "application: store\nenvironments:\n  prod: {namespace: live}\n  dev:\n");

        assertThat(extract().services())
                .extracting(ExtractResult.Proposal::address)
                .contains("mysql-service.live:3306");
    }
}
