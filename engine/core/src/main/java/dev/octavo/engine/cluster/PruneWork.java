package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.cluster.ReleaseState.Doomed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Deletes objects and waits until they are gone. What cannot be deleted is told, and found again by the next release. */
final class PruneWork {
    private static final Duration GONE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(300);

    private final ClusterClient client;
    private final EngineContext context;

    PruneWork(ClusterClient client, EngineContext context) {
        this.client = client;
        this.context = context;
    }

    /** @return those that are gone, as {@code Kind/name} */
    List<String> delete(List<Doomed> doomed) {
        List<Doomed> ordered = new ArrayList<>(doomed);
        ordered.sort(Comparator.comparing(PruneWork::wave).reversed());
        List<Doomed> deleted = new ArrayList<>();
        for (Doomed each : ordered) {
            if (delete(each)) {
                deleted.add(each);
            }
        }
        return awaitGone(deleted);
    }

    private static Wave wave(Doomed each) {
        ObjectRef object = each.object();
        return Wave.of(new ManifestObject(
                object.apiVersion(), object.kind(), object.namespace(), object.name(), Map.of(), "", 0));
    }

    private boolean delete(Doomed each) {
        // pods that still run belong to a workload that is not gone
        String policy = wave(each) == Wave.WORKLOADS ? "Foreground" : "Background";
        Answer answer = client.request(
                "DELETE",
                path(each),
                Map.of("propagationPolicy", policy, "preconditions", Map.of("uid", each.uid())),
                "application/json",
                "");
        if (answer.ok() || answer.notFound()) {
            return true;
        }
        context.listener()
                .warning(each.object().title() + " was not deleted: "
                        + (answer.code() == 409 ? "it was made anew meanwhile" : answer.message()));
        return false;
    }

    private List<String> awaitGone(List<Doomed> deleted) {
        long deadline = System.nanoTime() + GONE_TIMEOUT.toNanos();
        List<String> gone = new ArrayList<>();
        List<Doomed> waiting = new ArrayList<>(deleted);
        while (!waiting.isEmpty()) {
            List<Doomed> still = new ArrayList<>();
            for (Doomed each : waiting) {
                if (isThere(each)) {
                    still.add(each);
                } else {
                    gone.add(each.object().title());
                    context.listener().progress(each.object().title() + " deleted");
                }
            }
            waiting = still;
            if (System.nanoTime() - deadline >= 0) {
                waiting.forEach(each -> context.listener()
                        .warning(each.object().title() + " is still being deleted after " + GONE_TIMEOUT.toSeconds()
                                + " s: look at its finalizers"));
                break;
            }
            if (!waiting.isEmpty()) {
                client.pause(POLL);
            }
        }
        return gone;
    }

    private boolean isThere(Doomed each) {
        Answer answer = client.get(path(each));
        return answer.ok() && Tree.text(answer.body(), "metadata", "uid").equals(each.uid());
    }

    private static String path(Doomed each) {
        return each.type().path(each.object().namespace(), each.object().name());
    }
}
