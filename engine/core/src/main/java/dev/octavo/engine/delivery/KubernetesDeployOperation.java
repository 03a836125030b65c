package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.cluster.DeployResult;
import dev.octavo.engine.cluster.DeploySpec;
import dev.octavo.engine.cluster.Deployer;
import dev.octavo.engine.cluster.PlanOptions;
import dev.octavo.engine.cluster.PlannedObject;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.cluster.PullSecret;
import dev.octavo.engine.cluster.Remover;
import dev.octavo.engine.template.Dialect;
import dev.octavo.engine.template.Substitution;
import dev.octavo.engine.template.Variable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the Jenkins step {@code kubernetesDeploy} of the plugin kubernetes-cd did, for those who still call it: any
 * manifests of the workspace, without a run's record. It keeps the rules of its substitution and of its namespaces.
 */
final class KubernetesDeployOperation implements Operation<KubernetesDeployRequest, KubernetesDeployResult> {
    /** The variable with the text of a Docker {@code config.json}. */
    static final String DOCKER_AUTH = "DOCKER_AUTH_CONFIG";

    /** The variable for manifests with the name of the Secret that was made. */
    private static final String SECRET_NAME = "KUBERNETES_SECRET_NAME";

    /** The kubeconfig's own namespace never counted. */
    private static final String DEFAULT_NAMESPACE = "default";

    private static final int LONGEST_NAME = 253;
    private static final int MADE_NAME_WORDS = 200;
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    @Override
    public KubernetesDeployResult run(KubernetesDeployRequest request, EngineContext context) {
        context.listener().progress("Starting Kubernetes deployment");
        if (request.waitSeconds() < 0) {
            throw invalid("waitSeconds", String.valueOf(request.waitSeconds()), "it is negative", "give 0 or more");
        }
        Map<String, Variable> variables = Deployment.environment(context);
        DeploySpec spec = DeploySpec.of(
                        Clusters.target(request.kubeconfig(), request.context(), context),
                        "kubernetesDeploy",
                        context.workspace(),
                        request.configs())
                .withDefaultNamespace(DEFAULT_NAMESPACE)
                .planning(PlanOptions.AS_WRITTEN);
        String dockerConfig = context.environment().getOrDefault(DOCKER_AUTH, "");
        String secretName = "";
        if (!dockerConfig.isBlank()) {
            secretName = secretName(request, context);
            variables.put(SECRET_NAME, Variable.of(secretName, "the Secret for pulling images"));
            spec = spec.withPullSecret(new PullSecret(
                    request.secretNamespace(),
                    secretName,
                    auths(dockerConfig),
                    request.dockerConfigJson() ? PullSecret.Form.DOCKERCONFIGJSON : PullSecret.Form.DOCKERCFG));
            context.listener().progress("Inject environment variable " + SECRET_NAME + "=" + secretName);
        }
        if (request.enableConfigSubstitution()) {
            List<String> only = new ArrayList<>(request.substituteOnly());
            only.add(SECRET_NAME);
            spec = spec.withSubstitution(new Substitution(
                    dialect(request), variables, request.substituteOnly().isEmpty() ? null : only));
        }
        context.listener().progress("Loading configuration: " + request.configs());
        return request.deleteResource()
                ? new KubernetesDeployResult("", List.of(), List.of(), List.of(), Remover.remove(spec, context), 0)
                : deploy(request, spec, secretName, context);
    }

    private static KubernetesDeployResult deploy(
            KubernetesDeployRequest request, DeploySpec spec, String secretName, EngineContext context) {
        DeployResult result;
        if (request.waitSeconds() == 0) {
            result = Deployer.apply(spec, context);
            context.listener()
                    .warning(
                            "nothing was waited for, so pods may still fail to start; waitSeconds: 300 waits for them");
        } else {
            result = Deployer.deploy(spec.withTimeout(Duration.ofSeconds(request.waitSeconds())), context);
        }
        List<PlannedObject> objects = result.plan().objects();
        return new KubernetesDeployResult(
                secretName,
                titles(objects, Change.CREATE),
                titles(objects, Change.CHANGE),
                titles(objects, Change.UNCHANGED),
                List.of(),
                result.workloads().size());
    }

    private static Dialect dialect(KubernetesDeployRequest request) {
        for (Dialect dialect : Dialect.values()) {
            if (dialect.name().equalsIgnoreCase(request.substitution().strip())) {
                return dialect;
            }
        }
        throw invalid(
                "substitution", request.substitution(), "there are no such rules", "give compat, envsubst or strict");
    }

    private static List<String> titles(List<PlannedObject> objects, Change change) {
        return objects.stream()
                .filter(object -> object.change() == change)
                .map(PlannedObject::title)
                .toList();
    }

    // ------------------------------------------------------------------------------- the Secret for pulling images

    /** The same in each build of a job, so that Secrets do not pile up. */
    private static String secretName(KubernetesDeployRequest request, EngineContext context) {
        String given = request.secretName().strip();
        if (given.isEmpty()) {
            String job = context.environment().getOrDefault("JOB_NAME", "");
            String words = job.toLowerCase(Locale.ROOT).replaceAll("[^0-9a-z]+", "-");
            // the hash keeps apart what the words do not: folder/job and folder-job, and names in other scripts
            return "octavo-"
                    + (words.substring(0, Math.min(MADE_NAME_WORDS, words.length())) + "-" + hash(job))
                            .replaceAll("^-+", "")
                            .replace("--", "-")
                    + (request.dockerConfigJson() ? "-json" : "");
        }
        if (given.length() > LONGEST_NAME || !NAME.matcher(given).matches()) {
            throw invalid(
                    "secretName",
                    given,
                    "it is no name that Kubernetes takes",
                    "use lower-case letters, digits, \"-\" and \".\", at most " + LONGEST_NAME
                            + ", beginning and ending with a letter or digit");
        }
        return given;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EngineException invalid(String input, String value, String why, String fix) {
        return new EngineException(ErrorCode.CONFIG_INVALID, "The input " + input + " cannot be used", value, why, fix);
    }

    /** The logins by registry. */
    private static SecretValue auths(String config) {
        try {
            JsonNode auths = JsonMapper.shared().readTree(config).path("auths");
            if (auths.isObject() && !auths.isEmpty()) {
                return new SecretValue(auths.toString());
            }
        } catch (JacksonException e) {
            // told below; the parser's message would quote the secret
        }
        throw new EngineException(
                ErrorCode.CONFIG_CREDENTIALS,
                "The logins for pulling images cannot be read",
                "the variable " + DOCKER_AUTH,
                "it is no JSON with an object \"auths\"",
                "give the text of a config.json as docker login writes it");
    }
}
