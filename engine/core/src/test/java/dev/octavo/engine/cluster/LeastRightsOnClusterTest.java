package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A team that may do all in its namespace, and with the namespace itself nothing but look at it. Runs where {@code
 * OCTAVO_TEST_KUBECONFIG} names an administrator's kubeconfig.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_KUBECONFIG", matches = ".+")
@Timeout(180)
class LeastRightsOnClusterTest {
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";

    @TempDir
    private Path directory;

    private final String namespace = "octavo-r-" + UUID.randomUUID().toString().substring(0, 8);
    private final ApiCaller admin = new ApiCaller(String.valueOf(System.getenv("OCTAVO_TEST_KUBECONFIG")));

    @BeforeEach
    void setUp() throws IOException {
        admin.create(
                "/api/v1/namespaces",
                "owner",
                "{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {team: shop, tier: a}}}"
                        .formatted(namespace));
        admin.create(
                RBAC + "/clusterroles",
                "owner",
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: %s}, rules: [{apiGroups: [''], resources: [namespaces], verbs: [get]}]}"
                        .formatted(namespace));
        bind(RBAC + "/clusterrolebindings", "ClusterRoleBinding", namespace);
        bind(RBAC + "/namespaces/" + namespace + "/rolebindings", "RoleBinding", "admin");
        String core = "/api/v1/namespaces/" + namespace;
        admin.create(
                core + "/serviceaccounts", "owner", "{apiVersion: v1, kind: ServiceAccount, metadata: {name: ci}}");
        admin.create(
                RBAC + "/namespaces/" + namespace + "/roles",
                "owner",
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: leases}, rules: [{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update]}]}");
        admin.create(
                RBAC + "/namespaces/" + namespace + "/rolebindings",
                "owner",
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: leases}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: leases}, subjects: [{kind: ServiceAccount, name: ci, namespace: %s}]}"
                        .formatted(namespace));
        String token = Tree.text(
                admin.create(
                        core + "/serviceaccounts/ci/token",
                        "owner",
                        "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {expirationSeconds: 600}}"),
                "status",
                "token");
        Files.writeString(directory.resolve("kubeconfig"), """
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: u, user: {token: %s}}]
                """.formatted(admin.server(), admin.authority(), token));
        Files.createDirectories(directory.resolve("deploy"));
    }

    private void bind(String path, String kind, String role) throws IOException {
        admin.create(
                path,
                "owner",
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: %s, metadata: {name: %s}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %s}, subjects: [{kind: ServiceAccount, name: ci, namespace: %s}]}"
                        .formatted(kind, namespace, role, namespace));
    }

    @AfterEach
    void tearDown() throws IOException {
        admin.delete("/api/v1/namespaces/" + namespace);
        admin.delete(RBAC + "/clusterrolebindings/" + namespace);
        admin.delete(RBAC + "/clusterroles/" + namespace);
        admin.close();
    }

    private DeploySpec spec(String labels) throws IOException {
        Files.writeString(directory.resolve("deploy/app.yaml"), """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %s, labels: %s}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {a: b}
                """.formatted(namespace, labels));
        return DeploySpec.of(ClusterTarget.file(directory.resolve("kubeconfig")), "test", directory, "deploy/*.yaml")
                .inNamespace(namespace);
    }

    @Test
    void aNamespaceThatHasAllThatTheManifestSaysIsLeftAsItIs() throws IOException {
        DeploySpec spec = spec("{team: shop}");

        Plan plan = Planner.plan(spec, Contexts.of(directory));
        assertThat(plan.summary()).isEqualTo("1 to create, 0 to change, 1 unchanged");
        assertThat(plan.text()).contains("these credentials may not change it");

        assertThat(Deployer.deploy(spec, Contexts.of(directory)).written()).isEqualTo(1);
        assertThat(Deployer.deploy(spec, Contexts.of(directory)).written()).isZero();
        assertThat(Tree.text(admin.get("/api/v1/namespaces/" + namespace), "metadata", "labels", "tier"))
                .isEqualTo("a");
    }

    @Test
    void oneThatWouldHaveToBeChangedIsRefused() throws IOException {
        DeploySpec spec = spec("{team: shop, tier: b}");

        assertThatThrownBy(() -> Deployer.deploy(spec, Contexts.of(directory)))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_UNAUTHORIZED);
                    assertThat(e.why()).contains("patch", "namespaces");
                });
    }
}
