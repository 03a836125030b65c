package dev.octavo.engine.sandbox.controller;

import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kinds;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Pods that run to their end, as often as a Job asks for. */
final class JobController implements Controllers.Controller {
    private static final String COMPONENT = "job-controller";

    private final Api api;
    private final Pods pods;

    JobController(Api api, Pods pods) {
        this.api = api;
        this.pods = pods;
    }

    @Override
    public void reconcile(String namespace, String name) {
        ObjectNode job = api.find(Kinds.JOB, namespace, name);
        if (job == null || Json.isDeleted(job) || isOver(job)) {
            return;
        }
        JsonNode spec = job.path("spec");
        int completions = spec.path("completions").asInt(1);
        int parallelism = spec.path("parallelism").asInt(1);
        int limit = spec.path("backoffLimit").asInt(6);
        int succeeded = 0;
        int failed = 0;
        int ready = 0;
        List<ObjectNode> active = new ArrayList<>();
        for (ObjectNode pod : api.owned(Kinds.POD, job)) {
            String phase = Json.text(pod, "status", "phase");
            if (phase.equals("Succeeded")) {
                succeeded++;
            } else if (phase.equals("Failed")) {
                failed++;
            } else if (!Json.isDeleted(pod)) {
                active.add(pod);
                ready += Pods.isReady(pod) ? 1 : 0;
                failed += restarts(pod) > limit ? 1 : 0;
            }
        }
        boolean lost = failed > limit;
        boolean done = succeeded >= completions;
        if (lost || done) {
            active.forEach(pod -> pods.delete(job, pod, COMPONENT));
        } else if (!spec.path("suspend").asBoolean(false)) {
            int wanted = Math.min(parallelism, completions - succeeded);
            for (int i = active.size(); i < wanted; i++) {
                active.add(pods.create(job, "", pod -> {}, COMPONENT));
            }
        }
        report(job, lost || done ? 0 : active.size(), ready, succeeded, failed, lost, done);
    }

    private static boolean isOver(JsonNode job) {
        return job.path("status")
                .path("conditions")
                .valueStream()
                .anyMatch(each -> (Json.text(each, "type").equals("Complete")
                                || Json.text(each, "type").equals("Failed"))
                        && Json.text(each, "status").equals("True"));
    }

    private static int restarts(JsonNode pod) {
        int restarts = 0;
        for (JsonNode status : pod.path("status").path("containerStatuses")) {
            restarts += status.path("restartCount").asInt(0);
        }
        return restarts;
    }

    private void report(ObjectNode job, int active, int ready, int succeeded, int failed, boolean lost, boolean done) {
        String now = api.now();
        api.mutate(Kinds.JOB, Json.namespace(job), Json.name(job), copy -> {
            ObjectNode status = copy.withObjectProperty("status");
            if (!status.has("startTime")) {
                status.put("startTime", now);
            }
            status.put("active", active)
                    .put("ready", ready)
                    .put("succeeded", succeeded)
                    .put("failed", failed);
            if (done) {
                status.put("completionTime", now);
                Pods.condition(
                        status,
                        "Complete",
                        "True",
                        "CompletionsReached",
                        "Reached expected number of succeeded" + " pods",
                        now);
            } else if (lost) {
                Pods.condition(
                        status,
                        "Failed",
                        "True",
                        "BackoffLimitExceeded",
                        "Job has reached the specified backoff limit",
                        now);
            }
        });
        if (done) {
            api.event(job, "Normal", "Completed", "Job completed", COMPONENT);
        } else if (lost) {
            api.event(job, "Warning", "BackoffLimitExceeded", "Job has reached the specified backoff limit", COMPONENT);
        }
    }
}
