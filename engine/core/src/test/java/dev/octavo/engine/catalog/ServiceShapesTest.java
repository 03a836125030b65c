package dev.octavo.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which shapes of programs are services, and what is known of each. */
class ServiceShapesTest {
    private static final String MAIN =
            "package com.example;\n\npublic class Main {\n    public static void main(String[] args) {}\n}\n";
    private static final String SHADE =
            "<build><plugins><plugin><artifactId>maven-shade-plugin</artifactId></plugin></plugins></build>";
    private static final String ACTUATOR =
            "<dependencies><dependency><artifactId>spring-boot-starter-actuator</artifactId></dependency></dependencies>";

    @TempDir
    private Path root;

    private Tree tree;

    @BeforeEach
    void prepare() {
        tree = new Tree(root);
    }

    private Microservice only() {
        assertThat(tree.scan().services()).hasSize(1);
        return tree.scan().services().get(0);
    }

    @Test
    void aProgramInOneJarIsAServiceWhereThereIsNoOther() {
        tree.pom(".", "tool", Tree.coordinates() + SHADE).file("src/main/java/com/example/Main.java", MAIN);

        assertThat(only().kind()).isEqualTo(ServiceKind.JAVA);
        assertThat(only().details().mainClass()).isEqualTo("com.example.Main");
        assertThat(only().details().web()).isFalse();
    }

    @Test
    void aCommandBesideServicesIsNone() {
        tree.pom("tool", "tool", Tree.coordinates() + SHADE)
                .file("tool/src/main/java/com/example/Main.java", MAIN)
                .springPom("shop", "shop", "3.5.16", "")
                .application("shop");

        assertThat(tree.scan().services()).extracting(Microservice::name).containsExactly("shop");
    }

    @Test
    void aProgramThatWritesSpringBootServicesIsNone() {
        String quotes = "\"\"\"";
        tree.pom("writer", "writer", Tree.coordinates() + SHADE)
                .file(
                        "writer/src/main/java/com/example/Main.java",
                        MAIN + "class Template {\n    static final String SHOP = " + quotes
                                + "\n        @SpringBootApplication\n        class Shop {}\n        " + quotes
                                + ";\n}\n")
                .springPom("shop", "shop", "3.5.16", "")
                .application("shop");

        assertThat(tree.scan().services()).extracting(Microservice::name).containsExactly("shop");
    }

