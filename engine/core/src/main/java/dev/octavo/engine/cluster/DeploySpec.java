package dev.octavo.engine.cluster;

import dev.octavo.engine.template.Substitution;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to deploy, and where.
 *
 * @param environment the name that people give it, such as {@code dev}
 * @param namespace where everything goes; {@code ""} for where each manifest says, or else the kubeconfig's context
 * @param createNamespace whether a namespace that is not there is made
 * @param directory where {@code manifests} start
 * @param manifests Ant patterns, separated by commas
 * @param substitution for the manifests' placeholders; null to leave them
 * @param digests of the images that the run built, by repository
 * @param timeout for the rollout
 * @param approvedHash of the plan that was approved; {@code ""} where none had to be
 * @param approved that plan, so that a difference can be named; null where only its hash is known
 */
public record DeploySpec(
        ClusterTarget target,
        String environment,
        String namespace,
        boolean createNamespace,
        Path directory,
        String manifests,
        @Nullable Substitution substitution,
        Map<String, String> digests,
        Duration timeout,
        String approvedHash,
        @Nullable Plan approved) {
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
                target, environment, "", false, directory, manifests, null, Map.of(), DEFAULT_TIMEOUT, "", null);
    }

    /** The same, all in one namespace, which is made where it is not there. */
    public DeploySpec inNamespace(String other) {
        return new DeploySpec(
                target,
                environment,
                other,
                true,
                directory,
                manifests,
                substitution,
                digests,
                timeout,
                approvedHash,
                approved);
    }

    /** The same, with placeholders replaced. */
    public DeploySpec withSubstitution(Substitution other) {
        return new DeploySpec(
                target,
                environment,
                namespace,
                createNamespace,
                directory,
                manifests,
                other,
                digests,
                timeout,
                approvedHash,
                approved);
    }

    /** The same, with the run's images. */
    public DeploySpec withDigests(Map<String, String> other) {
        return new DeploySpec(
                target,
                environment,
                namespace,
                createNamespace,
                directory,
                manifests,
                substitution,
                other,
                timeout,
                approvedHash,
                approved);
    }

    /** The same, with another time limit. */
    public DeploySpec withTimeout(Duration other) {
        return new DeploySpec(
                target,
                environment,
                namespace,
                createNamespace,
                directory,
                manifests,
                substitution,
                digests,
                other,
                approvedHash,
                approved);
    }

    /** The same, to be deployed only if the plan is still that one. */
    public DeploySpec approvedAs(Plan plan) {
        return new DeploySpec(
                target,
                environment,
                namespace,
                createNamespace,
                directory,
                manifests,
                substitution,
                digests,
                timeout,
                plan.hash(),
                plan);
    }
}
