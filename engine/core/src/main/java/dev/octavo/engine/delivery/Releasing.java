package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.cluster.ClusterTarget;
import dev.octavo.engine.cluster.DeploySpec;
import dev.octavo.engine.cluster.ReleaseOptions;

/** What the operations about releases have in common. */
final class Releasing {
    private Releasing() {}

    /** What names this run to people: the build's address, where it is one. */
    static String run(EngineContext context) {
        String url = context.environment().getOrDefault("BUILD_URL", "");
        return url.isEmpty() ? context.environment().getOrDefault("BUILD_TAG", "") : url;
    }

    /** An application in an environment, without manifests. */
    static DeploySpec spec(
            ClusterTarget target, String service, String environment, String clusterNamespace, EngineContext context) {
        DeploySpec spec =
                DeploySpec.of(target, environment, context.workspace(), "").releasing(ReleaseOptions.of(service));
        return clusterNamespace.isEmpty() ? spec : spec.inNamespace(clusterNamespace);
    }
}
