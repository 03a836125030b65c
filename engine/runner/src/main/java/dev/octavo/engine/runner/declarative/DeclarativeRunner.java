package dev.octavo.engine.runner.declarative;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.ParameterSpec;
import dev.octavo.engine.runner.api.Scm;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.cps.Failures;
import dev.octavo.engine.runner.cps.LogicalThread;
import dev.octavo.engine.runner.cps.PipelineError;
import dev.octavo.engine.runner.cps.PipelineRun;
import dev.octavo.engine.runner.cps.StageNode;
import dev.octavo.engine.runner.cps.StepContext;
import dev.octavo.engine.runner.cps.StepDefinition;
import dev.octavo.engine.runner.cps.StepInvocation;
import dev.octavo.engine.runner.cps.Symbol;
import dev.octavo.engine.runner.declarative.Model.Agent;
import dev.octavo.engine.runner.declarative.Model.Call;
import dev.octavo.engine.runner.declarative.Model.Code;
import dev.octavo.engine.runner.declarative.Model.Condition;
import dev.octavo.engine.runner.declarative.Model.Stage;
import dev.octavo.engine.runner.declarative.Model.Tool;
import dev.octavo.engine.runner.declarative.Model.Variable;
import dev.octavo.engine.runner.declarative.Model.When;
import dev.octavo.engine.runner.step.Branches;
import dev.octavo.engine.runner.step.CredentialSteps;
import dev.octavo.engine.runner.step.Parameters;
import dev.octavo.engine.runner.step.SecretFiles;
import dev.octavo.engine.runner.step.StandardSteps;
import groovy.lang.Closure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs {@code pipeline} blocks. */
public final class DeclarativeRunner {
    private static final String CHECKOUT_STAGE = "Declarative: Checkout SCM";
    private static final String POST_STAGE = "Declarative: Post Actions";

    private final PipelineStructure structure;
    private final StandardSteps steps;

    public DeclarativeRunner(PipelineStructure structure, StandardSteps steps) {
        this.structure = structure;
        this.steps = steps;
    }

    /** The step that takes the place of {@code pipeline} blocks. */
    public StepDefinition step() {
        return StepDefinition.step(PipelineStructure.STEP, this::pipeline).withAnyArguments();
    }

    private @Nullable Object pipeline(StepInvocation call) throws Throwable {
        Model model = call.has(PipelineStructure.MODEL) ? structure.model(call.text(PipelineStructure.MODEL)) : null;
        if (model == null) {
            throw new EngineException(
                    ErrorCode.PIPELINE_SYNTAX,
                    "\"pipeline\" is called in a way that is no Declarative Pipeline",
                    call.place().toString(),
                    "it takes one block and nothing else",
                    "write pipeline { … }");
        }
        List<Closure<?>> code = new ArrayList<>();
        for (Object list : call.list(PipelineStructure.CODE)) {
            for (Object one : (List<?>) list) {
                code.add((Closure<?>) one);
            }
        }
        new Execution(model, code, call.run()).execute(call.thread(), call.context());
        return null;
    }

    /** Why a stage does not run. */
    private enum Skip {
        FAILURE("an earlier stage failed"),
        UNSTABLE("an earlier stage was unstable"),
        WHEN("its condition is not met");

        private final String reason;

        Skip(String reason) {
            this.reason = reason;
        }
    }

    /** One run of a block. */
    private final class Execution {
        private final Model model;
        private final List<Closure<?>> code;
        private final PipelineRun run;
        private final boolean skipsCheckout;

        private Execution(Model model, List<Closure<?>> code, PipelineRun run) {
            this.model = model;
            this.code = code;
            this.run = run;
            this.skipsCheckout =
                    has(model.options(), "skipDefaultCheckout") || run.request().scm() == Scm.NONE;
        }

        private void execute(LogicalThread thread, StepContext top) throws Throwable {
            Throwable error = null;
            boolean[] postDone = {false};
            try {
                for (Call library : model.libraries()) {
                    Object identifier = arguments(thread, library, top).get(0);
                    run.loadLibrary(String.valueOf(identifier), library.place());
                }
                declareParameters(thread, top);
                inAgent(
                        thread,
                        top,
                        model.agent(),
                        skipsCheckout,
                        within -> withEnvironment(
                                thread,
                                within,
                                model.environment(),
                                inner -> inOptions(thread, inner, model.options(), options -> {
                                    noteTools(thread, options, model.tools(), model.agent());
                                    Throwable failure = sequence(thread, options, model.stages(), null, null);
                                    postDone[0] = true;
                                    failure = post(thread, options, model.post(), failure, null, true);
                                    if (failure != null) {
                                        throw failure;
                                    }
                                    return null;
                                })));
            } catch (Throwable e) {
                error = e;
            }
            if (error instanceof PipelineError fatal && fatal.isFatal()) {
                throw error;
            }
            if (!postDone[0]) {
                error = post(thread, top, model.post(), error, null, true);
            }
            if (error != null) {
                throw error;
            }
        }

