package dev.octavo.engine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineListener;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As on a system that has only one loopback address. */
class PortMappingTest {
    @TempDir
    Path temp;

    private static Deployment deployment(String name, int replicas) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("test/sample:v1")
                .withArgs("port", "80")
                .addNewPort()
                .withName("http")
                .withContainerPort(80)
                .endPort()
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/healthz")
                .withNewPort("http")
                .endHttpGet()
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static Service service(String name) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .addToSelector("app", name)
                .addNewPort()
                .withPort(80)
                .withNewTargetPort("http")
                .endPort()
                .endSpec()
                .build();
    }

    private static String ask(String url) throws IOException {
        var connection = URI.create(url).toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        connection.setReadTimeout(10_000);
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void podsOnOneAddressFindEachOtherByName() throws Exception {
        SandboxOptions options = SandboxOptions.in(temp.resolve("sandbox"), temp.resolve("cache"))
                .withAddresses(AddressMode.PORT_MAPPING);
        try (Sandbox sandbox = Sandbox.start(options, EngineListener.SILENT, new SampleImages(temp.resolve("image")));
                KubernetesClient client = SandboxTest.client(sandbox)) {
            client.resource(deployment("web", 2)).serverSideApply();
            client.resource(service("web")).serverSideApply();
            client.resource(deployment("front", 1)).serverSideApply();
            client.resource(service("front")).serverSideApply();
            for (String name : new String[] {"web", "front"}) {
                client.apps()
                        .deployments()
                        .inNamespace("default")
                        .withName(name)
                        .waitUntilReady(60, TimeUnit.SECONDS);
            }
            String front = sandbox.addresses().stream()
                    .filter(each -> each.service().equals("front"))
                    .map(ServiceAddress::url)
                    .findFirst()
                    .orElseThrow();

            Set<String> answers = new TreeSet<>();
            for (int i = 0; i < 6; i++) {
                answers.add(ask(front + "/fetch?http://web/who"));
            }

            assertThat(answers).allMatch(each -> each.startsWith("web-"));
            assertThat(ask(front + "/fetch?http://localhost/who")).startsWith("front-");
        }
    }
}
