package dev.octavo.engine.runner.step;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.program.Program;
import dev.octavo.engine.runner.api.Credential;
import dev.octavo.engine.runner.cps.ScmObject;
import dev.octavo.engine.runner.cps.StepDefinition;
import dev.octavo.engine.runner.cps.StepInvocation;
import dev.octavo.engine.runner.cps.Symbol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code checkout} and {@code git}. */
final class ScmSteps {
    private static final List<String> GIT_NAMES = List.of("GitSCM", "scmGit", "git", "gitSCM");

    private ScmSteps() {}

    static List<StepDefinition> definitions() {
        return List.of(
                StepDefinition.step("checkout", ScmSteps::checkout, "scm", "changelog", "poll")
                        .withSole("scm"),
                StepDefinition.step("git", ScmSteps::git, "url", "branch", "changelog", "credentialsId", "poll")
                        .withSole("url"));
    }

    private static Object checkout(StepInvocation call) {
        Object scm = call.value("scm");
        if (scm instanceof ScmObject own) {
            // checkout makes the folder, not the step
            Path directory = call.context().directory();
            Path into = directory == null ? call.directory() : directory;
            return new LinkedHashMap<>(own.scm().checkout(into, call.engineContext(into)));
        }
        Symbol symbol = Symbol.of(scm);
        if (symbol == null || !GIT_NAMES.contains(symbol.name())) {
            throw new EngineException(
                    ErrorCode.PIPELINE_UNKNOWN,
                    "\"checkout\" does not know "
                            + (symbol == null ? "what to check out" : "\"" + symbol.name() + "\""),
                    call.place().toString(),
                    "it takes scm, the pipeline's own source, or [$class: 'GitSCM', …]",
                    "write checkout scm");
        }
        Map<String, Object> arguments = symbol.arguments();
        Map<?, ?> remote = first(arguments.get("userRemoteConfigs"));
        Map<?, ?> branch = first(arguments.get("branches"));
        Object url = remote.containsKey("url") ? remote.get("url") : arguments.get("url");
        Object branchName = branch.containsKey("name") ? branch.get("name") : arguments.get("branch");
        Object credentials =
                remote.containsKey("credentialsId") ? remote.get("credentialsId") : arguments.get("credentialsId");
        return clone(
                call,
                url == null ? "" : url.toString(),
                branchName == null ? "master" : branchName.toString(),
                credentials == null ? "" : credentials.toString());
    }

    private static Map<?, ?> first(@Nullable Object list) {
        Object one = list instanceof List<?> all && !all.isEmpty() ? all.get(0) : list;
        Symbol symbol = Symbol.of(one);
        if (symbol != null) {
            return symbol.arguments();
        }
        return one instanceof Map<?, ?> map ? map : Map.of();
    }

    private static Object git(StepInvocation call) {
        return clone(call, call.text("url"), call.text("branch", "master"), call.text("credentialsId", ""));
    }

    private static Object clone(StepInvocation call, String url, String branch, String credentialsId) {
        if (url.isEmpty()) {
            throw new EngineException(
                    ErrorCode.PIPELINE_SYNTAX,
                    "\"" + call.name() + "\" does not say from where",
                    call.place().toString(),
                    "it has no url",
                    "write " + call.name() + " with a url");
        }
        String name = branch.replaceFirst("^(\\*/|origin/|refs/heads/|refs/remotes/origin/)", "");
        Path directory = call.directory();
        try (SecretFiles files =
                new SecretFiles(call.run().request().runFolder().resolve("tmp"))) {
            Map<String, String> environment = new LinkedHashMap<>(call.environment());
            environment.put("GIT_TERMINAL_PROMPT", "0");
            if (!credentialsId.isEmpty()) {
                Credential credential = CredentialSteps.find(call.run(), credentialsId, call.place());
                if (credential instanceof Credential.UsernamePassword user) {
                    environment.putAll(CredentialSteps.askpass(call.run(), user, files));
                } else if (credential instanceof Credential.SshPrivateKey key) {
                    call.run().secrets().add(key.privateKey().reveal());
                    Path file = files.write("key", key.privateKey().reveal(), false);
                    environment.put("GIT_SSH_COMMAND", "ssh -i '" + file + "' -o IdentitiesOnly=yes -o BatchMode=yes");
                }
            }
            if (!Files.isDirectory(directory.resolve(".git"))) {
                run(call, directory, environment, url, "init", "-q", ".");
            }
            run(
                    call,
                    directory,
                    environment,
                    url,
                    "fetch",
                    "-q",
                    "--force",
                    "--tags",
                    url,
                    "+refs/heads/*:refs/remotes/origin/*");
            String commit = firstLine(
                    call,
                    directory,
                    environment,
                    "rev-parse",
                    "--verify",
                    "-q",
                    "refs/remotes/origin/" + name + "^{commit}");
            boolean isBranch = !commit.isEmpty();
            if (!isBranch) {
                commit = firstLine(call, directory, environment, "rev-parse", "--verify", "-q", name + "^{commit}");
            }
            if (commit.isEmpty()) {
                throw new EngineException(
                        ErrorCode.SOURCE_CHECKOUT,
                        "There is no branch, tag or commit \"" + name + "\"",
                        url,
                        "it is asked for at " + call.place(),
                        "correct the name");
            }
            run(call, directory, environment, url, "checkout", "-q", "-f", commit);
            Map<String, String> result = new LinkedHashMap<>();
            result.put("GIT_COMMIT", commit);
            result.put("GIT_BRANCH", isBranch ? "origin/" + name : name);
            result.put("GIT_URL", url);
            return result;
        } catch (IOException e) {
            throw Trees.failed("A repository cannot be checked out", directory, e);
        }
    }

    private static void run(
            StepInvocation call, Path directory, Map<String, String> environment, String url, String... words) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(words));
        List<String> said = new ArrayList<>();
        int code = new Program(command, directory, environment)
                .run(
                        line -> {
                            said.add(line);
                            call.output(line);
                        },
                        call.cancellation());
        if (code != 0) {
            throw new EngineException(
                    ErrorCode.SOURCE_CHECKOUT,
                    "\"git " + words[0] + "\" failed",
                    url,
                    "exit code " + code + (said.isEmpty() ? "" : "\n" + String.join("\n", said)),
                    "check the address and the credential (" + call.place() + ")");
        }
    }

    private static String firstLine(
            StepInvocation call, Path directory, Map<String, String> environment, String... words) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(words));
        List<String> said = new ArrayList<>();
        int code = new Program(command, directory, environment).run(said::add, call.cancellation());
        return code == 0 && !said.isEmpty() ? said.get(0).strip() : "";
    }
}