    @Test
    void aFrontEndThatNpmBuildsIsAService() {
        tree.file("web/package.json", "{\"scripts\": {\"build\": \"vite build\"}, \"dependencies\": {\"vue\": \"3\"}}");

        assertThat(only().kind()).isEqualTo(ServiceKind.STATIC);
        assertThat(only().buildTool()).isEqualTo(BuildTool.NPM);
        assertThat(only().details().facesOutside()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'scripts': {'build': 'tsc'}, 'dependencies': {'express': '4'}}",
                "{'scripts': {'build': 'next build'}, 'dependencies': {'next': '14', 'react-dom': '18'}}",
                "{'dependencies': {'vue': '3'}}",
                "{'scripts': {'build': 'rollup'}, 'peerDependencies': {'vue': '3'}, 'devDependencies': {'vue': '3'}}"
            })
    void otherProgramsOfNpmAreNone(String text) {
        tree.file("web/package.json", text.replace('\'', '"'));

        assertThat(tree.scan().services()).isEmpty();
    }

    @Test
    void aFrontEndInsideOfAServiceIsPartOfIt() {
        tree.springPom("shop", "shop", "3.5.16", "")
                .application("shop")
                .file("shop/web/package.json", "{\"scripts\": {\"build\": \"x\"}, \"dependencies\": {\"vue\": \"3\"}}");

        assertThat(only().name()).isEqualTo("shop");
    }

    @Test
    void anImageAroundAFrontEndIsThatFrontEnd() {
        tree.file("web/package.json", "{\"scripts\": {\"build\": \"x\"}, \"dependencies\": {\"vue\": \"3\"}}")
                .file("docker/nginx/Dockerfile", "FROM nginx\nCOPY dist /usr/share/nginx/html\n");

        assertThat(only().name()).isEqualTo("web");
    }

    @ParameterizedTest
    @CsvSource({
        "2.2.13.RELEASE, /actuator/health, ''",
        "2.3.0.RELEASE, /actuator/health, /actuator/health/liveness",
        "4.0.1, /actuator/health, /actuator/health/liveness",
        "1.5.22.RELEASE, /health, ''"
    })
    void actuatorIsWhatTheVersionHas(String version, String health, String liveness) {
        tree.springPom(".", "shop", version, ACTUATOR).application(".");

        Actuator actuator = Objects.requireNonNull(only().details().actuator());

        assertThat(only().details().springBoot()).isEqualTo(version);
        assertThat(actuator.healthPath()).isEqualTo(health);
        assertThat(actuator.livenessPath()).isEqualTo(liveness);
    }

    @Test
    void actuatorMayHaveAPortOfItsOwn() {
        tree.springPom(".", "shop", "3.5.16", ACTUATOR)
                .application(".")
                .file(
                        "src/main/resources/application.properties",
                        "management.server.port=9001\nserver.port=8000\n" + "server.servlet.context-path=/shop\n");

        Actuator actuator = Objects.requireNonNull(only().details().actuator());

        assertThat(actuator.port()).isEqualTo(9001);
        assertThat(actuator.healthPath()).isEqualTo("/actuator/health");
        assertThat(only().healthPath()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "management.endpoints.web.exposure.include=info",
        "management.endpoint.health.enabled=false",
        "management.endpoints.web.exposure.exclude=health"
    })
    void aHealthEndpointThatIsNotShownIsNone(String line) {
        tree.springPom(".", "shop", "3.5.16", ACTUATOR)
                .application(".")
                .file("src/main/resources/application.properties", line + "\n");

        assertThat(only().healthPath()).isEmpty();
    }

    @Test
    void theBuildFillsInItsProperties() {
        tree.springPom(".", "shop", "3.5.16", "<properties><web.port>9000</web.port></properties>")
                .application(".")
                .file("src/main/resources/application.yml", "server:\n  port: @web.port@\n");

        assertThat(only().port()).isEqualTo(9000);
    }

    @Test
    void theVersionOfSpringCloudTellsThatOfSpringBoot() {
        tree.pom(
                        ".",
                        "shop",
                        Tree.coordinates() + "<dependencyManagement><dependencies><dependency>"
                                + "<artifactId>spring-cloud-dependencies</artifactId><version>Edgware.SR6</version>"
                                + "</dependency></dependencies></dependencyManagement>")
                .application(".");

        assertThat(only().details().springBoot()).isEqualTo("1.5");
    }

    @Test
    void gradleTellsVersionsInItsCatalog() {
        tree.file("settings.gradle.kts", "rootProject.name = \"shop\"\n")
                .file("gradle/libs.versions.toml", """
                        [versions]
                        boot = "3.4.5"
                        [libraries]
                        actuator = { module = "org.springframework.boot:spring-boot-starter-actuator" }
                        redis = { group = "org.springframework.boot", name = "spring-boot-starter-data-redis" }
                        [bundles]
                        all = ["actuator", "redis"]
                        [plugins]
                        spring-boot = { id = "org.springframework.boot", version.ref = "boot" }
                        """)
                .file("build.gradle.kts", """
                        plugins { alias(libs.plugins.spring.boot) }
                        dependencies { implementation(libs.bundles.all) }
                        """)
                .application(".");

        assertThat(only().details().springBoot()).isEqualTo("3.4.5");
        assertThat(only().healthPath()).isEqualTo("/actuator/health");
        assertThat(only().details().needs()).extracting(Need::kind).containsExactly(Middleware.REDIS);
    }

    @Test
    void aProgramThatOnlyWorksListensToNobody() {
        tree.springPom(".", "worker", "3.5.16", "")
                .application(".")
                .file("src/main/resources/application.yml", "spring:\n  main:\n    web-application-type: none\n");

        assertThat(only().details().web()).isFalse();
    }

    @Test
    void aBombOfAliasesIsReadAsFarAsItIsBounded() {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            text.append("a" + i + ": &a" + i + " {p: *a" + (i - 1) + ", q: *a" + (i - 1) + "}\n");
        }
        tree.springPom(".", "shop", "3.5.16", "")
                .application(".")
                .file("src/main/resources/application.yml", text.toString());

        Catalog catalog = tree.scan();

        assertThat(catalog.services()).hasSize(1);
        assertThat(catalog.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo("src/main/resources/application.yml");
            assertThat(problem.message()).contains("aliases");
        });
    }

    @Test
    void aFileOfAHundredMegabytesIsNotRead() throws IOException {
        tree.springPom(".", "shop", "3.5.16", "").application(".").file("src/main/resources/application.yml", "");
        try (var file = Files.newByteChannel(
                root.resolve("src/main/resources/application.yml"), java.nio.file.StandardOpenOption.WRITE)) {
            file.position(100L << 20);
            file.write(java.nio.ByteBuffer.wrap(new byte[] {'\n'}));
        }

        assertThat(tree.scan().problems())
                .extracting(CatalogProblem::toString)
                .containsExactly("src/main/resources/application.yml is too large to be read (more than 4 MB)");
    }

    @Test
    void profilesThatIncludeEachOtherEnd() {
        tree.springPom(".", "shop", "3.5.16", "")
                .application(".")
                .file("src/main/resources/application.properties", "spring.profiles.active=a\n")
                .file("src/main/resources/application-a.properties", "spring.profiles.include=b\nserver.port=9000\n")
                .file("src/main/resources/application-b.properties", "spring.profiles.include=a\n");

        assertThat(only().port()).isEqualTo(9000);
        assertThat(only().details().profiles()).containsExactly("a", "b");
    }

    @Test
    void placeholdersThatNameEachOtherEnd() {
        tree.springPom(".", "shop", "3.5.16", "")
                .application(".")
                .file("src/main/resources/application.properties", "server.port=${a}\na=${b}\nb=${a}\n");

        assertThat(only().port()).isEqualTo(8080);
    }

    @Test
    void aFrameworksOwnLauncherStartsSpringBootToo() {
        tree.pom("auth", "auth", Tree.coordinates())
                .file("auth/src/main/java/com/example/AuthApplication.java", """
                        package com.example;

                        @ShopApplication
                        public class AuthApplication {
                            public static void main(String[] args) {
                                ShopLauncherApplication.run("auth", AuthApplication.class, args);
                            }
                        }
                        """)
                .file("auth/Dockerfile", "FROM eclipse-temurin:21-jre\nEXPOSE 8010\n")
                .file("auth/src/main/resources/application.yml", "server: {port: 8100}\n");

        assertThat(only().kind()).isEqualTo(ServiceKind.SPRING_BOOT);
        assertThat(only().port()).isEqualTo(8100);
    }

    @Test
    void aClassThatRunsAnotherIsNoLauncher() {
        tree.pom("tool", "tool", Tree.coordinates()).file("tool/src/main/java/com/example/Tool.java", """
                        package com.example;

                        public class Tool {
                            void start(String[] args) {
                                OtherApplication.run(Tool.class, args);
                            }
                        }
                        """);

        assertThat(tree.scan().services()).isEmpty();
    }

    @Test
    void twoOfOneNameAreToldApartByNamesThatDeliveryYamlTakes() {
        tree.springPom("shop", "shop", "3.5.16", "")
                .application("shop")
                .file(
                        "front-end/shop/package.json",
                        "{\"dependencies\": {\"vue\": \"3\"}, \"scripts\": {\"build\": \"vite build\"}}")
                .file("front-end/shop/Dockerfile", "FROM nginx:1.29\nCOPY dist /usr/share/nginx/html\n");

        assertThat(tree.scan().services()).extracting(Microservice::name).containsExactly("front-end-shop", "shop");
    }

    @Test
    void thePortIsThatOfTheProfilesWhereTheyAloneHaveOneAndAgree() {
        tree.springPom("shop", "shop", "3.5.16", "")
                .application("shop")
                .file("shop/src/main/resources/application-dev.yml", "server: {port: 8100}\n")
                .file("shop/src/main/resources/application-prod.yml", "server: {port: 8100}\n");

        assertThat(only().port()).isEqualTo(8100);
        tree.file("shop/src/main/resources/application-prod.yml", "server: {port: 8200}\n");
        assertThat(only().port()).isEqualTo(8080);
    }

    @Test
    void thePortIsThatOfTheImageWhereTheSettingsAreElsewhere() {
        tree.springPom("shop", "shop", "3.5.16", "")
                .application("shop")
                .file("shop/Dockerfile", "FROM eclipse-temurin:21-jre\nEXPOSE 8989\n");

        assertThat(only().port()).isEqualTo(8989);
    }

    @Test
    void thePortOfAnImageMayBeAVariableOfIt() {
        tree.springPom("shop", "shop", "3.5.16", "")
                .application("shop")
                .file("shop/Dockerfile", "FROM eclipse-temurin:21-jre\nENV SERVER_PORT 8070\nEXPOSE $SERVER_PORT\n");

        assertThat(only().port()).isEqualTo(8070);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop: {image: 'example/other', ports: ['9000:8081']}",
                "a: {image: 'example/shop:1', ports: ['5005:5005', '8081']}",
                "a: {build: ./shop, ports: ['127.0.0.1:9000:8081/tcp']}",
                "a: {build: {context: shop}, ports: [{target: 8081, published: 9000}]}",
                "a: {container_name: shop, expose: [8081]}"
            })
    void thePortIsThatOfComposeWhereTheSettingsAreElsewhere(String service) {
        tree.springPom("shop", "shop", "3.5.16", "")
                .application("shop")
                .file("docker-compose.yml", "services:\n  " + service + "\n");

        assertThat(only().port()).isEqualTo(8081);
    }

    @Test
    void composeFilesThatDisagreeSayNothing() {
        tree.springPom("shop", "shop", "3.5.16", "")
                .application("shop")
                .file("docker-compose.yml", "services: {shop: {ports: ['8081:8081']}}\n")
                .file("old/compose.dev.yaml", "services: {shop: {ports: ['8082:8082']}}\n");

        assertThat(only().port()).isEqualTo(8080);
    }

    @Test
    void aFunctionOfAProviderIsNoService() {
        String lambda = "<dependencies><dependency><groupId>com.amazonaws</groupId>"
                + "<artifactId>aws-lambda-java-core</artifactId></dependency></dependencies>";
        tree.springPom("function", "function", "3.5.16", lambda).application("function");

        assertThat(tree.scan().services()).isEmpty();
        tree.file("function/Dockerfile", "FROM eclipse-temurin:21-jre\n");
        assertThat(only().name()).isEqualTo("function");
    }

    @Test
    void aFrontEndAmongTheSourcesIsTheModulesOwnUnlessThatIsNoService() {
        String front = "{\"scripts\": {\"build\": \"vite build\"}, \"dependencies\": {\"vue\": \"3\"}}";
        tree.pom("pages", "pages", Tree.coordinates()).file("pages/src/main/frontend/package.json", front);

        assertThat(only().name()).isEqualTo("pages");
        assertThat(only().directory()).isEqualTo("pages/src/main/frontend");
        assertThat(only().kind()).isEqualTo(ServiceKind.STATIC);

        tree.application("pages").springPom("pages", "pages", "3.5.16", "");
        assertThat(only().directory()).isEqualTo("pages");
    }
}
