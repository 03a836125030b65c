package dev.octavo.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceOrderTest {
    private static Microservice service(String name, String... calls) {
        List<Call> called = Arrays.stream(calls)
                .map(target -> new Call(Call.Way.URL, target, target, "application.yml", 1))
                .toList();
        ServiceDetails unknown = ServiceDetails.UNKNOWN;
        ServiceDetails details = new ServiceDetails(
                unknown.springBoot(),
                unknown.packaging(),
                unknown.mainClass(),
                unknown.applicationName(),
                unknown.web(),
                unknown.facesOutside(),
                unknown.portVariable(),
                unknown.actuator(),
                unknown.profiles(),
                unknown.needs(),
                called);
        return new Microservice(
                name,
                name,
                ServiceKind.SPRING_BOOT,
                BuildTool.MAVEN,
                name,
                "",
                17,
                8080,
                "",
                "",
                null,
                Map.of(),
                List.of(name),
                "",
                details);
    }

    private static ServiceOrder order(Microservice... services) {
        return ServiceOrder.of(List.of(services));
    }

    @Test
    void putsWhoIsCalledBeforeWhoCalls() {
        ServiceOrder order = order(
                service("gateway", "orders", "catalog"),
                service("catalog"),
                service("orders", "catalog"),
                service("mailer"));

        assertThat(order.text()).isEqualTo("catalog, mailer; then orders; then gateway");
        assertThat(order.neededBy("gateway")).containsExactlyInAnyOrder("orders", "catalog");
        assertThat(order.circles()).isEmpty();
    }

    @Test
    void waitsForNobodyWhoIsNotInTheRun() {
        assertThat(order(service("orders", "catalog", "", "orders")).neededBy("orders"))
                .isEmpty();
    }

    @Test
    void opensACircleAlwaysAtTheSameCallAndSaysWhich() {
        Microservice a = service("a", "b");
        Microservice b = service("b", "c");
        Microservice c = service("c", "a", "d");
        Microservice d = service("d", "c");

        ServiceOrder order = order(a, b, c, d);

        assertThat(order.text()).isEqualTo("d; then c; then b; then a");
        assertThat(order.circles())
                .containsExactly(
                        "a -> b -> c -> a is a circle: c does not wait for a",
                        "c -> d -> c is a circle: d does not wait for c");
        assertThat(order(d, c, b, a).groups()).isEqualTo(order.groups());
    }
}
