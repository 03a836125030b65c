package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.List;

/** What was deployed did not become ready. */
public class RolloutException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient List<RolloutFailure> failures;
    private final transient List<WorkloadStatus> workloads;

    RolloutException(
            ErrorCode code,
            String what,
            String where,
            String why,
            String fix,
            List<RolloutFailure> failures,
            List<WorkloadStatus> workloads) {
        super(code, what, where, why, fix);
        this.failures = List.copyOf(failures);
        this.workloads = List.copyOf(workloads);
    }

    /** Why, for each workload that is not ready. */
    public List<RolloutFailure> failures() {
        return failures;
    }

    /** How far each workload was. */
    public List<WorkloadStatus> workloads() {
        return workloads;
    }
}
