package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.cluster.Release.Status;
import dev.octavo.engine.cluster.RolloutState.Workload;
import dev.octavo.engine.template.Substitution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Watches what was deployed before, changing nothing. */
public final class Rollouts {
    /** The kinds that can be named without their group, with the versions in which servers have them. */
    private static final Map<String, List<String>> VERSIONS = versions();

    private final ClusterClient client;
    private final EngineContext context;

    private Rollouts(ClusterClient client, EngineContext context) {
        this.client = client;
        this.context = context;
    }

    private static Map<String, List<String>> versions() {
        Map<String, List<String>> versions = new LinkedHashMap<>();
        for (String kind : List.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")) {
            versions.put(kind, List.of("apps/v1"));
        }
        for (String kind : List.of("Pod", "Service", "PersistentVolumeClaim", "ReplicationController")) {
            versions.put(kind, List.of("v1"));
        }
        versions.put("Job", List.of("batch/v1"));
        versions.put("CronJob", List.of("batch/v1", "batch/v1beta1"));
        versions.put("Ingress", List.of("networking.k8s.io/v1", "networking.k8s.io/v1beta1"));
        versions.put("HorizontalPodAutoscaler", List.of("autoscaling/v2", "autoscaling/v2beta2", "autoscaling/v1"));
        versions.put("PodDisruptionBudget", List.of("policy/v1", "policy/v1beta1"));
        versions.put("CustomResourceDefinition", List.of("apiextensions.k8s.io/v1"));
        return versions;
    }

    /**
     * Waits until the objects of an application are ready, as they are in the cluster now: those of its release there, or
     * of the manifests where it has none.
     *
     * @throws RolloutException {@link ErrorCode#DEPLOY_FAILED} or {@link ErrorCode#DEPLOY_TIMEOUT} with the reason
     */
    public static List<WorkloadStatus> await(DeploySpec spec, EngineContext context) {
        Manifests manifests = Planner.load(spec, context);
        Substitution substitution = spec.substitution();
        Masker masker = new Masker(substitution == null ? List.of() : substitution.secrets());
        try (ClusterClient client = ClusterClient.connect(spec.target(), context)) {
            Optional<ReleaseContent> release = new Rollouts(client, context).release(spec, manifests);
            List<ManifestObject> objects =
                    release.map(ReleaseContent::objects).orElseGet(() -> placed(spec, manifests, client));
            Masker all = release.map(content -> new Masker(content.secrets())).orElse(masker);
            return new RolloutWatcher(client, context, all.with(objects), RolloutTargets.of(objects), Instant.EPOCH)
                    .await(spec.timeout());
        }
    }

    /** What was deployed last and not undone. */
    private Optional<ReleaseContent> release(DeploySpec spec, Manifests manifests) {
        String application = spec.releasing().application();
        if (application.isEmpty()) {
            return Optional.empty();
        }
        ReleaseStore store = new ReleaseStore(client);
        try {
            Optional<Release> found =
                    store
                            .list(Pruning.home(spec, manifests, client), application, spec.environment())
                            .releases()
                            .stream()
                            .filter(each -> each.status() != Status.ROLLED_BACK && each.status() != Status.ROLLING_BACK)
                            .findFirst();
            found.ifPresent(each -> context.listener()
                    .progress("watching " + each.title() + " (" + each.status().text() + ")"));
            return found.map(store::read);
        } catch (EngineException e) {
            if (e.code() != ErrorCode.CLUSTER_UNAUTHORIZED && e.code() != ErrorCode.DEPLOY_RELEASE) {
                throw e;
            }
            context.listener()
                    .warning("what the manifests here say is watched, since the release cannot be read: " + e.why());
            return Optional.empty();
        }
    }

    private static List<ManifestObject> placed(DeploySpec spec, Manifests manifests, ClusterClient client) {
        String otherwise = spec.defaultNamespace().isEmpty() ? client.namespace() : spec.defaultNamespace();
        List<ManifestObject> placed = new ArrayList<>();
        for (ManifestObject object : manifests.objects()) {
            boolean namespaced = client.type(object.apiVersion(), object.kind())
                    .map(ResourceType::namespaced)
                    .orElse(true);
            String own = object.namespace().isEmpty() ? otherwise : object.namespace();
            String namespace = spec.namespace().isEmpty() ? own : spec.namespace();
            placed.add(object.inNamespace(namespaced ? namespace.isEmpty() ? "default" : namespace : ""));
        }
        return placed;
    }

    /**
     * Waits until objects are ready.
     *
     * @param namespace {@code ""} for that of the kubeconfig's context
     * @param objects each {@code Kind/name}, or {@code group/version/Kind/name} for kinds that are not Kubernetes' own
     * @throws RolloutException {@link ErrorCode#DEPLOY_FAILED} or {@link ErrorCode#DEPLOY_TIMEOUT} with the reason
     */
    public static List<WorkloadStatus> await(
            ClusterTarget target, String namespace, List<String> objects, Duration timeout, EngineContext context) {
        try (ClusterClient client = ClusterClient.connect(target, context)) {
            String otherwise = client.namespace().isEmpty() ? "default" : client.namespace();
            Rollouts rollouts = new Rollouts(client, context);
            List<Workload> workloads = objects.stream()
                    .map(object -> rollouts.find(object, namespace.isEmpty() ? otherwise : namespace))
                    .toList();
            return new RolloutWatcher(client, context, new Masker(List.of()), workloads, Instant.EPOCH).await(timeout);
        }
    }

    private Workload find(String written, String namespace) {
        String[] parts = written.strip().split("/");
        if (parts.length != 2 && parts.length != 4) {
            throw unknown(written, "it is not of the form Kind/name", "write for instance Deployment/orders-service");
        }
        String kind = parts[parts.length - 2];
        String name = parts[parts.length - 1];
        ResourceType type = (parts.length == 4 ? client.type(parts[0] + "/" + parts[1], kind) : known(kind))
                .orElseThrow(() -> unknown(
                        written,
                        "the cluster does not have the kind " + kind,
                        NearestName.hint(kind, List.copyOf(VERSIONS.keySet()), "kinds")
                                + "; one that is not Kubernetes' own is written group/version/Kind/name"));
        Answer answer = client.get(type.path(namespace, name));
        if (answer.notFound()) {
            throw unknown(written, "there is none in namespace " + namespace, "correct its name or the namespace");
        }
        if (!answer.ok()) {
            throw client.refused(written + " cannot be read", client.server(), answer);
        }
        return new Workload(
                type.apiVersion(),
                type.kind(),
                type.namespaced() ? namespace : "",
                name,
                "",
                0,
                RolloutTargets.podLabels(type.kind(), name, answer.body()));
    }

    private Optional<ResourceType> known(String kind) {
        return VERSIONS.entrySet().stream()
                .filter(entry -> entry.getKey().toLowerCase(Locale.ROOT).equals(kind.toLowerCase(Locale.ROOT)))
                .flatMap(entry ->
                        entry.getValue().stream().flatMap(version -> client.type(version, entry.getKey()).stream()))
                .findFirst();
    }

    private EngineException unknown(String object, String why, String fix) {
        context.cancellation().check();
        return new EngineException(
                ErrorCode.CONFIG_INVALID, "\"" + object + "\" cannot be watched", client.server(), why, fix);
    }
}
