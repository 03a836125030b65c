package dev.octavo.engine.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.preflight.Finding;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code delivery.yaml} and what it defines for manifests. */
class PreflightDeliveryTest {
    private static final String CONFIG = """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: orders
              labels:
                level: "$LOG_LEVEL"
            """;

    @TempDir
    Path folder;

    private Repository repository;

    @BeforeEach
    void begin() {
        repository = new Repository(folder);
        repository.file(
                "Jenkinsfile", "@Library('octavo') _\nmicroservicePipeline(registry: 'x', namespace: 'shop')\n");
        repository.file("shop/orders/deploy/dev/configmap.yaml", CONFIG);
        repository.file("shop/orders/deploy/prod/configmap.yaml", CONFIG);
        repository.file("shop/delivery.yaml", "environments: {dev: , prod: }\n");
        repository.file("shop/values/dev.yaml", "LOG_LEVEL: DEBUG\n");
    }

    @Test
    void nameThatOnlyAnotherEnvironmentDefinesIsUndefined() {
        assertThat(repository.places()).containsExactly("PRE-010 shop/orders/deploy/prod/configmap.yaml:6:13");
    }

    @Test
    void nameIsDefinedByTheEnvironmentsValuesOrByThoseForAll() {
        repository.file("shop/values/prod.yaml", "LOG_LEVEL: INFO\n");
        assertThat(repository.places()).isEmpty();

        repository.file("shop/values/prod.yaml", "OTHER: 1\n");
        repository.file("shop/delivery.yaml", "environments: {dev: , prod: }\nvalues: {LOG_LEVEL: WARN}\n");
        assertThat(repository.places()).isEmpty();
    }

    @Test
    void likeliestNameIsThatOfTheEnvironment() {
        repository.file("shop/values/prod.yaml", "LOGLEVEL: INFO\n");

        assertThat(repository.findings()).extracting(Finding::fix).anyMatch(fix -> fix.contains("LOGLEVEL"));
    }

    @Test
    void mistakesOfTheDescriptionAndOfValuesAreFoundWithTheirPlaces() {
        repository.file("shop/delivery.yaml", "environments:\n  dev: {namspace: a}\n  prod:\n");
        assertThat(repository.places("PRE-078")).containsExactly("PRE-078 shop/delivery.yaml:2:9");

        repository.file("shop/delivery.yaml", "environments: {dev: , prod: }\n");
        repository.file("shop/values/prod.yaml", "LOG_LEVEL:\n  - INFO\n");
        assertThat(repository.places("PRE-078")).containsExactly("PRE-078 shop/values/prod.yaml:1:1");

        repository.file("shop/delivery.yaml", "environments: [\n");
        assertThat(repository.places("PRE-078")).hasSize(1).allMatch(place -> place.contains("shop/delivery.yaml:"));
    }
}
