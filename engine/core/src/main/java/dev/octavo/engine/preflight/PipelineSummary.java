package dev.octavo.engine.preflight;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.Flat;
import dev.octavo.engine.preflight.script.PipelineReader;
import dev.octavo.engine.preflight.script.PipelineScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline does, stage by stage, for whoever moves it elsewhere. Nothing of it is run.
 *
 * @param parameters by name, with what they offer or what they are by default
 * @param environment the variables that the whole pipeline has, as far as they are plain to see
 * @param agents the labels of its agents; other kinds of agents by their names
 * @param containers in which steps run
 * @param credentials by ID, with the name of the binding that uses each
 * @param sections what it has beside stages: {@code post}, {@code triggers}, {@code options}, {@code tools}
 * @param steps the names of all that it calls
 */
public record PipelineSummary(
        String file,
        String text,
        Map<String, List<String>> parameters,
        Map<String, String> environment,
        List<String> agents,
        List<String> containers,
        List<Stage> stages,
        Map<String, String> credentials,
        List<Section> sections,
        Set<String> steps) {
    public PipelineSummary {
        agents = List.copyOf(agents);
        containers = List.copyOf(containers);
        stages = List.copyOf(stages);
        sections = List.copyOf(sections);
        steps = Set.copyOf(steps);
    }

    /**
     * A stage.
     *
     * @param branch that alone runs it; {@code ""} for all
     * @param condition as it is written, in one line; {@code ""} for none
     * @param asks the parameters that its condition asks for
     * @param loginIds the credentials that are bound in it
     */
    public record Stage(
            String name,
            int line,
            String branch,
            String condition,
            List<String> asks,
            List<Act> acts,
            Map<PipelineAction.Kind, String> loginIds) {
        public Stage {
            asks = List.copyOf(asks);
            acts = List.copyOf(acts);
            loginIds = Map.copyOf(loginIds);
        }

        /** Whether it does that. */
        public boolean does(PipelineAction.Kind kind) {
            return acts.stream().anyMatch(act -> act.action().kind() == kind);
        }
    }

    /** An action and its line. */
    public record Act(PipelineAction action, int line) {}

    /** A part of the pipeline beside its stages. */
    public record Section(String name, int line, String text) {}

    private static final Set<String> SECTIONS = Set.of("post", "triggers", "options", "tools", "matrix");
    private static final Set<String> MESSAGES = Set.of(
            "mail",
            "emailext",
            "slackSend",
            "dingtalk",
            "dingTalk",
            "wechatwork",
            "qyWechatNotification",
            "office365ConnectorSend",
            "telegramSend",
            "lark",
            "feishu",
            "httpRequest");
    private static final Set<String> REPORTS = Set.of(
            "junit",
            "archiveArtifacts",
            "publishHTML",
            "jacoco",
            "recordIssues",
            "recordCoverage",
            "stash",
            "unstash",
            "archive",
            "fingerprint",
            "allure",
            "findbugs",
            "checkstyle",
            "cucumber");
    private static final Set<String> STRUCTURE = Set.of(
            "pipeline",
            "stages",
            "stage",
            "steps",
            "script",
            "node",
            "agent",
            "label",
            "environment",
            "parameters",
            "string",
            "choice",
            "booleanParam",
            "text",
            "password",
            "when",
            "branch",
            "expression",
            "not",
            "anyOf",
            "allOf",
            "tag",
            "equals",
            "options",
            "post",
            "always",
            "success",
            "failure",
            "unstable",
            "changed",
            "cleanup",
            "aborted",
            "fixed",
            "regression",
            "triggers",
            "cron",
            "pollSCM",
            "tools",
            "maven",
            "jdk",
            "gradle",
            "nodejs",
            "container",
            "withCredentials",
            "usernamePassword",
            "kubeconfigFile",
            "kubeconfigContent",
            "file",
            "sshUserPrivateKey",
            "usernameColonPassword",
            "credentials",
            "withEnv",
            "dir",
            "timeout",
            "retry",
            "echo",
            "parallel",
            "timestamps",
            "ansiColor",
            "catchError",
            "warnError",
            "ws",
            "lock",
            "withSonarQubeEnv",
            "sh",
            "input",
            "kubernetesDeploy",
            "checkout",
            "git",
            "waitForQualityGate",
            "cleanWs",
            "deleteDir",
            "sleep",
            "error",
            "print",
            "println",
            "fileExists",
            "readFile",
            "isUnix",
            "buildDiscarder",
            "logRotator",
            "disableConcurrentBuilds",
            "skipDefaultCheckout",
            "kubernetes",
            "docker",
            "properties",
            "inheritFrom",
            "containerTemplate",
            "beforeAgent",
            "parallelsAlwaysFailFast",
            "yaml",
            "yamlFile",
            "defaultContainer",
            "image",
            "args",
            "name",
            "matrix",
            "axes");

    /**
     * Reads a Jenkinsfile.
     *
     * @param root the folder of the sources
     * @param file from there
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where it cannot be read or is not Groovy
     */
    public static PipelineSummary read(Path root, String file) {
        PipelineReader reader = ServiceLoader.load(PipelineReader.class, PipelineReader.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing reads pipelines here"));
        try {
            byte[] bytes = Files.readAllBytes(root.resolve(file));
            SourceFile source = SourceFile.decode(file, bytes)
                    .orElseThrow(() -> new EngineException(
                            ErrorCode.CONFIG_FILE,
                            "The Jenkinsfile cannot be read",
                            file,
                            "it is no text",
                            "name the right file by --file"));
            String text =
                    source.text().startsWith("\uFEFF") ? " " + source.text().substring(1) : source.text();
            PipelineScript script = reader.read(text);
            return new Summarizer(source, PipelineFacts.of(source, script)).summary();
        } catch (PipelineReader.SyntaxException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "Groovy cannot read the Jenkinsfile",
                    file + ":" + e.line() + ":" + e.column(),
                    String.valueOf(e.getMessage()).replaceFirst(" @ line.*", ""),
                    "correct the line, or the one before it; Jenkins could not run it either",
                    e);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The Jenkinsfile cannot be read",
                    root.resolve(file).toString(),
                    e.toString(),
                    "name the right file by --file",
                    e);
        }
    }

    /** The variables that a text or a value is made of are put in as far as they are known. */
    private static final class Summarizer {
        private final SourceFile source;
        private final PipelineFacts facts;
        private final Map<String, StageBuilder> stages = new LinkedHashMap<>();
        private final Map<String, String> credentials = new LinkedHashMap<>();
        private final Set<String> agents = new LinkedHashSet<>();
        private final Set<String> containers = new LinkedHashSet<>();
        private final List<Section> sections = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();

        Summarizer(SourceFile source, PipelineFacts facts) {
            this.source = source;
            this.facts = facts;
        }

        private static final class StageBuilder {
            private int line;
            private String branch = "";
            private String condition = "";
            private boolean around;
            private final Set<String> asks = new LinkedHashSet<>();
            private final List<Act> acts = new ArrayList<>();
            private final Map<PipelineAction.Kind, String> logins = new LinkedHashMap<>();
        }

        PipelineSummary summary() {
            Set<String> steps = new TreeSet<>();
            Map<Step, ShellUse> shells = new LinkedHashMap<>();
            facts.shells().forEach(shell -> shells.put(shell.step(), shell));
            for (Step step : facts.steps()) {
                if (step.call().receiver() == null && !step.call().name().isEmpty()) {
                    steps.add(step.call().name());
                }
                if (inPost(step)) {
                    continue;
                }
                if (step.is("stage")) {
                    stage(step);
                } else {
                    ShellUse shell = shells.get(step);
                    if (shell == null) {
                        other(step);
                    } else {
                        shell(shell);
                    }
                }
            }
            Map<String, List<String>> parameters = new LinkedHashMap<>();
            facts.parameters()
                    .forEach((name, choices) -> parameters.put(
                            name,
                            choices.stream().map(PipelineFacts.Choice::value).toList()));
            List<Stage> list = new ArrayList<>();
            stages.forEach((name, each) -> {
                if (!each.acts.isEmpty() || !(name.isEmpty() || each.around)) {
                    list.add(new Stage(
                            name,
                            each.line,
                            each.branch,
                            each.condition,
                            List.copyOf(each.asks),
                            each.acts,
                            each.logins));
                }
            });
            return new PipelineSummary(
                    source.path(),
                    source.text(),
                    parameters,
                    environment,
                    List.copyOf(agents),
                    List.copyOf(containers),
                    list,
                    credentials,
                    sections,
                    steps);
        }

        private static boolean inPost(Step step) {
            return step.around().stream().anyMatch(code -> code instanceof Code.Call call && call.is("post"));
        }

        private StageBuilder builder(Step step) {
            return stages.computeIfAbsent(step.scope().stage(), name -> new StageBuilder());
        }

        private int line(Code code) {
            return source.line(code.span().start());
        }

        private void stage(Step step) {
            String name = step.call().text("name");
            StageBuilder stage = stages.computeIfAbsent(name == null ? "" : name, key -> new StageBuilder());
            stage.line = line(step.call());
            Code.Block block = step.call().block();
            if (block == null) {
                return;
            }
            for (Code.Call each : block.calls()) {
                stage.around |= each.is("parallel") || each.is("stages") || each.is("matrix");
                if (each.is("when")) {
                    when(each, stage);
                } else if (each.is("input") && each.block() != null) {
                    Code.Block body = each.block();
                    String message = "";
                    String submitter = "";
                    String id = "";
                    for (Code.Call one : body == null ? List.<Code.Call>of() : body.calls()) {
                        message = one.is("message") ? text(one.argument("message"), step.scope()) : message;
                        submitter = one.is("submitter") ? text(one.argument("submitter"), step.scope()) : submitter;
                        id = one.is("id") ? text(one.argument("id"), step.scope()) : id;
                    }
                    stage.acts.add(
                            0,
                            new Act(
                                    new PipelineAction(
                                            PipelineAction.Kind.GATE, id.isEmpty() ? message : id, submitter),
                                    line(each)));
                }
            }
        }

        private void when(Code.Call when, StageBuilder stage) {
            Code.Block block = when.block();
            stage.condition = block == null ? "" : oneLine(snippet(block)).replaceAll("^\\{\\s*|\\s*}$", "");
            when.each(code -> {
                if (code instanceof Code.Call call && call.is("branch")) {
                    String branch = call.text("pattern");
                    stage.branch = branch == null ? "" : branch;
                }
                String variable = PipelineFacts.environmentName(code);
                if (variable == null && code instanceof Code.Name name) {
                    variable = name.name();
                }
                if (variable != null && facts.parameters().containsKey(variable)) {
                    stage.asks.add(variable);
                }
            });
        }

        private void shell(ShellUse shell) {
            StageBuilder stage = builder(shell.step());
            String directory = shell.step().scope().directory();
            for (PipelineAction action :
                    PipelineAction.of(shell.script(), shell::resolved, directory == null ? "" : directory)) {
                stage.acts.add(new Act(action, line(shell.step().call())));
                if (action.kind() == PipelineAction.Kind.ANALYSIS) {
                    shell.script().commands().forEach(command -> command.words().forEach(word -> {
                        String text = word.text();
                        if (text.startsWith("-Dsonar.host.url=")) {
                            environment.putIfAbsent("SONAR_HOST_URL", shell.resolved(text.substring(17)));
                        }
                    }));
                }
                String id = bound(shell.step());
                if (!id.isEmpty()) {
                    stage.logins.putIfAbsent(action.kind(), id);
                }
            }
        }

        /** The ID of the innermost credential around a step. */
        private String bound(Step step) {
            String id = "";
            for (Code code : step.around()) {
                if (code instanceof Code.Call call && call.is("withCredentials")) {
                    for (Code.Call binding : bindings(call)) {
                        id = text(binding.named().get("credentialsId"), step.scope());
                    }
                }
            }
            return id;
        }

        private static List<Code.Call> bindings(Code.Call call) {
            List<Code.Call> bindings = new ArrayList<>();
            call.arguments().stream()
                    .filter(argument -> !(argument instanceof Code.Block))
                    .forEach(argument -> argument.each(code -> {
                        if (code instanceof Code.Call binding && binding.named().containsKey("credentialsId")) {
                            bindings.add(binding);
                        }
                    }));
            return bindings;
        }

        private void other(Step step) {
            Code.Call call = step.call();
            StageBuilder stage = builder(step);
            Scope scope = step.scope();
            PipelineAction action = null;
            switch (call.receiver() == null ? call.name() : "." + call.name()) {
                case "checkout" -> action = new PipelineAction(PipelineAction.Kind.CHECKOUT, "checkout", "");
                case "git" -> {
                    action = new PipelineAction(
                            PipelineAction.Kind.CHECKOUT,
                            text(call.argument("url"), scope),
                            text(call.named().get("branch"), scope));
                    String id = text(call.named().get("credentialsId"), scope);
                    if (!id.isEmpty()) {
                        credentials.put(id, "usernamePassword");
                        stage.logins.put(PipelineAction.Kind.CHECKOUT, id);
                    }
                }
                case "input" -> {
                    if (step.around().stream().anyMatch(code -> code instanceof Code.Call each && each.is("script"))
                            || call.block() == null) {
                        String id = text(call.named().get("id"), scope);
                        action = new PipelineAction(
                                PipelineAction.Kind.GATE,
                                id.isEmpty() ? text(call.argument("message"), scope) : id,
                                text(call.named().get("submitter"), scope));
                    }
                }
                case "kubernetesDeploy" -> {
                    boolean plain = call.named().get("enableConfigSubstitution") instanceof Code.Constant constant
                            && Boolean.FALSE.equals(constant.value());
                    String id = text(call.named().get("kubeconfigId"), scope);
                    if (!id.isEmpty()) {
                        credentials.put(id, "kubeconfigFile");
                        stage.logins.put(PipelineAction.Kind.DEPLOY, id);
                    }
                    String directory = scope.directory();
                    String configs = text(call.argument("configs"), scope);
                    action = new PipelineAction(
                            PipelineAction.Kind.DEPLOY,
                            directory == null || directory.isEmpty() ? configs : directory + "/" + configs,
                            plain ? PipelineAction.AS_THEY_ARE : PipelineAction.BY_STEP);
                }
                case "withSonarQubeEnv" -> {
                    action = new PipelineAction(
                            PipelineAction.Kind.ANALYSIS,
                            text(call.argument("installationName"), scope),
                            "installation");
                }
                case "waitForQualityGate" ->
                    action = new PipelineAction(PipelineAction.Kind.QUALITY_GATE, "waitForQualityGate", "");
                case "withCredentials" ->
                    bindings(call)
                            .forEach(binding ->
                                    credentials.put(text(binding.named().get("credentialsId"), scope), binding.name()));
                case "credentials" ->
                    credentials.putIfAbsent(text(call.argument("credentialsId"), scope), "usernamePassword");
                case "container" -> containers.add(text(call.argument("name"), scope));
                case "agent" -> agent(call, scope);
                case "environment" -> {
                    if (step.around().size() <= 2) {
                        environment(call, scope);
                    }
                }
                default -> action = byName(step, call);
            }
            if (action != null) {
                stage.acts.add(new Act(action, line(call)));
            }
        }

        /** {@code step([$class: 'KubernetesDeploy', …])}, with its arguments at whatever depth. */
        private @Nullable PipelineAction general(Code.Call call, Scope scope) {
            Map<String, Code> named = new LinkedHashMap<>();
            call.each(code -> {
                if (code instanceof Code.Entries entries) {
                    named.putAll(entries.entries());
                } else if (code instanceof Code.Call each) {
                    named.putAll(each.named());
                }
            });
            String type = text(named.get("$class"), scope);
            if (type.contains("KubernetesDeploy")) {
                return new PipelineAction(
                        PipelineAction.Kind.DEPLOY, text(named.get("configs"), scope), PipelineAction.BY_STEP);
            }
            return new PipelineAction(PipelineAction.Kind.OTHER, "step " + type, "step");
        }

        private @Nullable PipelineAction byName(Step step, Code.Call call) {
            String name = call.name();
            if (call.receiver() != null) {
                boolean docker = call.receiver() instanceof Code.Name receiver
                        && receiver.name().equals("docker");
                if (docker && name.equals("build")) {
                    return new PipelineAction(
                            PipelineAction.Kind.IMAGE, text(call.argument("image"), step.scope()), "docker.build");
                }
                return null;
            }
            if (SECTIONS.contains(name) && step.around().size() <= 2) {
                sections.add(new Section(name, line(call), oneLine(snippet(call))));
                return null;
            }
            if (name.equals("step")) {
                return general(call, step.scope());
            }
            if (MESSAGES.contains(name)) {
                return new PipelineAction(PipelineAction.Kind.MESSAGE, name, "");
            }
            if (REPORTS.contains(name)) {
                return new PipelineAction(PipelineAction.Kind.REPORT, name, "");
            }
            boolean inside =
                    step.around().stream().anyMatch(code -> code instanceof Code.Call each && each.is("steps"));
            boolean known = STRUCTURE.contains(name) || facts.hasMethod(name) || name.isEmpty();
            return known || !inside ? null : new PipelineAction(PipelineAction.Kind.OTHER, name, "step");
        }

        private void agent(Code.Call agent, Scope scope) {
            Code.Block block = agent.block();
            if (block == null) {
                Code given = agent.argument("agent");
                if (given instanceof Code.Name name && !name.name().equals("none")) {
                    agents.add(name.name());
                }
                return;
            }
            block.each(code -> {
                if (code instanceof Code.Call call) {
                    if (call.is("label")) {
                        agents.add(text(call.argument("label"), scope));
                    } else if (List.of("kubernetes", "docker", "dockerfile").contains(call.name())) {
                        agents.add(call.name() + " { }");
                    }
                }
            });
        }

        private void environment(Code.Call call, Scope scope) {
            Code.Block block = call.block();
            for (Code statement : block == null ? List.<Code>of() : block.statements()) {
                if (statement instanceof Code.Operation operation && operation.left() instanceof Code.Name name) {
                    environment.put(name.name(), text(operation.right(), scope));
                }
            }
        }

        private String text(@Nullable Code code, Scope scope) {
            if (code == null) {
                return "";
            }
            Flat flat = Flat.of(code);
            if (flat != null) {
                return facts.resolve(facts.canonical(flat), scope, Map.of());
            }
            String variable = PipelineFacts.environmentName(code);
            if (variable == null && code instanceof Code.Name name) {
                variable = name.name();
            }
            return variable == null ? "" : facts.resolve("${" + variable + "}", scope, Map.of());
        }

        private String snippet(Code code) {
            String text = source.text();
            return text.substring(
                    Math.min(code.span().start(), text.length()),
                    Math.min(code.span().end(), text.length()));
        }

        private static String oneLine(String text) {
            return text.strip().replaceAll("\\s+", " ");
        }
    }
}
