package dev.octavo.engine.cluster;

import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.template.Dialect;
import dev.octavo.engine.template.Substitution;
import dev.octavo.engine.template.Variable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to deploy, and where.
 *
 * @param environment the name that people give it, such as {@code dev}
 * @param namespace where everything goes; {@code ""} for where each manifest says, or else the kubeconfig's context
 * @param defaultNamespace where objects go that do not say so; {@code ""} for the kubeconfig's context
 * @param createNamespace whether a namespace that is not there is made
 * @param directory where {@code manifests} start
 * @param manifests Ant patterns, separated by commas
 * @param substitution for the manifests' placeholders; null to leave them
 * @param pullSecret made beside the manifests' objects; null for none
 * @param digests of the images that the run built, by repository
 * @param tagDigests tells the digests of the others
 * @param timeout for the rollout
 * @param approvedHash of the plan that was approved; {@code ""} where none had to be
 * @param approved that plan, so that a difference can be named; null where only its hash is known
 * @param applying how objects are written
 * @param releasing what becomes of the release: kept, pruned, rolled back
 * @param verification what is tried once all is ready
 * @param planning what is made of the manifests
 */
public record DeploySpec(
        ClusterTarget target,
        String environment,
        String namespace,
        String defaultNamespace,
        boolean createNamespace,
        Path directory,
        String manifests,
        @Nullable Substitution substitution,
        @Nullable PullSecret pullSecret,
        Map<String, String> digests,
        TagDigests tagDigests,
        Duration timeout,
        String approvedHash,
        @Nullable Plan approved,
        ApplyOptions applying,
        ReleaseOptions releasing,
        Verification verification,
        PlanOptions planning) {
    /** Long enough for a JVM on a busy node. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    public DeploySpec {
        Objects.requireNonNull(target);
        digests = Map.copyOf(digests);
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout " + timeout);
        }
    }

    /** Manifests as they are, into the namespaces that they name. */
    public static DeploySpec of(ClusterTarget target, String environment, Path directory, String manifests) {
        return new DeploySpec(
                target,
                environment,
                "",
                "",
                false,
                directory,
                manifests,
                null,
                null,
                Map.of(),
                TagDigests.NONE,
                DEFAULT_TIMEOUT,
                "",
                null,
                ApplyOptions.DEFAULT,
                ReleaseOptions.NONE,
                Verification.NONE,
                PlanOptions.DEFAULT);
    }

    /** The same, all in one namespace, which is made where it is not there. */
    public DeploySpec inNamespace(String other) {
        return copy(draft -> {
            draft.namespace = other;
            draft.createNamespace = true;
        });
    }

    /** The same, with what does not name its namespace in this one, whatever the kubeconfig says. */
    public DeploySpec withDefaultNamespace(String other) {
        return copy(draft -> draft.defaultNamespace = other);
    }

    /** The same, with placeholders replaced. */
    public DeploySpec withSubstitution(Substitution other) {
        return copy(draft -> draft.substitution = other);
    }

    /** The same, with a Secret for pulling images. */
    public DeploySpec withPullSecret(PullSecret other) {
        return copy(draft -> draft.pullSecret = other);
    }

    /** The same, with the run's images. */
    public DeploySpec withDigests(Map<String, String> other) {
        return copy(draft -> draft.digests = other);
    }

    /** The same, with the images pinned that others have built. */
    public DeploySpec withTagDigests(TagDigests other) {
        return copy(draft -> draft.tagDigests = other);
    }

    /** The same, with another time limit. */
    public DeploySpec withTimeout(Duration other) {
        return copy(draft -> draft.timeout = other);
    }

    /** The same, written in another way. */
    public DeploySpec applying(ApplyOptions other) {
        return copy(draft -> draft.applying = other);
    }

    /** The same, as a release. */
    public DeploySpec releasing(ReleaseOptions other) {
        return copy(draft -> draft.releasing = other);
    }

    /**
     * The same for manifests that were applied before, and are applied again just as they are.
     *
     * @param secrets in them, to be masked
     */
    DeploySpec again(List<SecretValue> secrets) {
        Map<String, Variable> masked = new LinkedHashMap<>();
        secrets.forEach(
                secret -> masked.put("SECRET_" + masked.size(), new Variable(secret.reveal(), "the release", true)));
        return copy(draft -> {
            draft.namespace = "";
            draft.substitution = masked.isEmpty() ? null : new Substitution(Dialect.STRICT, masked);
            draft.pullSecret = null;
            draft.digests = Map.of();
            draft.tagDigests = TagDigests.NONE;
        });
    }

    /** The same, approved or not before. */
    DeploySpec unapproved() {
        return copy(draft -> {
            draft.approvedHash = "";
            draft.approved = null;
        });
    }

    /** The same, with something to try at the end. */
    public DeploySpec verifying(Verification other) {
        return copy(draft -> draft.verification = other);
    }

    /** The same, planned in another way. */
    public DeploySpec planning(PlanOptions other) {
        return copy(draft -> draft.planning = other);
    }

    /** The same, to be deployed only if the plan is still that one. */
    public DeploySpec approvedAs(Plan plan) {
        return copy(draft -> {
            draft.approvedHash = plan.hash();
            draft.approved = plan;
        });
    }

    private DeploySpec copy(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new DeploySpec(
                target,
                environment,
                draft.namespace,
                draft.defaultNamespace,
                draft.createNamespace,
                directory,
                manifests,
                draft.substitution,
                draft.pullSecret,
                draft.digests,
                draft.tagDigests,
                draft.timeout,
                draft.approvedHash,
                draft.approved,
                draft.applying,
                draft.releasing,
                draft.verification,
                draft.planning);
    }

    /** What the methods above change. */
    private static final class Draft {
        private String namespace;
        private String defaultNamespace;
        private boolean createNamespace;
        private @Nullable Substitution substitution;
        private @Nullable PullSecret pullSecret;
        private Map<String, String> digests;
        private TagDigests tagDigests;
        private Duration timeout;
        private String approvedHash;
        private @Nullable Plan approved;
        private ApplyOptions applying;
        private ReleaseOptions releasing;
        private Verification verification;
        private PlanOptions planning;

        private Draft(DeploySpec spec) {
            namespace = spec.namespace;
            defaultNamespace = spec.defaultNamespace;
            createNamespace = spec.createNamespace;
            substitution = spec.substitution;
            pullSecret = spec.pullSecret;
            digests = spec.digests;
            tagDigests = spec.tagDigests;
            timeout = spec.timeout;
            approvedHash = spec.approvedHash;
            approved = spec.approved;
            applying = spec.applying;
            releasing = spec.releasing;
            verification = spec.verification;
            planning = spec.planning;
        }
    }
}
