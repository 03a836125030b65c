package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.cluster.FakeApiServer.Reply;
import dev.octavo.engine.cluster.Release.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs of the releases in a cluster, and how it is. */
class StandingTest {
    private static final String NAMESPACE = "/api/v1/namespaces/shop";

    @TempDir
    private Path directory;

    private FakeApiServer api;
    private EngineContext context;
    private ClusterTarget target;

    @BeforeEach
    void setUp() throws IOException {
        api = new FakeApiServer();
        api.put(NAMESPACE, Trees.tree("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));
        context = Contexts.of(directory);
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), api.kubeconfig());
        target = ClusterTarget.file(kubeconfig);
    }

    @AfterEach
    void tearDown() {
        api.close();
    }

    private void release(String application, int number, Status status, String... manifests) {
        List<ManifestObject> objects = new ArrayList<>();
        for (String manifest : manifests) {
            Map<String, Object> tree = Trees.tree(manifest);
            objects.add(new ManifestObject(
                    Tree.text(tree, "apiVersion"),
                    Tree.text(tree, "kind"),
                    "shop",
                    Tree.text(tree, "metadata", "name"),
                    tree,
                    "app.yaml",
                    1));
        }
        ReleaseContent content = new ReleaseContent(objects, List.of());
        Release release = new Release(
                application,
                "prod",
                "shop",
                number,
                status,
                "",
                Map.of("version", "v" + number),
                List.of(),
                content.digest(),
                objects.size(),
                -1,
                Instant.EPOCH,
                Instant.EPOCH);
        try (ClusterClient client = ClusterClient.connect(target, context)) {
            new ReleaseStore(client).create(release, content);
        }
    }

    private static String deployment(String name) {
        return "{apiVersion: apps/v1, kind: Deployment, metadata: {name: " + name + "}, spec: {replicas: 2}}";
    }

    private void runs(String name, int available) {
        api.put(
                "/apis/apps/v1/namespaces/shop/deployments/" + name,
                Trees.tree("{apiVersion: apps/v1, kind: Deployment, metadata: {name: " + name
                        + ", generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 2, "
                        + "updatedReplicas: 2, availableReplicas: " + available + "}}"));
    }

    private Releases.Standing standing() {
        return Releases.standing(target, "shop", "", "prod", true, context);
    }

    private static String health(Releases.Standing standing, String application) {
        return standing.health().entrySet().stream()
                .filter(entry -> entry.getKey().application().equals(application))
                .map(entry -> entry.getKey().number() + " " + entry.getValue().state() + " "
                        + entry.getValue().message())
                .findFirst()
                .orElse("");
    }

    @Test
    void tellsHowWhatRunsIs() {
        release("good", 1, Status.SUPERSEDED, deployment("good"));
        release("good", 2, Status.DEPLOYED, deployment("good"));
        release("good", 3, Status.ROLLED_BACK, deployment("good"));
        release("slow", 1, Status.DEPLOYED, deployment("slow"));
        release("gone", 1, Status.DEPLOYED, deployment("gone"));
        release("broken", 1, Status.FAILED, deployment("broken"));
        release("settings", 1, Status.DEPLOYED, "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}");
        runs("good", 2);
        runs("slow", 1);
        runs("broken", 0);

        Releases.Standing standing = standing();

        assertThat(health(standing, "good")).isEqualTo("2 HEALTHY ");
        assertThat(health(standing, "slow")).isEqualTo("1 UNHEALTHY Deployment/slow: 1 of 2 replicas available");
        assertThat(health(standing, "gone")).isEqualTo("1 UNHEALTHY Deployment/gone: it is not there");
        assertThat(health(standing, "broken")).startsWith("1 UNHEALTHY Deployment/broken: 0 of 2");
        assertThat(health(standing, "settings")).isEqualTo("1 UNKNOWN nothing of it runs pods");
        assertThat(standing.history().releases()).hasSize(7);
    }

    @Test
    void needsFewRequestsForManyMicroservices() {
        for (int i = 0; i < 60; i++) {
            release("service-" + i, 1, Status.DEPLOYED, deployment("service-" + i));
            runs("service-" + i, 2);
        }
        api.requests.clear();

        Releases.Standing standing = standing();

        assertThat(standing.health().values()).hasSize(60).allMatch(health -> health.state() == Health.State.HEALTHY);
        // the releases, those that run with their content, the kinds, the Deployments
        assertThat(api.requests).hasSize(4);
    }

    @Test
    void aReleaseThatCannotBeReadIsUnknown() {
        release("torn", 1, Status.DEPLOYED, deployment("torn"));
        Map<String, Object> secret = Tree.copy(api.at(NAMESPACE + "/secrets/octavo.release.torn.prod.v1"));
        secret.put("data", Map.of("release", "AAAA"));
        api.put(NAMESPACE + "/secrets/octavo.release.torn.prod.v1", secret);

        assertThat(health(standing(), "torn")).startsWith("1 UNKNOWN ");
    }

    @Test
    void workloadsThatMayNotBeReadAreUnknown() {
        release("secret", 1, Status.DEPLOYED, deployment("secret"));
        api.interceptor = exchange -> exchange.getRequestURI().getPath().contains("/deployments")
                ? Reply.status(403, "Forbidden", "User \"u\" cannot get deployments")
                : Reply.NONE;

        assertThat(health(standing(), "secret"))
                .isEqualTo("1 UNKNOWN Deployment/secret: User \"u\" cannot get deployments");
    }

    @Test
    void readsReleasesInPages() {
        for (int i = 0; i < 3; i++) {
            release("service-" + i, 1, Status.DEPLOYED, deployment("service-" + i));
        }
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            items.add(api.at(NAMESPACE + "/secrets/octavo.release.service-" + i + ".prod.v1"));
        }
        List<Integer> expired = new ArrayList<>();
        api.interceptor = exchange -> {
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            if (!query.contains("limit=500")) {
                return Reply.NONE;
            }
            int from = query.contains("continue=") ? Integer.parseInt(query.replaceAll(".*continue=", "")) : 0;
            if (from == 2 && expired.isEmpty()) {
                expired.add(from);
                return Reply.status(410, "Expired", "the list is too old");
            }
            String next = from == 2 ? "" : String.valueOf(from + 1);
            return new Reply(
                    200,
                    Json.text(Map.of("items", List.of(items.get(from)), "metadata", Map.of("continue", next))),
                    "");
        };

        assertThat(Releases.history(target, "shop", "", "prod", context).releases())
                .extracting(Release::application)
                .containsExactly("service-0", "service-1", "service-2");
    }
}
