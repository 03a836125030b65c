package dev.octavo.engine.runner.step;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.runner.api.Credential;
import dev.octavo.engine.runner.api.CredentialStore;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.cps.PipelineRun;
import dev.octavo.engine.runner.cps.StepDefinition;
import dev.octavo.engine.runner.cps.StepInvocation;
import dev.octavo.engine.runner.cps.Suggestions;
import dev.octavo.engine.runner.cps.Symbol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code withCredentials}, and {@code credentials()} of Declarative's {@code environment}. */
public final class CredentialSteps {
    private static final List<String> BINDINGS = List.of(
            "file",
            "gitUsernamePassword",
            "kubeconfigContent",
            "kubeconfigFile",
            "sshUserPrivateKey",
            "string",
            "usernameColonPassword",
            "usernamePassword");
    /** The same written as {@code [$class: '…']}. */
    private static final Map<String, String> BINDING_CLASSES = Map.of(
            "FileBinding", "file",
            "KubeconfigContentBinding", "kubeconfigContent",
            "KubeconfigFileBinding", "kubeconfigFile",
            "SSHUserPrivateKeyBinding", "sshUserPrivateKey",
            "StringBinding", "string",
            "UsernamePasswordBinding", "usernameColonPassword",
            "UsernamePasswordMultiBinding", "usernamePassword");

    private CredentialSteps() {}

    static List<StepDefinition> definitions() {
        return List.of(StepDefinition.block("withCredentials", CredentialSteps::withCredentials, "bindings")
                .withSole("bindings"));
    }

    private static @Nullable Object withCredentials(StepInvocation call) throws Throwable {
        try (SecretFiles files =
                new SecretFiles(call.run().request().runFolder().resolve("tmp"))) {
            Map<String, String> variables = new LinkedHashMap<>();
            for (Object one : call.list("bindings")) {
                Symbol binding = Symbol.of(one);
                if (binding == null) {
                    throw unknownBinding(String.valueOf(one), call.place());
                }
                bind(binding, call, files, variables);
            }
            return call.runBody(call.context().withVariables(variables));
        }
    }

    private static EngineException unknownBinding(String name, SourcePlace place) {
        return new EngineException(
                ErrorCode.PIPELINE_UNKNOWN,
                "\"" + name + "\" is no binding of withCredentials",
                place.toString(),
                Suggestions.sentence(name, BINDINGS),
                name.equals("certificate")
                        ? "certificates are not supported here; use a secret file"
                        : "correct the binding's name");
    }

    private static void bind(Symbol binding, StepInvocation call, SecretFiles files, Map<String, String> variables)
            throws IOException {
        String name = BINDING_CLASSES.getOrDefault(binding.name(), binding.name());
        Arguments arguments = new Arguments(name, binding.arguments(), call.place());
        PipelineRun run = call.run();
        if (!BINDINGS.contains(name)) {
            throw unknownBinding(name, call.place());
        }
        String id = arguments.text("credentialsId");
        Credential credential = find(run, id, call.place());
        switch (name) {
            case "string" -> {
                arguments.allow("credentialsId", "variable");
                Credential.SecretText text = as(Credential.SecretText.class, credential, id, name, call.place());
                variables.put(arguments.text("variable"), reveal(run, text.text()));
            }
            case "usernamePassword" -> {
                arguments.allow("credentialsId", "passwordVariable", "usernameVariable");
                Credential.UsernamePassword user =
                        as(Credential.UsernamePassword.class, credential, id, name, call.place());
                variables.put(arguments.text("usernameVariable"), user.username());
                variables.put(arguments.text("passwordVariable"), reveal(run, user.password()));
            }
            case "usernameColonPassword" -> {
                arguments.allow("credentialsId", "variable");
                Credential.UsernamePassword user =
                        as(Credential.UsernamePassword.class, credential, id, name, call.place());
                variables.put(arguments.text("variable"), user.username() + ":" + reveal(run, user.password()));
            }
            case "gitUsernamePassword" -> {
                arguments.allow("credentialsId", "gitToolName");
                Credential.UsernamePassword user =
                        as(Credential.UsernamePassword.class, credential, id, name, call.place());
                variables.putAll(askpass(run, user, files));
            }
            case "file" -> {
                arguments.allow("credentialsId", "variable");
                Credential.SecretFile file = as(Credential.SecretFile.class, credential, id, name, call.place());
                variables.put(
                        arguments.text("variable"),
                        files.write(file.name(), reveal(run, file.content()), false)
                                .toString());
            }
            case "sshUserPrivateKey" -> {
                arguments.allow("credentialsId", "keyFileVariable", "passphraseVariable", "usernameVariable");
                Credential.SshPrivateKey key = as(Credential.SshPrivateKey.class, credential, id, name, call.place());
                variables.put(
                        arguments.text("keyFileVariable"),
                        files.write("ssh-key-" + id, reveal(run, key.privateKey()), false)
                                .toString());
                if (arguments.has("usernameVariable")) {
                    variables.put(arguments.text("usernameVariable"), key.username());
                }
                SecretValue passphrase = key.passphrase();
                if (arguments.has("passphraseVariable")) {
                    variables.put(
                            arguments.text("passphraseVariable"), passphrase == null ? "" : reveal(run, passphrase));
                }
            }
            case "kubeconfigFile" -> {
                arguments.allow("credentialsId", "variable");
                variables.put(
                        arguments.text("variable"),
                        files.write("kubeconfig", kubeconfig(run, credential, id, name, call.place()), false)
                                .toString());
            }
            case "kubeconfigContent" -> {
                arguments.allow("credentialsId", "variable");
                variables.put(arguments.text("variable"), kubeconfig(run, credential, id, name, call.place()));
            }
            default -> throw new IllegalStateException(name);
        }
    }

