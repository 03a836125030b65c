package dev.octavo.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The catalog of the samples in this repository. */
class SamplesCatalogTest {
    private static final Path REPOSITORY = Path.of("../..");

    private final Catalog samples = Catalog.scan(REPOSITORY.resolve("sample-microservices"));

    @Test
    void knowsAllThatThePipelineNeedsOfASpringBootService() {
        assertThat(samples.find("catalog-service"))
                .isEqualTo(new Microservice(
                        "catalog-service",
                        "catalog-service",
                        ServiceKind.SPRING_BOOT,
                        BuildTool.MAVEN,
                        ".",
                        "catalog-service",
                        17,
                        8080,
                        "",
                        "/actuator/health",
                        "catalog-service/Dockerfile",
                        Map.of("dev", "catalog-service/deploy/dev", "prod", "catalog-service/deploy/prod"),
                        List.of("catalog-service", "shop-common"),
                        "target/catalog-service.jar",
                        samples.find("catalog-service").details()));
    }

    @Test
    void knowsAStorefrontThatNginxServes() {
        assertThat(samples.find("storefront"))
                .isEqualTo(new Microservice(
                        "storefront",
                        "storefront",
                        ServiceKind.STATIC,
                        BuildTool.MAVEN,
                        ".",
                        "storefront",
                        0,
                        8080,
                        "",
                        "/healthz",
                        "storefront/Dockerfile",
                        Map.of("dev", "storefront/deploy/dev", "prod", "storefront/deploy/prod"),
                        List.of("storefront"),
                        "",
                        samples.find("storefront").details()));
    }

    @Test
    void findsExactlyTheSamplesInThisRepository() {
        Catalog catalog = Catalog.scan(REPOSITORY);

        assertThat(catalog.services())
                .extracting(Microservice::name)
                .containsExactly("catalog-service", "orders-service", "storefront");
        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.find("orders-service").buildDirectory()).isEqualTo("sample-microservices");
        assertThat(catalog.find("orders-service").module()).isEqualTo("orders-service");
        assertThat(catalog.find("orders-service").modules())
                .containsExactly("sample-microservices/orders-service", "sample-microservices/shop-common");
    }

    @Test
    void aChangeInTheEngineConcernsNoSample() {
        ServiceSelection selection = Catalog.scan(REPOSITORY)
                .select(
                        "changed",
                        new Changes.Files(
                                "commit 1a2b3c4",
                                List.of(
                                        "engine/core/src/main/java/dev/octavo/engine/catalog/Catalog.java",
                                        "docs/errors.md",
                                        "README.md")));

        assertThat(selection.chosen()).isEmpty();
    }
}
