package dev.octavo.engine.runner.cps;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.ParameterSpec;
import dev.octavo.engine.runner.api.PipelineRequest;
import dev.octavo.engine.runner.api.RunListener;
import dev.octavo.engine.runner.api.SourcePlace;
import groovy.lang.Binding;
import groovy.lang.Script;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.jspecify.annotations.Nullable;

/** One run: what its threads share. */
public final class PipelineRun implements AutoCloseable {
    private final PipelineRequest request;
    private final Map<String, StepDefinition> steps;
    private final Set<String> symbols;
    private final SourceMap sources = new SourceMap();
    private final PipelineCompiler compiler;
    private final ReentrantLock vm = new ReentrantLock();
    private final Secrets secrets = new Secrets();
    private final StageLog stages;
    private final Map<String, String> variables = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, Object> parameters = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, Handle> globals = new ConcurrentHashMap<>();
    private final Set<String> said = Collections.synchronizedSet(new HashSet<>());
    private final List<Path> artifacts = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> helpers = new CopyOnWriteArrayList<>();
    private final Instant startedAt;
    private @Nullable BuildResult result;
    private volatile String displayName;
    private volatile String description = "";
    private @Nullable ScheduledThreadPoolExecutor timer;

    /**
     * @param steps by name
     * @param symbols what only describes something to a step, such as {@code usernamePassword}
     * @param structure rewrites {@code pipeline} blocks
     */
    public PipelineRun(
            PipelineRequest request,
            Map<String, StepDefinition> steps,
            Set<String> symbols,
            CompilationCustomizer structure) {
        this.request = request;
        this.steps = Map.copyOf(steps);
        this.symbols = Set.copyOf(symbols);
        this.stages = new StageLog(request.listener(), request.clock(), secrets);
        this.compiler = new PipelineCompiler(
                request.libraries(),
                sources,
                String.valueOf(request.jenkinsfile().getFileName()),
                structure);
        this.startedAt = request.clock().instant();
        this.displayName = "#" + request.environment().getOrDefault("BUILD_NUMBER", "1");
        globals.put("env", new EnvObject(this));
        globals.put("params", new ParamsObject(this));
        globals.put("currentBuild", new CurrentBuild(this));
        globals.put("scm", new ScmObject(request.scm()));
        globals.put("docker", new DockerObject());
        request.parameters().forEach(parameters::put);
    }

    public PipelineRequest request() {
        return request;
    }

    public SourceMap sources() {
        return sources;
    }

    ReentrantLock vm() {
        return vm;
    }

    public Secrets secrets() {
        return secrets;
    }

    public StageLog stages() {
        return stages;
    }

    /** Where archived files were put, relative to the folder of the artifacts. */
    public List<Path> artifacts() {
        return artifacts;
    }

    /** Runs the Jenkinsfile; what it throws comes out as it is. */
    public void execute(LogicalThread main) throws Throwable {
        main.enter(() -> main.runScript(compiler.main(request.script())));
    }

    public LogicalThread mainThread() {
        return new LogicalThread(this, StepContext.TOP);
    }

    /** The failure that a run reports for what ended it, without secrets. */
    public EngineException describe(Throwable thrown, LogicalThread main) {
        return masked(Failures.describe(thrown, sources, main.place()));
    }

    private EngineException masked(EngineException failure) {
        String what = secrets.mask(failure.what());
        String where = secrets.mask(failure.where());
        String why = secrets.mask(failure.why());
        String fix = secrets.mask(failure.fix());
        if (what.equals(failure.what())
                && where.equals(failure.where())
                && why.equals(failure.why())
                && fix.equals(failure.fix())) {
            return failure;
        }
        return new EngineException(failure.code(), what, where, why, fix);
    }

    // steps and names

    /** The pipeline's own source, as the variable {@code scm}. */
    public Handle scm() {
        return Objects.requireNonNull(globals.get("scm"));
    }

    public @Nullable StepDefinition step(String name) {
        return steps.get(name);
    }

    public Set<String> stepNames() {
        return steps.keySet();
    }

    public boolean isSymbol(String name) {
        return symbols.contains(name);
    }

    public PipelineCompiler compiler() {
        return compiler;
    }

