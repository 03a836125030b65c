package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeconfigTest {
    private static final String CONFIG = """
            apiVersion: v1
            kind: Config
            current-context: dev
            contexts:
            - name: dev
              context: {cluster: one, user: me, namespace: shop-dev}
            - name: prod
              context: {cluster: two, user: me}
            clusters:
            - name: one
              cluster: {server: "https://one.example:6443/"}
            - name: two
              cluster: {server: "https://two.example:6443", certificate-authority: ca.pem}
            users:
            - name: me
              user: {token: top-secret}
            """;

    @TempDir
    private Path directory;

    private EngineContext context;

    @BeforeEach
    void setUp() {
        context = Contexts.of(directory);
    }

    private Kubeconfig.Access read(String text) {
        return Kubeconfig.read(ClusterTarget.content(new SecretValue(text)), context);
    }

    @Test
    void takesTheCurrentContext() {
        Kubeconfig.Access access = read(CONFIG);

        assertThat(access.server()).isEqualTo("https://one.example:6443");
        assertThat(access.namespace()).isEqualTo("shop-dev");
        assertThat(access.token()).isNotNull().satisfies(token -> assertThat(token.reveal())
                .isEqualTo("top-secret"));
        assertThat(access.toString()).doesNotContain("top-secret");
    }

    @Test
    void takesTheContextThatIsNamedAndFilesBesideTheKubeconfig() throws IOException {
        Files.writeString(directory.resolve("config"), CONFIG);
        Files.writeString(directory.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----");

        Kubeconfig.Access access = Kubeconfig.read(new ClusterTarget(Path.of("config"), null, "prod", false), context);

        assertThat(access.server()).isEqualTo("https://two.example:6443");
        assertThat(new String(Base64.getDecoder().decode(access.authority()))).isEqualTo("-----BEGIN CERTIFICATE-----");
        assertThat(access.namespace()).isEmpty();
    }

    @ParameterizedTest(name = "[{index}] {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            current-context: dev       | current-context: other                 | no context "other"; it has dev, prod
            current-context: dev       | x: y                                   | no current-context; it has the contexts dev, prod
            current-context: dev       | current-context: prod                  | which a kubeconfig given as text cannot
            {cluster: one,             | {cluster: none,                        | no cluster "none"; it has one, two
            user: me, namespace        | user: you, namespace                   | no user "you"; it has me
            "https://one.example:6443/" | "http://one.example:6443/"            | reached without TLS
            "https://one.example:6443/" | "one.example:6443"                    | not an https URL
            "https://one.example:6443/" | ""                                    | not an https URL
            "https://one.example:6443/" | "https://u:p@one.example"             | not an https URL
            "https://one.example:6443/" | "https://one.example:x y"             | not a URL
            "https://one.example:6443/" | "https://a", insecure-skip-tls-verify: true | turns off the check
            "https://one.example:6443/" | "https://a", tls-server-name: b       | tls-server-name
            "https://one.example:6443/" | "https://a", certificate-authority-data: "%%%a" | not base64
            "https://one.example:6443/" | "https://a", certificate-authority-data: YQ== | certificate-authority-data is not PEM
            "https://one.example:6443/" | "https://a", proxy-url: "socks5://p:1" | proxy-url is not of the form
            token: top-secret          | client-certificate-data: LS0tLS1CRUdJTiBY | no key
            token: top-secret          | exec: {command: login-tool}            | gets its credentials from the program "login-tool"
            token: top-secret          | auth-provider: {name: gcp}             | auth-provider
            apiVersion: v1             | "apiVersion: [v1"                      | not YAML
            """)
    void saysWhatIsWrong(String part, String instead, String why) {
        assertUnusable(CONFIG.replace(part, instead.replace("%%%", "%")), why);
    }

    @Test
    void saysThatItIsNoKubeconfig() {
        assertUnusable("garbage", "no clusters and no contexts");
        assertUnusable("", "no clusters and no contexts");
        assertThatThrownBy(() -> Kubeconfig.read(ClusterTarget.file(Path.of("none")), context))
                .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.describe())
                        .contains("DEPLOY-104", "there is no such file", "none"));
        assertThatThrownBy(() -> Kubeconfig.read(ClusterTarget.inCluster(), context))
                .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.describe())
                        .contains("DEPLOY-104", "there is no kubeconfig"));
    }

    private void assertUnusable(String text, String why) {
        assertThatThrownBy(() -> read(text)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_KUBECONFIG);
            assertThat(e.why()).contains(why);
            assertThat(e.describe()).doesNotContain("top-secret");
        });
    }

    @Test
    void allowsPlainTextOnThisMachineOnly() {
        assertThat(read(CONFIG.replace("https://one.example:6443/", "http://127.0.0.1:8001"))
                        .server())
                .isEqualTo("http://127.0.0.1:8001");
        assertThat(read(CONFIG.replace("https://one.example:6443/", "http://[::1]:8001"))
                        .server())
                .isEqualTo("http://[::1]:8001");
        assertUnusable(CONFIG.replace("https://one.example:6443/", "http://127.0.0.1.evil.example"), "without TLS");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void startsAPluginWhereThatIsAllowed() throws IOException {
        Path plugin = directory.resolve("login tool.sh");
        Files.writeString(plugin, """
                #!/bin/sh
                echo "please wait" >&2
                echo "{\\"kind\\":\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"$1-$WHO\\"}}"
                """);
        // by its interpreter: a file that was just written may be "busy" while another thread starts a program
        Files.writeString(
                directory.resolve("config"),
                CONFIG.replace(
                        "{token: top-secret}",
                        "{exec: {command: /bin/sh, args: ['" + plugin
                                + "', 'a b;c'], env: [{name: WHO, value: me}]}}"));

        Kubeconfig.Access access = Kubeconfig.read(new ClusterTarget(Path.of("config"), null, "", true), context);

        assertThat(access.token()).isNotNull().satisfies(token -> assertThat(token.reveal())
                .isEqualTo("a b;c-me"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void saysThatAPluginFailed() throws IOException {
        String config = CONFIG.replace("{token: top-secret}", "{exec: {command: /bin/false}}");
        Files.writeString(directory.resolve("config"), config);

        assertThatThrownBy(() -> Kubeconfig.read(new ClusterTarget(Path.of("config"), null, "", true), context))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.why()).contains("/bin/false", "exit code 1"));
    }
}
