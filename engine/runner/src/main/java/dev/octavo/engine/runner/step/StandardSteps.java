package dev.octavo.engine.runner.step;

import dev.octavo.engine.runner.api.PipelineRequest;
import dev.octavo.engine.runner.cps.StepContext;
import dev.octavo.engine.runner.cps.StepDefinition;
import dev.octavo.engine.runner.cps.StepInvocation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All steps of a run: those that Jenkinsfiles use, and those of the front end over them. */
public final class StandardSteps implements AutoCloseable {
    /** What only describes something to a step. */
    public static final Set<String> SYMBOLS = Set.of(
            "booleanParam",
            "brokenBuildSuspects",
            "brokenTestsSuspects",
            "buildDiscarder",
            "certificate",
            "choice",
            "configMapVolume",
            "containerEnvVar",
            "containerTemplate",
            "copyArtifactPermission",
            "credentials",
            "cron",
            "culprits",
            "developers",
            "disableConcurrentBuilds",
            "disableResume",
            "durabilityHint",
            "emptyDirVolume",
            "envVar",
            "file",
            "gitUsernamePassword",
            "githubPush",
            "hostPathVolume",
            "kubeconfigContent",
            "kubeconfigFile",
            "kubernetesAgent",
            "logRotator",
            "nonresumable",
            "agent",
            "parameters",
            "password",
            "persistentVolumeClaim",
            "pipelineTriggers",
            "pollSCM",
            "pruneTags",
            "rateLimitBuilds",
            "requestor",
            "run",
            "scmGit",
            "secretEnvVar",
            "secretVolume",
            "sshUserPrivateKey",
            "string",
            "text",
            "throttleJobProperty",
            "upstream",
            "usernameColonPassword",
            "usernamePassword",
            "modernSCM",
            "legacySCM");

    private final Workspaces workspaces = new Workspaces();
    private final FlowSteps flow = new FlowSteps(workspaces);
    private final ShellSteps shell = new ShellSteps();
    private final Map<String, StepDefinition> definitions = new LinkedHashMap<>();

    public StandardSteps(PipelineRequest request) {
        addAll(flow.definitions());
        addAll(shell.definitions());
        addAll(new FileSteps(workspaces).definitions());
        addAll(CredentialSteps.definitions());
        addAll(InputSteps.definitions());
        addAll(ScmSteps.definitions());
        addAll(ReportSteps.definitions());
        addAll(HandlerSteps.definitions(request.steps()));
    }

    private void addAll(List<StepDefinition> more) {
        more.forEach(one -> definitions.put(one.name(), one));
    }

    /** Adds a step that needs to know of these. */
    public void add(StepDefinition definition) {
        definitions.put(definition.name(), definition);
    }

    /** All by their names. */
    public Map<String, StepDefinition> definitions() {
        return definitions;
    }

    /** Runs something on an agent. */
    public @Nullable Object inNode(StepContext context, Path wanted, StepInvocation.Body body) throws Throwable {
        return flow.inNode(context, wanted, body);
    }

    @Override
    public void close() {
        shell.close();
    }
}
