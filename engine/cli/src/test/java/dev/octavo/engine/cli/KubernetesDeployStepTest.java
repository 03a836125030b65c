package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.api.StepCall;
import dev.octavo.engine.runner.api.StepHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesDeployStepTest {
    @TempDir
    private Path folder;

    private final List<StepCall> calls = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private KubernetesDeployStep step;

    @BeforeEach
    void setUp() throws IOException {
        Path kubeconfig = Files.writeString(folder.resolve("config"), "kind: Config");
        LocalCredentials credentials = new LocalCredentials(
                List.of("demo-kubeconfig=@" + kubeconfig, "dockerhub-id=USER:PASSWORD"),
                Map.of("USER", "me", "PASSWORD", "hunter2"));
        step = new KubernetesDeployStep(
                new StepHandler() {
                    @Override
                    public List<String> names() {
                        return List.of("octavoKubernetesDeploy");
                    }

                    @Override
                    public Object execute(StepCall call) {
                        calls.add(call);
                        return Map.of();
                    }
                },
                credentials);
    }

    private StepCall call(Map<String, Object> arguments) {
        step.execute(new StepCall(
                "kubernetesDeploy",
                arguments,
                Map.of("TAG_NAME", "v1"),
                folder,
                new EngineListener() {
                    @Override
                    public void progress(String message) {}

                    @Override
                    public void warning(String message) {
                        warnings.add(message);
                    }

                    @Override
                    public void output(String line) {}
                },
                new Cancellation(),
                "",
                new SourcePlace("Jenkinsfile", 1)));
        return calls.get(calls.size() - 1);
    }

    @Test
    void givesTheKubeconfigByTheEnvironment() {
        StepCall call = call(Map.of("configs", "deploy/**", "kubeconfigId", "demo-kubeconfig"));

        assertThat(call.arguments()).isEqualTo(Map.of("configs", "deploy/**"));
        assertThat(call.environment()).containsEntry("KUBECONFIG_CONTENT", "kind: Config");
    }

    @Test
    void takesTheArgumentsOfTheBuildStepToo() {
        StepCall call = call(Map.of("context", Map.of("configs", "deploy/**", "kubeconfigId", "demo-kubeconfig")));

        assertThat(call.arguments()).isEqualTo(Map.of("configs", "deploy/**"));
        assertThat(call.environment()).containsEntry("KUBECONFIG_CONTENT", "kind: Config");
    }

    @Test
    void usesTheRunsOwnClusterForACredentialThatOnlyJenkinsHas() {
        assertThat(call(Map.of("configs", "deploy/**", "kubeconfigId", "other")).environment())
                .doesNotContainKey("KUBECONFIG_CONTENT");
    }

    @Test
    void ignoresTheDummiesOfOldSnippets() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("configs", "deploy/**");
        arguments.put("kubeconfigId", "demo-kubeconfig");
        arguments.put("credentialsType", "KubeConfig");
        arguments.put("kubeConfig", Map.of("path", ""));
        arguments.put("ssh", Map.of("sshCredentialsId", "*", "sshServer", ""));
        arguments.put("textCredentials", Map.of("certificateAuthorityData", "", "serverUrl", "https://"));
        arguments.put("dockerCredentials", List.of(Map.of("credentialsId", "", "url", "")));

        StepCall call = call(arguments);

        assertThat(call.arguments()).isEqualTo(Map.of("configs", "deploy/**"));
        assertThat(call.environment()).doesNotContainKey("DOCKER_AUTH_CONFIG");
        assertThat(warnings).isEmpty();
    }

    @Test
    void makesDockersConfigurationOfTheLogins() {
        StepCall call = call(Map.of(
                "configs",
                "deploy/**",
                "dockerCredentials",
                List.of(
                        Map.of("credentialsId", "dockerhub-id"),
                        Map.of("credentialsId", "dockerhub-id", "url", "r.io"))));

        assertThat(call.environment().get("DOCKER_AUTH_CONFIG").replaceAll("\\s", ""))
                .isEqualTo("{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"bWU6aHVudGVyMg==\"},"
                        + "\"http://r.io\":{\"auth\":\"bWU6aHVudGVyMg==\"}}}");
    }

    @Test
    void warnsOfAKeyThatItDoesNotKnow() {
        call(Map.of(
                "configs",
                "deploy/**",
                "dockerCredentials",
                List.of(Map.of("credentialsId", "dockerhub-id", "server", "r.io"))));

        assertThat(warnings).containsExactly("dockerCredentials does not know \"server\"; the address is \"url\"");
    }

    @Test
    void acceptsTheOldWaysWithAWarning() {
        StepCall file = call(Map.of("configs", "deploy/**", "kubeConfig", Map.of("path", "config")));
        StepCall texts = call(Map.of(
                "configs",
                "deploy/**",
                "credentialsType",
                "Text",
                "textCredentials",
                Map.of("serverUrl", "https://k8s:6443", "clientKeyData", "a2V5")));

        assertThat(file.arguments()).containsEntry("kubeconfig", "config");
        assertThat(texts.environment().get("KUBECONFIG_CONTENT")).contains("https://k8s:6443", "a2V5");
        assertThat(warnings).hasSize(2).allMatch(warning -> warning.contains("kubeconfigId"));
    }

    @Test
    void refusesSsh() {
        assertThatThrownBy(() -> call(Map.of("configs", "deploy/**", "credentialsType", "SSH")))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_CREDENTIALS));
    }
}
