package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.cluster.ClusterTarget;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the cluster that a request means. */
final class Clusters {
    /** The variable with a kubeconfig's text, which is on no disk then. */
    static final String CONTENT = "KUBECONFIG_CONTENT";

    private static final String FILE = "KUBECONFIG";

    private Clusters() {}

    /**
     * A kubeconfig that the request itself names, else the text in {@code KUBECONFIG_CONTENT}, else the file in
     * {@code KUBECONFIG}, else the cluster of the pod that this runs in.
     *
     * @param kubeconfig {@code ""} for none; where it is the value of {@code KUBECONFIG}, it counts as that
     * @throws EngineException {@link ErrorCode#CLUSTER_KUBECONFIG} where the file is not there
     */
    static ClusterTarget target(String kubeconfig, String contextName, EngineContext context) {
        String content = context.environment().getOrDefault(CONTENT, "");
        boolean named = !kubeconfig.isEmpty()
                && !kubeconfig.equals(context.environment().get(FILE));
        if (!content.isBlank() && !named) {
            return new ClusterTarget(null, new SecretValue(content), contextName, false);
        }
        if (kubeconfig.isEmpty()) {
            return ClusterTarget.inCluster();
        }
        // several files, as kubectl takes them, are more than one environment needs
        Path file = context.workspace().resolve(kubeconfig);
        if (!Files.isRegularFile(file)) {
            throw new EngineException(
                    ErrorCode.CLUSTER_KUBECONFIG,
                    "There is no kubeconfig",
                    file.toString(),
                    "the file does not exist",
                    "name it by --kubeconfig or the variable KUBECONFIG");
        }
        return new ClusterTarget(file, null, contextName, false);
    }
}
