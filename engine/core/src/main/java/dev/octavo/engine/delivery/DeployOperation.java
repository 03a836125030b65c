package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.cluster.Approval;
import dev.octavo.engine.cluster.DeploySpec;
import dev.octavo.engine.cluster.Deployer;
import dev.octavo.engine.cluster.Plan;
import dev.octavo.engine.cluster.PlannedObject;
import dev.octavo.engine.cluster.Planner;
import dev.octavo.engine.cluster.ReleaseOptions;
import dev.octavo.engine.cluster.RolloutException;
import dev.octavo.engine.record.RunRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Stages 6 and 8: what was approved, applied and ready. */
final class DeployOperation implements Operation<DeployRequest, DeployResult> {
    private static final double MILLIS = 1000.0;

    @Override
    public DeployResult run(DeployRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        Map<String, Plan> approved = approved(request, record, context.workspace());
        Deployment deployment = new Deployment(request.planning(), record, context);
        SignedImages.require(request.planning(), record, context);
        List<Deployment.Part> parts = deployment.parts(Duration.ofSeconds(request.timeout())).stream()
                .map(part -> released(part, request, deployment))
                .toList();
        if (!request.approvedHash().isEmpty() || !request.plan().isEmpty()) {
            requireApproved(request, parts, approved, context);
        }
        List<DeployResult.Deployed> deployed = new ArrayList<>();
        Set<String> written = new HashSet<>();
        for (Deployment.Part part : parts) {
            String name = part.service().name();
            Plan plan = approved.get(name);
            context.listener().progress("deploying " + name + " to " + request.environment());
            DeploySpec spec = plan == null ? part.spec() : approvedSpec(request, part, plan, written, context);
            try {
                dev.octavo.engine.cluster.DeployResult result = Deployer.deploy(spec, context);
                deployed.add(new DeployResult.Deployed(name, namespace(result.plan()), result));
                result.plan().objects().forEach(object -> written.add(object.identity()));
                Timing.elsewhere(record, "deploy " + request.environment(), name, result.rolloutMillis() / MILLIS);
            } catch (RolloutException e) {
                record.put(name, "rolloutFailed-" + request.environment(), e.failures());
                throw e;
            }
        }
        Instant now = context.clock().instant();
        DeployResult result = new DeployResult(request.environment(), deployed, request.approver(), now);
        record.append("deployments", result);
        return result;
    }

    private static Deployment.Part released(Deployment.Part part, DeployRequest request, Deployment deployment) {
        ReleaseOptions options = part.spec()
                .releasing()
                .about(deployment.facts(request.approver()))
                .waiting(Duration.ofSeconds(Math.max(0, request.lockTimeout())))
                .keeping(Math.max(1, request.keepReleases()))
                .undone(request.rollBack());
        return new Deployment.Part(
                part.service(), part.spec().releasing(options).verifying(Checks.of(request, part.service())));
    }

    /** The plans that were approved, by microservice; none where none had to be. */
    private static Map<String, Plan> approved(DeployRequest request, RunRecord record, Path workspace) {
        Map<String, Plan> plans = new LinkedHashMap<>();
        if (request.approvedHash().isEmpty() && request.plan().isEmpty()) {
            return plans;
        }
        PlanResult result = request.plan().isEmpty()
                ? record.get("plan-" + request.environment(), PlanResult.class)
                        .filter(plan -> plan.hash().equals(request.approvedHash()))
                        .filter(plan -> Deployment.hash(plan.services()).equals(request.approvedHash()))
                        .orElseThrow(() -> changed(request, "the run's record has no plan with this hash"))
                : PlanFile.read(workspace.resolve(request.plan()), request.environment());
        if (!request.approvedHash().isEmpty() && !result.hash().equals(request.approvedHash())) {
            throw changed(request, "the plan in " + request.plan() + " is another: " + result.hash());
        }
        result.services().forEach(planned -> plans.put(planned.service(), planned.plan()));
        return plans;
    }

    /** Before anything is written: every microservice's plan is still the one that was approved. */
    private static void requireApproved(
            DeployRequest request, List<Deployment.Part> parts, Map<String, Plan> approved, EngineContext context) {
        for (Deployment.Part part : parts) {
            Plan plan = approved.get(part.service().name());
            if (plan == null) {
                throw changed(request, "\"" + part.service().name() + "\" was not in the plan that was approved");
            }
            // a single one is compared again as it is deployed
            if (parts.size() > 1) {
                requireSame(request, plan, Planner.plan(part.spec(), context), Set.of());
            }
        }
    }

    /**
     * Microservices may bring the same object, such as their Namespace. Once one of them has written it, it is no
     * longer what the other's plan met, and that alone is no reason to stop.
     */
    private static DeploySpec approvedSpec(
            DeployRequest request, Deployment.Part part, Plan plan, Set<String> written, EngineContext context) {
        if (plan.objects().stream().map(PlannedObject::identity).noneMatch(written::contains)) {
            return part.spec().approvedAs(plan);
        }
        requireSame(request, plan, Planner.plan(part.spec(), context), written);
        return part.spec();
    }

    private static void requireSame(DeployRequest request, Plan approved, Plan now, Set<String> written) {
        List<String> differences = Approval.differences(approved, now, written);
        if (!differences.isEmpty()) {
            throw Approval.changed(where(request), differences);
        }
    }

    private static String where(DeployRequest request) {
        String hash = request.approvedHash();
        return request.environment() + (hash.isEmpty() ? ", planned in " + request.plan() : ", approved as " + hash);
    }

    private static EngineException changed(DeployRequest request, String why) {
        return Approval.changed(where(request), List.of(why));
    }

    /** Where most of it went. */
    private static String namespace(Plan plan) {
        return plan.objects().stream()
                .map(object -> object.namespace())
                .filter(namespace -> !namespace.isEmpty())
                .findFirst()
                .orElse(plan.namespace());
    }
}
