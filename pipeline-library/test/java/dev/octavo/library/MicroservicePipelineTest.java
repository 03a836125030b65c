package dev.octavo.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.PipelineRunner;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.InputAnswer;
import dev.octavo.engine.runner.api.InputRequest;
import dev.octavo.engine.runner.api.LibraryResolver;
import dev.octavo.engine.runner.api.PipelineRequest;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.RunListener;
import dev.octavo.engine.runner.api.SonarGate;
import dev.octavo.engine.runner.api.StageResult;
import dev.octavo.engine.runner.api.StageStatus;
import dev.octavo.engine.runner.api.StepCall;
import dev.octavo.engine.runner.api.StepHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The flow of the eight stages, with an engine that only notes how it was called. */
class MicroservicePipelineTest {
    private static final List<String> OPERATIONS = List.of(
            "source",
            "list",
            "preflight",
            "test",
            "analyze",
            "image",
            "push",
            "scan",
            "plan",
            "deploy",
            "release",
            "history",
            "rollback",
            "notify",
            "gate");

    @TempDir
    Path folder;

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Map<String, Object>> arguments = new ConcurrentHashMap<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<InputRequest> gates = new CopyOnWriteArrayList<>();
    private final Map<String, String> environment = new HashMap<>(Map.of(
            "PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"),
            "OCTAVO_STEPS", "true",
            "OCTAVO_PROJECTS", "orders catalog",
            "REGISTRY", "registry.example",
            "DOCKERHUB_NAMESPACE", "shop"));
    private boolean mainBranch = true;
    /** The variables with which people were told. */
    private final Map<String, Map<String, String>> told = new ConcurrentHashMap<>();

    private boolean deaf;
    /** The microservices of the run, each with those that go out before it. */
    private Map<String, List<String>> needs = Map.of("orders", List.of());
    /** Such as do not become ready. */
    private final List<String> broken = new ArrayList<>();
    /** Such as this run has deployed before. */
    private final List<String> out = new ArrayList<>();
    /** How many deployments still meet another plan than the approved one. */
    private int changes;

    @Test
    void releasesAVersionThroughAllStages() {
        PipelineResult result = run("", Map.of("TAG_NAME", "v1.0.0", "PROJECT_NAME", "orders"));

        assertThat(result.failure()).isNull();
        assertThat(result.result()).isEqualTo(BuildResult.SUCCESS);
        assertThat(calls)
                .containsExactly(
                        "source",
                        "list",
                        "preflight",
                        "test",
                        "image",
                        "push",
                        "plan dev",
                        "gate deploy-to-dev",
                        "source",
                        "deploy dev",
                        "gate release-image-with-tag",
                        "source",
                        "release",
                        "plan prod",
                        "gate deploy-to-production",
                        "source",
                        "deploy prod");
        assertThat(stages(result))
                .containsExactly(
                        "checkout SUCCESS",
                        "unit test SUCCESS",
                        "sonar analysis SKIPPED",
                        "build image SUCCESS",
                        "push image SUCCESS",
                        "deploy to dev SUCCESS",
                        "push with tag SUCCESS",
                        "deploy to production SUCCESS",
                        "Declarative: Post Actions SUCCESS");
    }

    @Test
    void withoutVersionItEndsInDev() {
        PipelineResult result = run("", Map.of("PROJECT_NAME", "orders"));

        assertThat(result.result()).isEqualTo(BuildResult.SUCCESS);
        assertThat(calls).endsWith("deploy dev").doesNotContain("release", "plan prod", "deploy prod");
    }

    @Test
    void anotherBranchIsNotDeployed() {
        mainBranch = false;

        PipelineResult result = run("", Map.of("PROJECT_NAME", "orders"));

        assertThat(result.result()).isEqualTo(BuildResult.SUCCESS);
        assertThat(calls).containsExactly("source", "list", "preflight", "test", "image", "push");
    }

    @Test
    void analyzesWhereSonarIsConfigured() {
        run("sonar: 'http://sonar.example'", Map.of("PROJECT_NAME", "orders"));

        assertThat(calls).contains("analyze");
        assertThat(arguments.get("analyze")).containsEntry("sonarUrl", "http://sonar.example");
    }

    @Test
    void usesTheSonarQubeThatJenkinsIsConfiguredWith() {
        environment.put("OCTAVO_GATES", "true");

        PipelineResult result = run(
                "sonarInstallation: 'team', sonarProjectKey: 'shop:$APP_NAME', sonarConditions: true",
                Map.of("PROJECT_NAME", "orders"));

        assertThat(result.failure()).isNull();
        assertThat(arguments.get("analyze"))
                .containsEntry("sonarUrl", "http://team.example")
                .containsEntry("projectKey", "shop:$APP_NAME")
                .containsEntry("requireConditions", true);
    }

    @Test
    void asksNoInstallationOfJenkinsOnALaptop() {
        PipelineResult result = run("sonarInstallation: 'team'", Map.of("PROJECT_NAME", "orders"));

        assertThat(result.failure()).isNull();
        assertThat(calls).doesNotContain("analyze");
    }

    @Test
    void deploysWhatWasApproved() {
        run("", Map.of("TAG_NAME", "v1.0.0", "PROJECT_NAME", "orders"));

        assertThat(gates.get(0).message()).isEqualTo("deploy to dev?");
        assertThat(arguments.get("deploy dev"))
                .containsEntry("approvedHash", "hash-dev")
                .containsEntry("approver", "amy");
        assertThat(arguments.get("deploy prod"))
                .containsEntry("approvedHash", "hash-prod")
                .containsEntry("version", "v1.0.0");
        assertThat(arguments.get("deploy dev")).doesNotContainKey("version");
    }

    @Test
    void asksOutsideOfAnyAgent() {
        run("", Map.of("TAG_NAME", "v1.0.0", "PROJECT_NAME", "orders"));

        assertThat(gates)
                .extracting(InputRequest::id)
                .containsExactly("deploy-to-dev", "release-image-with-tag", "deploy-to-production");
    }

    @Test
    void aRefusedGateStopsTheRun() {
        PipelineResult result = run("", Map.of("TAG_NAME", "v1.0.0", "PROJECT_NAME", "orders"), asked -> {
            if (asked.id().equals("release-image-with-tag")) {
                throw new EngineException(ErrorCode.GATE_REFUSED, "no", asked.id(), "no", "none");
            }
            return new InputAnswer.Proceed("amy", Map.of());
        });

        assertThat(result.result()).isNotEqualTo(BuildResult.SUCCESS);
        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().code()).isEqualTo(ErrorCode.GATE_REFUSED);
        assertThat(calls).doesNotContain("release", "deploy prod");
    }

    @Test
    void settingsReachTheEngine() {
        run(
                "service: 'orders', registry: 'harbor.example', namespace: 'team', mainBranch: 'trunk', "
                        + "variables: [A: '1'], environments: [dev: [namespace: 'team-dev', manifests: 'k8s', "
                        + "variables: [B: '2']]]",
                Map.of());

        assertThat(arguments.get("source")).containsEntry("mainBranch", "trunk");
        assertThat(arguments.get("list")).containsEntry("project", "orders");
        assertThat(arguments.get("push"))
                .containsEntry("registry", "harbor.example")
                .containsEntry("namespace", "team");
        assertThat(arguments.get("plan dev"))
                .containsEntry("clusterNamespace", "team-dev")
                .containsEntry("manifests", "k8s")
                .containsEntry("variables", Map.of("A", "1", "B", "2"));
    }

    @Test
    void signsScansAndVerifiesWhereThatIsSet() {
        environment.put("OCTAVO_GATES", "true");

        PipelineResult result = run(
                "registryCredentials: 'reg', signingKey: 'key', signingPassword: 'pw', "
                        + "scan: [command: 'true', report: 'scan/$service.json', severity: 'critical'], "
                        + "environments: [prod: [signedBy: 'cosign.pub']]",
                Map.of("TAG_NAME", "v1.0.0", "PROJECT_NAME", "orders"));

        assertThat(result.failure()).isNull();
        assertThat(calls).containsSubsequence("push", "scan", "plan dev");
        assertThat(arguments.get("push")).containsEntry("signingKeyId", "key").containsEntry("signingPasswordId", "pw");
        assertThat(arguments.get("scan")).isEqualTo(Map.of("report", "scan/$service.json", "severity", "critical"));
        for (String stage : List.of("plan prod", "deploy prod")) {
            assertThat(arguments.get(stage))
                    .containsEntry("signedBy", "cosign.pub")
                    .containsEntry("registryCredentialsId", "reg");
        }
        assertThat(arguments.get("plan dev")).doesNotContainKeys("signedBy", "registryCredentialsId");
    }

    /** Jenkins skips the stages before, and gives the new build the stash of the old one. */
    @Test
    void restartedFromALateStageItGoesOnWithTheRecord() {
        PipelineResult result = runJenkinsfile("""
                @Library('octavo')
                import dev.octavo.Delivery

                node {
                    checkout(scm)
                    stash(name: 'octavo', includes: '.octavo/**', useDefaultExcludes: false)
                }
                Delivery delivery = new Delivery(this, [:])
                if (delivery.deploysToDev()) {
                    delivery.deploy('dev', 'deploy-to-dev')
                }
                """, Map.of(), asked -> new InputAnswer.Proceed("amy", Map.of()));

        assertThat(result.failure()).isNull();
        assertThat(calls).containsExactly("source", "source", "plan dev", "gate deploy-to-dev", "source", "deploy dev");
        assertThat(arguments.get("source")).as("never a new record").isEqualTo(Map.of("pinned", true));
    }

    @Test
    void withThePluginItGivesCredentialsByTheirIdsAndAsksAtItsGates() {
        environment.put("OCTAVO_GATES", "true");

        PipelineResult result = run(
                "registryCredentials: 'reg', gitCredentials: 'git', approvers: 'ops', gateHours: 5, "
                        + "environments: [prod: [kubeconfig: 'kc-prod', approvers: 'amy']]",
                Map.of("TAG_NAME", "v1.0.0", "PROJECT_NAME", "orders"));

        assertThat(result.failure()).isNull();
        assertThat(arguments.get("push")).containsEntry("registryCredentialsId", "reg");
        assertThat(arguments.get("release"))
                .containsEntry("registryCredentialsId", "reg")
                .containsEntry("gitCredentialsId", "git")
                .containsEntry("approver", "amy, bob");
        assertThat(arguments.get("deploy prod"))
                .containsEntry("kubeconfigId", "kc-prod")
                .containsEntry("approvedHash", "hash-prod");
        assertThat(arguments.get("deploy dev")).doesNotContainKey("kubeconfigId");
        assertThat(arguments.get("gate deploy-to-dev"))
                .containsEntry("environment", "dev")
                .containsEntry("approvers", "ops")
                .containsEntry("hours", 5)
                .containsKey("plan")
                .doesNotContainKey("message");
        assertThat(arguments.get("gate release-image-with-tag"))
                .containsKey("message")
                .doesNotContainKey("plan");
        assertThat(arguments.get("gate deploy-to-production")).containsEntry("approvers", "amy");
        assertThat(gates).isEmpty();
    }

    @Test
    void saysHowAVersionIsReleased() {
        environment.put("OCTAVO_GATES", "true");

        PipelineResult result = run(
                "gitCredentials: 'git', forgeCredentials: 'forge', perServiceTags: true, notesInTag: true, "
                        + "taggerName: 'Bot', forge: 'gitlab', forgeUrl: 'https://git.example/api/v4'",
                Map.of("TAG_NAME", "v1.0.0", "PROJECT_NAME", "orders"));

        assertThat(result.failure()).isNull();
        assertThat(arguments.get("list")).containsEntry("gitCredentialsId", "git");
        assertThat(arguments.get("release"))
                .containsEntry("gitCredentialsId", "git")
                .containsEntry("forgeCredentialsId", "forge")
                .containsEntry("perService", true)
                .containsEntry("notesInTag", true)
                .containsEntry("taggerName", "Bot")
                .containsEntry("forge", "gitlab")
                .containsEntry("forgeUrl", "https://git.example/api/v4")
                .doesNotContainKey("taggerMail");
    }

    @Test
    void asksAgainWhereThePlanHasChanged() {
        changes = 1;

        PipelineResult result = run("", Map.of("PROJECT_NAME", "orders"));

        assertThat(result.failure()).isNull();
        assertThat(gates).extracting(InputRequest::id).containsExactly("deploy-to-dev", "deploy-to-dev-2");
        assertThat(calls)
                .containsSubsequence(
                        "gate deploy-to-dev", "deploy dev", "plan dev", "gate deploy-to-dev-2", "deploy dev");
    }

    @Test
    void doesNotAskForEver() {
        changes = 9;

        PipelineResult result = run("", Map.of("PROJECT_NAME", "orders"));

        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().code()).isEqualTo(ErrorCode.DEPLOY_PLAN_CHANGED);
        assertThat(gates).hasSize(3);
    }

    @Test
    void offersWhatTheCatalogFoundInTheBuildBefore() {
        PipelineResult result = run("service: 'orders'", Map.of("PROJECT_NAME", "catalog"));

        assertThat(result.failure()).isNull();
        assertThat(arguments.get("list")).containsEntry("project", "catalog");
        assertThat(run("", Map.of("PROJECT_NAME", "nowhere")).failure()).isNotNull();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void withoutStepsItCallsTheCommand() throws IOException {
        environment.remove("OCTAVO_STEPS");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path command = bin.resolve("octavo");
        Files.writeString(command, """
                #!/bin/sh
                [ "$2" = --request ] && [ "$4" = --result ] || exit 9
                mkdir -p .octavo/results
                echo "$1" >> .octavo/run.json
                echo "$1" >> "$CALLS"
                echo '{"services":[{"name":"orders","references":["r/orders:1"]}],"commit":"abc","shortCommit":"abc","branch":"main","mainBranch":true,"hash":"h","question":"ok?"}' > "$5"
                """, java.nio.charset.StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
        environment.put("PATH", bin + ":" + environment.get("PATH"));
        environment.put("CALLS", folder.resolve("calls").toString());

        PipelineResult result = run("", Map.of("PROJECT_NAME", "orders"));

        assertThat(result.failure()).isNull();
        assertThat(Files.readAllLines(folder.resolve("calls")))
                .containsExactly("source", "list", "preflight", "test", "image", "push", "plan", "source", "deploy");
        assertThat(gates).extracting(InputRequest::message).containsExactly("ok?");
    }

    @Test
    void goesBackToAReleaseThroughItsGate() {
        PipelineResult result = rollBack(Map.of("SERVICE", "orders", "ENVIRONMENT", "prod", "TO", "3"));

        assertThat(result.failure()).isNull();
        assertThat(calls)
                .containsExactly(
                        "history prod orders", "rollback prod orders", "gate roll-back", "rollback prod orders");
        assertThat(gates.get(0).message()).isEqualTo("back?");
        assertThat(arguments.get("rollback plan"))
                .containsEntry("service", "orders")
                .containsEntry("to", "3")
                .doesNotContainKey("approvedHash");
        assertThat(arguments.get("rollback"))
                .containsEntry("to", "3")
                .containsEntry("approvedHash", "hash-back")
                .containsEntry("approver", "amy");
    }

    @Test
    void goesBackToTheReleaseThatWasApprovedWhereNoneIsNamed() {
        rollBack(Map.of("SERVICE", "orders", "ENVIRONMENT", "prod"));

        assertThat(arguments.get("rollback plan")).doesNotContainKey("to");
        assertThat(arguments.get("rollback")).containsEntry("to", "3");
    }

    @Test
    void asksAgainWhereTheWayBackHasChanged() {
        changes = 1;

        PipelineResult result = rollBack(Map.of("SERVICE", "orders", "ENVIRONMENT", "prod"));

        assertThat(result.failure()).isNull();
        assertThat(gates).extracting(InputRequest::id).containsExactly("roll-back", "roll-back-2");
    }

    @Test
    void asksForEachMicroserviceInTheOrderOfTheirCalls() {
        needs = Map.of("catalog", List.of(), "orders", List.of("catalog"), "mailer", List.of());

        PipelineResult result = run("gates: 'each'", Map.of("PROJECT_NAME", "all"));

        assertThat(result.failure()).isNull();
        assertThat(calls)
                .containsSubsequence(
                        "plan dev",
                        "plan dev catalog",
                        "gate deploy-to-dev-catalog",
                        "deploy dev catalog",
                        "plan dev orders",
                        "gate deploy-to-dev-orders",
                        "deploy dev orders")
                .containsSubsequence("plan dev mailer", "gate deploy-to-dev-mailer", "deploy dev mailer")
                .doesNotContain("gate deploy-to-dev", "deploy dev");
    }

    @Test
    void holdsBackOnlyWhatNeedsTheOneThatFailed() {
        needs = Map.of(
                "catalog", List.of(), "orders", List.of("catalog"), "shop", List.of("orders"), "mailer", List.of());
        broken.add("catalog");

        PipelineResult result = run("gates: 'each'", Map.of("PROJECT_NAME", "all"));

        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().code()).isEqualTo(ErrorCode.DEPLOY_FAILED);
        assertThat(calls)
                .contains("deploy dev mailer")
                .doesNotContain("plan dev orders", "plan dev shop", "gate deploy-to-dev-orders");
        assertThat(log)
                .anyMatch(line -> line.contains("mailer: out in dev"))
                .anyMatch(line -> line.contains("catalog: not out in dev") && line.contains("catalog is not ready"))
                .anyMatch(line -> line.contains("orders: held back, it needs catalog"))
                .anyMatch(line -> line.contains("shop: held back, it needs orders"));
    }

    @Test
    void aRefusedGateOfOneMicroserviceDoesNotStopTheOthers() {
        needs = Map.of("catalog", List.of(), "mailer", List.of());

        PipelineResult result = run(
                "gates: 'each'",
                Map.of("PROJECT_NAME", "all"),
                asked -> asked.id().endsWith("catalog")
                        ? new InputAnswer.Abort("bob")
                        : new InputAnswer.Proceed("amy", Map.of()));

        assertThat(result.result()).isNotEqualTo(BuildResult.SUCCESS);
        assertThat(calls).contains("deploy dev mailer").doesNotContain("deploy dev catalog");
    }

    @Test
    void asksForNothingThatTheRunHasDeployedAlready() {
        needs = Map.of("catalog", List.of(), "orders", List.of("catalog"));
        out.add("catalog");

        PipelineResult result = run("gates: 'each'", Map.of("PROJECT_NAME", "all"));

        assertThat(result.failure()).isNull();
        assertThat(calls)
                .contains("gate deploy-to-dev-orders", "deploy dev orders")
                .doesNotContain("gate deploy-to-dev-catalog", "deploy dev catalog");
    }

    @Test
    void tellsPeopleOfGatesAndOfTheEnd() {
        environment.put("BUILD_URL", "https://ci.example/job/shop/7/");
        environment.put("OCTAVO_GATES", "true");

        PipelineResult result = run(
                "notify: [[channel: 'mail', server: 'smtp.example:25', from: 'ci@shop.example', to: ['amy@shop.example']]]",
                Map.of("PROJECT_NAME", "orders", "TAG_NAME", "v1.0.0"));

        assertThat(result.failure()).isNull();
        assertThat(calls)
                .containsSubsequence(
                        "plan dev",
                        "notify dev gate-waits",
                        "deploy dev",
                        "notify gate-waits",
                        "release",
                        "plan prod",
                        "notify prod gate-waits",
                        "deploy prod",
                        "notify delivered");
        assertThat(arguments.get("notify dev gate-waits"))
                .containsEntry("link", "https://ci.example/job/shop/7/octavo-gates/deploy-to-dev/")
                .containsEntry("channels", List.of("mail:N1"));
        assertThat(told.get("notify delivered"))
                .containsEntry("NOTIFY_N1_URL", "smtp://smtp.example:25?from=ci%40shop.example&to=amy%40shop.example");
    }

    @Test
    void tellsPeopleOfAFailureThatTheyWantToHearOf() {
        broken.add("orders");
        environment.put("OCTAVO_NOTIFY", "failed");

        PipelineResult result = run("gates: 'each'", Map.of("PROJECT_NAME", "orders"));

        assertThat(result.result()).isEqualTo(BuildResult.FAILURE);
        assertThat(calls).contains("notify failed").doesNotContain("notify dev orders gate-waits");
    }

    @Test
    void whatCannotBeDeliveredFailsNoDelivery() {
        deaf = true;
        environment.put("OCTAVO_NOTIFY", "gate-waits,delivered");

        PipelineResult result = run("", Map.of("PROJECT_NAME", "orders"));

        assertThat(result.result()).isEqualTo(BuildResult.SUCCESS);
        assertThat(log).anyMatch(line -> line.contains("nobody was told"));
    }

    private PipelineResult rollBack(Map<String, String> parameters) {
        return runJenkinsfile(
                "@Library('octavo') _\nmicroserviceRollback()\n",
                parameters,
                asked -> new InputAnswer.Proceed("amy", Map.of()));
    }

    private PipelineResult run(String settings, Map<String, String> parameters) {
        return run(settings, parameters, asked -> new InputAnswer.Proceed("amy", Map.of()));
    }

    private interface Person {
        InputAnswer answer(InputRequest asked);
    }

    private PipelineResult run(String settings, Map<String, String> parameters, Person person) {
        return runJenkinsfile("@Library('octavo') _\nmicroservicePipeline(" + settings + ")\n", parameters, person);
    }

    private PipelineResult runJenkinsfile(String jenkinsfile, Map<String, String> parameters, Person person) {
        PipelineRequest request = PipelineRequest.builder(
                        Path.of("Jenkinsfile"), jenkinsfile, folder.resolve("workspace"), folder.resolve("run"))
                .parameters(parameters)
                .libraries(new ThisLibrary())
                .scm((into, context) -> {
                    try {
                        Files.createDirectories(into.resolve(".octavo"));
                        Files.writeString(into.resolve(".octavo/run.json"), "{}");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return Map.of("GIT_COMMIT", "abc", "GIT_BRANCH", "main");
                })
                .environment(environment)
                .input((asked, cancellation) -> {
                    gates.add(asked);
                    calls.add("gate " + asked.id());
                    return person.answer(asked);
                })
                .steps(steps())
                .sonar(new TeamSonar())
                .listener(new RunListener() {
                    @Override
                    public void output(String stage, String line) {
                        log.add(line);
                    }
                })
                .build();
        return new PipelineRunner().run(request);
    }

    private List<StepHandler> steps() {
        List<StepHandler> steps = new ArrayList<>();
        for (String operation : OPERATIONS) {
            steps.add(new StepHandler() {
                @Override
                public List<String> names() {
                    return List.of("octavo" + operation.substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                            + operation.substring(1));
                }

                @Override
                public Object execute(StepCall call) {
                    assertThat(call.directory() != null)
                            .as("workspace of " + operation)
                            .isEqualTo(!operation.equals("gate"));
                    if (operation.equals("gate")) {
                        arguments.put("gate " + call.arguments().get("id"), call.arguments());
                        return Map.of("approver", "amy, bob");
                    }
                    Object target = call.arguments().get("environment");
                    Object service = call.arguments().get("service");
                    String name =
                            operation + (target == null ? "" : " " + target) + (service == null ? "" : " " + service);
                    if (operation.equals("notify")) {
                        name += " " + call.arguments().get("event");
                        told.put(name, call.environment());
                        if (deaf) {
                            throw new EngineException(ErrorCode.NOTIFY_FAILED, "no", "", "", "");
                        }
                    }
                    calls.add(name);
                    arguments.putIfAbsent(name, call.arguments());
                    return switch (operation) {
                        case "source" ->
                            Map.of("commit", "abc", "shortCommit", "abc", "branch", "main", "mainBranch", mainBranch);
                        case "list" -> Map.of("services", List.of(Map.of("name", "orders")));
                        case "push" ->
                            Map.of(
                                    "services",
                                    List.of(Map.of("references", List.of("r/orders:1"), "digest", "sha256:1")));
                        case "plan" ->
                            Map.of(
                                    "hash",
                                    "hash-" + target,
                                    "question",
                                    "deploy to " + target + "?",
                                    "environment",
                                    target,
                                    "needs",
                                    needs,
                                    "out",
                                    out);
                        case "rollback" -> {
                            writeRecord(call.directory());
                            if (call.arguments().containsKey("approvedHash") && changes-- > 0) {
                                throw new EngineException(
                                        ErrorCode.DEPLOY_PLAN_CHANGED, "it is another", "dev", "why", "fix");
                            }
                            arguments.put(
                                    call.arguments().containsKey("planOnly") ? "rollback plan" : "rollback",
                                    call.arguments());
                            yield Map.of("hash", "hash-back", "question", "back?", "environment", target, "to", 3);
                        }
                        case "deploy" -> {
                            if (broken.contains(service)) {
                                throw new EngineException(
                                        ErrorCode.DEPLOY_FAILED, service + " is not ready", "dev", "why", "fix");
                            }
                            if (changes-- > 0) {
                                throw new EngineException(
                                        ErrorCode.DEPLOY_PLAN_CHANGED, "it is another", "dev", "why", "fix");
                            }
                            yield Map.of();
                        }
                        default -> Map.of();
                    };
                }
            });
        }
        return steps;
    }

    /** As the engine does, for the stash. */
    private static void writeRecord(Path workspace) {
        try {
            Files.writeString(
                    Files.createDirectories(workspace.resolve(".octavo")).resolve("run.json"), "{}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> stages(PipelineResult result) {
        List<StageResult> all = result.stages();
        return all.stream()
                .filter(stage -> all.stream().noneMatch(other -> other.parent().equals(stage.path())))
                .map(stage -> stage.name() + " " + (stage.status() == StageStatus.SKIPPED ? "SKIPPED" : stage.status()))
                .collect(Collectors.toList());
    }

    /** This very library. */
    private static final class ThisLibrary implements LibraryResolver {
        @Override
        public Optional<Path> resolve(String name, String version) {
            return name.equals("octavo") ? Optional.of(Path.of("").toAbsolutePath()) : Optional.empty();
        }

        @Override
        public List<String> names() {
            return List.of("octavo");
        }
    }

    /** What Jenkins would be configured with. */
    private static final class TeamSonar implements SonarGate {
        @Override
        public Map<String, String> environment(String server) {
            return Map.of("SONAR_HOST_URL", "http://" + server + ".example", "SONAR_AUTH_TOKEN", "s3cret");
        }

        @Override
        public String await(EngineContext context) {
            return "OK";
        }
    }
}
