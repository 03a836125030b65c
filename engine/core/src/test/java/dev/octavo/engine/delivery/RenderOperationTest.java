package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Works on sources alone: there is no cluster, no registry, no git and no earlier stage. */
class RenderOperationTest {
    private static final String SETTINGS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: $APP_NAME}
            data:
              level: "$LEVEL" # said aloud
              password: "$DB_PASSWORD"
              price: $$5
            """;

    @TempDir
    private Path sources;

    @BeforeEach
    void aShop() throws IOException {
        write("orders/pom.xml", """
                <project><modelVersion>4.0.0</modelVersion>
                  <parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>
                    <version>3.5.7</version></parent>
                  <groupId>shop</groupId><artifactId>orders</artifactId><version>1</version>
                  <build><plugins><plugin><groupId>org.springframework.boot</groupId>
                    <artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>
                </project>
                """);
        write("orders/src/main/java/Orders.java", """
                @org.springframework.boot.autoconfigure.SpringBootApplication
                public class Orders {
                    public static void main(String[] arguments) {
                        org.springframework.boot.SpringApplication.run(Orders.class, arguments);
                    }
                }
                """);
        write("orders/deploy/dev/settings.yaml", SETTINGS);
    }

    private void write(String path, String text) throws IOException {
        Path file = sources.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private RenderResult render(String service, String environment, Map<String, String> variables) {
        EngineContext context = new EngineContext(
                sources,
                sources.resolve("cache"),
                Map.of("LEVEL", "info", "DB_PASSWORD", "hunter2"),
                EngineListener.SILENT,
                new Cancellation(),
                Clock.systemUTC());
        return new RenderOperation()
                .run(new RenderRequest(service, environment, "", "", "", "", variables, ""), context);
    }

    @Test
    void showsFilesWithTheirValuesAndCommentsAsTheyAreWritten() {
        assertThat(render("orders", "dev", Map.of()).text()).endsWith("""
                ---
                # Source: orders/deploy/dev/settings.yaml
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: orders}
                data:
                  level: "info" # said aloud
                  password: "****"
                  price: $5""");
    }

    @Test
    void tellsWhereEachValueComesFrom() {
        assertThat(render("", "dev", Map.of("LEVEL", "debug")).services().get(0).values())
                .containsExactly(
                        new RenderResult.Value("APP_NAME", "orders", "this run"),
                        new RenderResult.Value("DB_PASSWORD", "****", "environment"),
                        new RenderResult.Value("LEVEL", "debug", "the setting variables"));
    }

    @Test
    void showsNoSecretOfTheEnvironment() {
        assertThat(render("", "dev", Map.of()).toString()
                        + render("", "dev", Map.of()).text())
                .doesNotContain("hunter2");
    }

    @Test
    void failsWhereAPlaceholderHasNoValue() throws IOException {
        write("orders/deploy/dev/settings.yaml", SETTINGS.replace("LEVEL", "LEVLE"));

        assertThatThrownBy(() -> render("orders", "dev", Map.of())).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNDEFINED_VARIABLE);
            assertThat(e.why()).contains("did you mean LEVEL?");
        });
    }

    @Test
    void namesTheMicroservicesThereAre() {
        assertThatThrownBy(() -> render("order", "dev", Map.of())).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNKNOWN_SERVICE);
            assertThat(e.fix()).isEqualTo("name one of orders");
        });
    }
}
