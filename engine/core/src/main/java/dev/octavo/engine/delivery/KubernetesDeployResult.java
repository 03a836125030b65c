package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import java.util.List;

/**
 * What {@code kubernetes-deploy} has done.
 *
 * @param secretName of the Secret for pulling images; {@code ""} where none was made
 * @param created titles of objects, as {@code Kind/name}; and so on
 * @param workloads how many were waited for until they were ready
 */
public record KubernetesDeployResult(
        String secretName,
        List<String> created,
        List<String> changed,
        List<String> unchanged,
        List<String> deleted,
        int workloads)
        implements Described {
    public KubernetesDeployResult {
        created = List.copyOf(created);
        changed = List.copyOf(changed);
        unchanged = List.copyOf(unchanged);
        deleted = List.copyOf(deleted);
    }

    @Override
    public String text() {
        return "Finished Kubernetes deployment: " + summary();
    }

    @Override
    public String summary() {
        if (!deleted.isEmpty()) {
            return deleted.size() + " deleted";
        }
        return created.size() + " created, " + changed.size() + " changed, " + unchanged.size() + " unchanged"
                + (workloads == 0 ? "" : ", " + workloads + " ready");
    }
}
