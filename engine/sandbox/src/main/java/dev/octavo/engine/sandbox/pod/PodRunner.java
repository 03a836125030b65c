package dev.octavo.engine.sandbox.pod;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.program.Program;
import dev.octavo.engine.sandbox.agent.AgentFiles;
import dev.octavo.engine.sandbox.image.ImageException;
import dev.octavo.engine.sandbox.image.RegistryLogins;
import dev.octavo.engine.sandbox.image.UnpackedImage;
import dev.octavo.engine.sandbox.kube.ApiException;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kinds;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs one pod. What changes its state is done one after the other, in the order posted; what takes time is done aside and
 * posts its outcome.
 */
final class PodRunner {
    private static final String COMPONENT = "kubelet";
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(10);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);
    private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);
    private static final Duration CONFIG_RETRY = Duration.ofSeconds(1);
    /** How long the reason of a failure is shown before the waiting for the next try is. */
    private static final Duration FAILURE_SHOWN = Duration.ofMillis(500);

    private static final int MESSAGE_LINES = 80;
    private static final int MESSAGE_CHARACTERS = 2048;

    private final Kubelet.Shared shared;
    private final ObjectNode pod;
    private final Runnable gone;
    private final Path folder;
    private final Volumes volumes;
    private final List<Container> containers = new ArrayList<>();
    private final Deque<Runnable> inbox = new ArrayDeque<>();
    private boolean draining;
    private String address = "";
    private String startTime = "";
    private volatile boolean stopping;
    private boolean finished;

    PodRunner(Kubelet.Shared shared, ObjectNode pod, Runnable gone) {
        this.shared = shared;
        this.pod = pod;
        this.gone = gone;
        this.folder = shared.podFolder().resolve(Json.uid(pod));
        this.volumes = new Volumes(shared.api(), pod, folder.resolve("volumes"), shared.claimFolder());
        pod.path("spec").path("initContainers").forEach(each -> containers.add(new Container(each, true)));
        pod.path("spec").path("containers").forEach(each -> containers.add(new Container(each, false)));
    }

    // ---------------------------------------------------------------------------------------------------------- inbox

    void post(Runnable work) {
        synchronized (inbox) {
            inbox.add(work);
            if (draining) {
                return;
            }
            draining = true;
        }
        aside(this::drain);
    }

    private void drain() {
        while (true) {
            Runnable work;
            synchronized (inbox) {
                work = inbox.poll();
                if (work == null) {
                    draining = false;
                    return;
                }
            }
            try {
                work.run();
            } catch (RuntimeException e) {
                event("Warning", "SandboxError", "the sandbox has a bug: " + e);
            }
        }
    }

    private void aside(Runnable work) {
        try {
            shared.workers().execute(work);
        } catch (RejectedExecutionException e) {
            // the sandbox is closing
        }
    }

    private void later(Duration delay, Runnable work) {
        try {
            Future<?> unused = shared.timer().schedule(() -> post(work), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the sandbox is closing
        }
    }

    private void event(String type, String reason, String message) {
        shared.api().event(pod, type, reason, message, COMPONENT);
    }

    // --------------------------------------------------------------------------------------------------------- states

    private static ObjectNode waiting(String reason, String message) {
        ObjectNode state = Json.object();
        ObjectNode waiting = state.putObject("waiting").put("reason", reason);
        if (!message.isEmpty()) {
            waiting.put("message", message);
        }
        return state;
    }

    /** A container of the pod. */
    private final class Container {
        final JsonNode spec;
        final String name;
        final boolean init;
        /** An init container that stays. */
        final boolean sidecar;

        ObjectNode state = waiting("ContainerCreating", "");
        ObjectNode lastState = Json.object();
        String imageId = "";
        int restarts;
        boolean launched;
        boolean launching;
        boolean completed;
        boolean started;
        boolean ready;
        int run;
        Instant startedAt = Instant.EPOCH;
        Duration backOff = Duration.ZERO;
        Duration imageBackOff = Duration.ZERO;
        volatile Program.@Nullable Running process;
        volatile @Nullable Launch launch;
        volatile @Nullable ContainerLog log;
        volatile @Nullable ContainerLog previousLog;

        Container(JsonNode spec, boolean init) {
            this.spec = spec;
            this.name = Json.text(spec, "name");
            this.init = init;
            this.sidecar = init && Json.text(spec, "restartPolicy").equals("Always");
            if (init || !pod.path("spec").path("initContainers").isEmpty()) {
                state = waiting("PodInitializing", "");
            }
        }

        boolean counts() {
            return !init || sidecar;
        }

        String policy() {
            String policy = Json.text(pod, "spec", "restartPolicy");
            return sidecar ? "Always" : init && policy.equals("Always") ? "OnFailure" : policy;
        }
    }

    @Nullable
    ContainerLog log(String container, boolean previous) {
        for (Container each : containers) {
            if (each.name.equals(container)) {
                return previous ? each.previousLog : each.log;
            }
        }
        return null;
    }

    // ---------------------------------------------------------------------------------------------------------- begin

    void begin() {
        if (stopping) {
            finishWhenEmpty();
            return;
        }
        address = shared.network().takePodAddress();
        startTime = shared.api().now();
        shared.api().mutate(Kinds.POD, Json.namespace(pod), Json.name(pod), copy -> copy.withObjectProperty("spec")
                .put("nodeName", Kubelet.NODE));
        shared.api()
                .event(
                        pod,
                        "Normal",
                        "Scheduled",
                        "Successfully assigned " + Json.namespace(pod) + "/" + Json.name(pod) + " to " + Kubelet.NODE,
                        "default-scheduler");
        publish();
        prepare();
    }

    private void prepare() {
        if (stopping) {
            return;
        }
        try {
            Files.createDirectories(folder);
            volumes.make();
        } catch (ConfigException e) {
            event("Warning", "FailedMount", String.valueOf(e.getMessage()));
            later(CONFIG_RETRY, this::prepare);
            return;
        } catch (IOException e) {
            event("Warning", "FailedMount", "the sandbox's folder cannot be written: " + e);
            later(CONFIG_RETRY, this::prepare);
            return;
        }
        advance();
    }

    /** Launches what is next. */
    private void advance() {
        if (stopping) {
            return;
        }
        for (Container each : containers) {
            if (!each.launched) {
                each.launched = true;
                launch(each);
            }
            if (each.sidecar ? !each.started : each.init && !each.completed) {
                return;
            }
        }
    }

    private void launch(Container container) {
        container.launching = true;
        container.state = waiting("ContainerCreating", "");
        aside(() -> {
            try {
                UnpackedImage image = image(container);
                Launch launch = launch(container, image);
                ContainerLog log = new ContainerLog();
                Program.Running running =
                        new Program(launch.command(), launch.directory(), launch.environment()).start(true);
                post(() -> started(container, image, launch, running, log));
            } catch (ImageException e) {
                post(() -> imageFailed(container, String.valueOf(e.getMessage())));
            } catch (ConfigException e) {
                post(() -> configFailed(container, e.reason(), String.valueOf(e.getMessage())));
            } catch (EngineException e) {
                post(() -> configFailed(container, "RunContainerError", e.what() + ": " + e.why()));
            } catch (IOException | InterruptedException | ExecutionException e) {
                post(() -> configFailed(container, "CreateContainerError", "the sandbox cannot prepare it: " + e));
            }
        });
    }

    private UnpackedImage image(Container container) {
        String reference = Json.text(container.spec, "image");
        String policy = Json.text(container.spec, "imagePullPolicy");
        UnpackedImage known = shared.known().get(reference);
        if (known != null && !policy.equals("Always")) {
            event("Normal", "Pulled", "Container image \"" + reference + "\" already present on machine");
            return known;
        }
        if (policy.equals("Never")) {
            throw new ImageException("Container image \"" + reference + "\" is not present with pull policy of Never");
        }
        event("Normal", "Pulling", "Pulling image \"" + reference + "\"");
        long begin = System.nanoTime();
        UnpackedImage image = shared.images().unpack(reference, shared.imageFolder(), logins());
        shared.known().put(reference, image);
        event(
                "Normal",
                "Pulled",
                "Successfully pulled image \"" + reference + "\" in "
                        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + "ms");
        return image;
    }

    /** What the pod's pull secrets hold, and its service account's. */
    private RegistryLogins logins() {
        List<JsonNode> references = new ArrayList<>();
        pod.path("spec").path("imagePullSecrets").forEach(references::add);
        ObjectNode account = shared.api()
                .find(Kinds.SERVICE_ACCOUNT, Json.namespace(pod), Json.text(pod, "spec", "serviceAccountName"));
        if (account != null) {
            account.path("imagePullSecrets").forEach(references::add);
        }
        List<byte[]> documents = new ArrayList<>();
        for (JsonNode reference : references) {
            ObjectNode secret = shared.api().find(Kinds.SECRET, Json.namespace(pod), Json.text(reference, "name"));
            if (secret != null) {
                for (String key : new String[] {".dockerconfigjson", ".dockercfg"}) {
                    String text = Json.text(secret, "data", key);
                    if (!text.isEmpty()) {
                        documents.add(Base64.getMimeDecoder().decode(text));
                    }
                }
            }
        }
        return RegistryLogins.of(documents);
    }

    private Launch launch(Container container, UnpackedImage image)
            throws ConfigException, IOException, InterruptedException, ExecutionException {
        Path own = folder.resolve("containers").resolve(container.name);
        Path view = own.resolve("root");
        delete(view);
        String directory = Json.text(container.spec, "workingDir");
        RootView root = RootView.create(
                image.root(), view, List.of(directory.isEmpty() ? image.workingDirectory() : directory));
        for (JsonNode mount : container.spec.path("volumeMounts")) {
            Path source = volumes.of(Json.text(mount, "name"));
            if (source == null) {
                continue;
            }
            String below = Json.text(mount, "subPath");
            if (!below.isEmpty()) {
                source = source.resolve(below);
                if (!Files.exists(source)) {
                    Files.createDirectories(source);
                }
            }
            root.mount(Json.text(mount, "mountPath"), source);
        }
        Path settings = own.resolve("agent.settings");
        AgentFiles.Jars jars = jars();
        Files.write(settings, agentSettings(jars));
        ObjectNode present = shared.api().find(Kinds.POD, Json.namespace(pod), Json.name(pod));
        Map<String, String> variables =
                new Environment(shared.api(), present == null ? pod : present, container.spec).variables();
        Launch launch = Launch.of(
                image,
                container.spec,
                variables,
                Json.name(pod),
                address,
                root,
                new Launch.Means(
                        jars.agent(),
                        settings,
                        jars.standIn(),
                        Path.of(System.getProperty("java.home"), "bin", "java")));
        return launch;
    }

    private AgentFiles.Jars jars() throws InterruptedException, ExecutionException {
        return shared.jars().get();
    }

    private List<String> agentSettings(AgentFiles.Jars jars) {
        List<String> lines = new ArrayList<>();
        shared.network()
                .agentSettings(address, Json.namespace(pod), Json.name(pod))
                .forEach((name, value) -> lines.add(name + "=" + value));
        lines.add("agent=" + jars.agent().getParent());
        return lines;
    }

    // --------------------------------------------------------------------------------------------------- what happens

    private void imageFailed(Container container, String message) {
        container.launching = false;
        if (stopping) {
            finishWhenEmpty();
            return;
        }
        String reference = Json.text(container.spec, "image");
        boolean never = Json.text(container.spec, "imagePullPolicy").equals("Never");
        String reason = never ? "ErrImageNeverPull" : "ErrImagePull";
        container.state = waiting(reason, message);
        event("Warning", "Failed", never ? message : "Failed to pull image \"" + reference + "\": " + message);
        event("Warning", "Failed", "Error: " + reason);
        publish();
        Duration delay = next(container.imageBackOff);
        container.imageBackOff = delay;
        if (!never) {
            later(FAILURE_SHOWN, () -> {
                if (!stopping
                        && !container.launching
                        && Json.text(container.state, "waiting", "reason").equals(reason)) {
                    container.state = waiting(
                            "ImagePullBackOff",
                            "Back-off pulling image \"" + reference + "\": " + reason + ": " + message);
                    event("Normal", "BackOff", "Back-off pulling image \"" + reference + "\"");
                    event("Warning", "Failed", "Error: ImagePullBackOff");
                    publish();
                }
            });
        }
        later(delay, () -> {
            if (!stopping && !container.launching) {
                launch(container);
            }
        });
    }

    private static Duration next(Duration backOff) {
        if (backOff.isZero()) {
            return FIRST_BACK_OFF;
        }
        Duration doubled = backOff.multipliedBy(2);
        return doubled.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : doubled;
    }

    private void configFailed(Container container, String reason, String message) {
        container.launching = false;
        if (stopping) {
            finishWhenEmpty();
            return;
        }
        container.state = waiting(reason, message);
        event("Warning", "Failed", "Error: " + message);
        publish();
        if (!reason.equals("RunContainerError")) {
            later(CONFIG_RETRY, () -> {
                if (!stopping && !container.launching) {
                    launch(container);
                }
            });
            return;
        }
        ObjectNode terminated = Json.object();
        terminated
                .putObject("terminated")
                .put("exitCode", 128)
                .put("reason", "StartError")
                .put("message", message)
                .put("startedAt", Instant.EPOCH.toString())
                .put("finishedAt", shared.api().now());
        later(FAILURE_SHOWN, () -> {
            if (!stopping && !container.launching) {
                ended(container, terminated, 128, Duration.ZERO);
            }
        });
    }

    private void started(
            Container container, UnpackedImage image, Launch launch, Program.Running running, ContainerLog log) {
        container.launching = false;
        container.process = running;
        if (stopping) {
            aside(() -> {
                running.kill();
                post(() -> {
                    container.process = null;
                    finishWhenEmpty();
                });
            });
            return;
        }
        try {
            shared.ledger().add(running.process().toHandle());
        } catch (IOException e) {
            event("Warning", "SandboxLedger", "the process cannot be noted for a later clean-up: " + e);
        }
        int run = ++container.run;
        container.previousLog = container.log;
        container.log = log;
        container.launch = launch;
        container.imageId = image.digest();
        container.imageBackOff = Duration.ZERO;
        container.startedAt = Instant.now(shared.api().clock());
        container.state = Json.object();
        container.state.putObject("running").put("startedAt", shared.api().now());
        aside(() -> log.read(running.process().getInputStream()));
        Future<?> unused = running.process()
                .onExit()
                .thenAccept(process -> post(() -> exited(container, run, process.exitValue())));
        event("Normal", "Created", "Created container: " + container.name);
        event("Normal", "Started", "Started container " + container.name);
        if (!launch.note().isEmpty()) {
            event("Warning", "Sandbox", launch.note());
        }
        container.started = !container.spec.has("startupProbe");
        container.ready = container.counts() && container.started && !container.spec.has("readinessProbe");
        publish();
        if (container.counts()) {
            if (container.started) {
                watch(container, run);
            } else {
                new ProbeLoop(container, run, "startupProbe").begin();
            }
        }
        if (container.sidecar && container.started) {
            advance();
        }
        if (container.spec.path("lifecycle").has("postStart")) {
            aside(() -> hook(container, "postStart", Duration.ofSeconds(30)));
        }
    }

    private void watch(Container container, int run) {
        if (container.spec.has("readinessProbe")) {
            new ProbeLoop(container, run, "readinessProbe").begin();
        }
        if (container.spec.has("livenessProbe")) {
            new ProbeLoop(container, run, "livenessProbe").begin();
        }
    }

    private void exited(Container container, int run, int code) {
        Program.Running running = container.process;
        if (run != container.run || running == null) {
            return;
        }
        aside(running::kill); // what it has left behind
        container.process = null;
        container.run++;
        Instant now = Instant.now(shared.api().clock());
        ObjectNode terminated = Json.object();
        ObjectNode content = terminated
                .putObject("terminated")
                .put("exitCode", code)
                .put("reason", code == 0 ? "Completed" : "Error");
        ContainerLog log = container.log;
        boolean fallBack = Json.text(container.spec, "terminationMessagePolicy").equals("FallbackToLogsOnError");
        if (code != 0 && fallBack && log != null) {
            String text = String.join("\n", log.tail(MESSAGE_LINES));
            content.put("message", text.substring(Math.max(0, text.length() - MESSAGE_CHARACTERS)));
        }
        content.put("startedAt", Json.text(container.state, "running", "startedAt"))
                .put("finishedAt", shared.api().now())
                .put("containerID", id(running));
        if (stopping) {
            container.state = terminated;
            container.ready = false;
            publish();
            finishWhenEmpty();
            return;
        }
        ended(container, terminated, code, Duration.between(container.startedAt, now));
    }

    /** A run of a container has come to its end by itself, or has not begun. */
    private void ended(Container container, ObjectNode terminated, int code, Duration ran) {
        container.ready = false;
        container.started = false;
        container.state = terminated;
        String policy = container.policy();
        if (container.init && !container.sidecar && code == 0) {
            container.completed = true;
            container.ready = true;
            publish();
            advance();
            return;
        }
        if (policy.equals("Never") || (policy.equals("OnFailure") && code == 0)) {
            container.completed = code == 0;
            publish();
            return;
        }
        if (ran.compareTo(FORGIVEN_AFTER) > 0) {
            container.backOff = Duration.ZERO;
        }
        Duration delay = container.backOff;
        container.backOff = next(container.backOff);
        container.lastState = terminated;
        if (!delay.isZero()) {
            container.state = waiting(
                    "CrashLoopBackOff",
                    "back-off " + shown(delay) + " restarting failed container=" + container.name + " pod="
                            + Json.name(pod) + "_" + Json.namespace(pod) + "(" + Json.uid(pod) + ")");
            event(
                    "Warning",
                    "BackOff",
                    "Back-off restarting failed container " + container.name + " in pod " + Json.name(pod) + "_"
                            + Json.namespace(pod) + "(" + Json.uid(pod) + ")");
        }
        publish();
        later(delay, () -> {
            if (!stopping && !container.launching && container.process == null) {
                container.restarts++;
                launch(container);
            }
        });
    }

    private static String shown(Duration duration) {
        long seconds = duration.toSeconds();
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }

    // --------------------------------------------------------------------------------------------------------- probes

    /** Asks again and again. */
    private final class ProbeLoop {
        /** How soon it asks again while the answer is awaited, where asking costs little. */
        private static final long EAGER_MILLIS = 200;

        private final Container container;
        private final int run;
        private final String kind;
        private final JsonNode probe;
        private final Duration timeout;
        private final Duration period;
        private final boolean eager;
        private int failures;
        private int successes;
        /** When the last attempt began that counts as one of the period's. */
        private long counted;

        ProbeLoop(Container container, int run, String kind) {
            this.container = container;
            this.run = run;
            this.kind = kind;
            this.probe = container.spec.path(kind);
            this.timeout = Duration.ofSeconds(probe.path("timeoutSeconds").asInt(1));
            this.period = Duration.ofSeconds(probe.path("periodSeconds").asInt(10));
            this.eager = !kind.equals("livenessProbe")
                    && !probe.has("exec")
                    && probe.path("successThreshold").asInt(1) == 1;
        }

        void begin() {
            // what asks eagerly has the first period for it: that a program does not listen at once is no failure
            counted = System.nanoTime() - (eager ? 0 : period.toNanos());
            schedule(Duration.ofSeconds(probe.path("initialDelaySeconds").asInt(0)));
        }

        private void schedule(Duration delay) {
            try {
                Future<?> unused = shared.timer()
                        .schedule(() -> aside(this::attempt), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                // the sandbox is closing
            }
        }

        private boolean isOver() {
            return stopping || container.run != run || container.process == null;
        }

        private void attempt() {
            if (isOver()) {
                return;
            }
            long begin = System.nanoTime();
            boolean counts = begin - counted >= period.toNanos();
            if (counts) {
                counted = begin;
            }
            Prober.Outcome outcome;
            try {
                outcome = prober(container).probe(probe, timeout);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            post(() -> heard(outcome, counts));
        }

        private void heard(Prober.Outcome outcome, boolean counts) {
            if (isOver()) {
                return;
            }
            if (outcome.success()) {
                successes++;
                failures = 0;
            } else if (counts) {
                failures++;
                successes = 0;
                String title = kind.equals("startupProbe")
                        ? "Startup"
                        : kind.equals("readinessProbe") ? "Readiness" : "Liveness";
                event("Warning", "Unhealthy", title + " probe failed: " + outcome.message());
            }
            boolean failed = failures >= probe.path("failureThreshold").asInt(3);
            switch (kind) {
                case "startupProbe" -> {
                    if (outcome.success()) {
                        container.started = true;
                        container.ready = !container.spec.has("readinessProbe");
                        publish();
                        watch(container, run);
                        advance();
                        return;
                    }
                    if (failed) {
                        restart(container, "Container " + container.name + " failed startup probe, will be restarted");
                        return;
                    }
                }
                case "readinessProbe" -> {
                    boolean well = successes >= probe.path("successThreshold").asInt(1);
                    if (well && !container.ready) {
                        container.ready = true;
                        publish();
                    } else if (failed && container.ready) {
                        container.ready = false;
                        publish();
                    }
                }
                default -> {
                    if (failed) {
                        restart(container, "Container " + container.name + " failed liveness probe, will be restarted");
                        return;
                    }
                }
            }
            boolean awaited = kind.equals("startupProbe") || !container.ready;
            long wait = counted + period.toNanos() - System.nanoTime();
            if (eager && awaited) {
                wait = Math.min(wait, TimeUnit.MILLISECONDS.toNanos(EAGER_MILLIS));
            }
            schedule(Duration.ofNanos(wait));
        }
    }

    private Prober prober(Container container) {
        return new Prober(
                address,
                port -> shared.network().reach(address, port),
                container.spec,
                (command, timeout) -> exec(container, command, timeout));
    }

    private Prober.Outcome exec(Container container, List<String> command, Duration timeout)
            throws InterruptedException {
        Launch launch = container.launch;
        if (launch == null || command.isEmpty()) {
            return new Prober.Outcome(false, "the container does not run");
        }
        Program.Running running;
        try {
            running = launch.also(command).start(true);
        } catch (EngineException e) {
            return new Prober.Outcome(false, e.what() + ": " + e.why());
        }
        ContainerLog output = new ContainerLog();
        aside(() -> output.read(running.process().getInputStream()));
        try {
            if (!running.process().waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                running.process().destroyForcibly();
                return new Prober.Outcome(
                        false,
                        "command timed out: \"" + String.join(" ", command) + "\" timed out after " + shown(timeout));
            }
            int code = running.process().exitValue();
            return code == 0
                    ? Prober.Outcome.GOOD
                    : new Prober.Outcome(
                            false, "command exited with " + code + ": " + String.join("\n", output.tail(5)));
        } finally {
            running.process().destroyForcibly();
        }
    }

    private void restart(Container container, String why) {
        event("Normal", "Killing", why);
        container.ready = false;
        publish();
        end(
                container,
                Duration.ofSeconds(
                        pod.path("spec").path("terminationGracePeriodSeconds").asInt(30)));
    }

    // ----------------------------------------------------------------------------------------------------------- stop

    /** Asks a container's program to end, and ends it after the time given. */
    private void end(Container container, Duration grace) {
        Program.Running running = container.process;
        if (running == null) {
            return;
        }
        aside(() -> {
            long begin = System.nanoTime();
            if (container.spec.path("lifecycle").has("preStop")) {
                hook(container, "preStop", grace);
            }
            running.process().destroy();
            Duration left = grace.minusNanos(System.nanoTime() - begin);
            try {
                running.process().onExit().get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                forced(running);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                forced(running);
            } catch (ExecutionException e) {
                forced(running);
            }
        });
    }

    private static void forced(Program.Running running) {
        running.process().descendants().forEach(ProcessHandle::destroyForcibly);
        running.process().destroyForcibly();
    }

    private void hook(Container container, String name, Duration timeout) {
        JsonNode handler = container.spec.path("lifecycle").path(name);
        try {
            if (handler.has("sleep")) {
                long seconds = handler.path("sleep").path("seconds").asInt(0);
                TimeUnit.SECONDS.sleep(Math.min(seconds, timeout.toSeconds()));
                return;
            }
            Prober.Outcome outcome = prober(container).probe(handler, timeout);
            if (!outcome.success()) {
                event(
                        "Warning",
                        "Failed" + (name.equals("preStop") ? "PreStopHook" : "PostStartHook"),
                        outcome.message());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the pod: it is out of all Services first, then asked to end, then made to. */
    void stop(int graceSeconds) {
        boolean first = !stopping;
        stopping = true;
        if (first) {
            if (!address.isEmpty()) {
                shared.network().withdraw(address);
            }
            publish();
        }
        Duration grace = Duration.ofSeconds(graceSeconds);
        for (Container each : containers) {
            if (each.process != null) {
                if (first) {
                    event("Normal", "Killing", "Stopping container " + each.name);
                }
                if (first || graceSeconds == 0) {
                    end(each, grace);
                }
            }
        }
        finishWhenEmpty();
    }

    /** Ends the processes at once; for the end of the sandbox. */
    void kill() {
        stopping = true;
        for (Container each : containers) {
            Program.Running running = each.process;
            if (running != null) {
                running.kill();
            }
        }
    }

    private void finishWhenEmpty() {
        if (finished || !stopping) {
            return;
        }
        for (Container each : containers) {
            if (each.process != null || each.launching) {
                return;
            }
        }
        finished = true;
        ObjectNode present = shared.api().find(Kinds.POD, Json.namespace(pod), Json.name(pod));
        if (present != null && Json.uid(present).equals(Json.uid(pod))) {
            try {
                shared.api().removeNow(Kinds.POD, Json.namespace(pod), Json.name(pod));
            } catch (ApiException e) {
                // somebody else was faster
            }
        }
        if (!address.isEmpty()) {
            shared.network().returnPodAddress(address);
        }
        gone.run();
        aside(() -> {
            try {
                delete(folder);
            } catch (IOException e) {
                // it goes with the sandbox's folder
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    // --------------------------------------------------------------------------------------------------------- status

    private static String id(Program.Running running) {
        return "process://" + running.process().pid();
    }

    private void publish() {
        shared.api().mutate(Kinds.POD, Json.namespace(pod), Json.name(pod), copy -> {
            if (Json.uid(copy).equals(Json.uid(pod))) {
                write(copy.withObjectProperty("status"));
            }
        });
    }

    private void write(ObjectNode status) {
        String now = shared.api().now();
        status.put("phase", phase());
        if (!address.isEmpty()) {
            status.put("hostIP", Kubelet.NODE_ADDRESS);
            status.putArray("hostIPs").addObject().put("ip", Kubelet.NODE_ADDRESS);
            status.put("podIP", address);
            status.putArray("podIPs").addObject().put("ip", address);
            status.put("startTime", startTime);
        }
        boolean initialized = containers.stream().allMatch(each -> !each.init || each.completed || each.started);
        boolean allReady =
                !stopping && containers.stream().filter(Container::counts).allMatch(each -> each.ready);
        condition(status, "PodScheduled", !address.isEmpty(), "", "", now);
        condition(status, "Initialized", initialized, "ContainersNotInitialized", "", now);
        String missing = "containers with unready status: ["
                + String.join(
                        " ",
                        containers.stream()
                                .filter(each -> each.counts() && !each.ready)
                                .map(each -> each.name)
                                .toList())
                + "]";
        condition(status, "ContainersReady", allReady, "ContainersNotReady", missing, now);
        condition(status, "Ready", allReady && gatesOpen(status), "ContainersNotReady", missing, now);
        ArrayNode inits = Json.array();
        ArrayNode mains = Json.array();
        containers.forEach(each -> (each.init ? inits : mains).add(containerStatus(each)));
        if (!inits.isEmpty()) {
            status.set("initContainerStatuses", inits);
        }
        status.set("containerStatuses", mains);
    }

    private boolean gatesOpen(ObjectNode status) {
        for (JsonNode gate : pod.path("spec").path("readinessGates")) {
            boolean open = status.path("conditions")
                    .valueStream()
                    .anyMatch(condition -> Json.text(condition, "type").equals(Json.text(gate, "conditionType"))
                            && Json.text(condition, "status").equals("True"));
            if (!open) {
                return false;
            }
        }
        return true;
    }

    private static ObjectNode containerStatus(Container container) {
        ObjectNode status = Json.object().put("name", container.name);
        status.set("state", container.state.deepCopy());
        status.set("lastState", container.lastState.deepCopy());
        status.put("ready", container.ready);
        status.put("restartCount", container.restarts);
        String image = Json.text(container.spec, "image");
        status.put("image", image);
        String name = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
        int tag = name.lastIndexOf(':');
        String repository = tag > name.lastIndexOf('/') ? name.substring(0, tag) : name;
        status.put("imageID", container.imageId.isEmpty() ? "" : repository + "@" + container.imageId);
        Program.Running running = container.process;
        if (running != null) {
            status.put("containerID", id(running));
        }
        return status.put("started", container.started);
    }

    private String phase() {
        boolean pending = false;
        boolean running = false;
        boolean failed = false;
        for (Container each : containers) {
            boolean over = each.state.has("terminated");
            if (each.init && !each.sidecar) {
                boolean lost = over && !each.completed && each.policy().equals("Never");
                if (lost) {
                    return "Failed";
                }
                pending |= !each.completed;
                continue;
            }
            if (each.sidecar) {
                continue;
            }
            int code = each.state.path("terminated").path("exitCode").asInt(0);
            boolean again =
                    over && !each.policy().equals("Never") && !(each.policy().equals("OnFailure") && code == 0);
            if (each.state.has("running") || (again && !stopping)) {
                running = true;
            } else if (over) {
                failed |= code != 0;
            } else if (each.lastState.isEmpty()) {
                pending = true;
            } else {
                running = true;
            }
        }
        return pending ? "Pending" : running ? "Running" : failed ? "Failed" : "Succeeded";
    }

    private static void condition(
            ObjectNode status, String type, boolean holds, String reason, String message, String now) {
        ArrayNode conditions = status.withArrayProperty("conditions");
        ObjectNode found = null;
        for (JsonNode each : conditions) {
            if (each instanceof ObjectNode node && Json.text(node, "type").equals(type)) {
                found = node;
            }
        }
        if (found == null) {
            found = conditions.addObject().put("type", type);
        }
        String value = holds ? "True" : "False";
        if (!Json.text(found, "status").equals(value)) {
            found.put("status", value).put("lastTransitionTime", now);
        }
        found.remove(List.of("reason", "message"));
        if (!holds && !reason.isEmpty()) {
            found.put("reason", reason);
            if (!message.isEmpty()) {
                found.put("message", message);
            }
        }
    }
}
