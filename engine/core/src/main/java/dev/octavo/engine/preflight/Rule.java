package dev.octavo.engine.preflight;

/** What is looked for; {@code docs/preflight.md} explains each with an example. */
public enum Rule {
    PIPELINE_SYNTAX(
            "PRE-001", "pipeline-syntax", Severity.ERROR, "Jenkins refuses the file before it runs anything of it"),
    MANIFEST_SYNTAX("PRE-002", "manifest-syntax", Severity.ERROR, "the file is not YAML that a cluster would take"),
    BUILD_FILE_SYNTAX(
            "PRE-003", "build-file-syntax", Severity.ERROR, "Maven cannot read the file, so nothing is built"),
    DOCKERFILE_SYNTAX("PRE-004", "dockerfile-syntax", Severity.ERROR, "no image can be built from the file"),
    ENCODING(
            "PRE-005",
            "encoding",
            Severity.WARNING,
            "Jenkins and Kubernetes read UTF-8; other bytes become other characters"),
    BINARY("PRE-006", "binary-file", Severity.ERROR, "the name says text, the content is none"),
    TOO_LARGE(
            "PRE-007", "too-large", Severity.WARNING, "a file of this size is not read, so its mistakes are not seen"),
    LINK(
            "PRE-008",
            "link",
            Severity.WARNING,
            "the link is not followed: what it means cannot be read, or is read already"),

    UNDEFINED_IN_MANIFEST(
            "PRE-010",
            "undefined-in-manifest",
            Severity.ERROR,
            "the placeholder goes to the cluster as it is written, or as nothing"),
    UNDEFINED_IN_GROOVY(
            "PRE-011",
            "undefined-in-groovy",
            Severity.ERROR,
            "Groovy stops at a variable that it does not know, and env gives null"),
    UNDEFINED_IN_SHELL(
            "PRE-012", "undefined-in-shell", Severity.WARNING, "the shell takes an unset variable for an empty text"),
    NOT_SUBSTITUTED(
            "PRE-013",
            "not-substituted",
            Severity.ERROR,
            "kubectl replaces no placeholders: the cluster gets them as they are written"),
    UNSUPPORTED_PLACEHOLDER(
            "PRE-014",
            "unsupported-placeholder",
            Severity.ERROR,
            "neither kubernetesDeploy nor envsubst knows this form"),
    SINGLE_QUOTES("PRE-015", "single-quotes", Severity.ERROR, "Groovy replaces nothing in single quotes"),

    OPEN_GATE("PRE-020", "open-gate", Severity.ERROR, "the condition holds for every value, so it guards nothing"),
    LOOSE_VERSION(
            "PRE-021",
            "loose-version",
            Severity.ERROR,
            "=~ looks for a match anywhere: dev, preview and server pass too"),
    WRONG_GATE_VARIABLE(
            "PRE-022",
            "wrong-gate-variable",
            Severity.ERROR,
            "a name is tested where a version is meant, so some services always pass"),
    INPUT_HOLDS_AGENT(
            "PRE-023",
            "input-holds-agent",
            Severity.WARNING,
            "while a person thinks, the agent and its executor are occupied"),
    INPUT_WITHOUT_TIMEOUT(
            "PRE-024", "input-without-timeout", Severity.WARNING, "a gate that nobody answers waits for ever"),
    INPUT_ID(
            "PRE-025",
            "input-id",
            Severity.WARNING,
            "the id is part of an address; newer Jenkins refuses such characters"),
    QUALITY_GATE_HOLDS_AGENT(
            "PRE-026",
            "quality-gate-holds-agent",
            Severity.WARNING,
            "waiting needs no agent, and this one holds it until SonarQube answers"),
    QUALITY_GATE_WITHOUT_TIMEOUT(
            "PRE-027",
            "quality-gate-without-timeout",
            Severity.WARNING,
            "where SonarQube's webhook does not come, the build waits for ever"),
    QUALITY_GATE_IGNORED("PRE-028", "quality-gate-ignored", Severity.ERROR, "a red quality gate stops nothing here"),
    QUALITY_GATE_COMMENTED_OUT(
            "PRE-029", "quality-gate-commented-out", Severity.WARNING, "the analysis or its gate is switched off"),
    GATE_FAILS_OPEN(
            "PRE-030",
            "gate-fails-open",
            Severity.ERROR,
            "what the gate throws is caught, and the build goes on as if it had passed"),

    IMAGE_NOT_PUSHED(
            "PRE-040", "image-not-pushed", Severity.ERROR, "what is deployed is not what this pipeline pushes"),
    SNAPSHOT_IN_PRODUCTION(
            "PRE-041",
            "snapshot-in-production",
            Severity.ERROR,
            "production gets a build of a branch instead of the release"),
    LATEST_NOT_PULLED(
            "PRE-042",
            "latest-not-pulled",
            Severity.ERROR,
            "a node that has some latest keeps it: deploying again changes nothing"),
    SAME_TAG(
            "PRE-043",
            "same-tag",
            Severity.WARNING,
            "the manifest is the same for every build, so nothing is rolled out"),
    BRANCH_IN_TAG(
            "PRE-044", "branch-in-tag", Severity.WARNING, "a branch such as feature/x has a slash, and a tag cannot"),
    TAG_BEFORE_IMAGE(
            "PRE-045",
            "tag-before-image",
            Severity.WARNING,
            "where the push of the image fails, git has a release that does not exist"),
    PRODUCTION_BEFORE_TAG(
            "PRE-046",
            "production-before-tag",
            Severity.ERROR,
            "production asks for an image that is pushed only later"),
    TAG_NOT_REPEATABLE(
            "PRE-047",
            "tag-not-repeatable",
            Severity.WARNING,
            "the tag exists when the build is run again, and git fails"),

