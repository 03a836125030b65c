package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Deletes the objects that manifests describe, in the reverse of the order in which they are deployed. */
public final class Remover {
    private final DeploySpec spec;
    private final EngineContext context;
    private final ClusterClient client;

    private Remover(DeploySpec spec, EngineContext context, ClusterClient client) {
        this.spec = spec;
        this.context = context;
        this.client = client;
    }

    /**
     * Deletes. What is not there counts as deleted, so it may be run again.
     *
     * @return the objects that were there, as {@code Kind/name}
     * @throws EngineException {@link ErrorCode#CONFIG_MANIFEST}, {@link ErrorCode#CLUSTER_KUBECONFIG}, {@link
     *     ErrorCode#CLUSTER_UNREACHABLE}; {@link ErrorCode#CLUSTER_UNAUTHORIZED} or {@link ErrorCode#CLUSTER_REFUSED}
     *     where the server does not delete one
     */
    public static List<String> remove(DeploySpec spec, EngineContext context) {
        Manifests manifests = Planner.load(spec, context);
        try (ClusterClient client = ClusterClient.connect(spec.target(), context)) {
            return new Remover(spec, context, client).remove(manifests);
        }
    }

    private List<String> remove(Manifests manifests) {
        List<ManifestObject> objects = new ArrayList<>(manifests.objects());
        if (spec.pullSecret() != null) {
            objects.add(spec.pullSecret().object());
        }
        objects.sort(Comparator.comparing(Wave::turn).reversed());
        List<String> removed = new ArrayList<>();
        ServedVersions versions =
                new ServedVersions((version, kind) -> client.type(version, kind).isPresent());
        for (ManifestObject written : objects) {
            // any version names the same object
            ManifestObject object =
                    client.type(written.apiVersion(), written.kind()).isPresent()
                            ? written
                            : versions.find(written).object();
            Optional<ResourceType> type = client.type(object.apiVersion(), object.kind());
            if (type.isEmpty()) {
                String advice = RemovedApis.advice(object.apiVersion(), object.kind());
                context.listener()
                        .warning(object.place() + "  " + object.title() + ": the cluster does not have "
                                + object.kind() + " in " + object.apiVersion() + ", so there is nothing to delete"
                                + (advice.isEmpty() ? "" : "; " + advice));
                continue;
            }
            String namespace = type.get().namespaced() ? namespace(object) : "";
            Answer answer = client.delete(type.get().path(namespace, object.name()));
            if (answer.ok()) {
                removed.add(object.title());
                context.listener().progress("Deleted " + object.title());
            } else if (answer.notFound()) {
                context.listener().progress(object.title() + " is not there");
            } else {
                throw client.refused("The cluster does not delete " + object.title(), object.place(), answer);
            }
        }
        return removed;
    }

    private String namespace(ManifestObject object) {
        if (!spec.namespace().isEmpty()) {
            return spec.namespace();
        }
        if (!object.namespace().isEmpty()) {
            return object.namespace();
        }
        String otherwise = spec.defaultNamespace().isEmpty() ? client.namespace() : spec.defaultNamespace();
        return otherwise.isEmpty() ? "default" : otherwise;
    }
}
