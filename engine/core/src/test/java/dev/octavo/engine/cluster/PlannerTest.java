package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.cluster.FakeApiServer.Reply;
import dev.octavo.engine.cluster.PlannedObject.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class PlannerTest {
    private static final String USER =
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: c, envFrom: [{configMapRef: {name: settings}}]}], volumes: [{name: v, projected: {sources: [{secret: {name: login}}]}}]}}}}";
    private static final String SETTINGS =
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {level: info}}";
    private static final String LOGIN =
            "{apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {password: hunter2!}}";

    @TempDir
    private Path directory;

    private FakeApiServer api;
    private EngineContext context;

    @BeforeEach
    void setUp() throws IOException {
        api = new FakeApiServer();
        api.put("/api/v1/namespaces/shop", Trees.tree("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));
        context = Contexts.of(directory);
        Files.createDirectories(directory.resolve("deploy"));
    }

    @AfterEach
    void tearDown() {
        api.close();
    }

    private DeploySpec spec(String... manifests) throws IOException {
        Files.writeString(directory.resolve("deploy/app.yaml"), String.join("\n---\n", manifests));
        return DeploySpec.of(ClusterTarget.content(new SecretValue(api.kubeconfig())), "dev", directory, "deploy/**")
                .inNamespace("shop");
    }

    private String template(String... manifests) throws IOException {
        Deployer.apply(spec(manifests), context);
        return Tree.text(
                api.at("/apis/apps/v1/namespaces/shop/deployments/web"),
                "spec",
                "template",
                "metadata",
                "annotations",
                ConfigHash.ANNOTATION);
    }

    @Test
    void aTemplateChangesWithTheConfigurationThatItUses() throws IOException {
        String first = template(USER, SETTINGS, LOGIN);

        assertThat(first).matches("[0-9a-f]{32}");
        assertThat(template(USER, SETTINGS, LOGIN)).isEqualTo(first);
        assertThat(template(USER, SETTINGS.replace("info", "debug"), LOGIN)).isNotEqualTo(first);
        assertThat(template(USER, SETTINGS, LOGIN.replace("hunter2!", "hunter3!")))
                .isNotEqualTo(first);
        assertThat(template(USER, SETTINGS.replace("{name: settings}", "{name: settings, labels: {a: b}}"), LOGIN))
                .isEqualTo(first);
    }

    @Test
    void aTemplateIsLeftAloneWhereThatIsAskedForOrItUsesNothing() throws IOException {
        String off = "{name: %s, annotations: {octavo.dev/restart-on-config-change: 'false'}}";
        assertThat(template(USER.replace("{name: web}", off.formatted("web")), SETTINGS, LOGIN))
                .isEmpty();
        assertThat(template(
                        USER,
                        SETTINGS.replace("{name: settings}", off.formatted("settings")),
                        LOGIN.replace("{name: login}", off.formatted("login"))))
                .isEmpty();
        assertThat(template(USER.replace("settings", "others").replace("login", "others"), SETTINGS, LOGIN))
                .isEmpty();
    }

    @Test
    void wavesByAnnotationComeBeforeAndAfterTheOthers() throws IOException {
        String config = "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, annotations: {octavo.dev/wave: '%s'}}}";

        Plan plan = Planner.plan(
                spec(USER, config.formatted("last", "1"), SETTINGS, config.formatted("first", "-5")), context);

        assertThat(plan.objects()).extracting(PlannedObject::name).containsExactly("first", "settings", "web", "last");
        assertThatThrownBy(() -> Planner.plan(spec(config.formatted("a", "soon")), context))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_MANIFEST);
                    assertThat(e.where()).isEqualTo("deploy/app.yaml:1");
                });
    }

    @Test
    void manyObjectsAreReadInPages() throws IOException {
        AtomicInteger expired = new AtomicInteger();
        List<String> pages = new ArrayList<>();
        api.interceptor = exchange -> {
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            if (!query.startsWith("limit=")
                    || exchange.getRequestURI().getPath().endsWith("autoscalers")) {
                return Reply.NONE;
            }
            pages.add(query);
            int from = query.contains("continue=") ? Integer.parseInt(query.replaceAll(".*continue=", "")) : 0;
            if (from == 4 && expired.getAndIncrement() == 0) {
                return Reply.status(410, "Expired", "the list is too old");
            }
            String items = IntStream.range(from, from + 4)
                    .mapToObj(i -> "{\"metadata\":{\"name\":\"c" + i + "\"},\"data\":{\"a\":\"old\"}}")
                    .collect(Collectors.joining(","));
            String next = from >= 8 ? "" : String.valueOf(from + 4);
            return new Reply(200, "{\"items\":[" + items + "],\"metadata\":{\"continue\":\"" + next + "\"}}", "");
        };
        String[] manifests = IntStream.range(0, 9)
                .mapToObj(i -> "{apiVersion: v1, kind: ConfigMap, metadata: {name: c" + i + "}, data: {a: new}}")
                .toArray(String[]::new);
        for (int i = 0; i < 9; i++) {
            api.put("/api/v1/namespaces/shop/configmaps/c" + i, Map.of("data", Map.of("a", "old")));
        }

        Plan plan = Planner.plan(spec(manifests), context);

        assertThat(plan.count(Change.CHANGE)).isEqualTo(9);
        assertThat(pages).hasSize(5).last().isEqualTo("limit=500&continue=8");
    }

    @Test
    void anObjectThatIsBeingDeletedIsNoted() throws IOException {
        Map<String, Object> dying = Tree.copy(Trees.tree(SETTINGS));
        Tree.map(dying, "metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");
        api.put("/api/v1/namespaces/shop/configmaps/settings", dying);

        assertThat(Planner.plan(spec(SETTINGS), context).objects().get(0).warnings())
                .singleElement()
                .asString()
                .contains("is being deleted, which is waited for");
    }

    @Test
    void aFieldThatOnlyTheNewDefinitionHasIsNoRefusal() throws IOException {
        String definition =
                "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: coupons.shop.example}, spec: {group: shop.example, scope: Namespaced, names: {kind: Coupon, plural: coupons}, versions: [{name: v1%s}]}}";
        api.put(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/coupons.shop.example",
                Trees.tree(definition.formatted("")));
        api.type("shop.example/v1", "Coupon coupons true");
        api.interceptor = exchange -> exchange.getRequestURI().getPath().endsWith("/coupons/ten")
                        && exchange.getRequestMethod().equals("PATCH")
                ? Reply.status(400, "BadRequest", "unknown field \"spec.percent\"")
                : Reply.NONE;
        String coupon = "{apiVersion: shop.example/v1, kind: Coupon, metadata: {name: ten}, spec: {percent: 10}}";

        Plan plan = Planner.plan(spec(definition.formatted(", served: true"), coupon), context);

        assertThat(plan.objects().get(1).warnings())
                .singleElement()
                .asString()
                .contains("before its CustomResourceDefinition is changed", "spec.percent");
        assertThatThrownBy(() -> Planner.plan(spec(definition.formatted(""), coupon), context))
                .isInstanceOf(EngineException.class);
    }

    @Test
    void deletionsAndRecreationsAreInTheHashAndTheText() throws IOException {
        Plan plan = Planner.plan(spec(SETTINGS), context);
        List<PlannedObject> objects = new ArrayList<>(plan.objects());
        objects.add(PlannedObject.deleted(
                new ResourceType("v1", "Secret", "secrets", true), "shop", "old", "uid-1", List.of()));

        Plan more = plan.with(objects);

        assertThat(more.hash()).isNotEqualTo(plan.hash());
        assertThat(more.intact()).isTrue();
        assertThat(more.summary()).isEqualTo("1 to create, 0 to change, 1 to delete, 0 unchanged");
        assertThat(more.text()).contains("  delete     Secret     old");
        assertThat(Approval.differences(plan, more, java.util.Set.of()))
                .containsExactly("cluster: Secret/old was not to be deleted");
    }
}
