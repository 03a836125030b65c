package dev.octavo.engine.cluster;

import static dev.octavo.engine.cluster.Need.Level.NEEDED;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.template.Substituted;
import dev.octavo.engine.template.Substitution;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tries what was deployed, once all of it is ready. Addresses of Services are asked through the API server, since the
 * machine that deploys is seldom in the cluster's network.
 */
final class Verifier {
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration GONE_RETRY = Duration.ofMillis(200);
    private static final int MAX_BODY = 200;
    private static final int LOG_LINES = 10;

    private final DeploySpec spec;
    private final EngineContext context;
    private final List<HttpCheck> addresses = new ArrayList<>();
    private final List<ManifestObject> jobs = new ArrayList<>();

    /**
     * Reads the checks, before anything is deployed.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_INVALID}, and what {@link ManifestLoader} throws
     */
    Verifier(DeploySpec spec, EngineContext context) {
        this.spec = spec;
        this.context = context;
        Substitution substitution = spec.substitution();
        for (String written : spec.verification().checks()) {
            if (HttpCheck.isOne(written)) {
                addresses.add(HttpCheck.parse(substitution == null ? written : substituted(substitution, written)));
            } else {
                load(written);
            }
        }
    }

    private static String substituted(Substitution substitution, String check) {
        Substituted result = substitution.apply("verify", check);
        substitution.check(List.of(result));
        return result.text();
    }

    private void load(String patterns) {
        Manifests manifests =
                ManifestLoader.load(context.workspace().resolve(spec.directory()), patterns, spec.substitution());
        for (ManifestObject object :
                new ImagePins(spec.digests()).pin(manifests.objects()).objects()) {
            if (!object.kind().equals("Job")) {
                throw new EngineException(
                        ErrorCode.CONFIG_MANIFEST,
                        "A check after the rollout is no Job",
                        object.place(),
                        "it is " + object.title(),
                        "name only manifests of Jobs by \"verify\", and deploy what they need with the rest");
            }
            jobs.add(object);
        }
    }

    /**
     * Asks for the permissions that the checks take.
     *
     * @throws EngineException {@link ErrorCode#CLUSTER_UNAUTHORIZED} with all that are missing
     */
    void permit(ClusterClient client, String home) {
        if (addresses.isEmpty() && jobs.isEmpty()) {
            return;
        }
        Permissions permissions = new Permissions(client);
        addresses.forEach(address -> address.need(home).ifPresent(permissions::need));
        for (ManifestObject job : jobs) {
            String namespace = namespace(job, home);
            for (String verb : List.of("get", "create", "patch", "delete", "list", "watch")) {
                permissions.need(new Need(
                        verb, job.group(), "jobs", namespace, job.name(), "to verify with " + job.title(), NEEDED));
            }
        }
        permissions.missing().refuse();
    }

    private String namespace(ManifestObject job, String home) {
        return job.namespace().isEmpty() || !spec.namespace().isEmpty() ? home : job.namespace();
    }

    /**
     * Tries all, one after the other.
     *
     * @param home the namespace of what does not name one
     * @throws RolloutException {@link ErrorCode#VERIFY_FAILED}
     */
    List<CheckResult> run(ClusterClient client, Masker masker, String home, List<WorkloadStatus> workloads) {
        List<CheckResult> results = new ArrayList<>();
        for (HttpCheck address : addresses) {
            results.add(tryAddress(address, client, masker, home, workloads));
        }
        for (ManifestObject job : jobs) {
            results.add(tryJob(job.inNamespace(namespace(job, home)), client, masker));
        }
        return results;
    }

    // ------------------------------------------------------------------------------------------------------ addresses

    private CheckResult tryAddress(
            HttpCheck check, ClusterClient client, Masker masker, String home, List<WorkloadStatus> workloads) {
        Instant begin = context.clock().instant();
        Instant deadline = begin.plus(spec.verification().timeout());
        String path = check.servicePath(home);
        context.listener().progress("verifying " + masker.mask(check.url().toString()));
        for (int attempt = 1; ; attempt++) {
            Page page = path.isEmpty() ? outside(check) : inside(client, path);
            if (check.expects(page.code(), page.body())) {
                return new CheckResult(
                        masker.mask(check.url().toString()),
                        page.code() + (attempt == 1 ? "" : " after " + attempt + " attempts"),
                        Duration.between(begin, context.clock().instant()).toMillis(),
                        List.of());
            }
            if (page.forbidden() || !context.clock().instant().isBefore(deadline)) {
                throw failed(check, page, masker, home, workloads);
            }
            client.pause(RETRY);
        }
    }

    /** @param code 0 where there was no answer; the body then says why */
    private record Page(int code, String body, boolean forbidden) {}

