package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.runner.api.Credential;
import dev.octavo.engine.runner.api.CredentialStore;
import dev.octavo.engine.runner.api.PipelineResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    private static final String PASSWORD = "p&s 'w0rd\"$x/+ü";
    private static final Map<String, Credential> ALL = Map.of(
            "dockerhub-id", new Credential.UsernamePassword("ann", new SecretValue(PASSWORD)),
            "token", new Credential.SecretText(new SecretValue("s3cr3t-token")),
            "config",
                    new Credential.SecretFile(
                            "settings.xml", new SecretValue("<settings>long-secret-line</settings>\n")),
            "key",
                    new Credential.SshPrivateKey(
                            "git", new SecretValue("-----BEGIN KEY-----\nabcdefgh12345678\n-----END KEY-----\n"), null),
            "demo-kubeconfig",
                    new Credential.Kubeconfig(
                            new SecretValue("apiVersion: v1\nkind: Config\ntoken: kube-token-123\n")));

    private static final CredentialStore STORE = new CredentialStore() {
        @Override
        public Optional<Credential> find(String id) {
            return Optional.ofNullable(ALL.get(id));
        }

        @Override
        public List<String> ids() {
            return ALL.keySet().stream().sorted().toList();
        }
    };

    @TempDir
    Path folder;

    private Pipelines pipelines() {
        return new Pipelines(folder).with(request -> request.credentials(STORE));
    }

    private void leavesNothingBehind() throws IOException {
        Path temporary = folder.resolve("run").resolve("tmp");
        if (Files.exists(temporary)) {
            try (Stream<Path> left = Files.walk(temporary)) {
                assertThat(left.filter(Files::isRegularFile)).isEmpty();
            }
        }
    }

    @Test
    void bindsAllTypesAndTakesTheFilesAway() throws IOException {
        Pipelines pipelines = pipelines();

        PipelineResult result = pipelines.run("""
                node {
                    withCredentials([
                        usernamePassword(credentialsId: 'dockerhub-id', usernameVariable: 'U', passwordVariable: 'P'),
                        usernameColonPassword(credentialsId: 'dockerhub-id', variable: 'UP'),
                        string(credentialsId: 'token', variable: 'T'),
                        file(credentialsId: 'config', variable: 'F'),
                        sshUserPrivateKey(credentialsId: 'key', keyFileVariable: 'K', usernameVariable: 'KU'),
                        kubeconfigFile(credentialsId: 'demo-kubeconfig', variable: 'KUBECONFIG'),
                        kubeconfigContent(credentialsId: 'demo-kubeconfig', variable: 'KC'),
                        [$class: 'StringBinding', credentialsId: 'token', variable: 'T2']
                    ]) {
                        sh '''
                            test "$U" = ann
                            test "$UP" = "$U:$P"
                            test "$T" = "$T2"
                            grep -q settings "$F"
                            test "$(basename "$F")" = settings.xml
                            test "$(stat -c %a "$F")" = 600
                            grep -q BEGIN "$K"
                            test "$KU" = git
                            grep -q kind "$KUBECONFIG"
                            test "$(echo "$KC")" = "$(cat "$KUBECONFIG")"
                            echo "$F" > path
                        '''
                    }
                    echo "gone ${fileExists(readFile('path').trim())} ${env.T}"
                }
                """);

        assertThat(result.failure()).as(() -> String.valueOf(pipelines.lines())).isNull();
        assertThat(pipelines.lines()).contains("gone false null");
        leavesNothingBehind();
    }

    @Test
    void environmentTakesCredentials() throws IOException {
        Pipelines pipelines = pipelines();

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent any
                    options { skipDefaultCheckout() }
                    environment {
                        HUB = credentials('dockerhub-id')
                        AUTH = "Bearer ${TOKEN}"
                        TOKEN = credentials('token')
                    }
                    stages {
                        stage('a') {
                            environment { CONFIG = credentials('config') }
                            steps {
                                sh 'test "$HUB" = "$HUB_USR:$HUB_PSW" && test "$AUTH" = "Bearer $TOKEN" && grep -q settings "$CONFIG"'
                            }
                        }
                    }
                }
                """);

        assertThat(result.failure()).isNull();
        leavesNothingBehind();
    }

    @Test
    void secretsAreMaskedInEveryForm() {
        Pipelines pipelines = pipelines();

        PipelineResult result = pipelines.run("""
                node {
                    withCredentials([usernamePassword(credentialsId: 'dockerhub-id', usernameVariable: 'U', passwordVariable: 'P')]) {
                        sh 'echo "plain $P"'
                        sh 'printf %s "$P" | base64'
                        sh 'printf %s "user:$P" | base64'
                        sh 'printf %s "x$P" | base64 -w0'
                        echo "url ${URLEncoder.encode(P, 'UTF-8')}"
                        echo "json ${groovy.json.JsonOutput.toJson([p: P])}"
                        echo "base ${P.bytes.encodeBase64()}"
                        currentBuild.description = "with ${P}"
                        unstable "bad ${P}"
                        error "failed with ${P}"
                    }
                }
                """);

        String all = String.join("\n", pipelines.lines())
                + result.failure().describe()
                + result.description()
                + result.stages();
        String base64 = java.util.Base64.getEncoder()
                .encodeToString(PASSWORD.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(all)
                .doesNotContain(PASSWORD)
                .doesNotContain("w0rd")
                .doesNotContain(base64.substring(0, base64.length() - 2))
                .contains("plain ****")
                .contains("failed with ****");
        assertThat(pipelines.lines()).anyMatch(line -> line.startsWith("url ****"));
    }

    @Test
    void ofAFileOnlyItsSecretsAreMasked() {
        Pipelines pipelines = pipelines();

        pipelines.run("""
                node {
                    withCredentials([kubeconfigFile(credentialsId: 'demo-kubeconfig', variable: 'KUBECONFIG')]) {
                        sh 'cat "$KUBECONFIG"'
                    }
                }
                """);

        assertThat(pipelines.lines()).contains("apiVersion: v1", "token: ****");
    }

    @Test
    void secretsAreMaskedInExceptionsOfHandlers() {
        Pipelines pipelines = pipelines().step("push", call -> {
            throw new dev.octavo.engine.api.EngineException(
                    ErrorCode.REGISTRY_FAILED, "refused " + call.environment().get("T"), "w", "y", "f");
        });

        PipelineResult result =
                pipelines.run("withCredentials([string(credentialsId: 'token', variable: 'T')]) {\n  push()\n}\n");

        assertThat(result.failure().what()).isEqualTo("refused ****");
        assertThat(result.failure().code()).isEqualTo(ErrorCode.REGISTRY_FAILED);
    }

    @Test
    void aSecretInAScriptsTextIsWarnedOf() {
        Pipelines pipelines = pipelines();

        pipelines.run(
                "node {\n withCredentials([string(credentialsId: 'token', variable: 'T')]) {\n  sh \"echo ${T}\"\n }\n}\n");

        assertThat(pipelines.warnings()).anyMatch(line -> line.contains("Jenkinsfile:3"));
    }

    @Test
    void anUnknownCredentialIsReportedWithThoseThatAreKnown() {
        PipelineResult result =
                pipelines().run("\nwithCredentials([string(credentialsId: 'tokn', variable: 'T')]) {\n}\n");

        assertThat(result.failure().code()).isEqualTo(ErrorCode.CONFIG_CREDENTIALS);
        assertThat(result.failure().where()).isEqualTo("Jenkinsfile:2");
        assertThat(result.failure().why()).startsWith("did you mean \"token\"?");
    }

    @Test
    void aCredentialOfAnotherTypeIsRefused() {
        PipelineResult result =
                pipelines().run("withCredentials([string(credentialsId: 'config', variable: 'T')]) {\n}\n");

        assertThat(result.failure().why()).isEqualTo("it is a secret file");
    }

    @Test
    void anUnknownBindingOrArgumentIsRefused() {
        assertThat(pipelines()
                        .run("withCredentials([certificate(credentialsId: 'x', keystoreVariable: 'y')]) {\n}\n")
                        .failure()
                        .what())
                .contains("certificate");
        assertThat(pipelines()
                        .run("withCredentials([string(credentialsId: 'token', varaible: 'y')]) {\n}\n")
                        .failure()
                        .why())
                .contains("did you mean \"variable\"?");
    }
}
