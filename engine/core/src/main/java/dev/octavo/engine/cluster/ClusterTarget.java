package dev.octavo.engine.cluster;

import dev.octavo.engine.api.SecretValue;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster, and as whom.
 *
 * @param kubeconfig a file; null where the content is given, or neither: then the pod's own service account is used
 * @param content a kubeconfig's text, which then refers to no files
 * @param context the context in it; {@code ""} for its current one
 * @param allowPlugins whether programs that the kubeconfig names may be started for credentials. Only for a kubeconfig
 *     that the user of the command line owns.
 */
public record ClusterTarget(
        @Nullable Path kubeconfig, @Nullable SecretValue content, String context, boolean allowPlugins) {
    /** The current context of a file, without plugins. */
    public static ClusterTarget file(Path kubeconfig) {
        return new ClusterTarget(kubeconfig, null, "", false);
    }

    /** The current context of a text, without plugins. */
    public static ClusterTarget content(SecretValue content) {
        return new ClusterTarget(null, content, "", false);
    }

    /** The cluster that this process is a pod of. */
    public static ClusterTarget inCluster() {
        return new ClusterTarget(null, null, "", false);
    }
}
