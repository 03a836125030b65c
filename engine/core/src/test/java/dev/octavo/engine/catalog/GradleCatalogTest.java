package dev.octavo.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradleCatalogTest {
    @TempDir
    private Path root;

    private Tree tree;

    @BeforeEach
    void prepare() {
        tree = new Tree(root);
    }

    @Test
    void findsTheServicesOfAGroovyBuild() {
        tree.file("settings.gradle", """
                        rootProject.name = 'shop'
                        // include 'old'
                        include 'common',
                                'services:catalog'
                        """)
                .file("build.gradle", """
                        plugins { id 'org.springframework.boot' version '3.5.16' apply false }
                        subprojects { sourceCompatibility = '21' }
                        """)
                .file("common/build.gradle", "")
                .library("common")
                .file("services/catalog/build.gradle", """
                        apply plugin: 'org.springframework.boot'
                        dependencies {
                            implementation project(':common')
                            implementation 'org.springframework.boot:spring-boot-starter-actuator'
                        }
                        """)
                .application("services/catalog");

        Microservice catalog = tree.scan().find("catalog");

        assertThat(tree.scan().services()).hasSize(1);
        assertThat(catalog.buildTool()).isEqualTo(BuildTool.GRADLE);
        assertThat(catalog.directory()).isEqualTo("services/catalog");
        assertThat(catalog.buildDirectory()).isEqualTo(".");
        assertThat(catalog.module()).isEqualTo(":services:catalog");
        assertThat(catalog.modules()).containsExactly("services/catalog", "common");
        assertThat(catalog.javaLevel()).isEqualTo(21);
        assertThat(catalog.healthPath()).isEqualTo("/actuator/health");
        assertThat(catalog.artifact()).isEqualTo("build/libs/*.jar");
    }

    @Test
    void findsTheServicesOfAKotlinBuild() {
        tree.file("settings.gradle.kts", """
                        rootProject.name = "shop"
                        include(":shop-common", ":orders")
                        project(":orders").projectDir = file("apps/orders-app")
                        """)
                .file("shop-common/build.gradle.kts", "")
                .library("shop-common")
                .file("apps/orders-app/build.gradle.kts", """
                        plugins { id("org.springframework.boot") version "4.1.2" }
                        java { toolchain { languageVersion = JavaLanguageVersion.of(17) } }
                        dependencies { implementation(projects.shopCommon) }
                        """)
                .application("apps/orders-app");

        Microservice orders = tree.scan().find("orders");

        assertThat(orders.directory()).isEqualTo("apps/orders-app");
        assertThat(orders.module()).isEqualTo(":orders");
        assertThat(orders.modules()).containsExactly("apps/orders-app", "shop-common");
        assertThat(orders.javaLevel()).isEqualTo(17);
    }

    @Test
    void aProjectOfItsOwnHasNothingToSelect() {
        tree.file("build.gradle", "apply plugin: 'org.springframework.boot'\nsourceCompatibility = 1.8\n")
                .file("settings.gradle", "rootProject.name = 'catalog'\n")
                .application(".");

        Microservice catalog = tree.scan().find("catalog");

        assertThat(catalog.buildDirectory()).isEqualTo(".");
        assertThat(catalog.module()).isEmpty();
        assertThat(catalog.javaLevel()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'", "include '", "include(\"../../../etc\", \"$x\")", "/* include 'a'"})
    void settingsThatMakeNoSenseDoNoHarm(String settings) {
        tree.file("settings.gradle", settings).file("build.gradle", "{{{ ' /*").application(".");

        assertThat(tree.scan().services()).hasSize(1);
    }
}
