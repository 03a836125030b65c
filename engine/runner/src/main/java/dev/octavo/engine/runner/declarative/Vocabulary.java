package dev.octavo.engine.runner.declarative;

import java.util.List;
import java.util.Map;

/** The words of Declarative Pipeline. */
final class Vocabulary {
    static final List<String> PIPELINE = List.of(
            "agent", "environment", "libraries", "options", "parameters", "post", "stages", "tools", "triggers");
    static final List<String> STAGE = List.of(
            "agent",
            "environment",
            "failFast",
            "input",
            "matrix",
            "options",
            "parallel",
            "post",
            "stages",
            "steps",
            "tools",
            "when");
    static final List<String> MATRIX =
            List.of("agent", "axes", "environment", "excludes", "input", "options", "post", "stages", "tools", "when");

    /** In the order in which Jenkins runs them. */
    static final List<String> POST = List.of(
            "always",
            "changed",
            "fixed",
            "regression",
            "aborted",
            "success",
            "unsuccessful",
            "unstable",
            "failure",
            "notBuilt",
            "cleanup");

    static final List<String> CONDITIONS = List.of(
            "allOf",
            "anyOf",
            "branch",
            "buildingTag",
            "changeRequest",
            "changelog",
            "changeset",
            "environment",
            "equals",
            "expression",
            "isRestartedRun",
            "not",
            "tag",
            "triggeredBy");
    static final List<String> CONDITIONS_WITH_CHILDREN = List.of("allOf", "anyOf", "not");
    static final List<String> WHEN_FLAGS = List.of("beforeAgent", "beforeInput", "beforeOptions");

    /** Those of Jenkins itself and of the most common plugins. */
    static final List<String> TRIGGERS = List.of(
            "GenericTrigger",
            "bitbucketPush",
            "cron",
            "githubPush",
            "gitlab",
            "parameterizedCron",
            "pollSCM",
            "upstream");

    static final List<String> TOOLS = List.of("ant", "dockerTool", "git", "go", "gradle", "jdk", "maven", "nodejs");

    static final List<String> PARAMETERS =
            List.of("booleanParam", "choice", "credentials", "file", "password", "run", "string", "text");
    static final List<String> INPUT = List.of("id", "message", "ok", "parameters", "submitter", "submitterParameter");

    /** Options that are blocks around the stages. */
    static final List<String> WRAPPERS = List.of(
            "ansiColor",
            "catchError",
            "container",
            "lock",
            "podTemplate",
            "retry",
            "script",
            "timeout",
            "timestamps",
            "warnError",
            "withCredentials",
            "withEnv",
            "withSonarQubeEnv",
            "wrap");
    /** Options that say something about the job; most of them mean nothing on one's own machine. */
    static final List<String> SETTINGS = List.of(
            "authorizationMatrix",
            "buildBlocker",
            "buildDiscarder",
            "checkoutToSubdirectory",
            "copyArtifactPermission",
            "disableConcurrentBuilds",
            "disableRestartFromStage",
            "disableResume",
            "durabilityHint",
            "gitLabConnection",
            "gitlabBuilds",
            "githubProjectProperty",
            "newContainerPerStage",
            "office365ConnectorWebhooks",
            "overrideIndexTriggers",
            "parallelsAlwaysFailFast",
            "preserveStashes",
            "quietPeriod",
            "rateLimitBuilds",
            "skipDefaultCheckout",
            "skipStagesAfterUnstable",
            "throttleJobProperty");

    static final List<String> STAGE_SETTINGS = List.of("checkoutToSubdirectory", "skipDefaultCheckout");

    static final Map<String, List<String>> AGENTS = Map.of(
            "any", List.of(),
            "none", List.of(),
            "label", List.of("label"),
            "node", List.of("customWorkspace", "label", "retries"),
            "docker",
                    List.of(
                            "alwaysPull",
                            "args",
                            "containerPerStageRoot",
                            "customWorkspace",
                            "image",
                            "label",
                            "registryCredentialsId",
                            "registryUrl",
                            "reuseNode"),
            "dockerfile",
                    List.of(
                            "additionalBuildArgs",
                            "alwaysPull",
                            "args",
                            "customWorkspace",
                            "dir",
                            "filename",
                            "label",
                            "registryCredentialsId",
                            "registryUrl",
                            "reuseNode"),
            "kubernetes",
                    List.of(
                            "activeDeadlineSeconds",
                            "cloud",
                            "containerTemplate",
                            "containerTemplates",
                            "customWorkspace",
                            "defaultContainer",
                            "hostNetwork",
                            "idleMinutes",
                            "inheritFrom",
                            "inheritYamlMergeStrategy",
                            "instanceCap",
                            "label",
                            "namespace",
                            "nodeSelector",
                            "podRetention",
                            "retries",
                            "schedulerName",
                            "serviceAccount",
                            "showRawYaml",
                            "slaveConnectTimeout",
                            "supplementalGroups",
                            "workingDir",
                            "workspaceVolume",
                            "yaml",
                            "yamlFile",
                            "yamlMergeStrategy"));

    private Vocabulary() {}
}
