package dev.octavo.engine.preflight;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What Jenkins, its usual plugins and agents bring: variables and steps. */
final class JenkinsNames {
    private static final Pattern VARIABLE = Pattern.compile(
            "(?i)BUILD_.*|RUN_.*|JOB_.*|NODE_.*|JENKINS_.*|HUDSON_.*|WORKSPACE|WORKSPACE_TMP|EXECUTOR_NUMBER|CI|STAGE_NAME"
                    + "|BRANCH_NAME|BRANCH_IS_PRIMARY|CHANGE_[A-Z_]+|TAG_NAME|TAG_DATE|TAG_TIMESTAMP|TAG_UNIXTIME"
                    + "|GIT_(?:COMMIT|BRANCH|LOCAL_BRANCH|URL(?:_\\d+)?|PREVIOUS_COMMIT|PREVIOUS_SUCCESSFUL_COMMIT"
                    + "|AUTHOR_NAME|AUTHOR_EMAIL|COMMITTER_NAME|COMMITTER_EMAIL|CHECKOUT_DIR)|SVN_.*|ROOT_BUILD_CAUSE.*"
                    + "|GITLAB.*|GITEE.*|GHPRB.*|GERRIT_.*|BITBUCKET_.*|LIBRARY_.*|PULL_REQUEST.*"
                    + "|KUBERNETES_.*|POD_.*|PIPELINE_.*"
                    + "|SONAR_HOST_URL|SONAR_AUTH_TOKEN|SONAR_MAVEN_GOAL|SONAR_CONFIG_NAME|SONARQUBE_SCANNER_PARAMS"
                    + "|DINGTALK_.*|AWS_.*|KUBECONFIG");

    /** What an agent's system has, or a tool that it carries. */
    private static final Pattern SYSTEM = Pattern.compile(
            "PATH|HOME|USER|USERNAME|LOGNAME|PWD|OLDPWD|SHELL|LANG|LC_[A-Z]+|LANGUAGE|HOSTNAME|HOST|TERM|TZ|TMPDIR|TMP|TEMP"
                    + "|DISPLAY|EDITOR|MAIL|UID|EUID|GID|PPID|RANDOM|SECONDS|LINENO|IFS|OSTYPE|BASH.*|SHLVL|FUNCNAME"
                    + "|PIPESTATUS|REPLY|OPTARG|OPTIND|SUDO_USER|SSH_.*|XDG_.*|[A-Z0-9_]*_HOME|[A-Z]+_OPTS|DOCKER_HOST"
                    + "|DOCKER_CONFIG|GOPATH|GOROOT|NODE_PATH|NVM_DIR|(?:HTTP|HTTPS|NO|ALL)_PROXY|KUBECONFIG|CLASSPATH"
                    + "|MAVEN_.*|GRADLE_.*|PS\\d|COLUMNS|LINES|EPOCHSECONDS|DEBUG");

    private static final Set<String> GLOBALS = Set.of(
            "env",
            "params",
            "currentBuild",
            "scm",
            "docker",
            "steps",
            "this",
            "super",
            "it",
            "pipeline",
            "manager",
            "out",
            "binding",
            "JenkinsException",
            "WORKSPACE",
            "any",
            "none",
            "delegate",
            "owner",
            "build");

    /** Blocks that set no variables which cannot be read off them. */
    private static final Set<String> BLOCKS = Set.of(
            "pipeline",
            "stages",
            "stage",
            "steps",
            "script",
            "parallel",
            "matrix",
            "axes",
            "axis",
            "excludes",
            "exclude",
            "when",
            "expression",
            "allOf",
            "anyOf",
            "not",
            "environment",
            "options",
            "parameters",
            "triggers",
            "tools",
            "post",
            "always",
            "success",
            "failure",
            "unstable",
            "aborted",
            "changed",
            "fixed",
            "regression",
            "cleanup",
            "unsuccessful",
            "notBuilt",
            "agent",
            "kubernetes",
            "dockerfile",
            "label",
            "input",
            "libraries",
            "node",
            "ws",
            "dir",
            "container",
            "timeout",
            "retry",
            "timestamps",
            "ansiColor",
            "lock",
            "catchError",
            "warnError",
            "withEnv",
            "withCredentials",
            "withSonarQubeEnv",
            "podTemplate",
            "sshagent",
            "withMaven",
            "waitUntil",
            "milestone",
            "throttle",
            "nodejs",
            "withDockerRegistry",
            "withDockerContainer",
            "withDockerServer",
            "withKubeConfig",
            "withKubeCredentials",
            "withRegistry",
            "withChecks",
            "configFileProvider",
            "gitlabCommitStatus",
            "gitlabBuilds",
            "tee",
            "withAnt",
            "withGradle",
            "wrap",
            "dockerNode",
            "withContext",
            "githubNotify",
            "containerTemplate",
            "nodejsci",
            "writeFile",
            "echo",
            "each",
            "collect",
            "withGroovy",
            "cache",
            "withAWS",
            "withKubeconfig",
            "kubeconfig",
            "withVault",
            "triggeredBy");

    /** Of those, the ones that may bring more than can be seen. */
    private static final Set<String> OPEN_BLOCKS = Set.of("withVault", "withAWS", "withContext", "nodejsci");

    private JenkinsNames() {}

    static boolean isVariable(String name) {
        return VARIABLE.matcher(name).matches();
    }

    static boolean isSystem(String name) {
        return SYSTEM.matcher(name.toUpperCase(Locale.ROOT)).matches();
    }

    static boolean isGlobal(String name) {
        return GLOBALS.contains(name);
    }

    static boolean isKnownBlock(String step) {
        return BLOCKS.contains(step) && !OPEN_BLOCKS.contains(step);
    }
}
