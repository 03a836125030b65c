package dev.octavo.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MavenCatalogTest {
    @TempDir
    private Path root;

    private Tree tree;

    @BeforeEach
    void prepare() {
        tree = new Tree(root);
    }

    @Test
    void aReactorMayLieBesideItsModules() {
        tree.springPom("all", "shop", "3.5.16", Tree.modules("../common", "../orders"))
                .pom(
                        "common",
                        "common",
                        "<parent>" + Tree.coordinates()
                                + "<artifactId>shop</artifactId><relativePath>../all/pom.xml</relativePath></parent>")
                .library("common")
                .pom(
                        "orders",
                        "orders",
                        "<parent>" + Tree.coordinates()
                                + "<artifactId>shop</artifactId><relativePath>../all/pom.xml</relativePath></parent>"
                                + Tree.uses("common"))
                .application("orders");

        Microservice orders = tree.scan().find("orders");

        assertThat(orders.buildDirectory()).isEqualTo("all");
        assertThat(orders.module()).isEqualTo("../orders");
        assertThat(orders.modules()).containsExactly("orders", "common");
    }

    @Nested
    class AReactor {
        @BeforeEach
        void prepare() {
            tree.springPom(".", "shop", "3.5.16", Tree.modules("common", "web", "orders"))
                    .childPom("common", "common", "")
                    .library("common")
                    .childPom("web", "web", Tree.uses("common"))
                    .library("web")
                    .childPom("orders", "orders", Tree.uses("web"))
                    .application("orders");
        }

        @Test
        void hasServicesAndLibraries() {
            assertThat(tree.scan().services()).extracting(Microservice::name).containsExactly("orders");
        }

        @Test
        void isWhereItsServicesAreBuilt() {
            Microservice orders = tree.scan().find("orders");

            assertThat(orders.buildDirectory()).isEqualTo(".");
            assertThat(orders.module()).isEqualTo("orders");
            assertThat(orders.artifact()).isEqualTo("target/orders-1.0.jar");
        }

        @Test
        void tellsWhatAServiceIsBuiltFromDirectlyOrNot() {
            assertThat(tree.scan().find("orders").modules()).containsExactly("orders", "web", "common");
        }

        @Test
        void mayBeACircle() {
            tree.childPom("common", "common", Tree.uses("orders"));

            assertThat(tree.scan().find("orders").modules()).containsExactly("orders", "web", "common");
        }

        @Test
        void mayNameItselfAsItsParentAndModule() {
            tree.pom(
                    ".",
                    "shop",
                    "<parent><groupId>com.example</groupId><artifactId>shop</artifactId><relativePath>.</relativePath>"
                            + "</parent>" + Tree.coordinates() + Tree.modules(".", "orders", "common", "web"));

            assertThat(tree.scan().find("orders").buildDirectory()).isEqualTo(".");
        }

        @Test
        void countsModulesOfProfilesToo() {
            tree.springPom(
                    ".",
                    "shop",
                    "3.5.16",
                    "<packaging>pom</packaging><profiles><profile><id>all</id><modules><module>orders</module>"
                            + "<module>./web/</module><module>common</module></modules></profile></profiles>");

            assertThat(tree.scan().find("orders").buildDirectory()).isEqualTo(".");
        }
    }

    @Test
    void theSmallestReactorWithAllThatIsNeededIsWhereAServiceIsBuilt() {
        tree.pom(".", "platform", Tree.coordinates() + Tree.modules("shop", "tools"))
                .pom("tools", "tools", Tree.coordinates())
                .springPom("shop", "shop", "3.5.16", Tree.modules("catalog", "admin"))
                .childPom("shop/catalog", "catalog", "")
                .application("shop/catalog")
                .childPom("shop/admin", "admin", Tree.uses("tools"))
                .application("shop/admin");

        Catalog catalog = tree.scan();

        assertThat(catalog.find("catalog").buildDirectory()).isEqualTo("shop");
        assertThat(catalog.find("catalog").module()).isEqualTo("catalog");
        assertThat(catalog.find("admin").buildDirectory()).isEqualTo(".");
        assertThat(catalog.find("admin").module()).isEqualTo("shop/admin");
    }

    @Test
    void modulesThatInheritFromSpringBootAloneAreBuiltInTheReactorThatListsThem() {
        tree.pom(".", "shop", Tree.coordinates() + Tree.modules("common", "cart"))
                .springPom("common", "common", "2.7.18", "")
                .library("common")
                .springPom("cart", "cart", "2.7.18", Tree.uses("common"))
                .application("cart");

        Microservice cart = tree.scan().find("cart");

        assertThat(cart.buildDirectory()).isEqualTo(".");
        assertThat(cart.module()).isEqualTo("cart");
        assertThat(cart.javaLevel()).isEqualTo(8);
    }

    @Test
    void aServiceOfItsOwnHasNoModuleToSelect() {
        tree.springPom(".", "devops-sample", "2.1.5.RELEASE", "").application(".");

        Microservice service = tree.scan().find("devops-sample");

        assertThat(service.directory()).isEqualTo(".");
        assertThat(service.buildDirectory()).isEqualTo(".");
        assertThat(service.module()).isEmpty();
    }

    @Test
    void twoServicesOfOneNameAreToldApartByTheirFolders() {
        tree.springPom("a/service", "service", "4.1.2", "")
                .application("a/service")
                .springPom("b/service", "service", "4.1.2", "")
                .application("b/service");

        assertThat(tree.scan().services()).extracting(Microservice::name).containsExactly("a-service", "b-service");
        assertThat(tree.scan().find("a/service").artifact()).isEqualTo("target/service-1.0.jar");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<properties><java.version>21</java.version></properties> | 21",
                "<properties><java.version>1.8</java.version></properties> | 8",
                "<properties><level>11</level><maven.compiler.release>${level}</maven.compiler.release></properties> | 11",
                "<build><plugins><plugin><artifactId>maven-compiler-plugin</artifactId><configuration><source>1.7</source>"
                        + "</configuration></plugin></plugins></build> | 7",
                "<properties><java.version>${java.version}</java.version></properties> | 17",
                "'' | 17",
            })
    void readsTheJavaLevel(String lines, int level) {
        tree.springPom(".", "catalog", "4.1.2", lines).application(".");

        assertThat(tree.scan().find("catalog").javaLevel()).isEqualTo(level);
    }

    @Test
    void aLevelThatNobodySaysIsZero() {
        tree.pom(".", "catalog", Tree.coordinates()).application(".");

        assertThat(tree.scan().find("catalog").javaLevel()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | target/catalog-1.0.jar",
                "<packaging>war</packaging> | target/catalog-1.0.war",
                "<build><finalName>${project.artifactId}-app</finalName></build> | target/catalog-app.jar",
                "<build><finalName>app-${build.number}</finalName></build> | target/app-*.jar",
                "<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId><configuration><classifier>exec"
                        + "</classifier></configuration></plugin></plugins></build> | target/catalog-1.0-exec.jar",
            })
    void knowsWhatTheBuildMakes(String lines, String artifact) {
        tree.springPom(".", "catalog", "4.1.2", lines).application(".");

        assertThat(tree.scan().find("catalog").artifact()).isEqualTo(artifact);
    }

    @Nested
    class ASource {
        @BeforeEach
        void prepare() {
            tree.springPom(".", "catalog", "4.1.2", "");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "@SpringBootApplication\npublic class A {}",
                    "@EnableAsync @SpringBootApplication(scanBasePackages = \"com.example\")\npublic class A {}",
                    "@org.springframework.boot.autoconfigure.SpringBootApplication class A {}",
                    "@SpringCloudApplication\nclass A {}",
                    "class A {\n  void main() {\n    SpringApplication.run(A.class);\n  }\n}",
                    "class A {\n  void main() {\n    new SpringApplicationBuilder(A.class).run();\n  }\n}",
                    "fun main(args: Array<String>) {\n    runApplication<A>(*args)\n}"
                })
        void thatStartsSpringBootMakesAService(String text) {
            tree.file("src/main/java/com/example/Start.java", text);

            assertThat(tree.scan().find("catalog").kind()).isEqualTo(ServiceKind.SPRING_BOOT);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "// @SpringBootApplication\nclass A {}",
                    "/**\n * {@link SpringBootApplication} and SpringApplication.run(A.class)\n */\nclass A {}",
                    "import org.springframework.boot.autoconfigure.SpringBootApplication;\nclass A {}",
                    "class A { String text = \"an @SpringBootApplication is a service\"; }",
                    "class A {\n  // SpringApplication.run(A.class);\n}"
                })
        void thatOnlySpeaksOfItDoesNot(String text) {
            tree.file("src/main/java/com/example/Start.java", text);

            assertThat(tree.scan().services()).isEmpty();
        }

        @Test
        void ofATestMakesNoService() {
            tree.file(
                    "src/test/java/com/example/TestApplication.java",
                    "@SpringBootApplication\nclass TestApplication {}");

            assertThat(tree.scan().services()).isEmpty();
        }

        @Test
        void withAnyMainMethodDoesWhereThePluginIsAskedFor() {
            tree.springPom(
                            ".",
                            "catalog",
                            "4.1.2",
                            "<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins>"
                                    + "</build>")
                    .file("src/main/java/A.java", "class A {\n  public static void main(String[] a) {}\n}");

            assertThat(tree.scan().find("catalog").kind()).isEqualTo(ServiceKind.SPRING_BOOT);
        }
    }

    @Nested
    class AJavaProgram {
        @BeforeEach
        void prepare() {
            tree.pom(".", "worker", Tree.coordinates())
                    .file("src/main/java/A.java", "class A {\n  public static void main(String[] a) {}\n}");
        }

        @Test
        void isNoServiceByItself() {
            assertThat(tree.scan().services()).isEmpty();
        }

        @Test
        void isAServiceWithADockerfile() {
            tree.file("Dockerfile", "FROM eclipse-temurin:17-jre\nEXPOSE 9090/tcp\n");

            Microservice worker = tree.scan().find("worker");

            assertThat(worker.kind()).isEqualTo(ServiceKind.JAVA);
            assertThat(worker.port()).isEqualTo(9090);
            assertThat(worker.healthPath()).isEmpty();
        }

        @Test
        void isAServiceWithManifests() {
            tree.file("deploy/dev/worker.yaml", "kind: Deployment\n");

            assertThat(tree.scan().find("worker").kind()).isEqualTo(ServiceKind.JAVA);
        }
    }

    @Test
    void anAggregatorIsNoServiceWhateverIsBesideIt() {
        tree.pom(".", "shop", Tree.coordinates() + Tree.modules("common"))
                .pom("common", "common", Tree.coordinates())
                .file("Dockerfile", "FROM nginx\n")
                .file("deploy/dev/all.yaml", "kind: Deployment\n");

        assertThat(tree.scan().services()).isEmpty();
    }

    @Test
    void aJenkinsPluginIsNoService() {
        tree.pom(".", "octavo", Tree.coordinates() + "<packaging>hpi</packaging>")
                .application(".")
                .file("Dockerfile", "FROM eclipse-temurin:17-jre\n");

        assertThat(tree.scan().services()).isEmpty();
    }
}
