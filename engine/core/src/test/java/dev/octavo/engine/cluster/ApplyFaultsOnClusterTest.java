package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writing to a real API server over a bad network, and by a process that is killed.
 *
 * <p>Runs where {@code OCTAVO_TEST_KUBECONFIG} names an administrator's kubeconfig.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(180)
class ApplyFaultsOnClusterTest {
    private static final String KUBECONFIG = String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG"));
    private static final int OBJECTS = 60;

    @TempDir
    private Path directory;

    private final String namespace = "octavo-" + UUID.randomUUID().toString().substring(0, 8);
    private final String configMaps = "/api/v1/namespaces/" + namespace + "/configmaps";
    private final ApiCaller other = new ApiCaller(KUBECONFIG);
    private FaultyProxy proxy;
    private EngineContext context;

    @BeforeEach
    void setUp() throws IOException {
        context = Contexts.of(directory);
        proxy = new FaultyProxy(other.server());
        String kubeconfig = Files.readString(Path.of(KUBECONFIG)).replace(other.server(), proxy.url());
        Files.writeString(directory.resolve("kubeconfig"), kubeconfig);
        Files.createDirectories(directory.resolve("deploy"));
        StringBuilder manifests =
                new StringBuilder("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
        for (int i = 0; i < OBJECTS; i++) {
            manifests.append(
                    "\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c%d}, data: {a: b}}".formatted(i));
        }
        Files.writeString(directory.resolve("deploy/app.yaml"), manifests);
    }

    @AfterEach
    void tearDown() throws IOException {
        proxy.close();
        other.delete("/api/v1/namespaces/" + namespace);
        other.close();
    }

    private static DeploySpec spec(Path directory, String namespace) {
        return DeploySpec.of(ClusterTarget.file(directory.resolve("kubeconfig")), "test", directory, "deploy/**")
                .inNamespace(namespace);
    }

    private Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        for (Map<String, Object> object : Tree.maps(other.get(configMaps), "items")) {
            String name = Tree.text(object, "metadata", "name");
            if (name.startsWith("c")) {
                versions.put(name, Tree.text(object, "metadata", "resourceVersion"));
            }
        }
        return versions;
    }

    @Test
    void survivesConnectionsThatAreCut() {
        proxy.cut(12, 12_000);

        DeployResult result = Deployer.apply(spec(directory, namespace), context);

        assertThat(result.written()).isEqualTo(OBJECTS + 1);
        assertThat(versions()).hasSizeGreaterThanOrEqualTo(OBJECTS);
    }

    @Test
    void survivesASlowNetwork() {
        proxy.slow(30);

        assertThat(Deployer.apply(spec(directory, namespace), context).written())
                .isEqualTo(OBJECTS + 1);
    }

    @Test
    void waitsForAServerThatIsAwayForAMoment() {
        EngineContext restarting = Contexts.of(directory, new EngineListener() {
            @Override
            public void progress(String message) {
                if (message.startsWith("[20/")) {
                    try {
                        proxy.goAway();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                    CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS).execute(proxy::comeBack);
                }
            }

            @Override
            public void warning(String message) {}

            @Override
            public void output(String line) {}
        });

        assertThat(Deployer.apply(spec(directory, namespace), restarting).written())
                .isEqualTo(OBJECTS + 1);
    }

    @Test
    void finishesWhatAKilledProcessBegan() throws Exception {
        proxy.slow(100);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Killed.class.getName(),
                        directory.toString(),
                        namespace)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        try (ClusterClient client =
                ClusterClient.connect(ClusterTarget.file(Path.of(KUBECONFIG)), Contexts.of(directory))) {
            new ConditionWait(client, context, configMaps, "fieldSelector=metadata.name%3Dc20")
                    .await("ConfigMap/c20", object -> true, Duration.ofSeconds(90));
        } finally {
            process.destroyForcibly().waitFor();
        }
        Map<String, String> before = versions();
        assertThat(before).as(Files.readString(directory.resolve("output"))).hasSizeBetween(1, OBJECTS - 1);
        proxy.slow(0);

        DeployResult result = Deployer.apply(spec(directory, namespace), context);

        assertThat(result.written()).isEqualTo(OBJECTS - before.size());
        assertThat(versions()).hasSize(OBJECTS).containsAllEntriesOf(before);
    }

    /** The process that is killed. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            DeployResult unused = Deployer.apply(spec(directory, arguments[1]), Contexts.of(directory));
        }
    }
}
