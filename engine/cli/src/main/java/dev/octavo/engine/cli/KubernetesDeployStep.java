package dev.octavo.engine.cli;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.runner.api.Credential;
import dev.octavo.engine.runner.api.CredentialStore;
import dev.octavo.engine.runner.api.StepCall;
import dev.octavo.engine.runner.api.StepHandler;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The step {@code kubernetesDeploy} with the arguments that Jenkinsfiles give it, as the plugin has it: it turns what
 * Jenkins keeps, the credentials, into what the operation {@code kubernetes-deploy} takes.
 */
final class KubernetesDeployStep implements StepHandler {
    private static final String HUB = "https://index.docker.io/v1/";

    private final StepHandler operation;
    private final CredentialStore credentials;

    KubernetesDeployStep(StepHandler operation, CredentialStore credentials) {
        this.operation = operation;
        this.credentials = credentials;
    }

    @Override
    public List<String> names() {
        return List.of("kubernetesDeploy");
    }

    @Override
    public List<String> argumentNames() {
        return List.of(
                "configs",
                "kubeconfigId",
                "enableConfigSubstitution",
                "secretNamespace",
                "secretName",
                "dockerCredentials",
                "deleteResource",
                "waitSeconds",
                "context",
                "substitution",
                "substituteOnly",
                "dockerConfigJson",
                "credentialsType",
                "kubeConfig",
                "ssh",
                "textCredentials");
    }

    @Override
    public @Nullable Object execute(StepCall call) {
        Map<String, Object> inputs = new LinkedHashMap<>();
        // step([$class: 'KubernetesDeploy', context: […]]) has all of them in "context"
        boolean nested = call.arguments().get("context") instanceof Map<?, ?>;
        Map<?, ?> arguments = nested ? map(call.arguments().get("context")) : call.arguments();
        arguments.forEach((name, value) -> inputs.put(String.valueOf(name), value));
        Map<String, String> environment = new LinkedHashMap<>(call.environment());
        String id = text(inputs.remove("kubeconfigId"));
        Object type = inputs.remove("credentialsType");
        Map<?, ?> file = map(inputs.remove("kubeConfig"));
        inputs.remove("ssh");
        Map<?, ?> texts = map(inputs.remove("textCredentials"));
        if (!id.isEmpty()) {
            kubeconfig(call, id, environment);
        } else if (text(type).equalsIgnoreCase("ssh")) {
            throw new EngineException(
                    ErrorCode.CONFIG_CREDENTIALS,
                    "A kubeconfig is not copied over SSH",
                    call.place().toString(),
                    "kubernetesDeploy is called with credentialsType 'SSH', which opened a way to steal credentials",
                    "keep the kubeconfig in a credential and name it by kubeconfigId");
        } else if (text(type).equalsIgnoreCase("text")) {
            warn(call, "textCredentials puts secrets into the Jenkinsfile");
            environment.put("KUBECONFIG_CONTENT", kubeconfig(texts));
        } else if (!text(file.get("path")).isEmpty()) {
            warn(call, "kubeConfig names a file of the workspace");
            inputs.put("kubeconfig", text(file.get("path")));
        }
        Object docker = inputs.remove("dockerCredentials");
        if (docker instanceof Iterable<?> entries) {
            String config = dockerConfig(call, entries);
            if (!config.isEmpty()) {
                environment.put("DOCKER_AUTH_CONFIG", config);
            }
        }
        return operation.execute(new StepCall(
                call.name(),
                inputs,
                environment,
                call.directory(),
                call.listener(),
                call.cancellation(),
                call.stage(),
                call.place()));
    }

    private static void warn(StepCall call, String what) {
        call.listener().warning(what + "; keep the kubeconfig in a credential and name it by kubeconfigId");
    }

    private void kubeconfig(StepCall call, String id, Map<String, String> environment) {
        Credential credential = credentials.find(id).orElse(null);
        if (credential instanceof Credential.Kubeconfig kubeconfig) {
            environment.put("KUBECONFIG_CONTENT", kubeconfig.content().reveal());
        } else if (credential instanceof Credential.SecretFile secret) {
            environment.put("KUBECONFIG_CONTENT", secret.content().reveal());
        } else if (credential instanceof Credential.SecretText secret) {
            environment.put("KUBECONFIG_CONTENT", secret.text().reveal());
        } else if (credential != null) {
            throw new EngineException(
                    ErrorCode.CONFIG_CREDENTIALS,
                    "The credential \"" + id + "\" is no kubeconfig",
                    call.place().toString(),
                    "it is a " + credential.typeName(),
                    "give it a file: --credential " + id + "=@FILE");
        } else {
            call.listener()
                    .progress("kubeconfigId " + id + ": this run's own cluster is used; --credential " + id
                            + "=@FILE gives another");
        }
    }

    /** Docker's {@code config.json} with the logins, {@code ""} where none is named. */
    private String dockerConfig(StepCall call, Iterable<?> entries) {
        Map<String, Object> auths = new LinkedHashMap<>();
        for (Object each : entries) {
            Map<?, ?> entry = map(each);
            String id = text(entry.get("credentialsId"));
            if (id.isEmpty()) {
                continue;
            }
            for (Object key : entry.keySet()) {
                if (!List.of("credentialsId", "url").contains(String.valueOf(key))) {
                    call.listener().warning("dockerCredentials does not know \"" + key + "\"; the address is \"url\"");
                }
            }
            if (!(credentials.find(id).orElse(null) instanceof Credential.UsernamePassword login)) {
                throw new EngineException(
                        ErrorCode.CONFIG_CREDENTIALS,
                        "The login \"" + id + "\" for a registry is not known",
                        call.place().toString(),
                        "dockerCredentials names it, and no user name and password has this ID",
                        "give it: --credential " + id + "=USER_VARIABLE:PASSWORD_VARIABLE");
            }
            String pair = login.username() + ":" + login.password().reveal();
            auths.put(
                    url(text(entry.get("url"))),
                    Map.of("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))));
        }
        return auths.isEmpty() ? "" : RunRecord.json(Map.of("auths", auths));
    }

    private static String url(String given) {
        if (given.isEmpty()) {
            return HUB;
        }
        return given.toLowerCase(Locale.ROOT).matches("[a-z][a-z0-9+.-]*://.*") ? given : "http://" + given;
    }

    /** A kubeconfig of its parts; JSON is YAML. */
    private static String kubeconfig(Map<?, ?> texts) {
        return RunRecord.json(Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Config",
                "current-context",
                "c",
                "contexts",
                List.of(Map.of("name", "c", "context", Map.of("cluster", "c", "user", "u"))),
                "clusters",
                List.of(Map.of(
                        "name",
                        "c",
                        "cluster",
                        Map.of(
                                "server",
                                text(texts.get("serverUrl")),
                                "certificate-authority-data",
                                text(texts.get("certificateAuthorityData"))))),
                "users",
                List.of(Map.of(
                        "name",
                        "u",
                        "user",
                        Map.of(
                                "client-certificate-data",
                                text(texts.get("clientCertificateData")),
                                "client-key-data",
                                text(texts.get("clientKeyData")))))));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString().strip();
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }
}