        private void declareParameters(LogicalThread thread, StepContext context) throws Throwable {
            List<ParameterSpec> specs = new ArrayList<>();
            for (Call parameter : model.parameters()) {
                List<Object> arguments = arguments(thread, parameter, context);
                Map<String, Object> named = new LinkedHashMap<>();
                if (!arguments.isEmpty() && arguments.get(0) instanceof Map<?, ?> map) {
                    map.forEach((key, value) -> named.put(String.valueOf(key), value));
                }
                specs.add(Parameters.spec(new Symbol(parameter.name(), named), parameter.place()));
            }
            if (!specs.isEmpty() || !run.request().parameters().isEmpty()) {
                run.declareParameters(
                        specs,
                        model.parameters().isEmpty()
                                ? model.place()
                                : model.parameters().get(0).place());
            }
        }

        // stages

        /** Runs stages one after the other and returns the first error. */
        private @Nullable Throwable sequence(
                LogicalThread thread,
                StepContext context,
                List<Stage> stages,
                @Nullable Throwable before,
                @Nullable Skip skip)
                throws Throwable {
            Throwable first = before;
            for (Stage stage : stages) {
                try {
                    stage(thread, context, stage, first, skip);
                } catch (Throwable e) {
                    rethrowFatal(e);
                    if (first == null) {
                        first = e;
                    }
                }
            }
            return first;
        }

        private void stage(
                LogicalThread thread, StepContext outer, Stage stage, @Nullable Throwable earlier, @Nullable Skip skip)
                throws Throwable {
            StageNode node = run.stages().start(outer.stage(), stage.name());
            StepContext context = outer.withStage(node);
            if (skip != null || earlier != null || skipsUnstable()) {
                Skip reason = skip != null ? skip : earlier != null ? Skip.FAILURE : Skip.UNSTABLE;
                skip(thread, context, node, stage, reason, reason.reason);
                return;
            }
            Throwable error = null;
            Condition[] unmet = {null};
            try {
                conditional(thread, context, stage, unmet);
            } catch (Throwable e) {
                rethrowFatal(e);
                error = e;
            }
            if (unmet[0] != null) {
                skip(
                        thread,
                        context,
                        node,
                        stage,
                        Skip.WHEN,
                        "when " + unmet[0].name() + " is not met (" + unmet[0].place() + ")");
                return;
            }
            if (stage.hasBranches()) {
                error = post(thread, context, stage.post(), error, node, false);
            }
            run.stages().finish(node, error);
            if (error != null) {
                throw error;
            }
        }

        private void skip(
                LogicalThread thread, StepContext context, StageNode node, Stage stage, Skip skip, String reason)
                throws Throwable {
            run.output(thread, context, "Stage \"" + stage.name() + "\" is skipped: " + reason);
            sequence(thread, context, stage.stages(), null, skip);
            sequence(thread, context, stage.parallel(), null, skip);
            if (stage.matrix() != null) {
                sequence(thread, context, MatrixCells.stages(stage.matrix()), null, skip);
            }
            run.stages().skip(node, reason);
        }

        private boolean skipsUnstable() {
            return run.result() == BuildResult.UNSTABLE && has(model.options(), "skipStagesAfterUnstable");
        }

        /** Options, input, agent and environment around a stage, with {@code when} where it is asked for. */
        private void conditional(LogicalThread thread, StepContext context, Stage stage, Condition[] unmet)
                throws Throwable {
            When when = stage.when();
            if (when != null && when.beforeOptions() && isUnmet(thread, context, when, unmet)) {
                return;
            }
            boolean decided = when == null || when.beforeOptions();
            inOptions(thread, context, stage.options(), options -> {
                boolean decidedHere = decided;
                if (!decidedHere && when != null && when.beforeInput()) {
                    if (isUnmet(thread, options, when, unmet)) {
                        return null;
                    }
                    decidedHere = true;
                }
                StepContext answered = input(thread, options, stage);
                // parallel stages have no agent of their own, so there is nothing to be before
                if (!decidedHere && when != null && (when.beforeAgent() || stage.hasBranches())) {
                    if (isUnmet(thread, answered, when, unmet)) {
                        return null;
                    }
                    decidedHere = true;
                }
                When late = decidedHere ? null : when;
                boolean skips = skipsCheckout || has(stage.options(), "skipDefaultCheckout");
                return inAgent(thread, answered, stage.agent(), skips, agent -> {
                    if (late != null && isUnmet(thread, agent, late, unmet)) {
                        return null;
                    }
                    return withEnvironment(thread, agent, stage.environment(), within -> {
                        noteTools(thread, within, stage.tools(), stage.agent());
                        content(thread, within, stage);
                        return null;
                    });
                });
            });
        }

