package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The phase of a deployment that writes, beside the wire's limit: the same server-side applies over the same connection,
 * as many at once, with nothing around them. The figures are reported, not judged. Runs where {@code
 * OCTAVO_TEST_KUBECONFIG} names an administrator's kubeconfig. See docs/benchmarks/cluster.md.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
class ClusterSpeedTest {
    private static final ClusterTarget CLUSTER =
            ClusterTarget.file(Path.of(String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG"))));
    private static final int OBJECTS = 500;
    private static final int ROUNDS = 6;

    @TempDir
    private Path directory;

    private final String run = "speed-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<String> namespaces = new ArrayList<>();

    @AfterEach
    void deleteNamespaces() throws IOException {
        try (ClusterClient client = ClusterClient.connect(CLUSTER, Contexts.of(directory))) {
            namespaces.forEach(namespace -> client.delete("/api/v1/namespaces/" + namespace));
        }
    }

    private String namespace(ClusterClient client, String suffix) {
        String name = run + "-" + suffix;
        Answer made = client.post(
                "/api/v1/namespaces",
                Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", name)),
                false);
        assertThat(made.ok()).isTrue();
        namespaces.add(name);
        return name;
    }

    private static String manifest(int number) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings-%1$d, labels: {app: shop}}
                data: {number: "%1$d", text: "a line of settings\\nanother one with %1$d\\n"}
                """.formatted(number);
    }

    /** Milliseconds of the applies alone. */
    private static double limit(ClusterClient client, String namespace) {
        List<Integer> numbers = IntStream.range(0, OBJECTS).boxed().toList();
        long begin = System.nanoTime();
        List<Integer> codes = client.each(numbers, number -> client.apply(
                        "/api/v1/namespaces/" + namespace + "/configmaps/settings-" + number,
                        Map.of(
                                "apiVersion",
                                "v1",
                                "kind",
                                "ConfigMap",
                                "metadata",
                                Map.of("name", "settings-" + number, "labels", Map.of("app", "shop")),
                                "data",
                                Map.of(
                                        "number",
                                        number.toString(),
                                        "text",
                                        "a line of settings\nanother one with " + number + "\n")),
                        false)
                .code());
        double millis = (System.nanoTime() - begin) / 1e6;
        assertThat(codes).hasSize(OBJECTS).containsOnly(201);
        return millis;
    }

    @Test
    void ofWritingFiveHundredObjects(TestReporter reporter) throws IOException {
        EngineContext context = Contexts.of(directory);
        Files.createDirectories(directory.resolve("deploy"));
        Files.writeString(
                directory.resolve("deploy/app.yaml"),
                IntStream.range(0, OBJECTS).mapToObj(ClusterSpeedTest::manifest).collect(Collectors.joining("---\n")));
        List<Double> limits = new ArrayList<>();
        List<Double> phases = new ArrayList<>();
        List<Double> plans = new ArrayList<>();
        try (ClusterClient client = ClusterClient.connect(CLUSTER, context)) {
            for (int round = 0; round < ROUNDS; round++) {
                limits.add(limit(client, namespace(client, "limit-" + round)));
                DeployResult deployed = Deployer.deploy(
                        DeploySpec.of(CLUSTER, "test", directory, "deploy/*.yaml")
                                .withDefaultNamespace(namespace(client, "octavo-" + round)),
                        context);
                assertThat(deployed.written()).isEqualTo(OBJECTS);
                phases.add((double) deployed.applyMillis());
                plans.add((double) deployed.planMillis());
            }
        }

        reporter.publishEntry(
                "first round, ms",
                String.format(Locale.ROOT, "limit %.0f, apply phase %.0f", limits.get(0), phases.get(0)));
        reporter.publishEntry("limit, ms", figures(limits));
        reporter.publishEntry("apply phase, ms", figures(phases));
        reporter.publishEntry("plan, ms", figures(plans));
        reporter.publishEntry(
                "apply phase over the limit, medians",
                String.format(Locale.ROOT, "%.2f", median(phases) / median(limits)));
    }

    private static double median(List<Double> millis) {
        List<Double> warm = millis.subList(1, millis.size()).stream().sorted().toList();
        return warm.get(warm.size() / 2);
    }

    /** The least and the median of those after the first. */
    private static String figures(List<Double> millis) {
        return String.format(
                Locale.ROOT,
                "least %.0f, median %.0f",
                millis.stream().skip(1).mapToDouble(each -> each).min().orElseThrow(),
                median(millis));
    }
}
