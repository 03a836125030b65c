package dev.octavo.engine.sandbox.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.sandbox.kube.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@EnabledOnOs(OS.LINUX)
class PodNetworkTest {
    @TempDir
    Path temp;

    private static ObjectNode service(String name) {
        ObjectNode service = Json.object();
        service.putObject("metadata").put("name", name).put("namespace", "shop");
        service.putObject("spec")
                .put("type", "ClusterIP")
                .putArray("ports")
                .addObject()
                .put("port", 80);
        return service;
    }

    private static List<PodNetwork.PortTargets> targets() {
        return List.of(new PodNetwork.PortTargets("", 80, List.of(new PodNetwork.Endpoint("127.20.0.1", 80))));
    }

    @Test
    void twoSandboxesHaveAddressesOfTheirOwn() throws IOException {
        try (PodNetwork one = PodNetwork.start(temp.resolve("one"), false);
                PodNetwork two = PodNetwork.start(temp.resolve("two"), false)) {
            assertThat(one.takePodAddress()).isNotEqualTo(two.takePodAddress());
        }
    }

    @Test
    void portsThatNeedRightsAreListenedAtHigherUp() throws IOException {
        try (PodNetwork network = PodNetwork.start(temp, false, false)) {
            ObjectNode service = service("web");
            network.admit(service, null, false);
            String address = Json.text(service, "spec", "clusterIP");

            network.serve(service, targets(), Map.of());

            assertThat(Files.readAllLines(temp.resolve("network")))
                    .containsExactlyInAnyOrder(
                            "name " + address + " shop web", "map " + address + " 80 " + address + " 20080");
            assertThat(network.reach("127.20.0.1", 80)).contains(new InetSocketAddress("127.20.0.1", 20_080));
            assertThat(network.reach("127.20.0.1", 8080)).contains(new InetSocketAddress("127.20.0.1", 8080));
        }
    }

    @Test
    void serviceThatIsGoneLeavesItsAddressAndName() throws IOException {
        try (PodNetwork network = PodNetwork.start(temp, false, false)) {
            ObjectNode service = service("web");
            network.admit(service, null, false);
            network.serve(service, targets(), Map.of());

            network.forget("shop", "web", service);

            assertThat(Files.readAllLines(temp.resolve("network"))).isEmpty();
            assertThat(network.browserPort("shop", "web", 80)).isEmpty();
        }
    }
}
