package dev.octavo.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports, paths, Dockerfiles and manifests. */
class ServiceDetailsTest {
    private static final String ACTUATOR =
            "<dependencies><dependency><artifactId>spring-boot-starter-actuator</artifactId></dependency></dependencies>";

    @TempDir
    private Path root;

    private Tree tree;

    @BeforeEach
    void prepare() {
        tree = new Tree(root);
    }

    private Microservice service() {
        return tree.scan().services().get(0);
    }

    @Nested
    class OfSpringBoot {
        @BeforeEach
        void prepare() {
            tree.springPom(".", "catalog", "3.5.16", ACTUATOR).application(".");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "server:\n  port: 9000\n",
                    "server.port: 9000\n",
                    "server: {port: '9000'}\n",
                    "server:\n  port: ${PORT:9000}\n",
                    "base: 9000\nserver:\n  port: ${SERVER_PORT:${base}}\n",
                    "info:\n  version: @project.version@\nserver:\n  port: 9000\n",
                    "server:\n  port: 9000\n---\nspring:\n  config:\n    activate:\n      on-profile: test\nserver:\n"
                            + "  port: 1\n"
                })
        void readsThePortOfYaml(String text) {
            tree.file("src/main/resources/application.yml", text);

            assertThat(service().port()).isEqualTo(9000);
        }

        @ParameterizedTest
        @ValueSource(strings = {"server.port=9000", "server.port = ${PORT:9000}", "SERVER_PORT=1\nserver.port: 9000"})
        void readsThePortOfProperties(String text) {
            tree.file("src/main/resources/application.properties", text);

            assertThat(service().port()).isEqualTo(9000);
        }

