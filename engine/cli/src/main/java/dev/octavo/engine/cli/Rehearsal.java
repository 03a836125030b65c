package dev.octavo.engine.cli;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Changes;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceSelection;
import dev.octavo.engine.cluster.ManifestLoader;
import dev.octavo.engine.cluster.ManifestObject;
import dev.octavo.engine.cluster.Manifests;
import dev.octavo.engine.delivery.Preview;
import dev.octavo.engine.delivery.SourceResult;
import dev.octavo.engine.preflight.PipelineAction;
import dev.octavo.engine.preflight.script.ShellScript;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.runner.PipelineRunner;
import dev.octavo.engine.runner.api.Credential;
import dev.octavo.engine.runner.api.CredentialStore;
import dev.octavo.engine.runner.api.InputAnswer;
import dev.octavo.engine.runner.api.PipelineRequest;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.Scm;
import dev.octavo.engine.runner.api.SonarGate;
import dev.octavo.engine.runner.api.StageResult;
import dev.octavo.engine.runner.api.StageStatus;
import dev.octavo.engine.runner.api.StepCall;
import dev.octavo.engine.runner.api.StepHandler;
import dev.octavo.engine.template.Dialect;
import dev.octavo.engine.template.Substitution;
import dev.octavo.engine.template.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs a Jenkinsfile with steps that only note what they were called for: no program is started, nothing is built,
 * pushed or deployed.
 */
