package dev.octavo.engine.api;

/** The stable names of failures; {@code docs/errors.md} explains each. */
public enum ErrorCode {
    CONFIG_INVALID("CONFIG-101", ErrorCategory.CONFIGURATION, "an option or parameter is missing or malformed"),
    CONFIG_FILE("CONFIG-102", ErrorCategory.CONFIGURATION, "a configuration file cannot be read"),
    CONFIG_UNKNOWN_SERVICE("CONFIG-103", ErrorCategory.CONFIGURATION, "no service of that name"),
    CONFIG_UNDEFINED_VARIABLE(
            "CONFIG-104", ErrorCategory.CONFIGURATION, "a manifest uses a variable that nothing defines"),
    CONFIG_VERSION("CONFIG-105", ErrorCategory.CONFIGURATION, "not a version"),
    CONFIG_MANIFEST("CONFIG-106", ErrorCategory.CONFIGURATION, "a manifest cannot be read"),
    CONFIG_CREDENTIALS("CONFIG-107", ErrorCategory.CONFIGURATION, "a credential is missing or of the wrong kind"),

    GENERATE_STALE(
            "GENERATE-101",
            ErrorCategory.CONFIGURATION,
            "generated files are not what octavo generate would write now"),
    GENERATE_CONFLICT("GENERATE-102", ErrorCategory.CONFIGURATION, "a person and Octavo have changed the same lines"),
    EXTRACT_STALE(
            "EXTRACT-101", ErrorCategory.CONFIGURATION, "extracted files are not what octavo extract would write"),

    PIPELINE_SYNTAX("PIPELINE-101", ErrorCategory.CONFIGURATION, "the Jenkinsfile cannot be parsed"),
    PIPELINE_UNKNOWN("PIPELINE-102", ErrorCategory.CONFIGURATION, "a step or directive that is not known"),
    PIPELINE_CPS("PIPELINE-103", ErrorCategory.CONFIGURATION, "something that Jenkins' interpreter cannot do"),
    PIPELINE_FAILED("PIPELINE-104", ErrorCategory.BUILD, "the pipeline failed"),
    PIPELINE_TIMEOUT("PIPELINE-105", ErrorCategory.TIMEOUT, "a part of the pipeline took longer than it was given"),

    SOURCE_NOT_GIT("SOURCE-101", ErrorCategory.SOURCE, "not a git working tree"),
    SOURCE_DIRTY("SOURCE-102", ErrorCategory.SOURCE, "the working tree has changes that no commit holds"),
    SOURCE_CHECKOUT("SOURCE-103", ErrorCategory.SOURCE, "the commit cannot be checked out"),
    SOURCE_TAG_EXISTS("SOURCE-104", ErrorCategory.SOURCE, "the version tag exists at another commit"),
    SOURCE_TAG_PUSH("SOURCE-105", ErrorCategory.SOURCE, "the version tag cannot be pushed"),
    FORGE_UNREACHABLE("SOURCE-201", ErrorCategory.SOURCE, "the forge's API cannot be reached"),
    FORGE_UNAUTHORIZED("SOURCE-202", ErrorCategory.SOURCE, "the forge refuses the token"),
    FORGE_REFUSED("SOURCE-203", ErrorCategory.SOURCE, "the forge does not make the release"),
    FORGE_LIMIT("SOURCE-204", ErrorCategory.SOURCE, "the forge's rate limit is used up"),

    BUILD_FAILED("BUILD-101", ErrorCategory.BUILD, "the service's build failed"),
    BUILD_TOOL("BUILD-102", ErrorCategory.BUILD, "the service's build tool cannot be found or started"),
    BUILD_OUTPUT("BUILD-103", ErrorCategory.BUILD, "the build left nothing to make an image from"),
    BUILD_IMAGE("BUILD-104", ErrorCategory.BUILD, "the image cannot be built"),
    BUILD_BASE("BUILD-105", ErrorCategory.BUILD, "the base image cannot be had"),
    BUILD_DISK("BUILD-106", ErrorCategory.BUILD, "the work folder cannot be written"),

    TEST_FAILED("QUALITY-101", ErrorCategory.QUALITY, "a test failed"),
    TEST_NONE("QUALITY-102", ErrorCategory.QUALITY, "no test ran"),
    TEST_REPORT("QUALITY-103", ErrorCategory.QUALITY, "the test report is missing, old or unreadable"),
    SONAR_RED("QUALITY-201", ErrorCategory.QUALITY, "the quality gate is red"),
    SONAR_UNREACHABLE("QUALITY-202", ErrorCategory.QUALITY, "SonarQube cannot be reached"),
    SONAR_UNAUTHORIZED("QUALITY-203", ErrorCategory.QUALITY, "SonarQube refuses the token"),
    SONAR_TIMEOUT("QUALITY-204", ErrorCategory.TIMEOUT, "the analysis was not finished in time"),
    SONAR_ANALYSIS("QUALITY-205", ErrorCategory.QUALITY, "the analysis failed"),
    SONAR_EMPTY("QUALITY-206", ErrorCategory.QUALITY, "the quality gate had no condition to check"),

