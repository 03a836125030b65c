package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.cluster.Prepared.Item;
import java.time.Duration;
import java.util.Map;

/**
 * Deletes an object that is made again. Stopped between the two, the next deployment finds it missing and makes it.
 */
final class Recreation {
    private final ClusterClient client;
    private final EngineContext context;
    private final Duration timeout;

    Recreation(ClusterClient client, EngineContext context, Duration timeout) {
        this.client = client;
        this.context = context;
        this.timeout = timeout;
    }

    /** Returns once it is gone. */
    void remove(Item item) {
        ManifestObject object = item.object();
        Answer live = client.get(item.path());
        if (live.notFound()) {
            return;
        }
        if (!live.ok()) {
            throw client.refused("The cluster does not tell what " + object.title() + " is", object.place(), live);
        }
        if (Tree.text(live.body(), "metadata", "deletionTimestamp").isEmpty()) {
            context.listener().progress(object.title() + " is deleted and made again");
            Answer answer = client.delete(
                    item.path(), propagation(object, live.body()), Tree.text(live.body(), "metadata", "uid"));
            if (!answer.ok() && !answer.notFound()) {
                throw client.refused("The cluster does not delete " + object.title(), object.place(), answer);
            }
        }
        awaitGone(item, Tree.text(live.body(), "metadata", "uid"));
    }

    /** Pods of the old one are waited for, so that they do not meet those of the new one. */
    private static String propagation(ManifestObject object, Map<String, Object> live) {
        Map<String, Object> wanted = ThreeWayMerge.of(object).merge(Map.of(), live, object.content());
        return ImmutableFields.leavesPods(object.kind(), LiveDiff.compare(live, wanted)) ? "Orphan" : "Foreground";
    }

    private void awaitGone(Item item, String uid) {
        ManifestObject object = item.object();
        String selector = "fieldSelector=" + ResourceType.escape("metadata.name=" + object.name());
        new ConditionWait(client, context, item.type().path(object.namespace()), selector)
                .awaitGone(object.title(), uid, timeout);
    }
}