final class Rehearsal {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    static final String BUILD = "7";

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_]\\w*)}");
    private static final String SCRIPT = "script";

    /** What it would have done. */
    static final class Notes {
        private final List<String> stages = new ArrayList<>();
        private final Set<String> images = new TreeSet<>();
        private final Map<String, String> gates = new LinkedHashMap<>();
        private final Map<String, Map<String, ManifestObject>> objects = new TreeMap<>();
        private final Set<String> tags = new TreeSet<>();
        private final List<String> problems = new ArrayList<>();
        private boolean tests;
        private boolean analysis;
        private @Nullable EngineException failure;

        /** The stages that were entered, in their order. */
        List<String> stages() {
            return stages;
        }

        /** References that were pushed. */
        Set<String> images() {
            return images;
        }

        /** What each gate was for, by its ID: an environment, {@code release}, or {@code ""}. */
        Map<String, String> gates() {
            return gates;
        }

        /** Objects by environment and title. */
        Map<String, Map<String, ManifestObject>> objects() {
            return objects;
        }

        Set<String> tags() {
            return tags;
        }

        List<String> problems() {
            return problems;
        }

        boolean tests() {
            return tests;
        }

        boolean analysis() {
            return analysis;
        }

        /** Why it could not be run to its end. */
        Optional<EngineException> failure() {
            return Optional.ofNullable(failure);
        }
    }

    private final Path sources;
    private final Path folder;
    private final String branch;
    private final Map<String, String> credentials;
    private final Set<String> unknownSteps;
    private final Map<String, String> environments;

    /**
     * @param sources a copy that may be written to
     * @param folder for what runs need
     * @param credentials IDs with their bindings
     * @param unknownSteps names that are only noted
     * @param environments of deployments, by stage
     */
    Rehearsal(
            Path sources,
            Path folder,
            String branch,
            Map<String, String> credentials,
            Set<String> unknownSteps,
            Map<String, String> environments) {
        this.sources = sources;
        this.folder = folder;
        this.branch = branch;
        this.credentials = Map.copyOf(credentials);
        this.unknownSteps = Set.copyOf(unknownSteps);
        this.environments = Map.copyOf(environments);
    }

    /** @param parameters of the build; those that the pipeline does not declare are its environment's */
    Notes run(
            String file,
            String text,
            Map<String, String> parameters,
            Map<String, String> more,
            Cancellation cancellation) {
        Notes notes = new Notes();
        Map<String, String> environment = new HashMap<>(more);
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", folder.toString());
        environment.put("BRANCH_NAME", branch);
        environment.put("GIT_BRANCH", branch);
        environment.put("GIT_COMMIT", COMMIT);
        environment.put("BUILD_NUMBER", BUILD);
        environment.put("BUILD_ID", BUILD);
        environment.put("JOB_NAME", "delivery");
        environment.put("OCTAVO_STEPS", "true");
        PipelineRequest request = PipelineRequest.builder(
                        Path.of(file),
                        text,
                        sources,
                        folder.resolve("run-" + Integer.toHexString(System.identityHashCode(notes))))
                .parameters(parameters)
                .libraries(new Libraries(List.of(), folder.resolve("library")))
                .scm(new Copy())
                .environment(environment)
                .credentials(new Any())
                .input((asked, gate) -> {
                    notes.gates.put(asked.id(), leaf(asked.stage()));
                    return new InputAnswer.Proceed("rehearsal", Map.of());
                })
                .sonar(new Green(notes))
                .steps(steps(notes))
                .cancellation(cancellation)
                .build();
        PipelineResult result = new PipelineRunner().run(request);
        for (StageResult stage : result.stages()) {
            if (stage.status() != StageStatus.SKIPPED) {
                notes.stages.add(stage.name());
            }
        }
        notes.failure = result.failure();
        return notes;
    }

    private static String leaf(String path) {
        return path.substring(path.lastIndexOf(" / ") < 0 ? 0 : path.lastIndexOf(" / ") + 3);
    }

    // ---------------------------------------------------------------------------------------------------------- steps

    private List<StepHandler> steps(Notes notes) {
        List<StepHandler> steps = new ArrayList<>();
        steps.add(new Noted(List.of("sh"), SCRIPT, call -> shell(call, notes)));
        steps.add(new Noted(List.of("kubernetesDeploy"), "configs", call -> kubernetesDeploy(call, notes)));
        steps.add(new Noted(
                List.of("git", "checkout"), "scm", call -> Map.of("GIT_COMMIT", COMMIT, "GIT_BRANCH", branch)));
        steps.add(new Noted(
                List.of(
                        "cleanWs",
                        "deleteDir",
                        "sleep",
                        "junit",
                        "archiveArtifacts",
                        "mail",
                        "emailext",
                        "build",
                        "publishHTML",
                        "milestone"),
                "value",
                call -> null));
        steps.add(new Noted(List.copyOf(unknownSteps), "value", call -> null));
        New created = new New(notes);
        for (String name : List.of(
                "Source",
                "List",
                "Preflight",
                "Test",
                "Analyze",
                "Image",
                "Push",
                "Scan",
                "Plan",
                "Deploy",
                "Release")) {
            steps.add(new Noted(List.of("octavo" + name), "service", call -> created.call(name, call)));
        }
        return steps;
    }

    /** A step that is noted. */
    private record Noted(List<String> names, String soleArgument, Function<StepCall, @Nullable Object> body)
            implements StepHandler {
        @Override
        public @Nullable Object execute(StepCall call) {
            return body.apply(call);
        }
    }

    private @Nullable Object shell(StepCall call, Notes notes) {
        String script = String.valueOf(call.arguments().get(SCRIPT));
        ShellScript read = ShellScript.read(script);
        Map<String, String> variables = new HashMap<>(call.environment());
        variables.put("WORKSPACE", "");
        read.assigned().forEach((name, value) -> variables.put(name, expand(value, variables)));
        Path directory = call.directory();
        String below = directory == null || !directory.startsWith(sources)
                ? ""
                : sources.relativize(directory).toString().replace('\\', '/');
        for (PipelineAction action : PipelineAction.of(read, word -> expand(word, variables), below)) {
            note(action, call, variables, notes);
        }
        if (Boolean.TRUE.equals(call.arguments().get("returnStatus"))) {
            return 0;
        }
        return Boolean.TRUE.equals(call.arguments().get("returnStdout")) ? "octavo" : null;
    }

    private static String expand(String word, Map<String, String> variables) {
        Matcher matcher = VARIABLE.matcher(word);
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(text, Matcher.quoteReplacement(variables.getOrDefault(matcher.group(1), "")));
        }
        return matcher.appendTail(text).toString();
    }

    private void note(PipelineAction action, StepCall call, Map<String, String> variables, Notes notes) {
        switch (action.kind()) {
            case TEST -> notes.tests = true;
            case ANALYSIS -> notes.analysis = true;
            case PUSH -> notes.images.add(reference(action.subject()));
            case GIT_TAG -> notes.tags.add(action.subject());
            case DEPLOY -> {
                Map<String, Variable> values = new LinkedHashMap<>();
                variables.forEach((name, value) -> values.put(name, Variable.of(value, "the environment")));
                Substitution substitution = action.detail().equals(PipelineAction.BY_ENVSUBST)
                        ? new Substitution(Dialect.ENVSUBST, values)
                        : null;
                String files = action.subject();
                deploy(Files.isDirectory(sources.resolve(files)) ? files + "/*" : files, substitution, call, notes);
            }
            case OTHER_DEPLOY -> notes.problems.add(leaf(call.stage()) + ": not followed: " + action.subject());
            default -> {
                // leaves nothing behind
            }
        }
    }

    private static String reference(String image) {
        return image.lastIndexOf(':') > image.lastIndexOf('/') ? image : image + ":latest";
    }

    private @Nullable Object kubernetesDeploy(StepCall call, Notes notes) {
        Map<String, Variable> values = new LinkedHashMap<>();
        call.environment().forEach((name, value) -> values.put(name, Variable.of(value, "the environment")));
        boolean plain = Boolean.FALSE.equals(call.arguments().get("enableConfigSubstitution"));
        deploy(
                String.valueOf(call.arguments().get("configs")),
                plain ? null : new Substitution(Dialect.COMPAT, values),
                call,
                notes);
        return null;
    }

    private void deploy(String patterns, @Nullable Substitution substitution, StepCall call, Notes notes) {
        String stage = leaf(call.stage());
        String environment = environments.getOrDefault(stage, "");
        if (environment.isEmpty()) {
            notes.problems.add(stage + ": its deployment of " + patterns + " is not carried over");
            return;
        }
        try {
            keep(environment, ManifestLoader.load(sources, patterns, substitution), notes);
        } catch (EngineException e) {
            notes.problems.add(stage + ": " + e.what() + " (" + e.where() + ")");
        }
    }

    private static void keep(String environment, Manifests manifests, Notes notes) {
        Map<String, ManifestObject> known = notes.objects.computeIfAbsent(environment, key -> new TreeMap<>());
        manifests.objects().forEach(object -> known.put(object.title(), object));
    }

    /** The library's steps. */
    private final class New {
        private final Notes notes;
        private List<Microservice> chosen = List.of();
        private SourceResult source = new SourceResult("", "", COMMIT, "", Instant.EPOCH, "", "", false, "");

        New(Notes notes) {
            this.notes = notes;
        }

        @Nullable
        Object call(String name, StepCall call) {
            Map<String, Object> inputs = new HashMap<>(call.arguments());
            EngineContext context = new EngineContext(
                    sources, folder, call.environment(), EngineListener.SILENT, new Cancellation(), Clock.systemUTC());
            String registry = text(inputs.get("registry"));
            String namespace = text(inputs.get("namespace"));
            Map<String, Object> result = new HashMap<>();
            switch (name) {
                case "Source" -> {
                    if (!inputs.containsKey("pinned")) {
                        String main = text(inputs.get("mainBranch"));
                        boolean isMain =
                                main.isEmpty() ? List.of("main", "master").contains(branch) : main.equals(branch);
                        source = new SourceResult(
                                "",
                                branch,
                                COMMIT,
                                COMMIT.substring(0, 8),
                                Instant.EPOCH,
                                "",
                                "",
                                isMain,
                                text(inputs.get("version")));
                    }
                    write();
                    return RunRecord.map(RunRecord.json(source));
                }
                case "List" -> {
                    String project = text(inputs.get("project"));
                    ServiceSelection selection = Catalog.scan(sources)
                            .select(project.isEmpty() ? Catalog.ALL : project, new Changes.Unknown("a rehearsal"));
                    chosen = selection.chosen().stream()
                            .map(ServiceSelection.Choice::service)
                            .toList();
                    result.put(
                            "services",
                            chosen.stream()
                                    .map(each -> Map.of("name", each.name()))
                                    .toList());
                }
                case "Test" -> notes.tests = true;
                case "Analyze" -> {
                    notes.analysis = true;
                    result.put("services", List.of());
                }
                case "Push" -> {
                    List<Map<String, Object>> pushed = new ArrayList<>();
                    for (Microservice service : chosen) {
                        List<String> references = Preview.pushed(registry, namespace, service, source, context);
                        notes.images.addAll(references);
                        pushed.add(Map.of(
                                "service", service.name(), "repository", "", "digest", "", "references", references));
                    }
                    result.put("services", pushed);
                }
                case "Plan" -> {
                    result.put("environment", text(inputs.get("environment")));
                    result.put("hash", "rehearsal");
                    result.put("question", "rehearsal");
                }
                case "Deploy" -> {
                    for (Microservice service : chosen) {
                        try {
                            keep(
                                    text(inputs.get("environment")),
                                    Preview.manifests(inputs, source, service, context),
                                    notes);
                        } catch (EngineException e) {
                            notes.problems.add(leaf(call.stage()) + ": " + e.what() + ": "
                                    + e.why().lines().findFirst().orElse("") + " (" + e.where() + ")");
                        }
                    }
                }
                case "Release" -> {
                    String version = text(inputs.get("version"));
                    for (Microservice service : chosen) {
                        notes.images.add(Preview.released(registry, namespace, service, version, context));
                        notes.tags.add(
                                Boolean.TRUE.equals(inputs.get("perService"))
                                        ? service.name() + "/" + version
                                        : version);
                    }
                }
                default -> {
                    // leaves nothing behind
                }
            }
            return result;
        }

        /** What the library passes on from one agent to the next. */
        private void write() {
            try {
                Files.createDirectories(sources.resolve(".octavo"));
                Files.writeString(sources.resolve(".octavo/rehearsal"), COMMIT);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private static String text(@Nullable Object value) {
            return value == null ? "" : value.toString();
        }
    }

    // --------------------------------------------------------------------------------------------------------
    // stand-ins

    /** The sources are there already. */
    private final class Copy implements Scm {
        @Override
        public Map<String, String> checkout(Path into, EngineContext context) {
            return Map.of("GIT_COMMIT", COMMIT, "GIT_BRANCH", branch);
        }

        @Override
        public String branch() {
            return branch;
        }
    }

    /** Knows each ID. */
    private final class Any implements CredentialStore {
        @Override
        public Optional<Credential> find(String id) {
            SecretValue nothing = new SecretValue("rehearsal-secret");
            return Optional.of(
                    switch (credentials.getOrDefault(id, "usernamePassword")) {
                        case "string" -> new Credential.SecretText(nothing);
                        case "file" -> new Credential.SecretFile("file", nothing);
                        case "sshUserPrivateKey" -> new Credential.SshPrivateKey("user", nothing, null);
                        case "kubeconfigFile", "kubeconfigContent" -> new Credential.Kubeconfig(nothing);
                        default -> new Credential.UsernamePassword("user", nothing);
                    });
        }

        @Override
        public List<String> ids() {
            return List.copyOf(credentials.keySet());
        }
    }

    /** A SonarQube whose gate is green. */
    private record Green(Notes notes) implements SonarGate {
        @Override
        public Map<String, String> environment(String server) {
            notes.analysis = true;
            return Map.of("SONAR_HOST_URL", "http://sonar.invalid", "SONAR_AUTH_TOKEN", "rehearsal-secret");
        }

        @Override
        public String await(EngineContext context) {
            return "OK";
        }
    }
}
