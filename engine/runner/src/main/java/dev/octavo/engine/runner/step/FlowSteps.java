package dev.octavo.engine.runner.step;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.ParameterSpec;
import dev.octavo.engine.runner.cps.Failures;
import dev.octavo.engine.runner.cps.Interruption;
import dev.octavo.engine.runner.cps.LogicalThread;
import dev.octavo.engine.runner.cps.PipelineError;
import dev.octavo.engine.runner.cps.StageNode;
import dev.octavo.engine.runner.cps.StepContext;
import dev.octavo.engine.runner.cps.StepDefinition;
import dev.octavo.engine.runner.cps.StepFailure;
import dev.octavo.engine.runner.cps.StepInvocation;
import dev.octavo.engine.runner.cps.Suggestions;
import dev.octavo.engine.runner.cps.Symbol;
import groovy.lang.Closure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jspecify.annotations.Nullable;

/** The steps that say in which order, how often and for how long. */
final class FlowSteps {
    private final Workspaces workspaces;
    private final Map<String, Semaphore> locks = new ConcurrentHashMap<>();

    FlowSteps(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    List<StepDefinition> definitions() {
        return List.of(
                StepDefinition.block("stage", FlowSteps::stage, "name", "concurrency")
                        .withSole("name")
                        .withOptionalBody(),
                StepDefinition.step("parallel", FlowSteps::parallel).withAnyArguments(),
                StepDefinition.block("node", this::node, "label").withSole("label"),
                StepDefinition.block("timeout", FlowSteps::timeout, "time", "unit", "activity")
                        .withSole("time"),
                StepDefinition.block("retry", FlowSteps::retry, "count", "conditions")
                        .withSole("count"),
                StepDefinition.step("sleep", FlowSteps::sleep, "time", "unit").withSole("time"),
                StepDefinition.block("waitUntil", FlowSteps::waitUntil, "initialRecurrencePeriod", "quiet"),
                StepDefinition.block(
                        "catchError",
                        FlowSteps::catchError,
                        "buildResult",
                        "catchInterruptions",
                        "message",
                        "stageResult"),
                StepDefinition.block("warnError", FlowSteps::warnError, "message", "catchInterruptions")
                        .withSole("message"),
                StepDefinition.step("unstable", FlowSteps::unstable, "message")
                        .withSole("message")
                        .runningAtOnce(),
                StepDefinition.step("error", FlowSteps::error, "message")
                        .withSole("message")
                        .runningAtOnce(),
                StepDefinition.step("echo", FlowSteps::echo, "message")
                        .withSole("message")
                        .runningAtOnce(),
                StepDefinition.block("script", StepInvocation::runBody),
                StepDefinition.block("withEnv", FlowSteps::withEnv, "overrides").withSole("overrides"),
                StepDefinition.block("container", FlowSteps::container, "name", "shell")
                        .withSole("name"),
                StepDefinition.block("podTemplate", FlowSteps::podTemplate).withAnyArguments(),
                StepDefinition.block("timestamps", StepInvocation::runBody),
                StepDefinition.block("ansiColor", StepInvocation::runBody, "colorMapName")
                        .withSole("colorMapName"),
                StepDefinition.block("wrap", FlowSteps::wrap, "delegate").withSole("delegate"),
                StepDefinition.step("milestone", call -> null, "label", "ordinal", "unsafe")
                        .withSole("ordinal"),
                StepDefinition.block("lock", this::lock).withAnyArguments().withSole("resource"),
                StepDefinition.step("properties", FlowSteps::properties, "properties")
                        .withSole("properties")
                        .runningAtOnce(),
                StepDefinition.step("library", FlowSteps::library, "identifier", "changelog", "retriever")
                        .withSole("identifier"),
                StepDefinition.step("tool", FlowSteps::tool, "name", "type").withSole("name"),
                StepDefinition.step("build", FlowSteps::build)
                        .withAnyArguments()
                        .withSole("job"),
                StepDefinition.step("getContext", FlowSteps::getContext, "type").withSole("type"));
    }

    private static @Nullable Object stage(StepInvocation call) throws Throwable {
        String name = call.text("name");
        if (!call.hasBody()) {
            throw new EngineException(
                    ErrorCode.PIPELINE_SYNTAX,
                    "Stage \"" + name + "\" has no block",
                    call.place().toString(),
                    "stages without one are no longer supported in Jenkins",
                    "write stage('" + name + "') { … }");
        }
        return inStage(call.thread(), call.context(), name, call::runBody);
    }

    /** Runs something as a stage. */
    static @Nullable Object inStage(LogicalThread thread, StepContext context, String name, StepInvocation.Body body)
            throws Throwable {
        StageNode node = thread.run().stages().start(context.stage(), name);
        Throwable failure = null;
        try {
            return body.run(context.withStage(node));
        } catch (Throwable e) {
            failure = e;
            throw e;
        } finally {
            thread.run().stages().finish(node, failure);
        }
    }

    private static Object parallel(StepInvocation call) throws Throwable {
        Map<String, Branches.Branch> branches = new LinkedHashMap<>();
        StepContext context = call.context();
        boolean failFast = false;
        for (Map.Entry<String, Object> entry : call.arguments().entrySet()) {
            if (entry.getValue() instanceof Closure<?> closure) {
                branches.put(
                        entry.getKey(),
                        thread ->
                                inStage(thread, context, entry.getKey(), within -> thread.runClosure(closure, within)));
            } else if (entry.getKey().equals("failFast")) {
                failFast = call.flag("failFast", false);
            } else {
                throw new EngineException(
                        ErrorCode.PIPELINE_SYNTAX,
                        "Branch \"" + entry.getKey() + "\" of parallel is no block",
                        call.place().toString(),
                        "it is a "
                                + (entry.getValue() == null
                                        ? "null"
                                        : entry.getValue().getClass().getName()),
                        "write " + entry.getKey() + ": { … }");
            }
        }
        return Branches.run(call.thread(), context, branches, failFast, call.place());
    }

    private @Nullable Object node(StepInvocation call) throws Throwable {
        return inNode(call.context(), call.run().request().workspace(), call::runBody);
    }

    /** Runs something on an agent: this machine, in a folder that no other {@code node} has. */
    @Nullable
    Object inNode(StepContext context, Path wanted, StepInvocation.Body body) throws Throwable {
        Path folder = workspaces.allocate(wanted);
        try {
            return body.run(context.withWorkspace(folder)
                    .withVariables(Map.of("NODE_NAME", "built-in", "NODE_LABELS", "built-in", "EXECUTOR_NUMBER", "0")));
        } finally {
            workspaces.release(folder);
        }
    }

    private static long nanos(StepInvocation call, String unit, String missing) {
        long time = call.number("time", -1);
        if (time < 0) {
            call.text("time");
        }
        return timeUnit(call, call.text(unit, missing)).toNanos(time);
    }

    private static TimeUnit timeUnit(StepInvocation call, String name) {
        for (TimeUnit unit : TimeUnit.values()) {
            if (unit.name().equals(name.toUpperCase(Locale.ROOT))) {
                return unit;
            }
        }
        throw new EngineException(
                ErrorCode.PIPELINE_SYNTAX,
                "There is no time unit \"" + name + "\"",
                call.place().toString(),
                Suggestions.sentence(
                        name, Arrays.stream(TimeUnit.values()).map(Enum::name).toList()),
                "correct the unit's name");
    }

    private static @Nullable Object timeout(StepInvocation call) throws Throwable {
        long nanos = nanos(call, "unit", "MINUTES");
        boolean activity = call.flag("activity", false);
        LogicalThread thread = call.thread();
        Interruption interruption = new Interruption(
                Interruption.Kind.TIMEOUT,
                "the time limit of " + shown(nanos) + (activity ? " without any output" : "") + " passed",
                BuildResult.ABORTED,
                call.place());
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Cancellation.@Nullable Registration> timer = new AtomicReference<>();
        Runnable expire = new Runnable() {
            @Override
            public void run() {
                if (over.get()) {
                    return;
                }
                long left = activity ? nanos - (System.nanoTime() - thread.lastActivity()) : 0;
                if (left > 0) {
                    timer.set(call.run().schedule(this, left));
                } else {
                    // ending programs takes time, and other time limits must not wait for it
                    call.run().inBackground(() -> thread.interrupt(interruption, () -> !over.get()));
                }
            }
        };
        timer.set(call.run().schedule(expire, nanos));
        try {
            return call.runBody();
        } finally {
            over.set(true);
            Cancellation.Registration pending = timer.get();
            if (pending != null) {
                pending.close();
            }
            thread.forget(interruption);
        }
    }

    private static String shown(long nanos) {
        for (TimeUnit unit : List.of(TimeUnit.DAYS, TimeUnit.HOURS, TimeUnit.MINUTES, TimeUnit.SECONDS)) {
            long amount = unit.convert(nanos, TimeUnit.NANOSECONDS);
            if (amount > 0 && unit.toNanos(amount) == nanos) {
                String name = unit.name().toLowerCase(Locale.ROOT);
                return amount + " " + (amount == 1 ? name.substring(0, name.length() - 1) : name);
            }
        }
        return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
    }

    private static @Nullable Object retry(StepInvocation call) throws Throwable {
        long count = call.number("count", -1);
        if (count < 0) {
            call.text("count");
        }
        if (!call.list("conditions").isEmpty()) {
            // they speak of a lost agent and of a restarted Jenkins, and there is neither here
            return call.runBody();
        }
        for (long attempt = 1; ; attempt++) {
            try {
                return call.runBody();
            } catch (FlowInterruptedException e) {
                if (e.isActualInterruption() || attempt >= count) {
                    throw e;
                }
                call.output(Failures.oneLine(e));
            } catch (PipelineError e) {
                throw e;
            } catch (Throwable e) {
                if (attempt >= count) {
                    throw e;
                }
                call.output("ERROR: " + e.getMessage());
            }
            call.thread().checkInterrupted();
            call.output("Retrying");
        }
    }

    private static @Nullable Object sleep(StepInvocation call) throws Throwable {
        call.thread().pause(nanos(call, "unit", "SECONDS"), call.cancellation());
        return null;
    }

    private static @Nullable Object waitUntil(StepInvocation call) throws Throwable {
        long wait = call.number("initialRecurrencePeriod", 250);
        while (!DefaultTypeTransformation.castToBoolean(call.runBody())) {
            call.thread().checkInterrupted();
            call.thread().pause(TimeUnit.MILLISECONDS.toNanos(wait), call.cancellation());
            wait = Math.min(15_000, (long) (wait * 1.2));
        }
        return null;
    }

    private static @Nullable BuildResult result(StepInvocation call, String argument, BuildResult missing) {
        String name = call.text(argument, missing.name());
        for (BuildResult one : BuildResult.values()) {
            if (one.name().equals(name)) {
                return one;
            }
        }
        throw new EngineException(
                ErrorCode.PIPELINE_SYNTAX,
                "\"" + name + "\" is no result that " + argument + " can be",
                call.place().toString(),
                Suggestions.sentence(
                        name,
                        Arrays.stream(BuildResult.values()).map(Enum::name).toList()),
                "correct the result's name");
    }

    private static @Nullable Object catchError(StepInvocation call) throws Throwable {
        BuildResult buildResult = result(call, "buildResult", BuildResult.FAILURE);
        BuildResult stageResult = result(call, "stageResult", BuildResult.SUCCESS);
        return catching(call, buildResult, stageResult);
    }

    private static @Nullable Object warnError(StepInvocation call) throws Throwable {
        call.text("message");
        return catching(call, BuildResult.UNSTABLE, BuildResult.UNSTABLE);
    }

    private static @Nullable Object catching(
            StepInvocation call, @Nullable BuildResult buildResult, @Nullable BuildResult stageResult)
            throws Throwable {
        try {
            call.runBody();
        } catch (Throwable e) {
            boolean fatal = e instanceof PipelineError error && error.isFatal();
            boolean passedOn = e instanceof FlowInterruptedException && !call.flag("catchInterruptions", true);
            if (fatal || passedOn) {
                throw e;
            }
            BuildResult build = buildResult;
            BuildResult stage = stageResult;
            if (e instanceof FlowInterruptedException) {
                build = Failures.result(e);
                stage = stage == BuildResult.SUCCESS ? stage : build;
            }
            String message = call.text("message", "");
            if (!message.isEmpty()) {
                call.output(message);
            }
            call.output("ERROR: " + Failures.oneLine(e));
            if (build != null && build != BuildResult.SUCCESS) {
                call.run().worsen(build);
            }
            StageNode node = call.context().stage();
            if (node != null && stage != null && stage != BuildResult.SUCCESS) {
                node.warn(stage, message.isEmpty() ? Failures.oneLine(e) : message);
            }
        }
        return null;
    }

    private static @Nullable Object unstable(StepInvocation call) {
        String message = call.text("message");
        call.output("WARNING: " + message);
        markUnstable(call, message);
        return null;
    }

    static void markUnstable(StepInvocation call, String message) {
        call.run().worsen(BuildResult.UNSTABLE);
        StageNode node = call.context().stage();
        if (node != null) {
            node.warn(BuildResult.UNSTABLE, message);
        }
    }

    private static Object error(StepInvocation call) throws StepFailure {
        String message = call.text("message", "");
        throw StepFailure.of(
                message,
                new EngineException(
                        ErrorCode.PIPELINE_FAILED,
                        message.isBlank()
                                ? "The pipeline called error without a message"
                                : call.run()
                                        .secrets()
                                        .mask(message.lines().findFirst().orElse(message)),
                        call.place().toString(),
                        message.lines().count() > 1
                                ? call.run().secrets().mask(message)
                                : "the pipeline called error()",
                        "see what the pipeline checks at that line"));
    }

    private static @Nullable Object echo(StepInvocation call) {
        String message = String.valueOf(call.value("message"));
        (message.isEmpty() ? java.util.stream.Stream.of("") : message.lines()).forEach(call::output);
        return null;
    }

    private static @Nullable Object withEnv(StepInvocation call) throws Throwable {
        List<String> overrides = new ArrayList<>();
        call.list("overrides").forEach(one -> overrides.add(String.valueOf(one)));
        return call.runBody(call.context().withVariables(overrides(overrides, call.environment())));
    }

    /** What {@code NAME=value} texts mean; {@code PATH+X=folder} puts a folder in front of those that are there. */
    static Map<String, String> overrides(List<String> texts, Map<String, String> current) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals <= 0) {
                continue;
            }
            String name = text.substring(0, equals);
            String value = text.substring(equals + 1);
            int plus = name.indexOf('+');
            if (plus > 0) {
                name = name.substring(0, plus);
                String before = variables.getOrDefault(name, current.getOrDefault(name, ""));
                value = before.isEmpty() ? value : value + java.io.File.pathSeparator + before;
            }
            variables.put(name, value);
        }
        return variables;
    }

    private static @Nullable Object container(StepInvocation call) throws Throwable {
        call.run()
                .warnOnce(
                        call.context(),
                        "There are no containers here: what stands in container(\"" + call.text("name")
                                + "\") runs on this machine");
        return call.runBody();
    }

    private static @Nullable Object podTemplate(StepInvocation call) throws Throwable {
        call.run().warnOnce(call.context(), "There are no pods here: what stands in podTemplate runs on this machine");
        return call.runBody(call.context().withVariables(Map.of("POD_LABEL", "built-in")));
    }

    private static @Nullable Object wrap(StepInvocation call) throws Throwable {
        Symbol wrapper = Symbol.of(call.value("delegate"));
        String name = wrapper == null ? "" : wrapper.name();
        if (!List.of("AnsiColorBuildWrapper", "TimestamperBuildWrapper", "BuildUser", "Xvfb")
                .contains(name)) {
            call.run()
                    .warnOnce(
                            call.context(),
                            "wrap(" + (name.isEmpty() ? "…" : name) + ") does nothing here but run its block");
        }
        return call.runBody();
    }

    private @Nullable Object lock(StepInvocation call) throws Throwable {
        String resource = call.text(call.has("resource") ? "resource" : "label", "lock");
        Semaphore semaphore = locks.computeIfAbsent(resource, name -> new Semaphore(1, true));
        while (!semaphore.tryAcquire(100, TimeUnit.MILLISECONDS)) {
            call.cancellation().check();
        }
        try {
            return call.runBody();
        } finally {
            semaphore.release();
        }
    }

    private static @Nullable Object properties(StepInvocation call) {
        for (Object one : call.list("properties")) {
            Symbol property = Symbol.of(one);
            if (property == null) {
                continue;
            }
            if (property.name().equals("parameters") || property.name().equals("ParametersDefinitionProperty")) {
                Object declared =
                        property.arguments().values().stream().findFirst().orElse(List.of());
                List<ParameterSpec> parameters = new ArrayList<>();
                for (Object parameter : declared instanceof List<?> list ? list : List.of(declared)) {
                    parameters.add(Parameters.spec(parameter, call.place()));
                }
                call.run().declareParameters(parameters, call.place());
            }
        }
        return null;
    }

    private static Object library(StepInvocation call) {
        call.run().loadLibrary(call.text("identifier"), call.place());
        return call.run().libraryClasses();
    }

    private static Object tool(StepInvocation call) {
        call.run()
                .warnOnce(
                        call.context(),
                        "Tools are not installed here: \"" + call.text("name") + "\" is what this machine's PATH has");
        return "";
    }

    private static Object build(StepInvocation call) {
        throw new EngineException(
                ErrorCode.PIPELINE_UNKNOWN,
                "Step \"build\" starts another job, and there are no jobs here",
                call.place().toString(),
                "job \"" + call.text("job", "") + "\" is known to Jenkins alone",
                "run that job's own Jenkinsfile, or skip the call where env.JENKINS_URL is not set");
    }

    private static Object getContext(StepInvocation call) {
        throw new EngineException(
                ErrorCode.PIPELINE_UNKNOWN,
                "Step \"getContext\" gives the pipeline Jenkins' own objects, which there are none of here",
                call.place().toString(),
                "administrators of Jenkins have to approve its use",
                "do without it");
    }
}