    CREDENTIALS_IN_URL(
            "PRE-050",
            "credentials-in-url",
            Severity.ERROR,
            "the password is in the process list and in git's messages, and one with @ or / breaks the address"),
    SECRET_INTERPOLATED(
            "PRE-051",
            "secret-interpolated",
            Severity.ERROR,
            "Groovy writes the secret into the script, where the process list and the agent's disk have it"),
    SECRET_ARGUMENT(
            "PRE-052",
            "secret-argument",
            Severity.ERROR,
            "arguments are in the process list for everybody on the machine"),
    SECRET_IN_FILE(
            "PRE-053", "secret-in-file", Severity.ERROR, "everybody who reads the repository has the secret, for ever"),
    HOST_KEY_CHECK_OFF("PRE-054", "host-key-check-off", Severity.WARNING, "whoever is in between can be the server"),
    CLONED_AGAIN(
            "PRE-055",
            "cloned-again",
            Severity.WARNING,
            "the branch may have moved on: what is tagged is not what was tested"),
    MKDIR("PRE-056", "mkdir", Severity.WARNING, "the folder exists when the build is run again, and mkdir fails"),

    REMOVED_API("PRE-060", "removed-api", Severity.ERROR, "current clusters do not know the API version"),
    NODE_PORT_CLASH(
            "PRE-061",
            "node-port-clash",
            Severity.WARNING,
            "a cluster gives a node port once: the second Service is refused"),
    ALL_UNAVAILABLE("PRE-062", "all-unavailable", Severity.WARNING, "a rollout may stop all pods at once"),
    NO_RESOURCES(
            "PRE-063",
            "no-resources",
            Severity.WARNING,
            "the scheduler knows nothing of the container, and nothing limits it"),
    PROBE_COMMENTED_OUT(
            "PRE-064",
            "probe-commented-out",
            Severity.WARNING,
            "without a readiness probe, pods get requests before they can answer"),
    DOCUMENTS_RUN_TOGETHER(
            "PRE-065",
            "documents-run-together",
            Severity.ERROR,
            "without a separator of its own line two objects become one"),
    OTHER_SERVICE(
            "PRE-066",
            "other-service",
            Severity.WARNING,
            "a file of one service has the name of another, or its object"),
    SAME_OBJECT("PRE-067", "same-object", Severity.ERROR, "the one that is applied last replaces the other"),

    SHELL_ENTRYPOINT(
            "PRE-070",
            "shell-entrypoint",
            Severity.WARNING,
            "the shell is process 1 and passes no signal on: the service is killed instead of stopped"),
    DOCKERFILE_NAME(
            "PRE-071", "dockerfile-name", Severity.WARNING, "docker build finds a Dockerfile by that very name"),
    FILE_NAME("PRE-072", "file-name", Severity.WARNING, "agents without a UTF-8 locale cannot open the file"),
    DIRECTORY_NAME(
            "PRE-073", "directory-name", Severity.WARNING, "whoever writes the name as it should be finds nothing"),
    NOT_FOUND("PRE-074", "not-found", Severity.ERROR, "the pipeline names what the repository does not have"),
    NOT_YAML(
            "PRE-075",
            "not-yaml",
            Severity.WARNING,
            "kubernetesDeploy reads every file that matches, and fails at one that is not YAML"),
    DEPLOY_ARGUMENTS(
            "PRE-076",
            "deploy-arguments",
            Severity.ERROR,
            "kubernetesDeploy does not know it, and does something else"),
    BASE_IMAGE_GONE(
            "PRE-077",
            "base-image-gone",
            Severity.WARNING,
            "the image gets no corrections since 2017, and newer registries and mirrors do not have it"),

    DELIVERY_FILE(
            "PRE-078",
            "delivery-file",
            Severity.ERROR,
            "files are generated and deployments get their values from it, and both stop at it"),

    WHOLE_BUILD("PRE-080", "whole-build", Severity.WARNING, "one service is chosen and all are built"),
    UNROLLED_STAGES(
            "PRE-081",
            "unrolled-stages",
            Severity.WARNING,
            "the same stages are written once for each service, and must be changed in each"),

    IGNORE_WITHOUT_REASON(
            "PRE-090", "ignore-without-reason", Severity.WARNING, "nobody will know why, so nobody can take it away"),
    IGNORE_UNUSED("PRE-091", "ignore-unused", Severity.WARNING, "there is nothing to silence here, or no such rule");

    private final String id;
    private final String label;
    private final Severity severity;
    private final String why;

    Rule(String id, String label, Severity severity, String why) {
        this.id = id;
        this.label = label;
        this.severity = severity;
        this.why = why;
    }

    /** The stable name, such as {@code PRE-010}. */
    public String id() {
        return id;
    }

    /** The telling name, such as {@code undefined-in-manifest}. */
    public String label() {
        return label;
    }

    public Severity severity() {
        return severity;
    }

    /** Why it matters, as a sentence without a full stop. */
    public String why() {
        return why;
    }
}
