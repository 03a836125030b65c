package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCategory;
import dev.octavo.engine.api.OperationSpec;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.record.RunRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All operations; a subcommand and a step is made from each. */
public final class Operations {
    private static final List<OperationSpec<?, ?>> ALL = List.of(
            new OperationSpec<>(
                    "source",
                    "Pins the commit that a run delivers, and checks the version that it is to become (stage 1)",
                    SourceRequest.class,
                    SourceResult.class,
                    new SourceOperation()),
            new OperationSpec<>(
                    "list",
                    "Finds the microservices of the sources and chooses those to deliver (stage 1)",
                    ListRequest.class,
                    ListResult.class,
                    new ListOperation()),
            new OperationSpec<>(
                    "preflight",
                    "Finds mistakes in Jenkinsfiles, manifests and Dockerfiles before anything runs (stage 1)",
                    PreflightRequest.class,
                    PreflightResult.class,
                    new PreflightOperation()),
            new OperationSpec<>(
                    "generate",
                    "Writes each microservice's Dockerfile and manifests, and keeps what people change in them",
                    GenerateRequest.class,
                    GenerateResult.class,
                    new GenerateOperation()),
            new OperationSpec<>(
                    "extract",
                    "Takes addresses out of the configuration: a Service for each, and variables with its name",
                    ExtractRequest.class,
                    ExtractResult.class,
                    new ExtractOperation()),
            new OperationSpec<>(
                    "test",
                    "Builds each chosen microservice with its tests and reads their reports (stage 2)",
                    TestRequest.class,
                    TestResult.class,
                    new TestOperation()),
            new OperationSpec<>(
                    "analyze",
                    "Analyses each chosen microservice with SonarQube and waits for its quality gate (stage 3)",
                    AnalyzeRequest.class,
                    AnalyzeResult.class,
                    new AnalyzeOperation()),
            new OperationSpec<>(
                    "image",
                    "Builds the image of each chosen microservice, without a Docker daemon (stage 4)",
                    ImageRequest.class,
                    ImageResult.class,
                    new ImageOperation()),
            new OperationSpec<>(
                    "push",
                    "Pushes the images that were built (stage 5)",
                    PushRequest.class,
                    PushResult.class,
                    new PushOperation()),
            new OperationSpec<>(
                    "scan",
                    "Judges the reports of a scanner of vulnerabilities, Trivy's, Grype's or SARIF",
                    ScanRequest.class,
                    ScanResult.class,
                    new ScanOperation()),
            new OperationSpec<>(
                    "verify",
                    "Checks signature, provenance and bill of materials of images in a registry",
                    VerifyRequest.class,
                    VerifyResult.class,
                    new VerifyOperation()),
            new OperationSpec<>(
                    "render",
                    "Prints the manifests of an environment with their values, and where each comes from, without a cluster",
                    RenderRequest.class,
                    RenderResult.class,
                    new RenderOperation()),
            new OperationSpec<>(
                    "plan",
                    "Shows what a deployment to an environment would change, without changing it",
                    PlanRequest.class,
                    PlanResult.class,
                    new PlanOperation()),
            new OperationSpec<>(
                    "deploy",
                    "Deploys to an environment and waits until all is ready (stages 6 and 8)",
                    DeployRequest.class,
                    DeployResult.class,
                    new DeployOperation()),
            new OperationSpec<>(
                    "history",
                    "Lists what was deployed to an environment, and what became of it",
                    HistoryRequest.class,
                    HistoryResult.class,
                    new HistoryOperation()),
            new OperationSpec<>(
                    "board",
                    "Shows which release of which microservice runs where, how it is, and DORA's four measures",
                    BoardRequest.class,
                    BoardResult.class,
                    new BoardOperation()),
            new OperationSpec<>(
                    "rollback",
                    "Deploys an earlier release again, with its configuration and Secrets",
                    RollbackRequest.class,
                    RollbackResult.class,
                    new RollbackOperation()),
            new OperationSpec<>(
                    "diff",
                    "Shows what somebody has changed by hand since the last release",
                    DiffRequest.class,
                    DiffResult.class,
                    new DiffOperation()),
            new OperationSpec<>(
                    "rollout",
                    "Waits until what was deployed is ready, and explains what is not",
                    RolloutRequest.class,
                    RolloutResult.class,
                    new RolloutOperation()),
            new OperationSpec<>(
                    "release",
                    "Gives the images their version, the commit its tag and the forge its release (stage 7)",
                    ReleaseRequest.class,
                    ReleaseResult.class,
                    new ReleaseOperation()),
            new OperationSpec<>(
                    "notify",
                    "Tells people how a run stands, by the robots of their chats and by mail",
                    NotifyRequest.class,
                    NotifyResult.class,
                    new NotifyOperation()),
            new OperationSpec<>(
                    "kubernetes-deploy",
                    "Applies manifests to a cluster, as the Jenkins step kubernetesDeploy always has",
                    KubernetesDeployRequest.class,
                    KubernetesDeployResult.class,
                    new KubernetesDeployOperation()));

    /** Where there is no run yet, failures of these kinds make no record of one. */
    private static final Set<ErrorCategory> OF_FILES = Set.of(ErrorCategory.CONFIGURATION, ErrorCategory.FINDINGS);

    private Operations() {}

    /** In the order of the stages, then what belongs to none. */
    public static List<OperationSpec<?, ?>> all() {
        return ALL;
    }

    public static Optional<OperationSpec<?, ?>> named(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /**
     * Runs an operation with inputs by name. Its failure is in the run's record before it is thrown.
     *
     * @throws EngineException as the operation says, and for wrong inputs
     */
    public static <Q extends Record, R extends Record> R run(
            OperationSpec<Q, R> operation, Map<String, ?> inputs, EngineContext context) {
        try {
            Q request = Requests.bind(operation.name(), operation.request(), inputs, context.environment());
            return operation.operation().run(request, context);
        } catch (EngineException e) {
            if (!OF_FILES.contains(e.code().category()) || hasRecord(context)) {
                note(operation.name(), e, context);
            }
            throw e;
        }
    }

    private static boolean hasRecord(EngineContext context) {
        return java.nio.file.Files.exists(
                context.workspace().resolve(RunRecord.FOLDER).resolve("run.json"));
    }

    private static void note(String operation, EngineException failure, EngineContext context) {
        try {
            RunRecord.open(context.workspace())
                    .fail(operation, failure, context.clock().instant());
        } catch (EngineException e) {
            failure.addSuppressed(e);
        }
    }
}