    /** Says that there is no such step, and which there are. */
    public EngineException unknownStep(String name, SourcePlace place) {
        Set<String> known = new TreeSet<>(steps.keySet());
        known.remove("pipeline");
        Set<String> all = new TreeSet<>(known);
        all.addAll(compiler.variables());
        String nearest = Suggestions.nearest(name, all);
        return new EngineException(
                ErrorCode.PIPELINE_UNKNOWN,
                "No step, and no variable of a library, is called \"" + name + "\"",
                place.toString(),
                (nearest.isEmpty() ? "" : "did you mean \"" + nearest + "\"?\n")
                        + "steps: "
                        + String.join(", ", known)
                        + (compiler.variables().isEmpty()
                                ? ""
                                : "\nlibraries: " + String.join(", ", new TreeSet<>(compiler.variables()))),
                "correct the name; a step of a plugin that is not in this list runs only in Jenkins");
    }

    /** What a name means beside the script's own variables: {@code env}, a library's variable; null for neither. */
    @Nullable
    Object global(String name, Binding binding) {
        Object variable = compiler.variables().contains(name) ? compiler.newVariable(name) : null;
        if (variable != null) {
            binding.setVariable(name, variable);
            return variable;
        }
        return globals.get(name);
    }

    Object evaluate(String text) {
        Script script = compiler.script(text, "evaluate");
        return script.run();
    }

    /** Compiles and runs a script of the workspace; its value is what {@code load} returns. */
    public @Nullable Object load(LogicalThread thread, String text, String file) throws Throwable {
        Script script;
        vm.lock();
        try {
            script = compiler.script(text, file);
        } finally {
            vm.unlock();
        }
        return thread.runScript(script);
    }

    // variables and parameters

    /** All variables at a place. */
    public Map<String, String> environment(StepContext context) {
        Map<String, String> all = new LinkedHashMap<>(request.environment());
        synchronized (parameters) {
            parameters.forEach((name, value) -> all.put(name, String.valueOf(value)));
        }
        synchronized (variables) {
            all.putAll(variables);
        }
        Path workspace = context.workspace();
        if (workspace != null) {
            all.put("WORKSPACE", workspace.toString());
            all.put("WORKSPACE_TMP", temporary(workspace).toString());
        }
        StageNode stage = context.stage();
        if (stage != null) {
            all.put("STAGE_NAME", stage.name());
        }
        all.putAll(context.variables());
        return all;
    }

    /** The folder for what belongs to a workspace but not into it. */
    public Path temporary(Path workspace) {
        return request.runFolder().resolve("tmp").resolve(workspace.getFileName() + "@tmp");
    }

    /** Makes a library available from now on, as the step {@code library} does. */
    public void loadLibrary(String identifier, SourcePlace place) {
        vm.lock();
        try {
            compiler.library(identifier, place);
        } finally {
            vm.unlock();
        }
    }

    /** What {@code library('name')} returns: gives the library's classes by their names. */
    public Handle libraryClasses() {
        return new LibraryClasses(compiler.loader(), "");
    }

    @Nullable
    String variable(String name, StepContext context) {
        return environment(context).get(name);
    }

    /** Sets a variable for the rest of the run; blocks that set it too win. */
    public void setVariable(String name, String value) {
        variables.put(name, value);
    }

    /** The values of the build's parameters. */
    public Map<String, Object> parameters() {
        return parameters;
    }

    /**
     * Declares the build's parameters: those not given get their defaults.
     *
     * @throws EngineException where one was given that is not declared, or a value that is no choice
     */
    public void declareParameters(List<ParameterSpec> declared, SourcePlace place) {
        Map<String, ParameterSpec> byName = new LinkedHashMap<>();
        declared.forEach(one -> byName.put(one.name(), one));
        for (String given : new TreeSet<>(request.parameters().keySet())) {
            if (!byName.containsKey(given)) {
                throw new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "The pipeline has no parameter \"" + given + "\"",
                        place.toString(),
                        Suggestions.sentence(given, byName.keySet()),
                        "correct the parameter's name");
            }
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (ParameterSpec one : byName.values()) {
            String given = request.parameters().get(one.name());
            values.put(one.name(), value(one, given == null ? one.defaultValue() : given, given != null, place));
        }
        synchronized (parameters) {
            parameters.clear();
            parameters.putAll(values);
        }
    }

