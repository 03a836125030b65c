package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.cluster.DeploySpec;
import dev.octavo.engine.record.RunRecord;
import java.util.ArrayList;
import java.util.List;

/** What a gate shows: the changes that a deployment would make. */
final class PlanOperation implements Operation<PlanRequest, PlanResult> {
    @Override
    public PlanResult run(PlanRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        Deployment deployment = new Deployment(request, record, context);
        SignedImages.require(request, record, context);
        List<PlanResult.Planned> plans = new ArrayList<>();
        Deployment.plans(deployment.parts(DeploySpec.DEFAULT_TIMEOUT), context)
                .forEach((service, plan) -> plans.add(deployment.planned(service, plan)));
        PlanResult result = new PlanResult(
                request.environment(),
                request.version(),
                deployment.commit(),
                plans,
                Deployment.hash(plans),
                deployment.question(plans));
        record.put("plan-" + request.environment(), result);
        if (!request.html().isEmpty()) {
            PlanPage.write(result, context.workspace().resolve(request.html()));
        }
        return result;
    }
}