        private boolean isUnmet(LogicalThread thread, StepContext context, When when, Condition[] unmet)
                throws Throwable {
            Conditions conditions = new Conditions(run, (one, within) -> evaluate(thread, one, within));
            unmet[0] = conditions.unmet(when.conditions(), context);
            return unmet[0] != null;
        }

        private void content(LogicalThread thread, StepContext context, Stage stage) throws Throwable {
            StageNode node = context.stage();
            if (stage.hasBranches()) {
                branches(thread, context, stage);
                return;
            }
            Throwable error = null;
            Code body = stage.steps();
            if (body != null) {
                try {
                    thread.runClosure(code.get(body.index()), context);
                } catch (Throwable e) {
                    rethrowFatal(e);
                    error = e;
                }
            } else {
                error = sequence(thread, context, stage.stages(), null, null);
            }
            error = post(thread, context, stage.post(), error, node, false);
            if (error != null) {
                throw error;
            }
        }

        private void branches(LogicalThread thread, StepContext context, Stage stage) throws Throwable {
            List<Stage> stages = stage.matrix() == null ? stage.parallel() : MatrixCells.stages(stage.matrix());
            boolean failFast = stage.failFast() || has(model.options(), "parallelsAlwaysFailFast");
            Map<String, Branches.Branch> branches = new LinkedHashMap<>();
            for (Stage one : stages) {
                StepContext own = stage.matrix() == null
                        ? context
                        : context.withVariables(MatrixCells.variables(stage.matrix(), one));
                branches.put(one.name(), branch -> {
                    stage(branch, own, one, null, null);
                    return null;
                });
            }
            Branches.run(thread, context, branches, failFast, stage.place());
        }

        // post

        private @Nullable Throwable post(
                LogicalThread thread,
                StepContext context,
                Map<String, Code> conditions,
                @Nullable Throwable before,
                @Nullable StageNode stage,
                boolean ofPipeline)
                throws Throwable {
            if (before instanceof PipelineError fatal && fatal.isFatal()) {
                return before;
            }
            boolean any = false;
            for (String name : Vocabulary.POST) {
                any = any || (conditions.containsKey(name) && meets(name, before, stage));
            }
            if (!any) {
                return before;
            }
            if (!ofPipeline) {
                return runPost(thread, context, conditions, before, stage);
            }
            StageNode node = run.stages().start(null, POST_STAGE);
            Throwable after = runPost(thread, context.withStage(node), conditions, before, null);
            run.stages().finish(node, before == null ? after : null);
            return after;
        }

        private @Nullable Throwable runPost(
                LogicalThread thread,
                StepContext context,
                Map<String, Code> conditions,
                @Nullable Throwable before,
                @Nullable StageNode stage)
                throws Throwable {
            Throwable error = before;
            for (String name : Vocabulary.POST) {
                Code body = conditions.get(name);
                if (body == null || !meets(name, error, stage)) {
                    continue;
                }
                // the steps see the result as it will be, and what they do not change is put back
                BuildResult original = run.result();
                BuildResult logical = combined(error, stage);
                run.replaceResult(logical);
                try {
                    thread.runClosure(code.get(body.index()), context);
                } catch (Throwable e) {
                    rethrowFatal(e);
                    run.output(thread, context, "Error when executing " + name + " post condition:");
                    run.output(thread, context, Failures.oneLine(e));
                    if (error == null) {
                        error = e;
                    }
                } finally {
                    if (run.currentResult() == logical && logical != original) {
                        run.replaceResult(original);
                    }
                }
            }
            return error;
        }

        private BuildResult combined(@Nullable Throwable error, @Nullable StageNode stage) {
            BuildResult own = stage == null ? BuildResult.SUCCESS : stage.warning();
            if (error != null) {
                own = Failures.result(error);
            }
            return run.currentResult().combine(own);
        }

