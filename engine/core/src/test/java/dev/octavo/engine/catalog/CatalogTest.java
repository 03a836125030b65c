package dev.octavo.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTest {
    @TempDir
    private Path root;

    private Tree tree;

    @BeforeEach
    void prepare() {
        tree = new Tree(root)
                .springPom("catalog-service", "catalog-service", "4.1.2", "")
                .application("catalog-service")
                .springPom("orders-service", "orders-service", "4.1.2", "")
                .application("orders-service");
    }

    @Test
    void findsAServiceByNameOrFolder() {
        tree.springPom("apps/web", "shop-web", "4.1.2", "").application("apps/web");

        assertThat(tree.scan().find("shop-web").directory()).isEqualTo("apps/web");
        assertThat(tree.scan().find("apps/web").name()).isEqualTo("shop-web");
    }

    @Test
    void offersTheNearestNameForAnUnknownOne() {
        Catalog catalog = tree.scan();

        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> catalog.find("catalog-servise"))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNKNOWN_SERVICE);
                    assertThat(e.what()).contains("\"catalog-servise\"");
                    assertThat(e.why()).contains("catalog-service, orders-service");
                    assertThat(e.fix()).contains("did you mean \"catalog-service\"");
                });
    }

    @Test
    void aBrokenBuildFileIsNamedWhereAServiceIsMissing() {
        tree.file("orders-service/pom.xml", "<project>\n<artifactId>orders</artifact>\n</project>\n");

        Catalog catalog = tree.scan();

        assertThat(catalog.services()).extracting(Microservice::name).containsExactly("catalog-service");
        assertThat(catalog.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo("orders-service/pom.xml");
            assertThat(problem.line()).isEqualTo(2);
        });
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> catalog.find("orders-service"))
                .satisfies(e -> assertThat(e.why()).contains("orders-service/pom.xml:2 is no XML"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE project [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><project><artifactId>&x;</artifactId></project>",
                "<!DOCTYPE p [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><project><artifactId>&b;</artifactId></project>",
                "<!DOCTYPE project SYSTEM \"http://192.0.2.1/evil.dtd\"><project/>",
                "<html/>",
                "",
                "<project>",
                "\u0000\u0001"
            })
    void aBuildFileThatIsNoneOrReachesOutIsRefused(String text) {
        tree.file("evil/pom.xml", text);

        Catalog catalog = tree.scan();

        assertThat(catalog.services()).hasSize(2);
        assertThat(catalog.problems()).extracting(CatalogProblem::file).containsExactly("evil/pom.xml");
        assertThat(catalog.problems().toString()).doesNotContain("root:");
    }

    @Test
    void aVeryLargeFileIsNotRead() {
        tree.file("large/pom.xml", "<project>" + " ".repeat(5 << 20) + "</project>");

        assertThat(tree.scan().problems()).singleElement().asString().contains("too large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "catalog-service/target/classes",
                "node_modules/thing",
                ".git/modules",
                ".octavo/run",
                "build/copy",
                "catalog-service/src/test/resources/fixture",
                "catalog-service/src/it/simple",
                "catalog-service/src/main/resources/archetype"
            })
    void copiesAndTestDataAreNoServices(String directory) {
        tree.springPom(directory, "fixture", "4.1.2", "")
                .application(directory)
                .file("orders-service/src/main/resources/archetype/web/Dockerfile", "FROM eclipse-temurin:17\n");

        assertThat(tree.scan().services())
                .extracting(Microservice::name)
                .containsExactly("catalog-service", "orders-service");
    }

    @Test
    void linksInCirclesEnd() throws IOException {
        link(root.resolve("catalog-service/again"), root);
        link(root.resolve("self"), root.resolve("self"));
        link(root.resolve("outside"), root.toAbsolutePath().getParent());

        assertThat(tree.scan().services()).hasSize(2);
    }

    @Test
    void aLinkToAFileInTheTreeIsFollowed() throws IOException {
        tree.file("shared/Containerfile", "FROM eclipse-temurin:17-jre\n");
        link(root.resolve("catalog-service/Dockerfile"), root.resolve("shared/Containerfile"));
        link(root.resolve("orders-service/Dockerfile"), Path.of("/etc/hostname"));

        assertThat(tree.scan().find("catalog-service").dockerfile()).isEqualTo("catalog-service/Dockerfile");
        assertThat(tree.scan().find("orders-service").dockerfile()).isNull();
    }

    @Test
    void tenThousandFilesTakeNoTime() {
        for (int module = 0; module < 20; module++) {
            for (int file = 0; file < 500; file++) {
                tree.file(
                        "module-" + module + "/src/main/java/com/example/Class" + file + ".java",
                        "package com.example;\n\nclass Class" + file + " {}\n");
            }
            tree.springPom("module-" + module, "module-" + module, "4.1.2", "");
        }

        Instant start = Instant.now();
        Catalog catalog = tree.scan();

        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(catalog.services()).hasSize(2);
    }

    @Test
    void saysWhereThereIsNothing() throws IOException {
        Catalog empty = Catalog.scan(Files.createDirectory(root.resolve("empty")));

        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> empty.find("catalog-service"))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNKNOWN_SERVICE);
                    assertThat(e.why()).isEqualTo("no microservice was found there");
                });
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> Catalog.scan(root.resolve("nowhere")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_FILE));
    }

    private static void link(Path link, Path target) throws IOException {
        try {
            Files.createSymbolicLink(link, target);
        } catch (UnsupportedOperationException e) {
            assumeThat(true).as("links are there").isFalse();
        }
    }
}
