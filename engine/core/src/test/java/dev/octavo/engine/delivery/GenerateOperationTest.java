package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.ResultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateOperationTest {
    @TempDir
    Path root;

    @BeforeEach
    void twoServices() throws IOException {
        write("pom.xml", """
                <project>
                  <parent>
                    <groupId>org.springframework.boot</groupId>
                    <artifactId>spring-boot-starter-parent</artifactId>
                    <version>3.5.0</version>
                  </parent>
                  <groupId>com.example</groupId>
                  <artifactId>shop</artifactId>
                  <version>1</version>
                  <packaging>pom</packaging>
                  <modules><module>orders</module><module>stock</module></modules>
                </project>
                """);
        for (String name : List.of("orders", "stock")) {
            write(name + "/pom.xml", """
                    <project>
                      <parent><groupId>com.example</groupId><artifactId>shop</artifactId><version>1</version></parent>
                      <artifactId>%s</artifactId>
                    </project>
                    """.formatted(name));
            write(
                    name + "/src/main/java/com/example/App.java",
                    "package com.example;\n@SpringBootApplication\npublic class App {}\n");
        }
    }

    private void write(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    private GenerateResult generate(Map<String, ?> inputs) {
        EngineContext context = new EngineContext(
                root, root.resolve("cache"), Map.of(), EngineListener.SILENT, new Cancellation(), Clock.systemUTC());
        return (GenerateResult) Operations.run(Operations.named("generate").orElseThrow(), inputs, context);
    }

    private Map<String, String> tree() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(path).toString(), Files.readString(path));
            }
        }
        return files;
    }

    @Test
    void writesTheDescriptionAndTheFilesOfAllServicesAndNothingTheSecondTime() throws IOException {
        generate(Map.of());
        Map<String, String> first = tree();

        GenerateResult again = generate(Map.of());

        assertThat(first)
                .containsKeys(
                        "delivery.yaml",
                        "orders/Dockerfile",
                        "orders/deploy/dev/deployment.yaml",
                        "stock/deploy/prod/horizontalpodautoscaler.yaml");
        assertThat(again.files()).extracting(GenerateResult.Made::state).containsOnly("same");
        assertThat(tree()).isEqualTo(first);
        assertThat(generate(Map.of("check", true)).text()).contains("0 would be written");
    }

    @Test
    void everyFileSaysThatItIsGenerated() throws IOException {
        GenerateResult result = generate(Map.of());

        for (GenerateResult.Made file : result.files()) {
            if (!file.path().startsWith("delivery.")) {
                assertThat(Files.readString(root.resolve(file.path()))).startsWith("# Written by octavo generate");
            }
        }
    }

    @Test
    void looksForMistakesInWhatPeopleWroteToo() throws IOException {
        GenerateResult clean = generate(Map.of("preflight", true));
        write("k8s/extra.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: stock\n");

        assertThat(clean.summary())
                .contains(" written; ")
                .contains(clean.preflight().summary());
        assertThat(generate(Map.of()).preflight()).isNull();
        assertThatThrownBy(() -> generate(Map.of("preflight", true)))
                .isInstanceOfSatisfying(ResultException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.PREFLIGHT_ERRORS);
                    assertThat(e.where()).startsWith("k8s/extra.yaml:");
                    GenerateResult result = (GenerateResult) e.result();
                    assertThat(result.files())
                            .extracting(GenerateResult.Made::state)
                            .containsOnly("same");
                    assertThat(result.text()).contains("0 written", e.where());
                });
    }

    @Test
    void writesOnlyWhatIsAskedFor() {
        generate(Map.of("services", List.of("stock")));

        assertThat(root.resolve("stock/Dockerfile")).exists();
        assertThat(root.resolve("orders/Dockerfile")).doesNotExist();
        assertThatThrownBy(() -> generate(Map.of("services", List.of("stok"))))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNKNOWN_SERVICE);
                    assertThat(e.fix()).contains("\"stock\"");
                });
    }

    @Test
    void checkFailsWhereTheDescriptionHasMovedOnAndWritesNothing() throws IOException {
        generate(Map.of());
        write("delivery.yaml", "services: {orders: {port: 9090}}\n");
        Map<String, String> before = tree();

        assertThatThrownBy(() -> generate(Map.of("check", true))).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.GENERATE_STALE);
            assertThat(e.why()).contains("orders/deploy/dev/deployment.yaml  would be updated");
        });
        assertThat(generate(Map.of("diff", true)).diff()).contains("+              containerPort: 9090");
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void manifestsOfAPersonAreLeftAloneAndCanBeLookedAtElsewhere() throws IOException {
        write("orders/deploy/dev/all.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: orders}\n");

        GenerateResult result = generate(Map.of());

        assertThat(result.files())
                .filteredOn(file -> file.state().equals("foreign"))
                .extracting(GenerateResult.Made::path)
                .containsExactly("orders/deploy/dev");
        assertThat(root.resolve("orders/deploy/dev/deployment.yaml")).doesNotExist();
        assertThat(root.resolve("orders/deploy/prod/deployment.yaml")).exists();
        generate(Map.of("target", "look"));
        assertThat(root.resolve("look/orders/deploy/dev/deployment.yaml")).exists();
    }

    @Test
    void conflictIsInTheFileAndIsAFailure() throws IOException {
        generate(Map.of());
        Path file = root.resolve("orders/deploy/dev/deployment.yaml");
        Files.writeString(file, Files.readString(file).replace("containerPort: 8080", "containerPort: 7070"));
        write("delivery.yaml", "services: {orders: {port: 9090}}\n");

        assertThatThrownBy(() -> generate(Map.of()))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.GENERATE_CONFLICT));

        assertThat(Files.readString(file))
                .contains("<<<<<<< yours\n            - containerPort: 7070".replace("- ", "  "))
                .contains("containerPort: 9090");
    }

    @Test
    void treeWithoutServicesIsToldSo() throws IOException {
        Files.delete(root.resolve("orders/src/main/java/com/example/App.java"));
        Files.delete(root.resolve("stock/src/main/java/com/example/App.java"));

        assertThatThrownBy(() -> generate(Map.of()))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNKNOWN_SERVICE));
        assertThat(root.resolve("delivery.yaml")).doesNotExist();
    }
}
