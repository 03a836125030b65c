package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Changes;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What delivery.yaml says to stages: a registry, gates, and services that the sources do not hold. */
class DeliverablesTest {
    private static final String DELIVERY = """
            registry: harbor.example.com/team
            environments:
              dev:
              prod:
                gate: {approvers: [mei, "group:ops"], count: 2, notAuthor: true, timeout: 2d}
            services:
              orders:
                imageName: shop-orders
              redis:
                image: redis:8
              later:
                image: later:1
            """;

    @TempDir
    Path root;

    @BeforeEach
    void writeSources() throws IOException {
        write("delivery.yaml", DELIVERY);
        write("orders/Dockerfile", "FROM eclipse-temurin:17-jre\n");
        write("orders/pom.xml", "<project><artifactId>orders</artifactId></project>");
        write("redis/deploy/dev/service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: redis}\n");
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }

    private EngineContext context() {
        return new EngineContext(root, root, Map.of(), EngineListener.SILENT, new Cancellation(), Clock.systemUTC());
    }

    @Test
    void whatIsOnlyDescribedIsDeliveredOnceItHasManifests() {
        Catalog catalog = Deliverables.catalog(root, "");

        assertThat(catalog.services()).extracting(Microservice::name).containsExactly("orders", "redis");
        Microservice redis = catalog.find("redis");
        assertThat(redis.kind()).isEqualTo(ServiceKind.IMAGE);
        assertThat(redis.manifests("dev")).contains("redis/deploy/dev");
        assertThat(Deliverables.isBuilt(redis)).isFalse();
        assertThat(catalog.select("redis", new Changes.Unknown("a test")).chosen())
                .hasSize(1);
        assertThat(catalog.select("changed", new Changes.Files("", List.of("redis/deploy/dev/service.yaml")))
                        .services())
                .extracting(Microservice::name)
                .containsExactly("redis");
    }

    @Test
    void theRegistryIsThatOfTheFileWhereNobodyNamesOne() {
        Microservice orders = Deliverables.catalog(root, "").find("orders");

        assertThat(Target.of("", "", List.of(orders), context()).repository(orders, context()))
                .isEqualTo("harbor.example.com/team/shop-orders");
        assertThat(Target.of("", "other", List.of(orders), context()).repository(orders, context()))
                .isEqualTo("harbor.example.com/other/shop-orders");
        assertThat(Target.of("docker.io", "me", List.of(orders), context()).repository(orders, context()))
                .isEqualTo("docker.io/me/shop-orders");
    }

    @Test
    void withoutAnyRegistryItSaysWhereToWriteOne() throws IOException {
        write("delivery.yaml", "application: shop\n");
        Microservice orders = Deliverables.catalog(root, "").find("orders");

        assertThatThrownBy(() -> Target.of("", "", List.of(orders), context()).required())
                .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.fix())
                        .contains("registry: harbor.example.com/shop into delivery.yaml"));
    }

    @Test
    void aGateIsToldWithItsPlan() {
        PlanResult.GateRules rules = PlanResult.GateRules.of(
                DeliveryFile.read(root, "delivery.yaml").gate("prod").orElseThrow());

        assertThat(rules).isEqualTo(new PlanResult.GateRules("mei,ops", 2, true, 48));
        assertThat(PlanResult.GateRules.of(null)).isNull();
    }
}
