package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.api.ResultException;
import dev.octavo.engine.catalog.ServiceOrder;
import dev.octavo.engine.cluster.Approval;
import dev.octavo.engine.cluster.DeploySpec;
import dev.octavo.engine.cluster.Deployer;
import dev.octavo.engine.cluster.Plan;
import dev.octavo.engine.cluster.PlannedObject;
import dev.octavo.engine.cluster.Planner;
import dev.octavo.engine.cluster.ReleaseOptions;
import dev.octavo.engine.cluster.RolloutException;
import dev.octavo.engine.cluster.TagDigests;
import dev.octavo.engine.record.RunRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stages 6 and 8: what was approved, applied and ready. */
final class DeployOperation implements Operation<DeployRequest, DeployResult> {
    private static final double MILLIS = 1000.0;
    /** How often a microservice is planned again since one that it shares an object with has written that. */
    private static final int ATTEMPTS = 3;

    @Override
    public DeployResult run(DeployRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        Map<String, Plan> approved = approved(request, record, context.workspace());
        Deployment deployment = new Deployment(request.planning(), record, context);
        SignedImages.require(request.planning(), record, context);
        Map<String, Deployment.Part> parts = new LinkedHashMap<>();
        deployment
                .parts(Duration.ofSeconds(request.timeout()))
                .forEach(part -> parts.put(
                        part.service().name(),
                        pinned(
                                released(part, request, deployment),
                                approved.get(part.service().name()))));
        if (!request.approvedHash().isEmpty() || !request.plan().isEmpty()) {
            requireApproved(request, parts.values(), approved, context);
        }
        ServiceOrder order = ServiceOrder.of(
                parts.values().stream().map(Deployment.Part::service).toList());
        if (parts.size() > 1) {
            order.circles().forEach(context.listener()::warning);
            context.listener().progress("order: " + order.text());
        }
        Set<String> shared = shared(approved.values());
        List<InOrder.Outcome<dev.octavo.engine.cluster.DeployResult>> outcomes = InOrder.run(
                order,
                request.atOnce(),
                context.cancellation()::isRequested,
                name -> {
                    Deployment.Part part = Objects.requireNonNull(parts.get(name));
                    EngineContext own = parts.size() == 1
                            ? context
                            : context.withListener(new Prefixed(name + ": ", context.listener()));
                    context.listener().progress("deploying " + name + " to " + request.environment());
                    return deploy(request, part, approved.get(name), shared, own);
                },
                outcome -> note(outcome, request, record, context));
        return concluded(request, outcomes, record, context);
    }

    private static dev.octavo.engine.cluster.DeployResult deploy(
            DeployRequest request,
            Deployment.Part part,
            @Nullable Plan approved,
            Set<String> shared,
            EngineContext context) {
        if (approved == null) {
            return Deployer.deploy(part.spec(), context);
        }
        DeploySpec spec = part.spec().approvedAs(approved);
        int attempt = 1;
        while (true) {
            try {
                return Deployer.deploy(spec, context);
            } catch (EngineException e) {
                if (e.code() != ErrorCode.DEPLOY_PLAN_CHANGED || attempt == ATTEMPTS) {
                    throw e;
                }
            }
            attempt++;
            Plan now = Planner.plan(part.spec(), context);
            requireSame(request, approved, now, shared);
            spec = part.spec().approvedAs(now);
        }
    }

    private static void note(
            InOrder.Outcome<dev.octavo.engine.cluster.DeployResult> outcome,
            DeployRequest request,
            RunRecord record,
            EngineContext context) {
        dev.octavo.engine.cluster.DeployResult result = outcome.value();
        if (result != null) {
            Timing.elsewhere(
                    record, "deploy " + request.environment(), outcome.service(), result.rolloutMillis() / MILLIS);
        } else if (outcome.failure() instanceof RolloutException e) {
            record.put(outcome.service(), "rolloutFailed-" + request.environment(), e.failures());
        } else if (!outcome.heldBackBy().isEmpty()) {
            context.listener().warning(outcome(outcome).toString());
        }
    }

    private static DeployResult concluded(
            DeployRequest request,
            List<InOrder.Outcome<dev.octavo.engine.cluster.DeployResult>> outcomes,
            RunRecord record,
            EngineContext context) {
        List<DeployResult.Deployed> deployed = new ArrayList<>();
        for (InOrder.Outcome<dev.octavo.engine.cluster.DeployResult> outcome : outcomes) {
            dev.octavo.engine.cluster.DeployResult value = outcome.value();
            if (value != null) {
                deployed.add(new DeployResult.Deployed(outcome.service(), namespace(value.plan()), value));
            }
        }
        DeployResult result = new DeployResult(
                request.environment(),
                deployed,
                request.approver(),
                context.clock().instant(),
                outcomes.stream().map(DeployOperation::outcome).toList());
        if (!deployed.isEmpty()) {
            record.append("deployments", result);
        }
        List<EngineException> failures = outcomes.stream()
                .map(InOrder.Outcome::failure)
                .filter(Objects::nonNull)
                .toList();
        if (outcomes.size() > 1 && !context.cancellation().isRequested()) {
            requireAll(request, result, outcomes);
        } else if (!failures.isEmpty()) {
            if (outcomes.size() > 1) {
                result.outcomes().forEach(outcome -> context.listener().warning(outcome.toString()));
            }
            throw failures.get(0);
        }
        context.cancellation().check();
        return result;
    }

