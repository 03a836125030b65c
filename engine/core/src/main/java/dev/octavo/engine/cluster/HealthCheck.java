package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.Placement.Typed;
import dev.octavo.engine.cluster.RolloutState.Workload;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks once at what runs of releases, with few requests: what is many of a kind is listed. */
final class HealthCheck {
    private final ClusterClient client;

    HealthCheck(ClusterClient client) {
        this.client = client;
    }

    /** @return for each of the releases */
    Map<Release, Health> of(List<Release> releases) {
        Map<Release, Health> health = new LinkedHashMap<>();
        Map<Release, List<Typed>> running = new LinkedHashMap<>();
        List<Typed> all = new ArrayList<>();
        new ReleaseStore(client).readAll(releases).forEach((release, read) -> {
            try {
                List<Typed> workloads = workloads(read.content());
                running.put(release, workloads);
                workloads.stream().filter(Typed::served).forEach(all::add);
            } catch (EngineException e) {
                health.put(release, unknown(e));
            }
        });
        LiveObjects live = LiveObjects.read(all, client);
        running.forEach((release, workloads) -> health.put(release, judge(workloads, live)));
        return health;
    }

    private static Health unknown(EngineException failure) {
        if (failure.code() == ErrorCode.CANCELLED) {
            throw failure;
        }
        return Health.unknown(failure.why().lines().findFirst().orElse(failure.what()));
    }

    /** What has to run; a Job has run, and may be gone. */
    private List<Typed> workloads(ReleaseContent content) {
        Set<String> running = new HashSet<>();
        for (Workload workload : RolloutTargets.of(content.objects())) {
            if (workload.runsPods() && !workload.kind().equals("Job")) {
                running.add(workload.key());
            }
        }
        List<Typed> workloads = new ArrayList<>();
        for (ManifestObject object : content.objects()) {
            Place place = Place.of(object.apiVersion(), object.kind(), object.namespace());
            if (running.contains(place.group() + " " + object.title() + " " + object.namespace())) {
                ResourceType type = client.type(object.apiVersion(), object.kind())
                        .orElse(new ResourceType(object.apiVersion(), object.kind(), "", true));
                workloads.add(new Typed(object, type, !type.plural().isEmpty(), List.of()));
            }
        }
        return workloads;
    }

    private static Health judge(List<Typed> workloads, LiveObjects live) {
        if (workloads.isEmpty()) {
            return Health.unknown("nothing of it runs pods");
        }
        List<String> bad = new ArrayList<>();
        List<String> unseen = new ArrayList<>();
        for (Typed typed : workloads) {
            String title = typed.object().title();
            if (!typed.served()) {
                bad.add(title + ": the cluster no longer has " + typed.object().apiVersion());
                continue;
            }
            Answer answer = live.of(typed);
            if (answer.notFound()) {
                bad.add(title + ": it is not there");
            } else if (!answer.ok()) {
                unseen.add(title + ": " + answer.message());
            } else {
                Readiness readiness = Readiness.of(typed.object().kind(), answer.body());
                if (!readiness.isReady()) {
                    bad.add(title + ": " + readiness.message());
                }
            }
        }
        if (!bad.isEmpty()) {
            return new Health(Health.State.UNHEALTHY, String.join("; ", bad));
        }
        return unseen.isEmpty() ? new Health(Health.State.HEALTHY, "") : Health.unknown(String.join("; ", unseen));
    }
}
