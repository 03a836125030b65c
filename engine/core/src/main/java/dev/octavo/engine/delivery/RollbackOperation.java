package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.cluster.DeployResult;
import dev.octavo.engine.cluster.DeploySpec;
import dev.octavo.engine.cluster.Plan;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.cluster.ReleaseOptions;
import dev.octavo.engine.cluster.Releases;
import dev.octavo.engine.cluster.RolloutException;
import dev.octavo.engine.record.RunRecord;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Goes back to an earlier release: first its plan, then, where that was approved, what it says. */
final class RollbackOperation implements Operation<RollbackRequest, RollbackResult> {
    private static final double MILLIS = 1000.0;

    @Override
    public RollbackResult run(RollbackRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        String part = "rollback-plan-" + request.environment();
        DeploySpec spec = spec(request, context);
        Releases.Rollback planned = Releases.planRollback(spec, context);
        SignedImages.require(request.signedBy(), planned.release(), context);
        RollbackResult plan = result(request, planned);
        if (request.planOnly()) {
            record.put(request.service(), part, plan);
            return plan;
        }
        DeploySpec approved =
                spec.approvedAs(request.approvedHash().isEmpty() ? planned.plan() : approved(request, record, part));
        DeploySpec fixed = approved.releasing(approved.releasing().to(plan.to()));
        try {
            DeployResult done = Releases.rollBack(fixed, context);
            RollbackResult result = new RollbackResult(
                    plan.environment(),
                    plan.service(),
                    plan.to(),
                    plan.services(),
                    plan.hash(),
                    plan.question(),
                    new RollbackResult.Done(done.written(), done.rolloutMillis() / MILLIS, done.release()));
            record.put(request.service(), "rollback-" + request.environment(), result);
            return result;
        } catch (RolloutException e) {
            record.put(request.service(), "rolloutFailed-" + request.environment(), e.failures());
            throw e;
        }
    }

    private static DeploySpec spec(RollbackRequest request, EngineContext context) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("run", Releasing.run(context));
        facts.put("approver", request.approver());
        facts.values().removeIf(String::isEmpty);
        ReleaseOptions options = ReleaseOptions.of(request.service())
                .about(facts)
                .pruning(request.prune(), Set.copyOf(request.pruneAlso()))
                .waiting(Duration.ofSeconds(Math.max(0, request.lockTimeout())))
                .keeping(Math.max(1, request.keepReleases()))
                .undone(request.rollBack())
                .to(number(request));
        return Releasing.spec(
                        Clusters.target(request.kubeconfig(), request.context(), context),
                        request.service(),
                        request.environment(),
                        request.clusterNamespace(),
                        context)
                .withTimeout(Duration.ofSeconds(request.timeout()))
                .releasing(options);
    }

    private static int number(RollbackRequest request) {
        String to = request.to().strip().replaceFirst("^v", "");
        if (to.isEmpty()) {
            return -1;
        }
        if (!to.matches("\\d{1,9}")) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "\"" + request.to() + "\" is no number of a release",
                    request.service() + " in " + request.environment(),
                    "releases are counted from 1",
                    "\"octavo history\" lists them");
        }
        return Integer.parseInt(to);
    }

    private static Plan approved(RollbackRequest request, RunRecord record, String part) {
        return record.get(request.service(), part, RollbackResult.class)
                .filter(plan -> plan.hash().equals(request.approvedHash()))
                .filter(plan -> Deployment.hash(plan.services()).equals(request.approvedHash()))
                .map(plan -> plan.services().get(0).plan())
                .orElseThrow(() -> new EngineException(
                        ErrorCode.DEPLOY_PLAN_CHANGED,
                        "What was approved is not what would be deployed, so nothing was written",
                        request.service() + " in " + request.environment() + ", approved as " + request.approvedHash(),
                        "the run's record has no plan with this hash",
                        "make a new plan and approve it"));
    }

    private static RollbackResult result(RollbackRequest request, Releases.Rollback planned) {
        Release release = planned.release();
        List<PlanResult.Planned> services = List.of(new PlanResult.Planned(
                request.service(),
                digest(release),
                "as for that release",
                "as for that release",
                planned.plan(),
                null,
                null));
        String version = release.facts().getOrDefault("version", "");
        String commit = release.facts().getOrDefault("commit", "");
        String what = release.title()
                + (version.isEmpty() ? "" : ", " + version)
                + (commit.isEmpty() ? "" : ", commit " + commit.substring(0, Math.min(7, commit.length())));
        StringBuilder question = new StringBuilder("Roll " + request.service() + " in " + request.environment()
                + " back to " + what + "?  是否将 " + request.environment() + " 的 " + request.service() + " 回滚到第 "
                + release.number() + " 次发布？\n");
        planned.plan().text().lines().forEach(line -> question.append("\n  ").append(line));
        return new RollbackResult(
                request.environment(),
                request.service(),
                release.number(),
                services,
                Deployment.hash(services),
                question.toString(),
                null);
    }

    private static String digest(Release release) {
        String own = release.facts().getOrDefault(Release.IMAGE, "");
        if (!own.isEmpty()) {
            return own.substring(own.indexOf('@') + 1);
        }
        return release.images().stream()
                .filter(image -> image.contains("@sha256:"))
                .map(image -> image.substring(image.indexOf("@sha256:") + 1))
                .findFirst()
                .orElse("");
    }
}