    private static Page inside(ClusterClient client, String path) {
        HttpResult answer = client.page(path);
        Answer status = new Answer(answer.code(), Json.parseOrEmpty(answer.body()), List.of());
        boolean forbidden = status.notPermitted();
        boolean server = Tree.text(status.body(), "kind").equals("Status")
                && Tree.text(status.body(), "apiVersion").equals("v1");
        return server ? new Page(0, status.message(), forbidden) : new Page(answer.code(), answer.body(), false);
    }

    /** What a page answered. */
    record HttpResult(int code, String body) {}

    private static Page outside(HttpCheck check) {
        HttpClient http =
                HttpClient.newBuilder().connectTimeout(REQUEST_TIMEOUT).build();
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(check.url()).timeout(REQUEST_TIMEOUT).build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Page(response.statusCode(), response.body(), false);
        } catch (IOException e) {
            String message = e.getMessage();
            return new Page(0, message == null ? e.getClass().getSimpleName() : message, false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(
                    ErrorCode.CANCELLED,
                    "The work was stopped",
                    check.url().toString(),
                    "its thread was interrupted",
                    "run it again",
                    e);
        }
    }

    private RolloutException failed(
            HttpCheck check, Page page, Masker masker, String home, List<WorkloadStatus> workloads) {
        String body = masker.mask(page.body()).replaceAll("\\s+", " ").strip();
        String shown = body.length() <= MAX_BODY ? body : body.substring(0, MAX_BODY) + "...";
        String what = page.code() == 0 ? "no answer: " + shown : "status " + page.code() + ": " + shown;
        String url = masker.mask(check.url().toString());
        String fix = page.forbidden()
                ? "grant the user get on services/proxy in " + home + ", or check an address outside of the cluster"
                : "look at the log of what answers there; correct the address if it is wrong";
        RolloutFailure failure = new RolloutFailure(
                "Check",
                home,
                url,
                "VerifyFailed",
                "expected " + check.expectation() + ", met " + what,
                "",
                0,
                List.of(),
                List.of(),
                fix);
        return new RolloutException(
                ErrorCode.VERIFY_FAILED,
                "All is ready, and a check failed",
                url + " (namespace " + home + ")",
                failure.message(),
                fix,
                List.of(failure),
                workloads);
    }

    // ------------------------------------------------------------------------------------------------------------ jobs

    private CheckResult tryJob(ManifestObject job, ClusterClient client, Masker masker) {
        Instant begin = context.clock().instant();
        ResourceType type = client.type(job.apiVersion(), job.kind())
                .orElseThrow(() -> new EngineException(
                        ErrorCode.CLUSTER_REFUSED,
                        "The cluster does not have Jobs in " + job.apiVersion(),
                        job.place(),
                        job.title() + " cannot be made",
                        "write apiVersion: batch/v1"));
        String path = type.path(job.namespace(), job.name());
        context.listener().progress("verifying with " + job.title());
        removeEarlier(client, path);
        Answer made = client.apply(path, job.content(), false);
        if (!made.ok()) {
            throw client.refused("The cluster refuses " + job.title(), job.place(), made);
        }
        try {
            List<WorkloadStatus> unused = new RolloutWatcher(client, context, masker, RolloutTargets.of(List.of(job)))
                    .await(spec.verification().timeout());
        } catch (RolloutException e) {
            // the Job stays, for people to look at; the next verification removes it
            throw new RolloutException(
                    ErrorCode.VERIFY_FAILED,
                    "All is ready, and the check " + job.title() + " failed",
                    e.where(),
                    e.why(),
                    e.fix(),
                    e.failures(),
                    e.workloads());
        }
        List<String> log = log(client, job).stream().map(masker::mask).toList();
        if (Tree.at(job.content(), "spec", "ttlSecondsAfterFinished") == null) {
            Answer unused = client.delete(path);
        }
        return new CheckResult(
                job.title(),
                "completed",
                Duration.between(begin, context.clock().instant()).toMillis(),
                log);
    }

    /** A Job runs once, so that of an earlier verification has to go. */
    private void removeEarlier(ClusterClient client, String path) {
        Answer there = client.delete(path);
        Instant deadline = context.clock().instant().plus(spec.verification().timeout());
        while (there.ok() && context.clock().instant().isBefore(deadline)) {
            client.pause(GONE_RETRY);
            there = client.get(path);
        }
    }

    private static List<String> log(ClusterClient client, ManifestObject job) {
        Answer pods = client.get("/api/v1/namespaces/" + ResourceType.escape(job.namespace()) + "/pods?labelSelector="
                + ResourceType.escape("job-name=" + job.name()));
        for (Map<String, Object> pod : Tree.maps(pods.body(), "items")) {
            if (Tree.text(pod, "status", "phase").equals("Succeeded")) {
                String container =
                        Tree.text(Tree.maps(pod, "spec", "containers").get(0), "name");
                return client.log(job.namespace(), Tree.text(pod, "metadata", "name"), container, LOG_LINES, false);
            }
        }
        return List.of();
    }
}
