package dev.octavo.engine.cli;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCategory;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.OperationSpec;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.catalog.Changes;
import dev.octavo.engine.cli.Terminal.Tone;
import dev.octavo.engine.delivery.Deliverables;
import dev.octavo.engine.delivery.Operations;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.RegistryClient;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.runner.PipelineRunner;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.Change;
import dev.octavo.engine.runner.api.InputAnswer;
import dev.octavo.engine.runner.api.PipelineRequest;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.Scm;
import dev.octavo.engine.runner.api.StageResult;
import dev.octavo.engine.runner.api.StageStatus;
import dev.octavo.engine.runner.api.StepHandler;
import dev.octavo.engine.source.CommitChange;
import dev.octavo.engine.source.GitCheckout;
import dev.octavo.engine.source.Source;
import dev.octavo.engine.source.SourceState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the repository's Jenkinsfile on this machine. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Takes a microservice through all stages of the repository's Jenkinsfile, on this machine.",
            "What is delivered is the commit that is checked out. Registry, cluster and git remote are a sandbox's, "
                    + "unless options name real ones."
        })
final class RunCommand implements Callable<Integer> {
    private static final String DEFAULT_NAMESPACE = "octavo";
    private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(5);

    private final Map<String, String> environment;

    RunCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SERVICE",
            description = "The microservice, several separated by commas, \"changed\" or \"all\": PROJECT_NAME.")
    private @Nullable String service;

    @Option(
            names = {"-P", "--param"},
            paramLabel = "NAME=VALUE",
            description = "A parameter of the build, such as TAG_NAME=v1.0.0. Repeatable.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(
            names = {"-C", "--repository"},
            paramLabel = "FOLDER",
            defaultValue = "",
            description = "The clone to deliver from. Default: this folder's.")
    private Path repository = Path.of("");

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The Jenkinsfile. Default: Jenkinsfile at the top of the repository.")
    private @Nullable Path file;

    @Option(
            names = "--approve",
            paramLabel = "GATES",
            defaultValue = "",
            description = "Gates that are approved beforehand, separated by commas: dev, release, production, or all.")
    private String approve = "";

    @Option(names = "--keep", description = "Leaves what was deployed up, in a sandbox of its own; see octavo sandbox.")
    private boolean keep;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Deploys to this cluster instead of the sandbox's.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--registry",
            paramLabel = "HOST[/NAMESPACE]",
            description = "Pushes to this registry instead of the sandbox's; login by REGISTRY_USERNAME and "
                    + "REGISTRY_PASSWORD.")
    private @Nullable String registry;

    @Option(
            names = "--sonar-url",
            paramLabel = "URL",
            description = "The SonarQube of stage 3; its token by SONAR_TOKEN. Default: the variable SONAR_HOST_URL.")
    private @Nullable String sonarUrl;

    @Option(
            names = "--git-remote",
            paramLabel = "URL",
            description = "Pushes version tags to this repository instead of the sandbox's copy; login by GIT_USERNAME "
                    + "and GIT_PASSWORD. \"origin\" is the clone's own.")
    private @Nullable String gitRemote;

    @Option(
            names = "--branch",
            paramLabel = "NAME",
            description = "The branch that the commit counts as. Default: the one that is checked out.")
    private @Nullable String branch;

    @Option(
            names = "--credential",
            paramLabel = "ID=SOURCE",
            description =
                    "A credential of the Jenkinsfile: ID=VARIABLE, ID=USER_VARIABLE:PASSWORD_VARIABLE or ID=@FILE. "
                            + "Repeatable.")
    private List<String> credentials = new ArrayList<>();

    @Option(
            names = "--library",
            paramLabel = "NAME=FOLDER",
            description = "A shared library beside Octavo's own. Repeatable.")
    private List<String> libraries = new ArrayList<>();

    @Option(
            names = "--work",
            paramLabel = "FOLDER",
            description = "Where the run's folder is made. Default: runs in Octavo's cache folder (OCTAVO_HOME).")
    private @Nullable Path work;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, or json: the run's record as the last thing on standard output.")
    private OutputFormat output = OutputFormat.TEXT;

    @Option(
            names = {"-v", "--verbose"},
            description = "Shows the whole output of all steps.")
    private boolean verbose;

    @Override
    public Integer call() {
        boolean json = output == OutputFormat.JSON;
        Terminal terminal = Terminal.of(
                environment,
                json ? spec().commandLine().getErr() : spec().commandLine().getOut());
        Path here = Path.of("").toAbsolutePath();
        Path start = Folders.existing(repository.toAbsolutePath());
        SourceState state = SourceState.of(start, environment).requireClean();
        Path jenkinsfile = jenkinsfile(state.root());
        String script = read(jenkinsfile);
        checkKubeconfig();
        Map<String, String> given = new LinkedHashMap<>(parameters);
        if (service != null) {
            Deliverables.catalog(state.root(), "").select(service, new Changes.Unknown("no earlier delivery is known"));
            given.put("PROJECT_NAME", service);
        }
        Gates gates = new Gates(terminal, approve, System.getProperty("user.name", "you"));
        Home home = Home.of(environment);
        Path repositories = work == null ? home.runs() : here.resolve(work);
        Path parent = repositories.resolve(String.valueOf(state.root().getFileName()));

        Cancellation cancellation = new Cancellation();
        // closed in reverse order: the process may end only when all is cleaned up
        try (Interrupts interrupts = Interrupts.cancelling(cancellation)) {
            checkRegistry(state.root(), home, cancellation);
        }
        try (Interrupts interrupts = Interrupts.cancelling(cancellation);
                RunFolder run = RunFolder.next(parent)) {
            try (RunReporter reporter = new RunReporter(terminal, verbose, run.log())) {
                return deliver(
                        new Delivery(state, jenkinsfile, script, given, home, run),
                        terminal,
                        reporter,
                        gates,
                        cancellation);
            } catch (IOException | UncheckedIOException e) {
                throw new EngineException(
                        ErrorCode.BUILD_DISK,
                        "The run's folder cannot be written",
                        run.folder().toString(),
                        String.valueOf(e.getMessage()),
                        "free some room there, or choose another folder with --work",
                        e);
            }
        }
    }

    /** What a run is made of. */
    private record Delivery(
            SourceState state,
            Path jenkinsfile,
            String script,
            Map<String, String> parameters,
            Home home,
            RunFolder run) {}

    private int deliver(
            Delivery delivery, Terminal terminal, RunReporter reporter, Gates gates, Cancellation cancellation)
            throws IOException {
        Source source = delivery.state().source();
        RunFolder run = delivery.run();
        terminal.line(
                Tone.TITLE,
                "octavo run " + (service == null ? "" : service + " ") + "#" + run.number() + "  commit "
                        + source.shortCommit() + (source.branch().isEmpty() ? "" : " on " + source.branch()));
        boolean sandboxed = registry == null || kubeconfig == null || gitRemote == null;
        try (Backends backends = sandboxed
                ? Backends.start(delivery.home(), run, delivery.state().root(), keep, terminal, cancellation)
                : Backends.none()) {
            if (sandboxed) {
                terminal.line(backends.describe(registry == null, kubeconfig == null, gitRemote == null));
                if (registry == null && kubeconfig != null) {
                    terminal.line(
                            Tone.WARN,
                            "warning: the cluster must be able to pull from " + backends.registry()
                                    + ", which only this machine can; others need --registry");
                }
            }
            if (registry != null && kubeconfig == null) {
                login(backends);
            }
            PipelineRequest request = request(delivery, reporter, gates, backends, cancellation);
            PipelineResult result = new PipelineRunner().run(request);
            record(delivery, result);
            tell(result, terminal, reporter, run, gates);
            if (output == OutputFormat.JSON) {
                spec().commandLine().getOut().println(readRecord(run));
                spec().commandLine().getOut().flush();
            }
            if (result.result() == BuildResult.SUCCESS && kubeconfig == null) {
                backends.present(terminal, keep, cancellation);
            }
            return exitCode(result, cancellation);
        }
    }

    /** The sandbox's pods are pulled with the login that pushes them. */
    private void login(Backends backends) {
        String user = environment.getOrDefault("REGISTRY_USERNAME", "");
        String password = environment.getOrDefault("REGISTRY_PASSWORD", "");
        if (registry != null && !user.isEmpty() && !password.isEmpty()) {
            backends.login(registry.split("/", 2)[0], user, new SecretValue(password));
        }
    }

    private PipelineRequest request(
            Delivery delivery, RunReporter reporter, Gates gates, Backends backends, Cancellation cancellation) {
        Source source = delivery.state().source();
        RunFolder run = delivery.run();
        String branchName = branch != null ? branch : source.branch();
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("OCTAVO_STEPS", "true");
        if (delivery.parameters().containsKey("PROJECT_NAME")) {
            // what was asked for is a choice of the job here, whatever the build before has found
            variables.put("OCTAVO_PROJECTS", delivery.parameters().get("PROJECT_NAME"));
        }
        variables.put("BUILD_NUMBER", String.valueOf(run.number()));
        variables.put("BUILD_ID", String.valueOf(run.number()));
        variables.put(
                "JOB_NAME",
                service == null ? String.valueOf(delivery.state().root().getFileName()) : service);
        variables.put("BUILD_URL", run.folder().toUri().toString());
        variables.put("CI", "true");
        if (!branchName.isEmpty()) {
            variables.put("BRANCH_NAME", branchName);
        }
        String[] target = (registry == null ? backends.registry() : registry).split("/", 2);
        variables.put("REGISTRY", target[0]);
        if (target.length > 1) {
            variables.put("DOCKERHUB_NAMESPACE", target[1]);
        } else {
            variables.putIfAbsent("DOCKERHUB_NAMESPACE", DEFAULT_NAMESPACE);
        }
        variables.put(
                "KUBECONFIG",
                kubeconfig == null
                        ? backends.kubeconfig().toString()
                        : kubeconfig.toAbsolutePath().toString());
        if (sonarUrl != null) {
            variables.put("SONAR_HOST_URL", sonarUrl);
        }
        String remote = gitRemote == null ? backends.gitRemote() : gitRemote;
        if (remote.equals("origin")) {
            variables.remove("OCTAVO_GIT_REMOTE");
        } else {
            variables.put("OCTAVO_GIT_REMOTE", remote);
        }
        Map<String, Object> chosen = new HashMap<>();
        chosen.put("registry", target[0]);
        if (registry != null && target.length > 1) {
            chosen.put("namespace", target[1]);
        }
        if (kubeconfig != null) {
            chosen.put("kubeconfig", kubeconfig.toAbsolutePath().toString());
        }
        if (sonarUrl != null) {
            chosen.put("sonarUrl", sonarUrl);
        }
        LocalCredentials local = new LocalCredentials(credentials, environment);
        List<StepHandler> steps = new ArrayList<>();
        for (OperationSpec<?, ?> each : Operations.all()) {
            OperationStep step = new OperationStep(each, delivery.home().cache(), reporter::made, chosen);
            steps.add(each.name().equals("kubernetes-deploy") ? new KubernetesDeployStep(step, local) : step);
        }
        return PipelineRequest.builder(delivery.jenkinsfile(), delivery.script(), run.workspace(), run.folder())
                .parameters(delivery.parameters())
                .libraries(new Libraries(libraries, run.temporary().resolve("library")))
                .scm(new Commit(delivery.state().root(), source, branchName))
                .environment(variables)
                .credentials(local)
                .input((asked, gateCancellation) -> new InputAnswer.Proceed(
                        gates.ask(asked.id(), asked.message(), gateCancellation),
                        gates.values(asked.id(), asked.parameters(), gateCancellation)))
                .steps(steps)
                .listener(reporter)
                .cancellation(cancellation)
                .build();
    }

    /** {@code checkout scm}: the commit that the user's own clone is at. */
    private record Commit(Path root, Source source, String branch) implements Scm {
        @Override
        public Map<String, String> checkout(Path into, EngineContext context) {
            Source made = GitCheckout.checkout(
                    new GitCheckout.Request(root.toString(), source.commit(), into, source.repository(), branch),
                    context);
            return Map.of(
                    "GIT_COMMIT", made.commit(),
                    "GIT_BRANCH", made.branch(),
                    "GIT_URL", made.repository());
        }

        @Override
        public String url() {
            return source.repository();
        }

        /** What the commit itself has changed: there is no previous build here to compare with. */
        @Override
        public List<Change> changes() {
            CommitChange change = CommitChange.of(root, source.commit());
            return List.of(new Change(change.commit(), change.author(), change.message(), change.files()));
        }
    }

    private void tell(PipelineResult result, Terminal terminal, RunReporter reporter, RunFolder run, Gates gates)
            throws IOException {
        terminal.line("");
        reporter.table(result.stages()).forEach(terminal::line);
        terminal.line("");
        EngineException failure = result.failure();
        if (failure != null) {
            result.stages().stream()
                    .filter(stage -> stage.status() == StageStatus.FAILURE)
                    .reduce((first, last) -> last)
                    .filter(stage -> failure.code().category() != ErrorCategory.GATE)
                    .ifPresent(stage -> showTail(stage, terminal, reporter));
            failure.describe().lines().forEach(line -> terminal.line(Tone.BAD, line));
            terminal.line("");
        }
        boolean good = result.result() == BuildResult.SUCCESS;
        terminal.line(
                good ? Tone.GOOD : Tone.BAD,
                result.result() + " in " + RunReporter.seconds(result.duration()) + share(result, run, gates));
        terminal.line(Tone.QUIET, "record " + run.record());
        terminal.line(Tone.QUIET, "log    " + run.log());
    }

    /** How much of the time was not Octavo's: builds, start-ups, people. */
    private static String share(PipelineResult result, RunFolder run, Gates gates) throws IOException {
        double build = 0;
        double startUp = 0;
        Map<String, Object> record = RunRecord.map(readRecord(run));
        if (record.get("elsewhere") instanceof List<?> times) {
            for (Object time : times) {
                Map<?, ?> row = (Map<?, ?>) time;
                double seconds = row.get("seconds") instanceof Number number ? number.doubleValue() : 0;
                if ("test".equals(row.get("operation"))) {
                    build += seconds;
                } else {
                    startUp += seconds;
                }
            }
        }
        double gate = gates.waited().toMillis() / 1000.0;
        double own = Math.max(0, result.duration().toMillis() / 1000.0 - build - startUp - gate);
        return String.format(
                Locale.ROOT,
                ": the service's build %.1f s, its start-up %.1f s, gates %.1f s, Octavo itself %.1f s",
                build,
                startUp,
                gate,
                own);
    }

    private void showTail(StageResult stage, Terminal terminal, RunReporter reporter) {
        if (!verbose) {
            for (String line : reporter.tail(stage.path())) {
                terminal.line(Tone.QUIET, "  | " + line);
            }
            terminal.line("");
        }
    }

    /** The run's record moves out of the workspace, with how the run ended. */
    private static void record(Delivery delivery, PipelineResult result) throws IOException {
        Path workspace = delivery.run().workspace();
        Files.createDirectories(workspace);
        RunRecord record = RunRecord.open(workspace);
        List<Map<String, Object>> stages = new ArrayList<>();
        for (StageResult stage : result.stages()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", stage.path());
            row.put("status", stage.status().name());
            row.put("startedAt", stage.startedAt().toString());
            row.put("seconds", stage.duration().toMillis() / 1000.0);
            row.put("reason", stage.reason());
            stages.add(row);
        }
        record.put("stages", stages);
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("number", delivery.run().number());
        run.put("parameters", delivery.parameters());
        run.put("result", result.result().name());
        run.put("seconds", result.duration().toMillis() / 1000.0);
        run.put("finishedAt", Clock.systemUTC().instant().toString());
        record.put("run", run);
        EngineException failure = result.failure();
        if (failure != null && record.list("failures", Map.class).isEmpty()) {
            record.fail("run", failure, Clock.systemUTC().instant());
        }
        Files.writeString(delivery.run().record(), record.json() + "\n", StandardCharsets.UTF_8);
    }

    private static String readRecord(RunFolder run) throws IOException {
        return Files.readString(run.record(), StandardCharsets.UTF_8).strip();
    }

    private static int exitCode(PipelineResult result, Cancellation cancellation) {
        if (result.result() == BuildResult.SUCCESS) {
            return 0;
        }
        if (cancellation.isRequested()) {
            return ErrorCategory.CANCELLED.exitCode();
        }
        EngineException failure = result.failure();
        if (failure != null) {
            return failure.code().category().exitCode();
        }
        return result.result() == BuildResult.UNSTABLE
                ? ErrorCategory.QUALITY.exitCode()
                : ErrorCategory.BUILD.exitCode();
    }

    /** The deployment comes last: a wrong path is told before the build. */
    private void checkKubeconfig() {
        if (kubeconfig != null && !Files.isReadable(kubeconfig)) {
            throw new EngineException(
                    ErrorCode.CLUSTER_KUBECONFIG,
                    "There is no kubeconfig",
                    kubeconfig.toAbsolutePath().toString(),
                    Files.exists(kubeconfig) ? "the file cannot be read" : "the file does not exist",
                    "correct --kubeconfig, or leave it out to use the sandbox");
        }
    }

    /** Told now, and not at stage 5 after the build. */
    private void checkRegistry(Path root, Home home, Cancellation cancellation) {
        if (registry == null) {
            return;
        }
        EngineContext context = new EngineContext(
                root, home.cache(), environment, EngineListener.SILENT, cancellation, Clock.systemUTC());
        try (RegistryClient client = RegistryClient.openImpatient(
                registry.split("/", 2)[0], RegistryAccess.standard(), context, REGISTRY_TIMEOUT)) {
            client.requireReachable();
        }
    }

    private Path jenkinsfile(Path root) {
        Path chosen = file == null
                ? root.resolve("Jenkinsfile")
                : Path.of("").toAbsolutePath().resolve(file);
        if (!Files.isRegularFile(chosen)) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "There is no Jenkinsfile to run",
                    chosen.toString(),
                    "the file does not exist",
                    "write one of two lines:\n@Library('octavo') _\nmicroservicePipeline()\nor name another with --file");
        }
        return chosen;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The Jenkinsfile cannot be read",
                    file.toString(),
                    String.valueOf(e.getMessage()),
                    "it must be a text in UTF-8",
                    e);
        }
    }

    private CommandSpec spec() {
        return java.util.Objects.requireNonNull(spec);
    }
}
