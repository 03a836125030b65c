package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.template.Dialect;
import dev.octavo.engine.template.Substitution;
import dev.octavo.engine.template.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Releases in a real cluster. It needs controllers and no node: a Deployment without replicas is ready at once, and a
 * quota of no pods makes one with replicas fail for certain.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(120)
class ReleaseOnClusterTest {
    private static final String QUOTA =
            "{apiVersion: v1, kind: ResourceQuota, metadata: {name: none}, spec: {hard: {pods: '0'}}}";

    @TempDir
    private Path directory;

    private final String namespace = "release-" + UUID.randomUUID().toString().substring(0, 8);
    private final Contexts.Hearing listener = new Contexts.Hearing();
    private EngineContext context;
    private ClusterClient client;
    private int specs;

    @BeforeEach
    void setUp() {
        context = Contexts.of(directory, listener);
        client = ClusterClient.connect(target(), context);
    }

    @AfterEach
    void tearDown() {
        Answer unused = client.delete("/api/v1/namespaces/" + namespace);
        client.close();
    }

    private static ClusterTarget target() {
        return ClusterTarget.file(Path.of(System.getenv("OCTAVO_TEST_KUBECONFIG")));
    }

    private static String config(String name, String value) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {level: '%s'}}".formatted(name, value);
    }

    private static String web(int replicas, String greeting) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: %d
                  progressDeadlineSeconds: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: 'example.test/web:1', env: [{name: GREETING, value: '%s'}]}]}
                """.formatted(replicas, greeting);
    }

    private DeploySpec spec(String... manifests) throws IOException {
        String folder = "deploy" + specs++;
        Files.createDirectories(directory.resolve(folder));
        for (int i = 0; i < manifests.length; i++) {
            Files.writeString(directory.resolve(folder + "/" + i + ".yaml"), manifests[i]);
        }
        return DeploySpec.of(target(), "test", directory, folder + "/**")
                .inNamespace(namespace)
                .withTimeout(Duration.ofSeconds(60))
                .releasing(ReleaseOptions.of("shop").about(Map.of("commit", "abc", "run", "https://ci/1")));
    }

    private DeployResult deploy(String... manifests) throws IOException {
        return Deployer.deploy(spec(manifests), context);
    }

    private List<Release> history() {
        return Releases.history(target(), namespace, "shop", "test", context).releases();
    }

    private List<String> statuses() {
        return history().stream()
                .map(release -> release.number() + " " + release.status().text())
                .toList();
    }

    private String level(String name) {
        return Tree.text(get("configmaps/" + name), "data", "level");
    }

    private Map<String, Object> get(String path) {
        Answer answer = client.get("/api/v1/namespaces/" + namespace + "/" + path);
        return answer.ok() ? answer.body() : Map.of();
    }

    private RolloutException failure(DeploySpec spec) {
        try {
            Deployer.deploy(spec, context);
        } catch (RolloutException e) {
            return e;
        }
        throw new AssertionError("it did not fail");
    }

    @Test
    void remembersEachDeploymentAndNoneThatChangedNothing() throws IOException {
        deploy(config("settings", "info"), web(0, "hello"));
        deploy(config("settings", "info"), web(0, "hello"));
        deploy(config("settings", "debug"), web(0, "hello"));

        assertThat(statuses()).containsExactly("2 deployed", "1 superseded");
        Release last = history().get(0);
        assertThat(last.facts()).containsEntry("commit", "abc");
        assertThat(last.objects()).isEqualTo(2);
        assertThat(last.duration()).isNotNull();
        assertThat(last.images()).containsExactly("example.test/web:1");
        assertThat(client.get("/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases/octavo.shop.test")
                        .notFound())
                .isTrue();
    }

    @Test
    void remembersTheLastCommitThatMadeTheSame() throws IOException {
        DeploySpec spec = spec(config("settings", "info"));
        Deployer.deploy(spec, context);
        Deployer.deploy(
                spec.releasing(ReleaseOptions.of("shop").about(Map.of("commit", "def", "run", "https://ci/2"))),
                context);

        assertThat(statuses()).containsExactly("1 deployed");
        Release last = history().get(0);
        assertThat(last.facts()).containsEntry("commit", "abc").containsEntry("run", "https://ci/1");
        assertThat(last.latestCommit()).isEqualTo("def");

        deploy(config("settings", "debug"));
        Releases.rollBack(spec, context);

        assertThat(statuses()).containsExactly("3 deployed", "2 superseded", "1 superseded");
        assertThat(history().get(0).latestCommit()).isEqualTo("abc");
    }

    @Test
    void goesBackToAReleaseAsAWhole() throws IOException {
        String secret = "{apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {password: %s}}";
        deploy(config("settings", "info"), secret.formatted("first-one"), web(0, "hello"));
        deploy(config("settings", "debug"), secret.formatted("other-one"), config("extra", "x"), web(0, "bye"));

        DeploySpec back = spec();
        Plan plan = Releases.planRollback(back, context).plan();
        assertThat(plan.objects())
                .filteredOn(object -> object.change() != Change.UNCHANGED)
                .extracting(PlannedObject::title, PlannedObject::change)
                .containsExactlyInAnyOrder(
                        tuple("ConfigMap/settings", Change.CHANGE),
                        tuple("Secret/login", Change.CHANGE),
                        tuple("Deployment/web", Change.CHANGE),
                        tuple("ConfigMap/extra", Change.DELETE));
        assertThat(Json.text(plan)).doesNotContain("first-one", "other-one");
        Releases.rollBack(back.approvedAs(plan), context);

        assertThat(level("settings")).isEqualTo("info");
        assertThat(new String(Base64.getDecoder().decode(Tree.text(get("secrets/login"), "data", "password"))))
                .isEqualTo("first-one");
        assertThat(get("configmaps/extra")).isEmpty();
        assertThat(statuses()).containsExactly("3 deployed", "2 superseded", "1 superseded");
        assertThat(history().get(0).description()).isEqualTo("rollback to 1");
    }

    @Test
    void remembersWhatARollBackBringsBack() throws IOException {
        Deployer.deploy(made(Map.of("commit", "first", "version", "v1.0.0", "run", "https://ci/1"), "info"), context);
        Deployer.deploy(made(Map.of("commit", "second", "version", "v1.0.1", "run", "https://ci/2"), "debug"), context);

        Releases.rollBack(
                spec().releasing(ReleaseOptions.of("shop").about(Map.of("run", "https://ci/3", "approver", "eve"))),
                context);

        assertThat(history().get(0).facts())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("commit", "first", "version", "v1.0.0", "run", "https://ci/3", "approver", "eve"));
    }

    private DeploySpec made(Map<String, String> facts, String level) throws IOException {
        return spec(config("settings", level))
                .releasing(ReleaseOptions.of("shop").about(facts));
    }

    @Test
    void masksTheSecretsOfAnEarlierRelease() throws IOException {
        Variable first = new Variable("hunter2-first", "environment", true);
        Variable other = new Variable("hunter2-other", "environment", true);
        String manifest = config("settings", "${PASSWORD}");
        Deployer.deploy(
                spec(manifest).withSubstitution(new Substitution(Dialect.STRICT, Map.of("PASSWORD", first))), context);
        Deployer.deploy(
                spec(manifest).withSubstitution(new Substitution(Dialect.STRICT, Map.of("PASSWORD", other))), context);
        assertThat(level("settings")).isEqualTo("hunter2-other");

        assertThat(Json.text(Releases.planRollback(spec(), context))).doesNotContain("hunter2-first");
        assertThat(Json.text(Drift.released(spec(), context))).doesNotContain("hunter2");
    }

    @Test
    void undoesAReleaseThatFailsAndSaysSo() throws IOException {
        deploy(QUOTA, config("settings", "info"), web(0, "hello"));

        RolloutException failure =
                failure(spec(QUOTA, config("settings", "debug"), config("extra", "x"), web(1, "hello")));

        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOY_FAILED);
        assertThat(failure.failures()).isNotEmpty();
        assertThat(failure.why()).contains("quota", "rolled back to release 1: 2 objects written, 1 deleted");
        assertThat(level("settings")).isEqualTo("info");
        assertThat(get("configmaps/extra")).isEmpty();
        assertThat(statuses()).containsExactly("2 rolled-back", "1 deployed");
    }

    @Test
    void runsNoJobAgainWhereAReleaseIsUndone() throws IOException {
        deploy(QUOTA, job("1"), web(0, "hello"));

        RolloutException failure = failure(
                spec(QUOTA, job("2"), web(1, "hello")).applying(new ApplyOptions(false, Set.of("Job/migrate"))));

        assertThat(failure.why()).contains("rolled back to release 1", "not undone: Job/migrate (what it did)");
        assertThat(statuses()).containsExactly("2 rolled-back", "1 deployed");
        assertThat(Json.text(jobs())).contains("example.test/migrate:2");
    }

    @Test
    void goesBackPastAnotherJobWithoutRunningOrDeletingOne() throws IOException {
        deploy(config("settings", "info"), job("1"), web(0, "hello"));
        DeploySpec second = spec(config("settings", "debug"), job("2"), web(0, "hello"))
                .applying(new ApplyOptions(false, Set.of("Job/migrate")));
        Deployer.deploy(second, context);

        DeploySpec back = spec().releasing(ReleaseOptions.of("shop").to(1));
        Plan plan = Releases.planRollback(back, context).plan();
        Releases.rollBack(back.approvedAs(plan), context);

        assertThat(plan.warnings())
                .contains(
                        "Job/migrate is not run again", "Job/migrate stays: what it did is not undone by deleting it");
        assertThat(level("settings")).isEqualTo("info");
        assertThat(Json.text(jobs())).contains("example.test/migrate:2");
    }

    private Map<String, Object> jobs() {
        return client.get("/apis/batch/v1/namespaces/" + namespace + "/jobs").body();
    }

    private static String job(String version) {
        return "{apiVersion: batch/v1, kind: Job, metadata: {name: migrate, annotations: {octavo.dev/watch: 'false'}}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: 'example.test/migrate:"
                + version + "'}]}}}}";
    }

    @Test
    void isWatchedAsItIsInTheClusterWhateverTheManifestsSayNow() throws IOException {
        deploy(config("settings", "info"), web(0, "hello"));

        DeploySpec newer = spec(web(0, "hello"), web(0, "hello").replace("name: web}", "name: fresh}"));
        assertThat(Rollouts.await(newer, context))
                .extracting(WorkloadStatus::title)
                .containsExactly("Deployment/web");
        assertThat(listener.progress).contains("watching release 1 (deployed)");
    }

    @Test
    void tellsOfANameThatNoReleaseHad() throws IOException {
        deploy(config("settings", "info"), config("old", "x"));
        DeploySpec spec = spec(config("settings", "info"))
                .releasing(ReleaseOptions.of("shop").pruning(true, Set.of("ConfigMap/odl")));

        assertThat(Planner.plan(spec, context).warnings())
                .contains("\"ConfigMap/odl\" is to be deleted too, as asked, but is not in the manifests or an"
                        + " earlier release; did you mean \"ConfigMap/old\"?");
    }

    @Test
    void leavesAFirstReleaseThatFailsToBeLookedAt() throws IOException {
        RolloutException failure = failure(spec(QUOTA, web(1, "hello")));

        assertThat(failure.why()).contains("not rolled back, as there is no release before it");
        assertThat(statuses()).containsExactly("1 failed");
    }

    @Test
    void undoesAFirstReleaseToWhatWasThereBefore() throws IOException {
        Deployer.deploy(
                spec(QUOTA, config("settings", "by-hand"), web(0, "by-hand")).releasing(ReleaseOptions.NONE), context);

        RolloutException failure = failure(spec(QUOTA, config("settings", "info"), web(1, "hello")));

        assertThat(failure.why()).contains("rolled back to release 0");
        assertThat(level("settings")).isEqualTo("by-hand");
        assertThat(statuses()).containsExactly("1 rolled-back", "0 adopted");
    }

    @Test
    void deletesWhatTheReleaseBeforeHadAndNothingElse() throws IOException {
        String claim =
                "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, annotations: {octavo.dev/watch: 'false'}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}";
        String kept =
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: kept, annotations: {octavo.dev/prune: 'false'}}}";
        deploy(
                config("settings", "info"),
                config("old", "x"),
                config("moved", "x"),
                config("remade", "x"),
                claim,
                kept);
        Deployer.deploy(spec(config("moved", "y")).releasing(ReleaseOptions.of("other")), context);
        remake(config("remade", "mine"), history().get(0));

        DeployResult result = deploy(config("settings", "info"));

        assertThat(result.plan().objects())
                .filteredOn(object -> object.change() == Change.DELETE)
                .extracting(PlannedObject::title)
                .containsExactly("ConfigMap/old");
        assertThat(result.plan().warnings())
                .anyMatch(line -> line.contains("PersistentVolumeClaim/data") && line.contains("--prune-also"))
                .anyMatch(line -> line.contains("ConfigMap/kept") && line.contains("annotated"))
                .anyMatch(line -> line.contains("ConfigMap/moved") && line.contains("another application"))
                .anyMatch(line -> line.contains("ConfigMap/remade") && line.contains("somebody else"));
        assertThat(get("configmaps/old")).isEmpty();
        assertThat(get("configmaps/kept")).isNotEmpty();
        assertThat(get("configmaps/moved")).isNotEmpty();
        assertThat(get("configmaps/remade")).isNotEmpty();
        assertThat(get("persistentvolumeclaims/data")).isNotEmpty();

        DeploySpec named = spec(config("settings", "info"));
        Deployer.deploy(
                named.releasing(named.releasing().pruning(true, Set.of("PersistentVolumeClaim/data"))), context);
        assertThat(get("persistentvolumeclaims/data")).isEmpty();
    }

    /** Makes a ConfigMap anew, after the release was done by the server's clock. */
    private void remake(String manifest, Release release) {
        String path = "/api/v1/namespaces/" + namespace + "/configmaps";
        Map<String, Object> object = Trees.tree(manifest);
        Instant created;
        do {
            client.pause(Duration.ofMillis(200));
            Answer gone = client.delete(path + "/" + Tree.text(object, "metadata", "name"));
            assertThat(gone.ok()).as(gone.message()).isTrue();
            Answer made = client.request("POST", path + "?fieldManager=somebody", object, "application/json", "");
            assertThat(made.ok()).as(made.message()).isTrue();
            created = Instant.parse(Tree.text(made.body(), "metadata", "creationTimestamp"));
        } while (!created.isAfter(Objects.requireNonNull(release.finished()).plusSeconds(3)));
    }

    @Test
    void keepsOnlyTheNewestReleases() throws IOException {
        for (int i = 1; i <= 5; i++) {
            DeploySpec spec = spec(config("settings", "v" + i));
            Deployer.deploy(spec.releasing(spec.releasing().keeping(2)), context);
        }

        assertThat(statuses()).containsExactly("5 deployed", "4 superseded");
    }

    @Test
    void splitsALargeReleaseAndRefusesOneThatIsTooLarge() throws IOException {
        byte[] noise = new byte[700_000];
        String[] large = new String[3];
        for (int i = 0; i < large.length; i++) {
            new Random(i).nextBytes(noise);
            large[i] = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c%d}, binaryData: {x: %s}}"
                    .formatted(i, Base64.getEncoder().encodeToString(noise));
        }
        deploy(config("settings", "info"));
        deploy(large);
        deploy(config("settings", "info"));

        DeploySpec back = spec();
        Releases.rollBack(back, context);
        assertThat(get("configmaps/c2")).isNotEmpty();
        assertThat(get("configmaps/settings")).isEmpty();

        String[] tooLarge = new String[12];
        for (int i = 0; i < tooLarge.length; i++) {
            new Random(i).nextBytes(noise);
            tooLarge[i] = "{apiVersion: v1, kind: ConfigMap, metadata: {name: d%d}, binaryData: {x: %s}}"
                    .formatted(i, Base64.getEncoder().encodeToString(noise));
        }
        assertThatThrownBy(() -> deploy(tooLarge)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.DEPLOY_RELEASE);
            assertThat(e.what()).contains("too large");
        });
        assertThat(get("configmaps/d0")).isEmpty();
    }

    @Test
    void reportsReleasesThatCannotBeRead() throws IOException {
        deploy(config("settings", "v1"), config("old", "x"));
        deploy(config("settings", "v2"), config("old", "x"));
        patch("octavo.release.shop.test.v1", "{metadata: {annotations: {octavo.dev/about: 'nonsense'}}}");
        patch("octavo.release.shop.test.v2", "{data: {release: bm9uc2Vuc2U=}}");

        Releases.History history = Releases.history(target(), namespace, "shop", "test", context);
        assertThat(history.releases()).extracting(Release::number).containsExactly(2);
        assertThat(history.problems()).singleElement().asString().contains("v1", "does not say what it is");

        DeployResult result = deploy(config("settings", "v3"));
        assertThat(result.plan().warnings()).anyMatch(line -> line.contains("cannot be read"));
        assertThat(get("configmaps/old")).isNotEmpty();
        assertThat(statuses()).containsExactly("3 deployed", "2 superseded");
    }

    private void patch(String secret, String yaml) {
        Answer answer = client.request(
                "PATCH",
                "/api/v1/namespaces/" + namespace + "/secrets/" + secret,
                Trees.tree(yaml),
                "application/merge-patch+json",
                "");
        assertThat(answer.ok()).as(answer.message()).isTrue();
    }

    @Test
    void letsOneDeploymentWorkAtATime() throws Exception {
        deploy(config("settings", "v0"));
        DeploySpec slow = spec(config("settings", "v1"));
        DeploySpec next = spec(config("settings", "v2"));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        EngineContext watched = context.withListener(new Contexts.Hearing() {
            @Override
            public void progress(String message) {
                if (message.contains("ConfigMap/settings changed")) {
                    inside.countDown();
                    await(go);
                }
            }
        });
        CompletableFuture<DeployResult> first = CompletableFuture.supplyAsync(() -> Deployer.deploy(slow, watched));
        await(inside);

        assertThatThrownBy(() -> Deployer.deploy(next, context)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.DEPLOY_LOCKED);
            assertThat(e.why()).contains("https://ci/1");
        });
        CompletableFuture<DeployResult> second = CompletableFuture.supplyAsync(
                () -> Deployer.deploy(next.releasing(next.releasing().waiting(Duration.ofSeconds(60))), context));
        go.countDown();

        assertThat(first.get(60, TimeUnit.SECONDS).written()).isEqualTo(1);
        assertThat(second.get(60, TimeUnit.SECONDS).written()).isEqualTo(1);
        assertThat(statuses()).containsExactly("3 deployed", "2 superseded", "1 superseded");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void stopsWhenItsLockWasTakenByAnother() throws IOException {
        deploy(config("settings", "v0"));
        EngineContext robbed = context.withListener(new Contexts.Hearing() {
            @Override
            public void progress(String message) {
                if (message.contains("[1/2 applied]")) {
                    Answer taken = client.request(
                            "PATCH",
                            "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases/octavo.shop.test",
                            Trees.tree("{spec: {holderIdentity: thief}}"),
                            "application/merge-patch+json",
                            "");
                    assertThat(taken.ok()).as(taken.message()).isTrue();
                    client.pause(Duration.ofSeconds(2));
                }
            }
        });
        DeploySpec spec = spec(config("settings", "v1"), web(0, "hello"));

        assertThatThrownBy(
                        () -> Deployer.deploy(spec.releasing(spec.releasing().leased(Duration.ofSeconds(3))), robbed))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        e -> assertThat(e.code()).as(e.describe()).isEqualTo(ErrorCode.DEPLOY_LOCKED));
        assertThat(statuses()).containsExactly("2 pending", "1 deployed");
    }

    @Test
    void namesWhatWasChangedByHandAndByWhom() throws IOException {
        deploy(config("settings", "info"), config("gone", "x"), web(0, "hello"));
        assertThat(Drift.live(spec(), context).objects()).isEmpty();
        Answer edited = client.request(
                "PATCH",
                "/api/v1/namespaces/" + namespace + "/configmaps/settings?fieldManager=kubectl-edit",
                Trees.tree("{data: {level: debug}}"),
                "application/merge-patch+json",
                "");
        assertThat(edited.ok()).isTrue();
        Answer image = client.request(
                "PATCH",
                "/apis/apps/v1/namespaces/" + namespace + "/deployments/web?fieldManager=kubectl-set",
                Trees.tree("{spec: {template: {spec: {containers: [{name: web, image: 'example.test/web:2'}]}}}}"),
                "application/strategic-merge-patch+json",
                "");
        assertThat(image.ok()).as(image.message()).isTrue();
        Answer deleted = client.delete("/api/v1/namespaces/" + namespace + "/configmaps/gone");
        assertThat(deleted.ok()).isTrue();

        Drift.Found found = Drift.live(spec(), context);

        assertThat(found.release().number()).isEqualTo(1);
        assertThat(found.objects())
                .extracting(Drift.Drifted::title)
                .containsExactlyInAnyOrder("ConfigMap/settings", "ConfigMap/gone", "Deployment/web");
        assertThat(found.objects().stream().flatMap(each -> each.fields().stream()))
                .extracting(Drift.Field::path, Drift.Field::before, Drift.Field::after, Drift.Field::manager)
                .containsExactlyInAnyOrder(
                        tuple("data.level", "info", "debug", "kubectl-edit"),
                        tuple(
                                "spec.template.spec.containers[web].image",
                                "example.test/web:1",
                                "example.test/web:2",
                                "kubectl-set"));
        assertThat(found.objects().get(0).fields())
                .allMatch(field -> !field.at().isEmpty());
    }
}