        private boolean meets(String condition, @Nullable Throwable error, @Nullable StageNode stage) {
            BuildResult result = combined(error, stage);
            BuildResult previous = run.request().previousResult();
            return switch (condition) {
                case "always", "cleanup" -> true;
                case "changed" -> previous == null || combined(error, null) != previous;
                case "fixed" ->
                    combined(error, null) == BuildResult.SUCCESS
                            && (previous == BuildResult.FAILURE || previous == BuildResult.UNSTABLE);
                case "regression" -> previous != null && combined(error, null).isWorseThan(previous);
                case "aborted" -> result == BuildResult.ABORTED;
                case "success" -> result == BuildResult.SUCCESS;
                case "unsuccessful" -> result != BuildResult.SUCCESS;
                case "unstable" -> result == BuildResult.UNSTABLE;
                case "failure" -> result == BuildResult.FAILURE;
                case "notBuilt" -> result == BuildResult.NOT_BUILT;
                default -> throw new IllegalStateException(condition);
            };
        }

        // what is around stages

        private @Nullable Object inAgent(
                LogicalThread thread,
                StepContext context,
                @Nullable Agent agent,
                boolean skipsCheckout,
                StepInvocation.Body body)
                throws Throwable {
            if (agent == null) {
                return body.run(context);
            }
            if (agent.type().equals("none")) {
                return body.run(context.withoutAgent());
            }
            Map<?, ?> options =
                    agent.options() == null ? Map.of() : (Map<?, ?>) evaluateNonNull(thread, agent.options(), context);
            if (List.of("docker", "dockerfile", "kubernetes").contains(agent.type())) {
                run.warnOnce(
                        context,
                        "There are no containers here: stages with agent \"" + agent.type() + "\" run on this machine");
                if (Boolean.TRUE.equals(options.get("reuseNode")) && context.workspace() != null) {
                    return body.run(context);
                }
            }
            Path wanted = run.request().workspace();
            Object custom = options.get("customWorkspace");
            if (custom != null && !custom.toString().isEmpty()) {
                wanted = wanted.resolveSibling(custom.toString()).normalize();
            }
            return steps.inNode(context, wanted, node -> {
                StepContext checkedOut = skipsCheckout ? node : checkout(thread, node, agent.place());
                return body.run(checkedOut);
            });
        }

        private StepContext checkout(LogicalThread thread, StepContext context, SourcePlace place) throws Throwable {
            Call folder = find(model.options(), "checkoutToSubdirectory");
            StepContext into = context;
            Path workspace = context.workspace();
            if (folder != null && workspace != null) {
                Object name = arguments(thread, folder, context).get(0);
                into = context.withDirectory(workspace.resolve(String.valueOf(name)));
            }
            StageNode node = context.stage() == null ? run.stages().start(null, CHECKOUT_STAGE) : null;
            Throwable failure = null;
            try {
                List<Object> arguments = new ArrayList<>();
                arguments.add(run.scm());
                Object variables =
                        thread.execute("checkout", arguments, node == null ? into : into.withStage(node), place, null);
                Map<String, String> texts = new LinkedHashMap<>();
                if (variables instanceof Map<?, ?> map) {
                    map.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
                }
                return context.withVariables(texts);
            } catch (Throwable e) {
                failure = e;
                throw e;
            } finally {
                if (node != null) {
                    run.stages().finish(node, failure);
                }
            }
        }

        private @Nullable Object withEnvironment(
                LogicalThread thread, StepContext context, List<Variable> variables, StepInvocation.Body body)
                throws Throwable {
            if (variables.isEmpty()) {
                return body.run(context);
            }
            try (SecretFiles files = new SecretFiles(run.request().runFolder().resolve("tmp"))) {
                StepContext within = context;
                // credentials first, as in Jenkins: other values may use them
                for (Variable variable : variables) {
                    if (variable.credentials()) {
                        String id = String.valueOf(evaluate(thread, variable.value(), within));
                        within = within.withVariables(CredentialSteps.environment(
                                run, variable.name(), id, variable.value().place(), files));
                    }
                }
                within = new VariableResolution(thread, this).resolve(within, variables);
                return body.run(within);
            }
        }

        private @Nullable Object inOptions(
                LogicalThread thread, StepContext context, List<Call> options, StepInvocation.Body body)
                throws Throwable {
            List<Call> wrappers = options.stream()
                    .filter(option -> Vocabulary.WRAPPERS.contains(option.name()))
                    .toList();
            return inWrappers(thread, context, wrappers, body);
        }