    private static DeployResult.Outcome outcome(InOrder.Outcome<dev.octavo.engine.cluster.DeployResult> outcome) {
        dev.octavo.engine.cluster.DeployResult value = outcome.value();
        if (value != null) {
            boolean unchanged = value.written() == 0 && value.plan().count(PlannedObject.Change.DELETE) == 0;
            return new DeployResult.Outcome(
                    outcome.service(),
                    unchanged ? DeployResult.State.UNCHANGED : DeployResult.State.DEPLOYED,
                    unchanged ? "it was out already" : "");
        }
        EngineException failure = outcome.failure();
        if (failure != null) {
            return new DeployResult.Outcome(
                    outcome.service(), DeployResult.State.FAILED, failure.code().id() + " " + failure.what());
        }
        return outcome.heldBackBy().isEmpty()
                ? new DeployResult.Outcome(outcome.service(), DeployResult.State.NOT_BEGUN, "the run was stopped")
                : new DeployResult.Outcome(
                        outcome.service(),
                        DeployResult.State.HELD_BACK,
                        "it needs " + String.join(", ", outcome.heldBackBy()));
    }

    /** Tells of several microservices which are out and which are not. */
    private static void requireAll(
            DeployRequest request,
            DeployResult result,
            List<InOrder.Outcome<dev.octavo.engine.cluster.DeployResult>> outcomes) {
        if (result.missing().isEmpty()) {
            return;
        }
        List<String> why = new ArrayList<>();
        List<String> fix = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            why.add(result.outcomes().get(i).toString());
            EngineException failure = outcomes.get(i).failure();
            if (failure != null) {
                (failure.where() + "\n" + failure.why()).lines().forEach(line -> why.add("  " + line));
                fix.add(outcomes.get(i).service() + ": " + failure.fix());
            }
        }
        fix.add("then run this stage again: it takes only what is not out");
        throw new ResultException(
                ErrorCode.DEPLOY_PARTLY,
                result.services().size() + " of " + outcomes.size() + " microservices are out in "
                        + request.environment() + ", the rest is not",
                request.environment(),
                String.join("\n", why),
                String.join("\n", fix),
                result);
    }

    /** Whether this run has deployed it there. */
    static boolean isOut(RunRecord record, String environment, String service) {
        return record.list("deployments", DeployResult.class).stream()
                .filter(each -> each.environment().equals(environment))
                .flatMap(each -> each.services().stream())
                .anyMatch(each -> each.service().equals(service));
    }

    private static Deployment.Part released(Deployment.Part part, DeployRequest request, Deployment deployment) {
        ReleaseOptions options = part.spec()
                .releasing()
                .about(deployment.facts(part.service(), request.approver()))
                .waiting(Duration.ofSeconds(Math.max(0, request.lockTimeout())))
                .keeping(Math.max(1, request.keepReleases()))
                .undone(request.rollBack());
        return new Deployment.Part(
                part.service(), part.spec().releasing(options).verifying(Checks.of(request, part.service())));
    }

    /** With the images' digests that were approved: tags may have moved since. */
    private static Deployment.Part pinned(Deployment.Part part, @Nullable Plan approved) {
        return approved == null ? part : part.with(part.spec().withTagDigests(TagDigests.of(approved)));
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

    /** Before anything is written: every microservice's plan is still the one that was approved, or is carried out. */
    private static void requireApproved(
            DeployRequest request,
            Collection<Deployment.Part> parts,
            Map<String, Plan> approved,
            EngineContext context) {
        for (Deployment.Part part : parts) {
            if (!approved.containsKey(part.service().name())) {
                throw changed(request, "\"" + part.service().name() + "\" was not in the plan that was approved");
            }
        }
        // a single one is compared again as it is deployed
        if (parts.size() > 1) {
            Map<String, Plan> now = Deployment.plans(parts, context);
            boolean begun = now.entrySet().stream()
                    .anyMatch(each -> Approval.isCarriedOut(approved(approved, each.getKey()), each.getValue()));
            Set<String> aside = begun ? shared(approved.values()) : Set.of();
            now.forEach((name, plan) -> requireSame(request, approved(approved, name), plan, aside));
        }
    }

    private static Plan approved(Map<String, Plan> plans, String service) {
        return Objects.requireNonNull(plans.get(service));
    }

    /**
     * What several microservices bring, such as their Namespace. Once one of them has written it, it is no longer what
     * the others' plans met, and that alone is no reason to stop.
     */
    private static Set<String> shared(Collection<Plan> plans) {
        Set<String> seen = new HashSet<>();
        Set<String> shared = new HashSet<>();
        plans.forEach(plan -> plan.objects().stream()
                .map(PlannedObject::identity)
                .filter(identity -> !seen.add(identity))
                .forEach(shared::add));
        return shared;
    }

    private static void requireSame(DeployRequest request, Plan approved, Plan now, Set<String> aside) {
        if (Approval.isCarriedOut(approved, now)) {
            return;
        }
        List<String> differences = Approval.differences(approved, now, aside);
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