        @Test
        void readsTheFilesOfTheProfileThatIsSwitchedOn() {
            tree.file("src/main/resources/application.properties", "spring.profiles.active=dev\nserver.port=1000\n")
                    .file("src/main/resources/application-dev.yml", "server:\n  port: 9000\n")
                    .file("src/main/resources/application-prod.yml", "server:\n  port: 2000\n");

            assertThat(service().port()).isEqualTo(9000);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"server:\n  port: ${PORT}\n", "server:\n  port: none\n", "server:\n  port: 0\n", "a: b"})
        void takes8080WhereThePortIsNotKnown(String text) {
            tree.file("src/main/resources/application.yml", text);

            assertThat(service().port()).isEqualTo(8080);
        }

        @Test
        void knowsThePathsBelowWhichItAnswers() {
            tree.file("src/main/resources/application.yml", """
                    server:
                      servlet:
                        contextPath: /shop/
                    management:
                      endpoints:
                        web:
                          base-path: /manage
                    """);

            assertThat(service().contextPath()).isEqualTo("/shop");
            assertThat(service().healthPath()).isEqualTo("/shop/manage/health");
        }

        @Test
        void hasNoHealthPathWhereActuatorHasAPortOfItsOwn() {
            tree.file("src/main/resources/application.properties", "management.server.port=9001");

            assertThat(service().healthPath()).isEmpty();
        }

        @Test
        void hasNoHealthPathWithoutActuator() {
            tree.springPom(".", "catalog", "3.5.16", "");

            assertThat(service().healthPath()).isEmpty();
        }

        @Test
        void hasTheOldHealthPathWhereItIsOld() {
            tree.springPom(".", "catalog", "1.5.22.RELEASE", ACTUATOR);

            assertThat(service().healthPath()).isEqualTo("/health");
        }

        @ParameterizedTest
        @ValueSource(strings = {"server: [", "\tserver: 1", "a: &a [*a, *a]\nb: {*a : *a}", "- - - {"})
        void isFoundWithDefaultsWhereItsSettingsCannotBeRead(String text) {
            tree.file("src/main/resources/application.yml", text);

            assertThat(service().port()).isEqualTo(8080);
        }

        @Test
        void saysWhichSettingsCannotBeRead() {
            tree.file("src/main/resources/application.yml", "server: [");

            assertThat(tree.scan().problems())
                    .extracting(CatalogProblem::file)
                    .containsExactly("src/main/resources/application.yml");
        }
    }

    @Nested
    class OfContainers {
        @BeforeEach
        void prepare() {
            tree.springPom("catalog", "catalog", "3.5.16", "").application("catalog");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Dockerfile",
                    "DockerFile",
                    "Dockerfile-online",
                    "docker/Dockerfile",
                    "src/main/docker/Dockerfile"
                })
        void findsTheDockerfile(String name) {
            tree.file("catalog/" + name, "FROM eclipse-temurin:17-jre\n");

            assertThat(service().dockerfile()).isEqualTo("catalog/" + name);
        }

        @Test
        void prefersTheUsualName() {
            tree.file("catalog/Dockerfile-online", "FROM a\n")
                    .file("catalog/Dockerfile", "FROM b\n")
                    .file("catalog/Dockerfile.dev", "FROM c\n");

            assertThat(service().dockerfile()).isEqualTo("catalog/Dockerfile");
        }

        @Test
        void hasNoDockerfileWhereNoneIs() {
            assertThat(service().dockerfile()).isNull();
        }

        @Test
        void findsManifestsByEnvironment() {
            tree.file("catalog/deploy/dev-ol/a.yaml", "")
                    .file("catalog/deploy/prod-ol/devops.yml", "")
                    .file("catalog/deploy/prod/a.yaml", "")
                    .file("catalog/deploy/templates/a.yaml", "")
                    .file("catalog/deploy/notes/readme.txt", "");

            assertThat(service().manifests())
                    .isEqualTo(Map.of("dev", "catalog/deploy/dev-ol", "prod", "catalog/deploy/prod"));
        }

        @Test
        void oneFolderMayBeForAllEnvironments() {
            tree.file("catalog/deploy/catalog-deploy.yaml", "");

            assertThat(service().manifests("prod")).contains("catalog/deploy");
            assertThat(service().manifests("dev")).contains("catalog/deploy");
        }

        @Test
        void hasNoManifestsWhereNoneAre() {
            assertThat(service().manifests()).isEmpty();
            assertThat(service().manifests("dev")).isEmpty();
        }
    }

    @Nested
    class OfStaticFiles {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "FROM nginx:1.29 | 80",
                    "FROM nginxinc/nginx-unprivileged:1.29-alpine | 8080",
                    "FROM registry:5000/library/nginx@sha256:0000\\nEXPOSE 81 | 81",
                    "FROM node:22 AS build\\nEXPOSE 3000\\nFROM --platform=linux/amd64 nginx:alpine | 80",
                    "FROM nginx as web\\nFROM web\\nEXPOSE 8081 | 8081",
                })
        void areAServiceInAWebServersImage(String dockerfile, int port) {
            tree.file("site/Dockerfile", dockerfile.replace("\\n", "\n") + "\nCOPY html /html\n");

            assertThat(service().name()).isEqualTo("site");
            assertThat(service().kind()).isEqualTo(ServiceKind.STATIC);
            assertThat(service().buildTool()).isEqualTo(BuildTool.NONE);
            assertThat(service().port()).isEqualTo(port);
            assertThat(service().healthPath()).isEqualTo("/");
        }

        @Test
        void listenWhereTheServersConfigurationSays() {
            tree.file("site/Dockerfile", "FROM nginx\nEXPOSE 80\n").file("site/conf/nginx.conf", """
                    server {
                        # listen 1;
                        listen 0.0.0.0:8088 default_server;
                        location = /healthz {
                            return 200;
                        }
                    }
                    """);

            assertThat(service().port()).isEqualTo(8088);
            assertThat(service().healthPath()).isEqualTo("/healthz");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"FROM node:22", "FROM nginx AS a\nFROM python:3", "# FROM nginx", "", "FROM me/my-app:nginx"
                })
        void otherImagesWithoutABuildAreNone(String dockerfile) {
            tree.file("site/Dockerfile", dockerfile + "\n");

            assertThat(tree.scan().services()).isEmpty();
        }
    }
}
