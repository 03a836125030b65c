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
                        new ExtractRequest("", "prod", "", at, check, diff, overwrite),
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
                        tuple("STOCK_URL", "http://stock:9001/api"));
    }

    @Test
    void writesHeadlessServicesWithTheAddressesAndAConfigMap() throws IOException {
        extract();

        assertThat(read("middleware/prod/nacos-service.yaml"))
                .startsWith("# Written by octavo extract")
                .contains("clusterIP: None", "kind: EndpointSlice", "- 10.0.0.8\n", "- 10.0.0.9\n", "port: 8848");
        assertThat(read("orders/deploy/prod/addresses.yaml"))
                .contains("kind: ConfigMap", "  REDIS_HOST: \"redis-service.shop-prod\"\n", "secretKeyRef");
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

        assertThat(read("middleware/prod/redis-service.yaml")).contains("- 10.0.0.10\n");
        assertThat(read("middleware/prod/mysql-service.yaml"))
                .contains("type: ExternalName\n  externalName: db.example.org\n");
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

        assertThat(extract().files()).extracting(ExtractResult.FileState::state).containsOnly("same");
        assertThat(read("orders/deploy/prod/addresses.yaml")).isEqualTo(before);
    }

    @Test
    void leavesAloneWhatAPersonChanged() throws IOException {
        extract();
        String changed = read("orders/deploy/prod/addresses.yaml") + "  MORE: \"x\"\n";
        write("orders/deploy/prod/addresses.yaml", changed);
        write("orders/src/main/resources/application.yml", SETTINGS.replace("10.0.0.7", "10.0.1.7"));

        assertThat(extract().files())
                .contains(new ExtractResult.FileState("orders/deploy/prod/addresses.yaml", "kept"));
        assertThat(read("orders/deploy/prod/addresses.yaml")).isEqualTo(changed);
        assertThat(read("middleware/prod/mysql-service.yaml")).contains("10.0.1.7");
        extract(Map.of(), false, false, true);
        assertThat(read("orders/deploy/prod/addresses.yaml")).doesNotContain("MORE");
    }

    @Test
    void checksAndShowsWithoutWriting() {
        assertThatThrownBy(() -> extract(Map.of(), true, false, false))
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.EXTRACT_STALE));
        assertThat(extract(Map.of(), false, true, false).diff()).contains("+++ orders/deploy/prod/addresses.yaml");
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
}
