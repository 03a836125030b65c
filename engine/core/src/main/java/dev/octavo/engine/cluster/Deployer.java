package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.Prepared.Item;
import dev.octavo.engine.template.Substitution;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Plans, applies what the plan says, and waits until it runs. Running it again continues where it was stopped. */
public final class Deployer {
    private final DeploySpec spec;
    private final EngineContext context;
    private final ClusterClient client;
    private final Masker masker;
    private final Verifier verifier;

    private Deployer(DeploySpec spec, EngineContext context, ClusterClient client) {
        this.spec = spec;
        this.verifier = new Verifier(spec, context);
        this.context = context;
        this.client = client;
        Substitution substitution = spec.substitution();
        this.masker = new Masker(substitution == null ? List.of() : substitution.secrets());
    }

    /**
     * Deploys.
     *
     * @throws RolloutException {@link ErrorCode#DEPLOY_FAILED} or {@link ErrorCode#DEPLOY_TIMEOUT} with the reason
     * @throws EngineException what {@link Planner#plan} throws, before anything is written; {@link
     *     ErrorCode#DEPLOY_PLAN_CHANGED} where the plan is no longer the one that was approved
     */
    public static DeployResult deploy(DeploySpec spec, EngineContext context) {
        try (Connecting connection = Connecting.begin(spec.target(), context)) {
            Manifests manifests = Planner.load(spec, context);
            return new Deployer(spec, context, connection.client()).deploy(manifests, true);
        }
    }

    /**
     * Applies without waiting for what then starts.
     *
     * @throws EngineException as {@link #deploy} does
     */
    public static DeployResult apply(DeploySpec spec, EngineContext context) {
        DeploySpec unwatched = spec.applying(spec.applying().unwatched());
        try (Connecting connection = Connecting.begin(spec.target(), context)) {
            Manifests manifests = Planner.load(spec, context);
            return new Deployer(unwatched, context, connection.client()).deploy(manifests, false);
        }
    }

    /** Deploys manifests that come from no file, such as those of an earlier release. */
    static DeployResult deploy(DeploySpec spec, EngineContext context, ClusterClient client, Manifests manifests) {
        return new Deployer(spec, context, client).deploy(manifests, true);
    }

    private DeployResult deploy(Manifests manifests, boolean await) {
        Instant begin = context.clock().instant();
        try (ReleaseRun release = ReleaseRun.begin(spec, context, client, manifests)) {
            Prepared prepared = Planner.prepare(spec, manifests, client);
            if (await) {
                verifier.permit(client, prepared.plan().namespace());
            }
            Approval.require(spec, prepared.plan());
            prepared.plan().warnings().forEach(context.listener()::warning);
            Instant planned = context.clock().instant();
            release.pending(prepared);
            try {
                return carryOut(prepared, release, begin, planned, await);
            } catch (EngineException e) {
                throw release.failed(e, prepared, steps());
            }
        }
    }

    private DeployResult carryOut(
            Prepared prepared, ReleaseRun release, Instant begin, Instant planned, boolean await) {
        int written = apply(prepared, await);
        Instant applied = context.clock().instant();
        List<WorkloadStatus> workloads = await ? await(prepared, objects(prepared)) : List.of();
        Instant ready = context.clock().instant();
        List<CheckResult> checks =
                await ? verifier.run(client, running(prepared), prepared.plan().namespace(), workloads) : List.of();
        release.prune(prepared);
        Release deployed = release.deployed();
        return new DeployResult(
                prepared.plan(),
                written,
                workloads,
                checks,
                deployed,
                Duration.between(begin, planned).toMillis(),
                Duration.between(planned, applied).toMillis(),
                Duration.between(applied, ready).toMillis());
    }

    private int apply(Prepared prepared, boolean await) {
        return new Applier(spec, context, client, masker).apply(prepared, before -> {
            if (await) {
                context.listener()
                        .progress("waiting for "
                                + before.stream().map(ManifestObject::title).collect(Collectors.joining(", "))
                                + ", before what has its turn later");
                List<WorkloadStatus> unused = await(prepared, before);
            }
        });
    }

    private List<WorkloadStatus> await(Prepared prepared, List<ManifestObject> objects) {
        return new RolloutWatcher(client, context, running(prepared), RolloutTargets.of(objects)).await(spec.timeout());
    }

    /** For what programs say. */
    private Masker running(Prepared prepared) {
        return masker.with(objects(prepared));
    }

    private RollBack.Steps steps() {
        return new RollBack.Steps() {
            @Override
            public int apply(Prepared prepared) {
                return Deployer.this.apply(prepared, true);
            }

            @Override
            public void await(Prepared prepared) {
                List<WorkloadStatus> unused = Deployer.this.await(prepared, objects(prepared));
            }
        };
    }

    private static List<ManifestObject> objects(Prepared prepared) {
        return prepared.items().stream().map(Item::object).toList();
    }
}
