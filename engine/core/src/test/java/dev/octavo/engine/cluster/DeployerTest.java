package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.cluster.FakeApiServer.Reply;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.template.Dialect;
import dev.octavo.engine.template.Substitution;
import dev.octavo.engine.template.Variable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

@Timeout(30)
class DeployerTest {
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: orders}
            spec:
              replicas: 1
              selector: {matchLabels: {app: orders}}
              template:
                metadata: {labels: {app: orders}}
                spec: {containers: [{name: app, image: "r.io/shop/orders:v1"}]}
            """;
    private static final String CONFIG =
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {level: info}\n";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments/orders";
    private static final String DIGEST = "sha256:" + "a".repeat(64);

    @TempDir
    private Path directory;

    private FakeApiServer api;
    private final Contexts.Hearing listener = new Contexts.Hearing();
    private EngineContext context;

    @BeforeEach
    void setUp() throws IOException {
        api = new FakeApiServer();
        api.put("/api/v1/namespaces/shop", Trees.tree("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));
        context = Contexts.of(directory, listener);
        Files.createDirectories(directory.resolve("deploy"));
    }

    @AfterEach
    void tearDown() {
        api.close();
    }

    private DeploySpec spec(String manifests) throws IOException {
        Files.writeString(directory.resolve("deploy/app.yaml"), manifests);
        return DeploySpec.of(ClusterTarget.content(new SecretValue(api.kubeconfig())), "dev", directory, "deploy/**")
                .inNamespace("shop");
    }

    /** Brings a Deployment to the state that it would have in the end. */
    private static void makeReady(FakeApiServer api, Map<String, Object> object) {
        if (Tree.text(object, "kind").equals("Deployment")) {
            setStatus(api, object, "{replicas: 1, updatedReplicas: 1, availableReplicas: 1}");
        }
    }

    private static void setStatus(FakeApiServer api, Map<String, Object> object, String status) {
        Map<String, Object> copy = Tree.copy(object);
        Map<String, Object> tree = Tree.copy(Trees.tree(status));
        tree.put("observedGeneration", Tree.number(object, 1, "metadata", "generation"));
        copy.put("status", tree);
        api.put(DEPLOYMENTS, copy);
    }

    @Test
    void deploysAndWaitsUntilItRuns() throws IOException {
        api.controller = DeployerTest::makeReady;

        DeployResult result =
                Deployer.deploy(spec(DEPLOYMENT + CONFIG).withDigests(Map.of("r.io/shop/orders", DIGEST)), context);

        assertThat(api.writes).containsExactly("/api/v1/namespaces/shop/configmaps/settings", DEPLOYMENTS);
        assertThat(Json.text(api.at(DEPLOYMENTS))).contains("r.io/shop/orders:v1@" + DIGEST);
        assertThat(result.written()).isEqualTo(2);
        assertThat(result.workloads())
                .containsExactly(new WorkloadStatus("Deployment", "shop", "orders", true, "1 of 1 replicas available"));
        assertThat(listener.progress)
                .contains("[1/2 applied] ConfigMap/settings created", "[2/2 applied] Deployment/orders created")
                .endsWith("[1/1 ready] Deployment/orders: 1 of 1 replicas available");
    }

    @Test
    void writesNothingTheSecondTime() throws IOException {
        api.controller = DeployerTest::makeReady;
        DeploySpec spec = spec(DEPLOYMENT + CONFIG);
        Deployer.deploy(spec, context);
        api.writes.clear();

        DeployResult again = Deployer.deploy(spec, context);

        assertThat(api.writes).isEmpty();
        assertThat(again.written()).isZero();
        assertThat(again.plan().summary()).isEqualTo("0 to create, 0 to change, 2 unchanged");
    }

    @Test
    void takesOverAnObjectThatSomebodyElseMadeJustTheSame() throws IOException {
        api.put(
                "/api/v1/namespaces/shop/configmaps/settings",
                Trees.tree(
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {level: info}}"));

        DeployResult result = Deployer.deploy(spec(CONFIG), context);

        assertThat(result.plan().objects().get(0).change()).isEqualTo(Change.UNCHANGED);
        assertThat(result.written()).isEqualTo(1);
    }

    @Test
    void appliesTheNamespaceFirstWhereItIsNotThere() throws IOException {
        api.delete("/api/v1/namespaces/shop");

        Plan plan = Planner.plan(spec(CONFIG), context);
        assertThat(plan.objects())
                .extracting(object -> object.title() + " " + object.change())
                .containsExactly("Namespace/shop CREATE", "ConfigMap/settings CREATE");

        Deployer.deploy(spec(CONFIG), context);
        assertThat(api.writes)
                .containsExactly("/api/v1/namespaces/shop", "/api/v1/namespaces/shop/configmaps/settings");
    }

    @Test
    void appliesAKindThatTheManifestsDefineAfterItsDefinition() throws IOException {
        api.controller = (server, object) -> {
            if (Tree.text(object, "kind").equals("CustomResourceDefinition")) {
                server.type("shop.example/v1", "Coupon coupons true");
                Map<String, Object> established = Tree.copy(object);
                established.put("status", Trees.tree("{conditions: [{type: Established, status: 'True'}]}"));
                server.put("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/coupons.shop.example", established);
            }
        };

        DeployResult result = Deployer.deploy(spec("""
                        apiVersion: shop.example/v1
                        kind: Coupon
                        metadata: {name: ten}
                        ---
                        apiVersion: apiextensions.k8s.io/v1
                        kind: CustomResourceDefinition
                        metadata: {name: coupons.shop.example}
                        spec:
                          group: shop.example
                          scope: Namespaced
                          names: {kind: Coupon, plural: coupons}
                          versions: [{name: v1}]
                        """), context);

        assertThat(result.plan().objects().get(1).warnings())
                .singleElement()
                .asString()
                .contains("cannot be checked");
        assertThat(api.writes)
                .containsExactly(
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/coupons.shop.example",
                        "/apis/shop.example/v1/namespaces/shop/coupons/ten");
    }

    @Nested
    class Approval {
        @Test
        void holdsWhileNothingHasChanged() throws IOException {
            Plan plan = Planner.plan(spec(CONFIG), context);

            assertThat(Planner.plan(spec(CONFIG), context).hash()).isEqualTo(plan.hash());
            assertThat(Deployer.deploy(spec(CONFIG).approvedAs(plan), context).written())
                    .isEqualTo(1);
        }

        @Test
        void isGoneWhenTheManifestIsAnother() throws IOException {
            Plan plan = Planner.plan(spec(CONFIG), context);

            assertChanged(
                    spec(CONFIG.replace("info", "debug")).approvedAs(plan), "manifest: ConfigMap/settings is another");
        }

        @Test
        void isGoneWhenSomebodyChangedTheObject() throws IOException {
            Deployer.deploy(spec(CONFIG), context);
            Plan plan = Planner.plan(spec(CONFIG), context);
            Map<String, Object> live = Tree.copy(api.at("/api/v1/namespaces/shop/configmaps/settings"));
            live.put("data", Map.of("level", "trace"));
            api.put("/api/v1/namespaces/shop/configmaps/settings", live);

            assertChanged(
                    spec(CONFIG).approvedAs(plan), "cluster: ConfigMap/settings was to see unchanged, now change");
        }

        @Test
        void isGoneWhenAnObjectCameOrWent() throws IOException {
            Plan plan = Planner.plan(spec(CONFIG), context);

            assertChanged(
                    spec(CONFIG + CONFIG.replace("settings", "more")).approvedAs(plan),
                    "manifest: ConfigMap/more was not in the plan");
            Plan both = Planner.plan(spec(CONFIG + CONFIG.replace("settings", "more")), context);
            assertChanged(spec(CONFIG).approvedAs(both), "manifest: ConfigMap/more is no longer in the plan");
        }

        @Test
        void isGoneWhenTheDigestIsAnother() throws IOException {
            Plan plan = Planner.plan(spec(DEPLOYMENT), context);

            assertChanged(
                    spec(DEPLOYMENT)
                            .withDigests(Map.of("r.io/shop/orders", DIGEST))
                            .approvedAs(plan),
                    "digest: the image r.io/shop/orders was not built by the run, now it is " + DIGEST);
        }

        private void assertChanged(DeploySpec spec, String difference) {
            api.writes.clear();
            assertThatThrownBy(() -> Deployer.deploy(spec, context))
                    .isInstanceOfSatisfying(EngineException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.DEPLOY_PLAN_CHANGED);
                        assertThat(e.why()).contains(difference);
                    });
            assertThat(api.writes).isEmpty();
        }
    }

    @Nested
    class Rollouts {
        private void addPod(String status) {
            api.put(
                    "/apis/apps/v1/namespaces/shop/replicasets/orders-1",
                    Tree.copy(Trees.tree(
                            "{kind: ReplicaSet, metadata: {name: orders-1, namespace: shop, uid: rs, ownerReferences: [{controller: true, uid: "
                                    + Tree.text(api.at(DEPLOYMENTS), "metadata", "uid") + "}]}}")));
            api.put(
                    "/api/v1/namespaces/shop/pods/orders-1-x",
                    Trees.tree(
                            "{kind: Pod, metadata: {name: orders-1-x, namespace: shop, uid: pod-1, ownerReferences: [{controller: true, uid: rs}]}, status: "
                                    + status + "}"));
        }

        private RolloutException failure(DeploySpec spec) {
            try {
                Deployer.deploy(spec, context);
                throw new AssertionError("it did not fail");
            } catch (RolloutException e) {
                return e;
            }
        }

        @Test
        void failsAtOnceAndExplainsItself() throws IOException {
            api.controller = (server, object) -> {
                if (Tree.text(object, "kind").equals("Deployment")) {
                    setStatus(server, object, "{replicas: 1, updatedReplicas: 1}");
                    addPod(
                            "{phase: Running, containerStatuses: [{name: app, restartCount: 2, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]}");
                    server.put(
                            "/api/v1/namespaces/shop/events/e1",
                            Trees.tree(
                                    "{type: Warning, reason: BackOff, message: 'Back-off restarting', count: 3, lastTimestamp: '2026-01-01T00:00:00Z'}"));
                    server.put(
                            "/api/v1/namespaces/shop/events/e2",
                            Trees.tree("{type: Warning, reason: Unhealthy, message: 'Readiness probe failed: 503'}"));
                }
            };
            api.interceptor = exchange -> exchange.getRequestURI().getPath().endsWith("/log")
                    ? new Reply(
                            200,
                            exchange.getRequestURI().getQuery().contains("previous")
                                    ? "old line\n"
                                    : "starting\npassword=hunter2!\nkey=from-a-manifest\n",
                            "")
                    : Reply.NONE;
            String secret =
                    "{apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {key: from-a-manifest}}";
            DeploySpec spec = spec(DEPLOYMENT + "\n---\n" + secret)
                    .withSubstitution(new Substitution(
                            Dialect.COMPAT, Map.of("PASSWORD", new Variable("hunter2!", "credentials", true))));

            RolloutException failure = failure(spec);

            assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOY_FAILED);
            assertThat(failure.what()).isEqualTo("Deployment/orders failed to roll out");
            assertThat(failure.where()).startsWith("deploy/app.yaml:1 (namespace shop on http://");
            assertThat(failure.why()).isEqualTo("""
                            Deployment/orders: CrashLoopBackOff: it ends again and again, last with exit code 1 (Error)
                              pod orders-1-x, container app: CrashLoopBackOff, restarted 2 times
                                probe  Readiness probe failed: 503
                                event  BackOff: Back-off restarting (3 times)
                                before | old line
                                log    | starting
                                log    | password=****
                                log    | key=****""");
            assertThat(failure.fix()).contains("read the log");
            assertThat(failure.failures().get(0).pods().get(0).restarts()).isEqualTo(2);
            assertThat(failure.workloads()).singleElement().satisfies(status -> assertThat(status.ready())
                    .isFalse());
        }

        @Test
        void giveUpAtTheTimeLimit() throws IOException {
            api.controller = (server, object) -> setStatus(server, object, "{replicas: 1, updatedReplicas: 1}");

            RolloutException failure = failure(spec(DEPLOYMENT).withTimeout(Duration.ofMillis(300)));

            assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOY_TIMEOUT);
            assertThat(failure.why()).contains("Deployment/orders: 0 of 1 replicas available");
        }

        @Test
        void listAgainWhenTheServerHasForgottenWhereTheWatchWas() throws IOException {
            AtomicInteger lists = new AtomicInteger();
            api.interceptor = exchange -> {
                String uri = exchange.getRequestURI().toString();
                if (uri.startsWith("/apis/apps/v1/namespaces/shop/deployments?") && !uri.contains("watch=")) {
                    lists.incrementAndGet();
                } else if (uri.contains("/deployments?watch=true") && lists.get() == 1) {
                    Map<String, Object> object = api.at(DEPLOYMENTS);
                    CompletableFuture.runAsync(() -> makeReady(api, object));
                    return new Reply(200, "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410}}\n", "");
                }
                return Reply.NONE;
            };

            Deployer.deploy(spec(DEPLOYMENT), context);

            assertThat(lists).hasValueGreaterThan(1);
        }

        @Test
        void takeUpAWatchThatWasCut() throws IOException {
            AtomicInteger watches = new AtomicInteger();
            api.interceptor = exchange -> {
                if (exchange.getRequestURI().toString().contains("/deployments?watch=true")
                        && watches.incrementAndGet() == 1) {
                    makeReady(api, api.at(DEPLOYMENTS));
                    return new Reply(200, "", "");
                }
                return Reply.NONE;
            };

            Deployer.deploy(spec(DEPLOYMENT), context);

            assertThat(watches).hasValueGreaterThan(1);
        }

        @Test
        void goOnWithoutPodsWhereTheseMayNotBeRead() throws IOException {
            api.interceptor = exchange -> exchange.getRequestURI().getPath().endsWith("/pods")
                    ? Reply.status(403, "Forbidden", "cannot list pods")
                    : Reply.NONE;
            CountDownLatch warned = new CountDownLatch(1);
            api.controller = (server, object) -> {
                try {
                    boolean unused = warned.await(1, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    return;
                }
                makeReady(server, object);
            };

            Deployer.deploy(spec(DEPLOYMENT), context);

            assertThat(listener.warnings).anyMatch(warning -> warning.contains("without the Pods"));
        }

        @Test
        void endWhenTheWorkIsCancelled() throws Exception {
            DeploySpec spec = spec(DEPLOYMENT);
            api.controller = (server, object) -> {
                setStatus(server, object, "{replicas: 1, updatedReplicas: 1}");
                context.cancellation().cancel();
            };

            assertThatThrownBy(() -> Deployer.deploy(spec, context))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        }

        @Test
        void leaveNoThreadBehind() throws IOException {
            api.controller = DeployerTest::makeReady;

            Deployer.deploy(spec(DEPLOYMENT + CONFIG), context);

            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().startsWith("octavo-"))
                            .filter(thread -> !ended(thread)))
                    .isEmpty();
        }

        private static boolean ended(Thread thread) {
            try {
                thread.join(2_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return !thread.isAlive();
        }
    }

    @Nested
    class Plans {
        @Test
        void tellWhatChanges() throws IOException {
            api.controller = DeployerTest::makeReady;
            Deployer.deploy(spec(DEPLOYMENT), context);
            String changed = DEPLOYMENT.replace(":v1", ":v2").replace("replicas: 1", "replicas: 3");

            Plan plan = Planner.plan(spec(changed + CONFIG), context);

            assertThat(plan.text().replace(api.url(), "https://cluster").replace(plan.hash(), "HASH"))
                    .isEqualTo("""
                            Plan for dev: namespace shop on https://cluster
                              create     ConfigMap   settings  deploy/app.yaml:11
                              change     Deployment  orders    deploy/app.yaml:1
                                  spec.replicas                             1 -> 3
                                  spec.template.spec.containers[app].image  r.io/shop/orders:v1 -> r.io/shop/orders:v2
                            1 to create, 1 to change, 0 unchanged
                            image r.io/shop/orders:v2 (not built by this run, and only a tag)
                            plan HASH""");
            assertThat(Json.text(plan)).contains("\"change\":\"CHANGE\"", "\"path\":\"spec.replicas\"");
        }

        @Test
        void nameOnlyWhatChangesAmongMany() throws IOException {
            StringBuilder manifests = new StringBuilder();
            for (int i = 0; i < 30; i++) {
                manifests.append(CONFIG.replace("settings", "c" + i));
            }
            Deployer.deploy(spec(manifests.toString()), context);
            api.requests.clear();

            Plan plan = Planner.plan(spec(manifests.toString().replaceFirst("info", "debug")), context);

            assertThat(plan.text().lines().filter(line -> line.contains("ConfigMap")))
                    .containsExactly("  change     ConfigMap  c0  deploy/app.yaml:2");
            assertThat(plan.summary()).isEqualTo("0 to create, 1 to change, 29 unchanged");
            assertThat(api.requests.stream()
                            .filter(request -> request.contains("/configmaps/") && request.startsWith("GET")))
                    .as("the objects are listed, not asked for one by one")
                    .isEmpty();
        }

        @Test
        void canBeKeptAsJson() throws IOException {
            Plan plan = Planner.plan(spec(DEPLOYMENT + CONFIG), context);

            Plan read = JsonMapper.builder().build().readValue(Json.text(plan), Plan.class);

            assertThat(read).isEqualTo(plan);
        }

        @Test
        void neverShowASecret() throws IOException {
            String secret =
                    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: $PASSWORD, q: plain-secret}\n"
                            + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {url: 'x?p=$PASSWORD'}\n";
            api.put(
                    "/api/v1/namespaces/shop/configmaps/c",
                    Trees.tree(
                            "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}, data: {url: none}}"));
            api.put(
                    "/api/v1/namespaces/shop/secrets/s",
                    Trees.tree(
                            "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop}, data: {p: b2xkLXNlY3JldA==}}"));

            Plan plan = Planner.plan(
                    spec(secret)
                            .withSubstitution(new Substitution(
                                    Dialect.STRICT, Map.of("PASSWORD", new Variable("hunter2!", "credentials", true)))),
                    context);

            assertThat(plan.text() + Json.text(plan) + plan)
                    .doesNotContain("hunter2!", "plain-secret", "b2xkLXNlY3JldA==")
                    .contains("data.p", "x?p=****");
        }

        @Test
        void collectAllThatTheServerRefuses() throws IOException {
            api.interceptor = exchange -> exchange.getRequestMethod().equals("PATCH")
                    ? Reply.status(
                            422,
                            "Invalid",
                            "spec.x: Required value " + exchange.getRequestURI().getPath())
                    : Reply.NONE;

            assertThatThrownBy(() -> Deployer.deploy(spec(DEPLOYMENT + CONFIG), context))
                    .isInstanceOfSatisfying(EngineException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_REFUSED);
                        assertThat(e.what()).isEqualTo("The cluster refuses 2 objects, and nothing was written");
                        assertThat(e.why())
                                .contains(
                                        "deploy/app.yaml:1  Deployment/orders: spec.x: Required", "deploy/app.yaml:11");
                    });
            assertThat(api.writes).isEmpty();
        }

        @Test
        void nameTheSuccessorOfARemovedKind() throws IOException {
            assertFails(
                    "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\n",
                    ErrorCode.CLUSTER_REFUSED,
                    "write apiVersion: networking.k8s.io/v1");
        }

        @Test
        void refuseAnObjectThatIsThereTwice() throws IOException {
            assertFails(CONFIG + CONFIG, ErrorCode.CONFIG_MANIFEST, "the other one is at deploy/app.yaml:2");
        }

        @Test
        void refuseANamespaceThatNobodyMakes() throws IOException {
            Files.writeString(directory.resolve("deploy/app.yaml"), CONFIG.replace("settings", "a, namespace: none"));
            DeploySpec spec = DeploySpec.of(
                    ClusterTarget.content(new SecretValue(api.kubeconfig())), "dev", directory, "deploy/**");

            assertThatThrownBy(() -> Planner.plan(spec, context))
                    .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.what())
                            .isEqualTo("The namespace none does not exist"));
        }

        @Test
        void warnWhereAManifestSaysAnotherNamespace() throws IOException {
            Plan plan = Planner.plan(spec(CONFIG.replace("settings", "a, namespace: other")), context);

            assertThat(plan.objects().get(0).namespace()).isEqualTo("shop");
            assertThat(plan.warnings()).singleElement().asString().contains("says namespace other, and goes to shop");
        }

        @Test
        void warnOfAServiceThatSelectsNothing() throws IOException {
            String service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: %s}}\n";

            assertThat(Planner.plan(spec(DEPLOYMENT + service.formatted("order")), context)
                            .warnings())
                    .singleElement()
                    .asString()
                    .contains("Service/s selects pods with {\"app\":\"order\"}");
            assertThat(Planner.plan(spec(DEPLOYMENT + service.formatted("orders")), context)
                            .warnings())
                    .isEmpty();
        }

        @Test
        void passOnTheServersWarnings() throws IOException {
            api.interceptor = exchange -> exchange.getRequestMethod().equals("PATCH")
                    ? new Reply(201, "{}", "would violate PodSecurity")
                    : Reply.NONE;

            assertThat(Planner.plan(spec(CONFIG), context).objects().get(0).warnings())
                    .containsExactly("would violate PodSecurity");
        }

        @Test
        void tellThatTheCredentialsAreRefused() throws IOException {
            api.interceptor = exchange -> Reply.status(401, "Unauthorized", "Unauthorized");

            assertFails(CONFIG, ErrorCode.CLUSTER_UNAUTHORIZED, "it answered 401");
        }

        @Test
        void tellWhichPermissionIsMissing() throws IOException {
            api.interceptor = exchange -> exchange.getRequestMethod().equals("PATCH")
                    ? Reply.status(403, "Forbidden", "configmaps is forbidden: User \"u\" cannot patch resource")
                    : Reply.NONE;

            assertFails(CONFIG, ErrorCode.CLUSTER_UNAUTHORIZED, "cannot patch resource");
        }

        @Test
        void tellAQuotaFromAMissingPermission() throws IOException {
            api.interceptor = exchange -> exchange.getRequestMethod().equals("PATCH")
                    ? Reply.status(403, "Forbidden", "pods is forbidden: exceeded quota: q")
                    : Reply.NONE;

            assertFails(CONFIG, ErrorCode.CLUSTER_REFUSED, "exceeded quota");
        }

        @Test
        void tellThatNothingAnswers() throws IOException {
            DeploySpec spec = spec(CONFIG);
            int port;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            String kubeconfig = api.kubeconfig().replace(api.url(), "http://127.0.0.1:" + port);
            DeploySpec nowhere = DeploySpec.of(
                            ClusterTarget.content(new SecretValue(kubeconfig)),
                            "dev",
                            spec.directory(),
                            spec.manifests())
                    .inNamespace("shop");

            assertThatThrownBy(() -> Planner.plan(nowhere, context))
                    .isInstanceOfSatisfying(EngineException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_UNREACHABLE);
                        assertThat(e.why()).isEqualTo("nothing answers at that address");
                    });
        }

        @Test
        void tryAgainWhenTheServerIsBusy() throws IOException {
            AtomicInteger busy = new AtomicInteger(2);
            api.interceptor = exchange ->
                    busy.getAndDecrement() > 0 ? Reply.status(503, "ServiceUnavailable", "busy") : Reply.NONE;

            assertThat(Planner.plan(spec(CONFIG), context).objects()).hasSize(1);
        }

        private void assertFails(String manifests, ErrorCode code, String why) throws IOException {
            DeploySpec spec = spec(manifests);
            assertThatThrownBy(() -> Planner.plan(spec, context)).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.code()).isEqualTo(code);
                assertThat(e.why()).contains(why);
            });
        }
    }

    @Test
    void sendsTheTokenAndNamesItself() throws IOException {
        List<String> headers = new java.util.concurrent.CopyOnWriteArrayList<>();
        api.interceptor = exchange -> {
            headers.add(exchange.getRequestHeaders().getFirst("Authorization"));
            headers.add(exchange.getRequestHeaders().getFirst("User-Agent"));
            return Reply.NONE;
        };

        Planner.plan(spec(CONFIG), context);

        assertThat(headers).containsOnly("Bearer fake-token", "octavo");
        assertThat(api.requests)
                .contains(
                        "PATCH /api/v1/namespaces/shop/configmaps/settings?fieldManager=octavo&fieldValidation=Strict&dryRun=All");
    }
}
