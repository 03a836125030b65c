package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.ServiceOrder;
import dev.octavo.engine.cluster.DeploySpec;
import dev.octavo.engine.cluster.PlannedObject;
import dev.octavo.engine.record.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a gate shows: the changes that a deployment would make. */
final class PlanOperation implements Operation<PlanRequest, PlanResult> {
    @Override
    public PlanResult run(PlanRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        Deployment deployment = new Deployment(request, record, context);
        SignedImages.require(request, record, context);
        List<Deployment.Part> parts = deployment.parts(DeploySpec.DEFAULT_TIMEOUT);
        List<PlanResult.Planned> plans = new ArrayList<>();
        List<String> out = new ArrayList<>();
        Deployment.plans(parts, context).forEach((service, plan) -> {
            plans.add(deployment.planned(service, plan));
            if (plan.count(PlannedObject.Change.UNCHANGED) == plan.objects().size()
                    && DeployOperation.isOut(record, request.environment(), service)) {
                out.add(service);
            }
        });
        ServiceOrder order =
                ServiceOrder.of(parts.stream().map(Deployment.Part::service).toList());
        Map<String, List<String>> needs = new LinkedHashMap<>();
        order.needs()
                .forEach((service, needed) ->
                        needs.put(service, needed.stream().sorted().toList()));
        PlanResult result = new PlanResult(
                request.environment(),
                request.version(),
                deployment.commit(),
                plans,
                Deployment.hash(plans),
                deployment.question(plans, out),
                needs,
                out,
                deployment.gate(parts));
        record.put("plan-" + request.environment(), result);
        if (!request.html().isEmpty()) {
            PlanPage.write(result, context.workspace().resolve(request.html()));
        }
        return result;
    }
}
