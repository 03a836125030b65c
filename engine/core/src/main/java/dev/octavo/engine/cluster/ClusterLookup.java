package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks the cluster for what no watch of a rollout tells. What may not be read is not known. */
final class ClusterLookup implements RolloutState.Outside {
    private static final String FIRST_CONSUMER = "WaitForFirstConsumer";

    private final ClusterClient client;
    private final Map<String, Boolean> modes = new HashMap<>();
    private final Map<String, Boolean> scaled = new HashMap<>();

    ClusterLookup(ClusterClient client) {
        this.client = client;
    }

    @Override
    public boolean waitsForFirstPod(String storageClass) {
        return !storageClass.isEmpty()
                && modes.computeIfAbsent(storageClass, name -> Tree.text(
                                get("/apis/storage.k8s.io/v1/storageclasses/" + ResourceType.escape(name)),
                                "volumeBindingMode")
                        .equals(FIRST_CONSUMER));
    }

    @Override
    public boolean nodesAreComing(Map<String, Object> pod) {
        String uid = Tree.text(pod, "metadata", "uid");
        return scaled.computeIfAbsent(uid, unused -> {
            String namespace = Tree.text(pod, "metadata", "namespace");
            List<Map<String, Object>> events = Tree.maps(
                    get("/api/v1/namespaces/" + ResourceType.escape(namespace) + "/events?fieldSelector="
                            + ResourceType.escape("involvedObject.uid=" + uid)),
                    "items");
            return events.stream().anyMatch(event -> Tree.text(event, "reason").equals("TriggeredScaleUp"));
        });
    }

    private Map<String, Object> get(String path) {
        try {
            Answer answer = client.get(path);
            return answer.ok() ? answer.body() : Map.of();
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CANCELLED) {
                throw e;
            }
            return Map.of();
        }
    }
}
