package io.jenkins.plugins.octavo.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.octavo.credentials.KubeconfigText.Fault;
import io.jenkins.plugins.octavo.credentials.KubeconfigText.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeconfigTextTest {
    private static final String HEAD =
            "apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    server: https://k:6443\n"
                    + "  name: shop\nusers:\n- name: deployer\n  user:\n";

    @Test
    void acceptsWhatKubectlWrites() {
        assertOk("""
            apiVersion: v1
            clusters:
            - cluster:
                certificate-authority-data: LS0tLS1CRUdJTg==
                server: https://10.0.0.1:6443
              name: shop
            contexts:
            - context:
                cluster: shop
                namespace: dev
                user: deployer
              name: deployer@shop
            current-context: deployer@shop
            kind: Config
            preferences: {}
            users:
            - name: deployer
              user:
                token: eyJhbGciOi.abc
            """);
    }

    @Test
    void acceptsJson() {
        assertOk("""
            {"apiVersion":"v1","kind":"Config","preferences":{},"current-context":"a",
             "clusters":[{"name":"a","cluster":{"server":"https://k:6443","certificate-authority":""}}],
             "contexts":[{"name":"a","context":{"cluster":"a","user":"u"}}],
             "users":[{"name":"u","user":{"token":"abcdef","exec":null}}]}
            """);
    }

    /** The last as PyYAML breaks its lines. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{apiVersion: v1, clusters: [], users: []}",
                "{apiVersion: v1, kind: Config, preferences: {}, clusters: [{name: a, cluster: {server: https://k:6443,"
                        + " certificate-authority-data: LS0tLS1C==}}], contexts: null, current-context: '',"
                        + " users: [{name: system:serviceaccount:shop:deployer, user: {token: a.b-c_d}}]}\n",
                "---\n"
                        + "{\n"
                        + "  apiVersion: v1,\n"
                        + "  clusters: [ # one\n"
                        + "    {name: a, cluster: {server: 'https://[::1]:6443'}},\n"
                        + "  ],\n"
                        + "  users: [{name: 生产, user: {password: \"a: b, c\"}}],\n"
                        + "}\n"
                        + "...\n",
                "{apiVersion: v1, clusters: [{cluster: {extensions: [\n          {extension: {last-update: 'Mon,\n"
                        + "                02 Jan 2026 10:00:00 UTC'},\n            name: c}],\n"
                        + "        server: 'https://k:6443'}, name: a}],\n  current-context: a@b, users: [\n"
                        + "    {name: x y, user: {password: 'p''a: b#{}[]',\n        username: u}}]}\n"
            })
    void acceptsFlowStyle(String text) {
        assertOk(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{clusters: [], users: [{name: u, user: {exec: {command: sh}}}]}",
                "{clusters: [], users: [{name: u, user: {\"auth-provider\": {name: gcp}}}]}",
                "{clusters: [], users: [{name: u, user:\n {token: a, exec:\n {command: sh}}}]}"
            })
    void refusesProgramsInFlowStyle(String text) {
        assertEquals(Fault.PROGRAM, fault(text));
    }

    @Test
    void findsSecretsInFlowStyle() {
        assertEquals(
                Set.of("abc", "p'a: b"),
                KubeconfigText.secrets(
                        "{clusters: [], users: [{user: {token: abc}}, {user: {password: 'p''a: b', username: u}}]}"));
    }

    @Test
    void acceptsCommentsQuotedKeysCrLfAndOtherScripts() {
        assertOk("\uFEFF# 生产集群的配置: exec 不是设置\r\n---\r\n\"apiVersion\": v1   # exec: no\r\n'clusters':\r\n"
                + "  - name: \"生产: exec: x\" # tokenFile: /etc/passwd\r\n    cluster: {server: 'https://k:6443'}\r\n"
                + "users:\r\n  -\r\n    name: exec\r\n    user:\r\n      token: \"a\\u0062c\"\r\n...\r\n");
    }

    @Test
    void acceptsTabsBehindValuesButNotBeforeThem() {
        assertOk(HEAD + "    token:\tabc\t# such\n");
        assertEquals(Fault.UNREADABLE, fault(HEAD + "\ttoken: abc\n"));
    }

    @Test
    void acceptsExtensionsAndFoldedText() {
        assertOk("apiVersion: v1\nclusters:\n- name: m\n  cluster:\n    server: https://k\n    extensions:\n"
                + "    - extension:\n        last-update: Mon, 02 Jan 2026 10:00:00 UTC\n"
                + "        provider: minikube.sigs.k8s.io\n      name: cluster_info\nusers:\n- name: u\n  user:\n"
                + "    client-key-data: >-\n      QUJD\n      REVG\n    client-certificate-data: |\n      R0hJ\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t\n"})
    void refusesNothing(String text) {
        assertEquals(Fault.EMPTY, fault(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
                "hello",
                "/root/.kube/config",
                "{",
                "{\"clusters\": [",
                "\u0000\u0001\u0002",
                "clusters: [}\nusers: []",
                "<html><body>404</body></html>",
                "clusters: \"abc\nusers: x",
                "clusters:\n  a\nusers:\n"
            })
    void refusesGarbage(String text) {
        assertEquals(Fault.UNREADABLE, fault(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apiVersion: v1\nkind: Deployment\n",
                "clusters: []\n",
                "a:\n  clusters: []\n  users: []\n",
                "# clusters:\n# users:\nkind: Config\n"
            })
    void refusesWhatIsNoKubeconfig(String text) {
        assertEquals(Fault.NOT_A_KUBECONFIG, fault(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "    exec:\n      command: sh\n",
                "    \"exec\":\n      command: sh\n",
                "    'exec' : {command: sh}\n",
                "    \"ex\\u0065c\": {command: sh}\n",
                "    \"\\x65xec\": {command: sh}\n",
                "    exec: {command: sh, args: [-c, id]}\n",
                "    EXEC:\n      command: sh\n",
                "    auth-provider:\n      name: gcp\n      config: {cmd-path: /bin/sh}\n",
                "    token: |\n      abc\n    exec:\n      command: sh\n",
                "    token: \"a\n      b\"\n    exec:\n      command: sh\n",
                "    x: [{\"a\": {exec: {command: sh}}}]\n"
            })
    void refusesPrograms(String user) {
        assertEquals(Fault.PROGRAM, fault(HEAD + user));
        assertEquals(Fault.PROGRAM, fault((HEAD + user).replace("\n", "\r\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "    client-key: /etc/kubernetes/admin.key\n",
                "    client-certificate: '../../secrets/master.key'\n",
                "    tokenFile: /var/jenkins_home/secrets/master.key\n",
                "    \"tokenFile\": \"/etc/passwd\"\n",
                "    x: {tokenFile: /etc/passwd}\n",
                "    token: abc\n  cluster:\n    certificate-authority: ca.crt\n"
            })
    void refusesFiles(String user) {
        assertEquals(Fault.FILE, fault(HEAD + user));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "    <<: *other\n",
                "    token: &a abc\n",
                "    token: *a\n",
                "    !!str exec: {command: sh}\n",
                "    token: !!binary abc\n",
                "    ? exec\n    : {command: sh}\n",
                "    token: abc\n---\nusers: []\n",
                "    token: abc\n...\nusers: []\n",
                "    token: abc # comment\u2028    exec: {command: sh}\n",
                "    token: abc # comment\u0085    exec: {command: sh}\n",
                "    x: [exec: {command: sh}]\n",
                "    x: {?\"exec\": {command: sh}}\n",
                "    x: {a: b: c}\n",
                "    token: a: b\n"
            })
    void refusesWhatAParserCouldReadOtherwise(String user) {
        assertEquals(Fault.UNREADABLE, fault(HEAD + user));
    }

    @Test
    void refusesDirectives() {
        assertEquals(Fault.UNREADABLE, fault("%YAML 1.1\n---\n" + HEAD));
    }

    @Test
    void refusesDeepNestingWithoutOverflow() {
        assertEquals(Fault.UNREADABLE, fault("{\"clusters\": " + "[".repeat(100_000)));
    }

    @Test
    void refusesTextsThatAreTooLong() {
        assertEquals(Fault.TOO_LONG, fault(HEAD + "# " + "x".repeat(KubeconfigText.MAX_BYTES)));
        assertEquals(Fault.TOO_LONG, fault(HEAD + "# " + "集".repeat(KubeconfigText.MAX_BYTES / 3)));
    }

    @Test
    void acceptsTheLongest() {
        assertOk(HEAD + "    a: {b: [c, \"d\"]}\n".repeat(KubeconfigText.MAX_BYTES / 22 - 20));
    }

    @Test
    void namesLineAndSettingButNoValue() {
        Problem problem =
                KubeconfigText.check(HEAD + "    tokenFile: /secret/place\n").orElseThrow();

        assertEquals(10, problem.line());
        assertEquals("tokenFile", problem.setting());
        assertFalse(problem.why().contains("/secret/place"));
        assertTrue(problem.fix().contains("kubectl config view"));
    }

    @Test
    void findsSecretsInYaml() {
        assertEquals(
                Set.of("tok:en", "it's", "p#w", "QUJD", "REVG", "hush"),
                KubeconfigText.secrets(HEAD
                        + "    token: \"tok:en\"\n    password: 'it''s'\n    proxy-url: http://me:hush@proxy:3128\n"
                        + "- name: b\n  user: {username: admin, password: p#w}\n- name: c\n  user:\n"
                        + "    client-key-data: |\n      QUJD\n      REVG\n    client-certificate-data: R0hJ\n"));
    }

    @Test
    void findsSecretsInJson() {
        assertEquals(
                Set.of("abc\"def", "QUJD"),
                KubeconfigText.secrets(
                        "{\"users\":[{\"user\":{\"token\":\"abc\\\"def\",\"client-key-data\":\"QUJD\"}}]}"));
    }

    @Test
    void takesLongLinesOfWhatItCannotReadForSecrets() {
        assertEquals(Set.of("token = abcdefghijklmnop"), KubeconfigText.secrets("short\n  token = abcdefghijklmnop\n"));
    }

    @Test
    void findsTheLinesOfKeys() {
        String key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n";
        String data = Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.US_ASCII));

        assertEquals(
                Set.of(data, "MIIEvQIBADANBgkqhkiG9w0BAQEF"),
                KubeconfigText.secretsWithKeys(HEAD + "    client-key-data: " + data + "\n"));
    }

    private static void assertOk(String text) {
        assertEquals(Optional.empty(), KubeconfigText.check(text));
    }

    private static Fault fault(String text) {
        return KubeconfigText.check(text).map(Problem::fault).orElse(null);
    }
}
