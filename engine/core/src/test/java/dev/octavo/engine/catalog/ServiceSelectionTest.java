package dev.octavo.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceSelectionTest {
    @TempDir
    private Path root;

    private Tree tree;

    /** shop: common is used by cart and orders, orders has a library of its own; site is static; tool stands alone. */
    @BeforeEach
    void prepare() {
        tree = new Tree(root)
                .pom(".", "all", Tree.coordinates() + Tree.modules("shop"))
                .springPom("shop", "shop", "4.1.2", Tree.modules("common", "orders-model", "orders", "cart", "catalog"))
                .childPom("shop/common", "common", "")
                .library("shop/common")
                .childPom("shop/orders-model", "orders-model", Tree.uses("common"))
                .library("shop/orders-model")
                .childPom("shop/orders", "orders", Tree.uses("orders-model"))
                .application("shop/orders")
                .childPom("shop/cart", "cart", Tree.uses("common"))
                .application("shop/cart")
                .childPom("shop/catalog", "catalog", "")
                .application("shop/catalog")
                .file("site/Dockerfile", "FROM nginx\n")
                .springPom("tool", "tool", "4.1.2", "")
                .application("tool");
    }

    private static List<String> names(ServiceSelection selection) {
        return selection.services().stream().map(Microservice::name).toList();
    }

    private ServiceSelection changed(String... files) {
        return tree.scan().select("changed", new Changes.Files("commit 1a2b3c4", List.of(files)));
    }

    @Test
    void takesAll() {
        ServiceSelection selection = tree.scan().select("all", new Changes.Unknown(""));

        assertThat(names(selection)).containsExactly("cart", "catalog", "orders", "site", "tool");
        assertThat(selection.summary()).isEqualTo("all 5 microservices");
    }

    @Test
    void takesThoseThatAreNamedInTheirOrder() {
        ServiceSelection selection = tree.scan().select(" tool, cart,,tool , site", new Changes.Unknown(""));

        assertThat(names(selection)).containsExactly("tool", "cart", "site");
        assertThat(selection.chosen())
                .allSatisfy(choice -> assertThat(choice.reason()).isEqualTo("asked for by name"));
    }

    @Test
    void refusesAnUnknownNameAmongKnownOnes() {
        Catalog catalog = tree.scan();

        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> catalog.select("cart,ordres", new Changes.Unknown("")))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNKNOWN_SERVICE);
                    assertThat(e.fix()).contains("\"orders\"");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", " , "})
    void refusesToTakeNothing(String wanted) {
        Catalog catalog = tree.scan();

        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> catalog.select(wanted, new Changes.Unknown("")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
    }

    @Nested
    class OfWhatChanged {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "shop/cart/src/main/java/com/example/New.java | cart",
                    "shop/cart/deploy/prod/deployment.yaml | cart",
                    "shop/cart/pom.xml | cart",
                    "shop/orders-model/src/main/java/com/example/Money.java | orders",
                    "shop/common/src/main/java/com/example/Money.java | cart orders",
                    "shop/common/removed.txt | cart orders",
                    "shop/pom.xml | cart catalog orders",
                    "shop/checkstyle.xml | cart catalog orders",
                    "site/html/index.html | site",
                    "site/html/page.md | site",
                    "tool/src/main/resources/text.md | tool",
                    "pom.xml | cart catalog orders site tool",
                    "mvnw | cart catalog orders site tool",
                    ".mvn/jvm.config | cart catalog orders site tool",
                    "Jenkinsfile | cart catalog orders site tool",
                    "scripts/build.sh | cart catalog orders site tool",
                    "../elsewhere.txt | cart catalog orders site tool",
                    "README.md | ''",
                    "shop/README.zh-CN.md | ''",
                    "shop/cart/README.md | ''",
                    "LICENSE | ''",
                    ".gitignore | ''",
                    "docs/picture.svg | ''",
                })
        void takesWhatAFileConcerns(String file, String expected) {
            assertThat(names(changed(file))).isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(" ")));
        }

        @Test
        void saysWhy() {
            ServiceSelection selection =
                    changed("shop/common/pom.xml", "shop/cart/pom.xml", "shop/cart/a.txt", "README.md");

            assertThat(selection.summary()).isEqualTo("2 of 5 microservices changed");
            assertThat(selection.chosen())
                    .extracting(ServiceSelection.Choice::reason)
                    .containsExactly(
                            "shop/common/pom.xml changed, and it is built from shop/common, and 2 more files,"
                                    + " since commit 1a2b3c4",
                            "shop/common/pom.xml changed, and it is built from shop/common, since commit 1a2b3c4");
        }

        @Test
        void takesNothingWhereNothingChanged() {
            ServiceSelection selection = changed();

            assertThat(selection.chosen()).isEmpty();
            assertThat(selection.summary()).isEqualTo("no microservice is concerned by what changed");
        }

        @Test
        void takesAllWhereNobodyKnowsAndSaysWhy() {
            ServiceSelection selection =
                    tree.scan().select("changed", new Changes.Unknown("there was no delivery yet"));

            assertThat(selection.chosen()).hasSize(5).allSatisfy(choice -> assertThat(choice.reason())
                    .isEqualTo("what changed is not known: there was no delivery yet"));
        }

        @Test
        void asksForEachServiceByItself() {
            ServiceSelection selection = tree.scan()
                    .select(
                            "changed",
                            service -> service.name().equals("tool")
                                    ? new Changes.Unknown("it was never delivered")
                                    : new Changes.Files("version v1.0.0", List.of("shop/cart/pom.xml")));

            assertThat(names(selection)).containsExactly("cart", "tool");
        }

        @Test
        void aSingleServiceOwnsItsWholeRepository(@TempDir Path other) {
            Tree single = new Tree(other).springPom(".", "catalog", "4.1.2", "").application(".");

            assertThat(names(single.scan()
                            .select("changed", new Changes.Files("v1", List.of("Jenkinsfile", "README.md")))))
                    .containsExactly("catalog");
            assertThat(names(single.scan().select("changed", new Changes.Files("v1", List.of("README.md")))))
                    .isEmpty();
        }
    }
}