    /** The value of a parameter, of the type that pipelines see. */
    public Object value(ParameterSpec parameter, String text, boolean given, SourcePlace place) {
        return switch (parameter.type()) {
            case STRING, TEXT -> text;
            case PASSWORD -> {
                if (!text.isEmpty()) {
                    secrets.add(text);
                }
                yield text;
            }
            case BOOLEAN -> {
                String lower = text.strip().toLowerCase(Locale.ROOT);
                if (given && !lower.equals("true") && !lower.equals("false")) {
                    throw new EngineException(
                            ErrorCode.CONFIG_INVALID,
                            "Parameter \"" + parameter.name() + "\" is true or false, not \"" + text + "\"",
                            place.toString(),
                            "it is declared as booleanParam",
                            "give true or false");
                }
                yield lower.equals("true");
            }
            case CHOICE -> {
                if (given && !parameter.choices().contains(text)) {
                    throw new EngineException(
                            ErrorCode.CONFIG_INVALID,
                            "Parameter \"" + parameter.name() + "\" cannot be \"" + text + "\"",
                            place.toString(),
                            "choices: " + String.join(", ", Suggestions.ranked(text, parameter.choices())),
                            "give one of the choices");
                }
                yield text;
            }
        };
    }

    // the build's result

    /** The result so far; null while nothing was set. */
    public synchronized @Nullable BuildResult result() {
        return result;
    }

    public synchronized BuildResult currentResult() {
        return result == null ? BuildResult.SUCCESS : result;
    }

    /** Makes the result worse; a better one is ignored, as in Jenkins. */
    public synchronized void worsen(BuildResult other) {
        if (result == null || other.isWorseThan(result)) {
            result = other;
        }
    }

    /** Puts a result in place of the one that is there: for post conditions, which see the result as it will be. */
    public synchronized void replaceResult(@Nullable BuildResult other) {
        result = other;
    }

    public String displayName() {
        return displayName;
    }

    void setDisplayName(String value) {
        displayName = value;
    }

    public String description() {
        return description;
    }

    void setDescription(String value) {
        description = value;
    }

    Instant startedAt() {
        return startedAt;
    }

    // what is said

    void stepStarted(StepInvocation call) {
        // what a pipeline says to its reader is told; the rest of what is done at once is not worth a line
        if (call.definition().synchronous() && !call.name().equals("echo")) {
            return;
        }
        String label = secrets.mask(call.label());
        request.listener().stepStarted(call.context().stagePath(), call.name(), label, call.place());
    }

    /** A line of the log. */
    public void output(LogicalThread thread, String line) {
        thread.noteActivity();
        RunListener listener = request.listener();
        listener.output(thread.context().stagePath(), secrets.mask(line));
    }

    /** A line of the log, from another stage than the thread's own. */
    public void output(LogicalThread thread, StepContext context, String line) {
        thread.noteActivity();
        request.listener().output(context.stagePath(), secrets.mask(line));
    }

    void progress(StepContext context, String message) {
        request.listener().progress(context.stagePath(), secrets.mask(message));
    }

    public void warning(StepContext context, String message) {
        request.listener().warning(context.stagePath(), secrets.mask(message));
    }

    /** Something that needs to be said once in a run. */
    public void warnOnce(StepContext context, String message) {
        if (said.add(message)) {
            warning(context, message);
        }
    }

    // time

    /** Does something later, unless the registration is closed before. */
    public synchronized Cancellation.Registration schedule(Runnable action, long nanos) {
        if (timer == null) {
            timer = new ScheduledThreadPoolExecutor(1, runnable -> {
                Thread thread = new Thread(runnable, "octavo-timer");
                thread.setDaemon(true);
                return thread;
            });
            timer.setRemoveOnCancelPolicy(true);
        }
        ScheduledFuture<?> scheduled = timer.schedule(action, nanos, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    /** Does something in a thread of its own, which has ended when the run is closed. */
    public void inBackground(Runnable action) {
        Thread thread = new Thread(action, "octavo-background");
        thread.setDaemon(true);
        helpers.add(thread);
        thread.start();
    }

    @Override
    public void close() {
        ScheduledThreadPoolExecutor started;
        synchronized (this) {
            started = timer;
        }
        if (started != null) {
            started.shutdownNow();
        }
        try {
            if (started != null) {
                boolean ended = started.awaitTermination(10, TimeUnit.SECONDS);
                assert ended : "the timer only starts other threads";
            }
            for (Thread helper : helpers) {
                helper.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            compiler.loader().close();
        } catch (java.io.IOException e) {
            // nothing is lost: the loader's files were only read
        }
    }
}