    private static String kubeconfig(
            PipelineRun run, Credential credential, String id, String binding, SourcePlace place) {
        if (credential instanceof Credential.SecretFile file) {
            return reveal(run, file.content());
        }
        return reveal(
                run,
                as(Credential.Kubeconfig.class, credential, id, binding, place).content());
    }

    private static <T extends Credential> T as(
            Class<T> type, Credential credential, String id, String binding, SourcePlace place) {
        if (type.isInstance(credential)) {
            return type.cast(credential);
        }
        throw new EngineException(
                ErrorCode.CONFIG_CREDENTIALS,
                "Credential \"" + id + "\" is of the wrong type for " + binding,
                place.toString(),
                "it is a " + credential.typeName(),
                "use a binding for that type, or another credential");
    }

    private static String reveal(PipelineRun run, SecretValue secret) {
        String value = secret.reveal();
        run.secrets().add(value);
        return value;
    }

    /** @throws EngineException where there is none of that ID */
    static Credential find(PipelineRun run, String id, SourcePlace place) {
        CredentialStore store = run.request().credentials();
        return store.find(id)
                .orElseThrow(() -> new EngineException(
                        ErrorCode.CONFIG_CREDENTIALS,
                        "There is no credential \"" + id + "\"",
                        place.toString(),
                        Suggestions.sentence(id, store.ids()),
                        "correct the ID, or " + store.hint()));
    }

    /** The variables that {@code NAME = credentials('id')} sets. */
    public static Map<String, String> environment(
            PipelineRun run, String name, String id, SourcePlace place, SecretFiles files) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        Credential credential = find(run, id, place);
        if (credential instanceof Credential.SecretText text) {
            variables.put(name, reveal(run, text.text()));
        } else if (credential instanceof Credential.UsernamePassword user) {
            String password = reveal(run, user.password());
            variables.put(name, user.username() + ":" + password);
            variables.put(name + "_USR", user.username());
            variables.put(name + "_PSW", password);
        } else if (credential instanceof Credential.SecretFile file) {
            variables.put(
                    name,
                    files.write(file.name(), reveal(run, file.content()), false).toString());
        } else if (credential instanceof Credential.Kubeconfig kubeconfig) {
            variables.put(
                    name,
                    files.write("kubeconfig", reveal(run, kubeconfig.content()), false)
                            .toString());
        } else if (credential instanceof Credential.SshPrivateKey key) {
            variables.put(
                    name,
                    files.write("ssh-key-" + id, reveal(run, key.privateKey()), false)
                            .toString());
            variables.put(name + "_USR", key.username());
            SecretValue passphrase = key.passphrase();
            variables.put(name + "_PSW", passphrase == null ? "" : reveal(run, passphrase));
        }
        return variables;
    }

    /** What makes git ask this credential, without it being in a command or an address. */
    static Map<String, String> askpass(PipelineRun run, Credential.UsernamePassword user, SecretFiles files)
            throws IOException {
        Path script = files.write(
                "askpass.sh",
                "#!/bin/sh\ncase \"$1\" in\nUsername*) echo \"$OCTAVO_GIT_USERNAME\" ;;\n*) echo \"$OCTAVO_GIT_PASSWORD\" ;;\nesac\n",
                true);
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("GIT_ASKPASS", script.toString());
        variables.put("GIT_TERMINAL_PROMPT", "0");
        variables.put("OCTAVO_GIT_USERNAME", user.username());
        variables.put("OCTAVO_GIT_PASSWORD", reveal(run, user.password()));
        return variables;
    }

    /** The arguments of a binding. */
    private record Arguments(String binding, Map<String, Object> values, SourcePlace place) {
        void allow(String... known) {
            for (String name : values.keySet()) {
                if (!List.of(known).contains(name)) {
                    throw new EngineException(
                            ErrorCode.PIPELINE_UNKNOWN,
                            "Binding \"" + binding + "\" has no argument \"" + name + "\"",
                            place.toString(),
                            Suggestions.sentence(name, List.of(known)),
                            "correct the argument's name");
                }
            }
        }

        boolean has(String name) {
            return values.get(name) != null;
        }

        String text(String name) {
            Object value = values.get(name);
            if (value == null || value.toString().isEmpty()) {
                throw new EngineException(
                        ErrorCode.PIPELINE_SYNTAX,
                        "Binding \"" + binding + "\" needs the argument \"" + name + "\"",
                        place.toString(),
                        "it was not given, or is empty",
                        "write " + binding + "(" + name + ": '…', …)");
            }
            return value.toString();
        }
    }
}
