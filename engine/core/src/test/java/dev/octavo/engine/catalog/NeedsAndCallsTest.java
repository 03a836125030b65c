package dev.octavo.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What services need, and whom they call. */
class NeedsAndCallsTest {
    @TempDir
    private Path root;

    private Tree tree;

    @BeforeEach
    void prepare() {
        tree = new Tree(root);
    }

    private static String dependency(String artifactId) {
        return "<dependency><groupId>org.example.other</groupId><artifactId>" + artifactId
                + "</artifactId></dependency>";
    }

    private static String dependencies(String... artifactIds) {
        StringBuilder text = new StringBuilder("<dependencies>");
        for (String artifactId : artifactIds) {
            text.append(dependency(artifactId));
        }
        return text.append("</dependencies>").toString();
    }

    private Tree service(String name, String... artifactIds) {
        return tree.springPom(name, name, "2.7.18", dependencies(artifactIds))
                .file(
                        name + "/src/main/java/com/example/Application.java",
                        "package com.example;\n\n@SpringBootApplication\npublic class Application {\n"
                                + "    public static void main(String[] args) {}\n}\n");
    }

    private Microservice found(String name) {
        return tree.scan().find(name);
    }

    @Nested
    class Needs {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "spring.datasource.url=jdbc:mysql://10.0.0.7:3306/shop?user=a&password=b | MYSQL | 10.0.0.7:3306",
                    "spring.datasource.druid.url=jdbc:postgresql://pg/shop | POSTGRESQL | pg",
                    "spring.datasource.url=jdbc:oracle:thin:@ora:1521:orcl | ORACLE | ora:1521",
                    "spring.datasource.url=jdbc:p6spy:mysql://db/shop | MYSQL | db",
                    "spring.r2dbc.url=r2dbc:pool:postgresql://pg:5432/shop | POSTGRESQL | pg:5432",
                    "spring.data.mongodb.uri=mongodb://me:secret@m1:27017,m2:27017/shop | MONGODB | m1:27017,m2:27017",
                    "spring.redis.host=192.168.1.9 | REDIS | 192.168.1.9",
                    "spring.redis.url=redis://:secret@cache:6380/1 | REDIS | cache:6380",
                    "spring.rabbitmq.addresses=r1:5672,r2:5672 | RABBITMQ | r1:5672,r2:5672",
                    "spring.kafka.bootstrap-servers=k:9092 | KAFKA | k:9092",
                    "rocketmq.name-server=${ROCKET:mq:9876} | ROCKETMQ | mq:9876",
                    "spring.elasticsearch.rest.uris=http://me:secret@es:9200 | ELASTICSEARCH | es:9200",
                    "spring.cloud.nacos.discovery.server-addr=nacos:8848 | NACOS | nacos:8848",
                    "eureka.client.serviceUrl.defaultZone=http://a:b@eureka:8761/eureka/ | EUREKA | eureka:8761",
                    "spring.cloud.consul.host=consul | CONSUL | consul",
                    "spring.cloud.zookeeper.connect-string=zk:2181 | ZOOKEEPER | zk:2181",
                    "dubbo.registry.address=zookeeper://zk:2181 | ZOOKEEPER | zk:2181",
                    "spring.cloud.sentinel.transport.dashboard=s:8858 | SENTINEL | s:8858",
                    "seata.service.grouplist.default=seata:8091 | SEATA | seata:8091",
                    "minio.endpoint=http://minio:9000 | MINIO | minio:9000",
                    "shop.storage.minio-url=http://minio:9000 | MINIO | minio:9000",
                    "spring.mail.host=smtp.example.com | MAIL | smtp.example.com",
                    "spring.redis.host=${REDIS_HOST} | REDIS | ''"
                })
        void areToldByProperties(String line, Middleware kind, String address) {
            service("shop").file("shop/src/main/resources/application.properties", "a=b\n" + line + "\n");

            assertThat(found("shop").details().needs()).singleElement().satisfies(need -> {
                assertThat(need.kind()).isEqualTo(kind);
                assertThat(need.address()).isEqualTo(address);
                assertThat(need.property()).isEqualTo(line.substring(0, line.indexOf('=')));
                assertThat(need.file()).isEqualTo("shop/src/main/resources/application.properties");
                assertThat(need.line()).isEqualTo(2);
                assertThat(need.toString()).doesNotContain("secret");
            });
        }

        @Test
        void knowTheVariableThatTheConfigurationAsksFor() {
            service("shop")
                    .file(
                            "shop/src/main/resources/application.yml",
                            "spring:\n  redis:\n    host: ${REDIS_HOST:localhost}\n    port: 6380\n");

            assertThat(found("shop").details().needs()).singleElement().satisfies(need -> {
                assertThat(need.variable()).isEqualTo("REDIS_HOST");
                assertThat(need.address()).isEqualTo("localhost:6380");
                assertThat(need.line()).isEqualTo(3);
            });
        }

        @Test
        void areToldByLibrariesWhereTheConfigurationIsSilent() {
            service("shop", "spring-boot-starter-data-redis", "spring-boot-starter-amqp");

            assertThat(found("shop").details().needs())
                    .extracting(Need::kind, Need::property, Need::file)
                    .containsExactly(
                            tuple(Middleware.REDIS, "spring.redis.host", "shop/pom.xml"),
                            tuple(Middleware.RABBITMQ, "spring.rabbitmq.host", "shop/pom.xml"));
        }

        @Test
        void comeWithTheLibrariesOfTheTreeButNotWithWhatTheyKeepForThemselves() {
            String own = "<groupId>com.example</groupId><version>1.0</version>";
            tree.pom(
                            "common",
                            "common",
                            own + "<dependencies>" + dependency("spring-boot-starter-data-redis")
                                    + "<dependency><groupId>g</groupId><artifactId>spring-boot-starter-amqp</artifactId>"
                                    + "<scope>provided</scope></dependency>"
                                    + "<dependency><groupId>g</groupId><artifactId>spring-kafka</artifactId>"
                                    + "<optional>true</optional></dependency></dependencies>")
                    .library("common")
                    .springPom("shop", "shop", "2.7.18", Tree.uses("common"))
                    .application("shop");

            assertThat(found("shop").details().needs()).extracting(Need::kind).containsExactly(Middleware.REDIS);
        }

        @Test
        void areNotWhatIsSwitchedOff() {
            service("shop", "spring-cloud-starter-alibaba-nacos-discovery")
                    .file(
                            "shop/src/main/resources/application.properties",
                            "spring.cloud.nacos.discovery.enabled=false\n"
                                    + "spring.cloud.nacos.discovery.server-addr=nacos:8848\n");

            assertThat(found("shop").details().needs()).isEmpty();
        }

        @Test
        void areNoDatabasesForADriverInALibraryAlone() {
            tree.pom("common", "common", Tree.coordinates() + dependencies("mysql-connector-j", "mybatis"))
                    .library("common")
                    .springPom("gateway", "gateway", "2.7.18", Tree.uses("common"))
                    .application("gateway");

            assertThat(found("gateway").details().needs()).isEmpty();
        }

        @Test
        void knowTheServiceOfThisTreeThatIsMeant() {
            service("registry", "spring-cloud-starter-netflix-eureka-server")
                    .file(
                            "registry/src/main/java/com/example/Application.java",
                            "package com.example;\n\n@EnableEurekaServer\n@SpringBootApplication\npublic class Application {}\n");
            service("shop", "spring-cloud-starter-netflix-eureka-client");

            assertThat(found("shop").details().needs())
                    .extracting(Need::kind, Need::service)
                    .containsExactly(tuple(Middleware.EUREKA, "registry"));
            assertThat(found("registry").details().needs()).isEmpty();
        }

        @Test
        void areReadFromAServerOfConfigurationInTheTree() {
            service("config", "spring-cloud-config-server")
                    .file("config/src/main/resources/shared/shop.yml", "server:\n  port: 7000\n")
                    .file("config/src/main/resources/shared/application.yml", "spring:\n  rabbitmq:\n    host: mq\n");
            service("shop", "spring-cloud-starter-config")
                    .file("shop/src/main/resources/bootstrap.yml", "spring:\n  application:\n    name: shop\n");

            assertThat(found("shop").port()).isEqualTo(7000);
            assertThat(found("shop").details().needs())
                    .extracting(Need::kind)
                    .containsExactly(Middleware.CONFIG_SERVER);
        }
    }

    @Nested
    class Calls {
        @BeforeEach
        void prepare() {
            service("stock")
                    .file(
                            "stock/src/main/resources/application.yml",
                            "server:\n  port: 9001\nspring:\n  application:\n    name: stock-service\n");
            service("orders");
        }

        private Tree client(String annotation) {
            return tree.file(
                    "orders/src/main/java/com/example/StockClient.java",
                    "package com.example;\n\n// @FeignClient(\"comment\")\n" + annotation
                            + "\ninterface StockClient {}\n");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "@FeignClient(\"stock-service\")",
                    "@FeignClient(name = \"stock-service\", fallback = Gone.class)",
                    "@FeignClient(contextId = \"x\", value = \"STOCK-SERVICE\")",
                    "@FeignClient(name = \"x\", url = \"http://stock-service:9001/api\")",
                    "@FeignClient(name = \"x\", url = \"${stock.url:http://localhost:9001}\")",
                    "@FeignClient(name = Names.STOCK)",
                    "@FeignClient(\\n    name = Names.STOCK,\\n    path = \"/stock\")"
                })
        void areToldByFeignClients(String annotation) {
            client(annotation.replace("\\n", "\n"))
                    .file(
                            "orders/src/main/java/com/example/Names.java",
                            "package com.example;\n\ninterface Names {\n    String STOCK = \"stock-service\";\n}\n");

            assertThat(found("orders").details().calls()).singleElement().satisfies(call -> {
                assertThat(call.way()).isEqualTo(Call.Way.FEIGN);
                assertThat(call.service()).isEqualTo("stock");
                assertThat(call.line()).isEqualTo(4);
            });
        }

        @Test
        void ofALibraryAreThoseOfTheServicesThatUseIt() {
            tree.pom("api", "api", Tree.coordinates())
                    .file(
                            "api/src/main/java/com/example/api/StockClient.java",
                            "package com.example.api;\n\n@FeignClient(\"stock-service\")\npublic interface StockClient {}\n")
                    .springPom("orders", "orders", "2.7.18", Tree.uses("api"))
                    .springPom("users", "users", "2.7.18", Tree.uses("api"))
                    .application("users")
                    .file(
                            "orders/src/main/java/com/example/Orders.java",
                            "package com.example;\n\nimport com.example.api.StockClient;\n\nclass Orders {}\n");

            assertThat(found("orders").details().calls())
                    .extracting(Call::service)
                    .containsExactly("stock");
            assertThat(found("users").details().calls()).isEmpty();
        }

        @Test
        void areToldByUrlsInSourcesButNotInComments() {
            tree.file("orders/src/main/java/com/example/Rest.java", """
                    package com.example;

                    class Rest {
                        // "http://stock-service/old"
                        String url = "http://stock-service/items/";
                        String world = "https://api.example.com/pay";
                    }
                    """);

            assertThat(found("orders").details().calls())
                    .extracting(Call::way, Call::service, Call::line)
                    .containsExactly(tuple(Call.Way.URL, "stock", 5));
        }

        @ParameterizedTest
        @CsvSource({
            "spring.cloud.gateway.routes[0].uri=lb://stock-service",
            "spring.cloud.gateway.server.webflux.routes[0].uri=lb://stock-service",
            "zuul.routes.stock.serviceId=stock-service",
            "zuul.routes.stock.url=http://stock-service:9001",
            "zuul.routes.stock-service=/stock/**"
        })
        void areToldByRoutes(String line) {
            tree.file("orders/src/main/resources/application.properties", line + "\n");

            assertThat(found("orders").details().calls())
                    .extracting(Call::way, Call::service)
                    .containsExactly(tuple(Call.Way.ROUTE, "stock"));
        }

        @Test
        void areToldByWhatAWebServerHandsOn() {
            tree.file("site/Dockerfile", "FROM nginx\n")
                    .file("site/nginx.conf", "server {\n  location /api { proxy_pass http://stock:9001/; }\n}\n");

            assertThat(found("site").details().calls())
                    .extracting(Call::service)
                    .containsExactly("stock");
            assertThat(found("site").details().facesOutside()).isTrue();
        }

        @Test
        void areToldByConfiguredUrls() {
            tree.file("orders/src/main/resources/application.yml", "stock:\n  url: http://localhost:9001/api\n");

            assertThat(found("orders").details().calls())
                    .extracting(Call::service)
                    .containsExactly("stock");
        }

        @Test
        void areDrawnWithoutScriptsAndAlwaysTheSame() {
            client("@FeignClient(\"stock-service\")");

            String picture = ServicePicture.svg(tree.scan().services());

            assertThat(picture)
                    .isEqualTo(ServicePicture.svg(tree.scan().services()))
                    .startsWith("<svg ")
                    .contains(">orders<", ">stock<", "prefers-color-scheme")
                    .doesNotContain("script", "NaN", "Infinity");
        }

        @Test
        void inACircleAreDrawnToo() {
            client("@FeignClient(\"stock-service\")")
                    .file(
                            "stock/src/main/java/com/example/OrdersClient.java",
                            "package com.example;\n\n@FeignClient(\"orders\")\ninterface OrdersClient {}\n");

            assertThat(ServicePicture.svg(tree.scan().services()).split("class=\"h\"", -1))
                    .hasSize(3);
        }
    }

    @Test
    void aPictureOfNothingIsEmpty() {
        assertThat(ServicePicture.svg(List.of())).contains("0 services");
    }
}
