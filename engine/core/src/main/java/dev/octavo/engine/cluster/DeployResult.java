package dev.octavo.engine.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A deployment that has become ready. It can be written as JSON.
 *
 * @param plan what was done
 * @param written how many objects were written; the others were as they should be
 * @param workloads that were waited for
 * @param checks that were passed afterwards
 * @param release what it became; null where nothing had changed, or none is kept
 * @param planMillis how long planning took, in milliseconds, and so on
 */
public record DeployResult(
        Plan plan,
        int written,
        List<WorkloadStatus> workloads,
        List<CheckResult> checks,
        @Nullable Release release,
        long planMillis,
        long applyMillis,
        long rolloutMillis) {
    public DeployResult {
        workloads = List.copyOf(workloads);
        checks = List.copyOf(checks);
    }
}