        private @Nullable Object inWrappers(
                LogicalThread thread, StepContext context, List<Call> wrappers, StepInvocation.Body body)
                throws Throwable {
            if (wrappers.isEmpty()) {
                return body.run(context);
            }
            Call first = wrappers.get(0);
            return thread.execute(
                    first.name(),
                    arguments(thread, first, context),
                    context,
                    first.place(),
                    within -> inWrappers(thread, within, wrappers.subList(1, wrappers.size()), body));
        }

        private StepContext input(LogicalThread thread, StepContext context, Stage stage) throws Throwable {
            Code input = stage.input();
            if (input == null) {
                return context;
            }
            Map<String, Object> arguments = new LinkedHashMap<>();
            ((Map<?, ?>) evaluateNonNull(thread, input, context))
                    .forEach((key, value) -> arguments.put(String.valueOf(key), value));
            List<Object> one = new ArrayList<>();
            one.add(arguments);
            arguments.putIfAbsent("id", stage.name());
            Object answer = thread.execute("input", one, context, input.place(), null);
            Map<String, String> variables = new LinkedHashMap<>();
            if (answer instanceof Map<?, ?> values) {
                values.forEach((key, value) -> variables.put(String.valueOf(key), String.valueOf(value)));
            } else if (answer != null) {
                Object submitter = arguments.get("submitterParameter");
                List<?> parameters = arguments.get("parameters") instanceof List<?> list ? list : List.of();
                String name = submitter != null && !submitter.toString().isEmpty()
                        ? submitter.toString()
                        : Parameters.spec(parameters.get(0), input.place()).name();
                variables.put(name, String.valueOf(answer));
            }
            return context.withVariables(variables);
        }

        private void noteTools(LogicalThread thread, StepContext context, List<Tool> tools, @Nullable Agent agent)
                throws Throwable {
            for (Tool tool : tools) {
                if (agent == null || !agent.type().equals("none")) {
                    run.warnOnce(
                            context,
                            "Tools are not installed here: " + tool.type() + " \""
                                    + evaluate(thread, tool.version(), context)
                                    + "\" is what this machine's PATH has");
                }
            }
        }

        // evaluation

        private @Nullable Object evaluate(LogicalThread thread, Code value, StepContext context) throws Throwable {
            return thread.runClosure(code.get(value.index()), context);
        }

        private Object evaluateNonNull(LogicalThread thread, Code value, StepContext context) throws Throwable {
            Object result = evaluate(thread, value, context);
            if (result == null) {
                throw new IllegalStateException(value.toString());
            }
            return result;
        }

        private List<Object> arguments(LogicalThread thread, Call call, StepContext context) throws Throwable {
            List<Object> arguments = new ArrayList<>();
            for (Object one : (List<?>) evaluateNonNull(thread, call.arguments(), context)) {
                arguments.add(one);
            }
            return arguments;
        }
    }

    /** Gives variables their values; one may use another that stands below it. */
    private record VariableResolution(LogicalThread thread, Execution execution) {
        StepContext resolve(StepContext context, List<Variable> variables) throws Throwable {
            StepContext within = context;
            List<Variable> left = new ArrayList<>();
            for (Variable variable : variables) {
                if (!variable.credentials()) {
                    left.add(variable);
                }
            }
            while (!left.isEmpty()) {
                List<Variable> later = new ArrayList<>();
                groovy.lang.MissingPropertyException missing = null;
                for (Variable variable : left) {
                    try {
                        Object value = execution.evaluate(thread, variable.value(), within);
                        if (value == null) {
                            throw new EngineException(
                                    ErrorCode.PIPELINE_FAILED,
                                    "Variable \"" + variable.name() + "\" has no value",
                                    variable.value().place().toString(),
                                    "what stands there is null",
                                    "give it a text");
                        }
                        within = within.withVariables(Map.of(variable.name(), value.toString()));
                    } catch (groovy.lang.MissingPropertyException e) {
                        missing = e;
                        later.add(variable);
                    }
                }
                if (missing != null && later.size() == left.size()) {
                    throw missing;
                }
                left = later;
            }
            return within;
        }
    }

    private static void rethrowFatal(Throwable thrown) {
        if (thrown instanceof PipelineError error && error.isFatal()) {
            throw error;
        }
    }

    private static boolean has(List<Call> options, String name) {
        return find(options, name) != null;
    }

    private static @Nullable Call find(List<Call> options, String name) {
        return options.stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