    REGISTRY_UNREACHABLE("REGISTRY-101", ErrorCategory.REGISTRY, "the registry cannot be reached"),
    REGISTRY_UNAUTHORIZED("REGISTRY-102", ErrorCategory.REGISTRY, "the registry refuses the credentials"),
    REGISTRY_NOT_FOUND("REGISTRY-103", ErrorCategory.REGISTRY, "the registry does not have the image"),
    REGISTRY_DIGEST("REGISTRY-104", ErrorCategory.REGISTRY, "the digest is not the one that was built"),
    REGISTRY_FAILED("REGISTRY-105", ErrorCategory.REGISTRY, "the registry answered with an error"),

    SUPPLY_KEY("SUPPLY-101", ErrorCategory.CONFIGURATION, "a key for signatures cannot be used"),
    SUPPLY_SIGNATURE("SUPPLY-201", ErrorCategory.QUALITY, "the image has no signature that can be trusted"),
    SUPPLY_PROVENANCE("SUPPLY-202", ErrorCategory.QUALITY, "where the image comes from is not proven"),
    SUPPLY_BOM("SUPPLY-203", ErrorCategory.QUALITY, "the image has no bill of materials that can be trusted"),
    SCAN_FOUND("SUPPLY-301", ErrorCategory.QUALITY, "the scanner's report names vulnerabilities that are not accepted"),
    SCAN_REPORT("SUPPLY-302", ErrorCategory.QUALITY, "the scanner's report is missing, old or unreadable"),

    CLUSTER_UNREACHABLE("DEPLOY-101", ErrorCategory.CLUSTER, "the cluster cannot be reached"),
    CLUSTER_UNAUTHORIZED("DEPLOY-102", ErrorCategory.CLUSTER, "the cluster refuses the credentials"),
    CLUSTER_REFUSED("DEPLOY-103", ErrorCategory.CLUSTER, "the cluster refuses an object"),
    CLUSTER_KUBECONFIG("DEPLOY-104", ErrorCategory.CONFIGURATION, "the kubeconfig cannot be used"),
    CLUSTER_CONFLICT("DEPLOY-105", ErrorCategory.CLUSTER, "something else owns a field"),
    CLUSTER_IMMUTABLE("DEPLOY-106", ErrorCategory.CLUSTER, "an object cannot be changed into what is wanted"),
    DEPLOY_PLAN_CHANGED("DEPLOY-201", ErrorCategory.CLUSTER, "what was approved is not what would be deployed"),
    DEPLOY_FAILED("DEPLOY-202", ErrorCategory.CLUSTER, "the rollout failed"),
    DEPLOY_TIMEOUT("DEPLOY-203", ErrorCategory.TIMEOUT, "the rollout was not finished in time"),
    VERIFY_FAILED("DEPLOY-204", ErrorCategory.CLUSTER, "all is ready, and a check after the rollout failed"),
    DEPLOY_PARTLY("DEPLOY-205", ErrorCategory.CLUSTER, "not all microservices of the run were deployed"),
    DEPLOY_LOCKED("DEPLOY-301", ErrorCategory.CLUSTER, "another deployment of the application is under way"),
    DEPLOY_RELEASE("DEPLOY-302", ErrorCategory.CLUSTER, "a release cannot be stored, found or read"),
    DEPLOY_DRIFT("DEPLOY-303", ErrorCategory.CLUSTER, "somebody has changed what was deployed"),

    GATE_NOT_ASKED("GATE-101", ErrorCategory.GATE, "nobody is there to approve"),
    GATE_REFUSED("GATE-102", ErrorCategory.GATE, "the gate was refused"),
    GATE_TIMEOUT("GATE-103", ErrorCategory.TIMEOUT, "the gate was not answered in time"),

    NOTIFY_FAILED(
            "NOTIFY-101", ErrorCategory.CONFIGURATION, "a notification was not delivered; nothing stops for that"),

    PREFLIGHT_ERRORS("PREFLIGHT-101", ErrorCategory.FINDINGS, "preflight found errors"),
    PREFLIGHT_WARNINGS("PREFLIGHT-102", ErrorCategory.FINDINGS, "preflight found warnings, which were to fail too"),

    SANDBOX_PORT("SANDBOX-101", ErrorCategory.CONFIGURATION, "a port is taken"),
    SANDBOX_FAILED("SANDBOX-102", ErrorCategory.CLUSTER, "the sandbox cannot do this"),

    CANCELLED("CANCELLED-101", ErrorCategory.CANCELLED, "the work was stopped"),
    INTERNAL("INTERNAL-101", ErrorCategory.INTERNAL, "a bug in Octavo");

    private final String id;
    private final ErrorCategory category;
    private final String meaning;

    ErrorCode(String id, ErrorCategory category, String meaning) {
        this.id = id;
        this.category = category;
        this.meaning = meaning;
    }

    /** The name that is shown and documented, such as {@code DEPLOY-202}. */
    public String id() {
        return id;
    }

    public ErrorCategory category() {
        return category;
    }

    /** What the code means, as half a sentence. */
    public String meaning() {
        return meaning;
    }
}
