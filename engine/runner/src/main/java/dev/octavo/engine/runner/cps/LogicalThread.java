package dev.octavo.engine.runner.cps;

import com.cloudbees.groovy.cps.Continuable;
import com.cloudbees.groovy.cps.Continuation;
import com.cloudbees.groovy.cps.Envs;
import com.cloudbees.groovy.cps.Outcome;
import com.cloudbees.groovy.cps.impl.CpsCallableInvocation;
import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.SourcePlace;
import groovy.lang.Closure;
import groovy.lang.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread of the pipeline: the main one, or a branch of {@code parallel}.
 *
 * <p>The pipeline's code runs in it piece by piece, up to the next asynchronous step, under the run's lock: as in Jenkins,
 * only one thread at a time runs code, and all of them run steps.
 */
public final class LogicalThread {
    private static final ThreadLocal<@Nullable LogicalThread> CURRENT = new ThreadLocal<>();

    private final PipelineRun run;
    private final Object lock = new Object();
    private final List<LogicalThread> children = new ArrayList<>();
    private final CallTracker tracker;
    private StepContext context;
    private String step = "";
    private SourcePlace place = SourcePlace.UNKNOWN;
    private volatile @Nullable Interruption pending;
    private volatile boolean killed;
    private @Nullable Cancellation leaf;
    private volatile long lastActivity = System.nanoTime();

    LogicalThread(PipelineRun run, StepContext context) {
        this.run = run;
        this.context = context;
        this.tracker = new CallTracker();
    }

    /** The thread that runs the calling code. */
    public static LogicalThread current() {
        LogicalThread thread = CURRENT.get();
        if (thread == null) {
            throw new IllegalStateException("no pipeline runs in this thread");
        }
        return thread;
    }

    static @Nullable LogicalThread currentOrNull() {
        return CURRENT.get();
    }

    public PipelineRun run() {
        return run;
    }

    public StepContext context() {
        return context;
    }

    /** Where the pipeline's code is. */
    public SourcePlace place() {
        SourcePlace tracked = tracker.place(run.sources());
        return tracked.line() > 0 ? tracked : place;
    }

    /** A thread that works for this one, such as a branch of {@code parallel}. */
    public LogicalThread fork(StepContext branchContext) {
        LogicalThread child = new LogicalThread(run, branchContext);
        child.place = place;
        synchronized (lock) {
            children.add(child);
            if (pending != null) {
                child.pending = pending;
            }
            child.killed = killed;
        }
        return child;
    }

    /** The branch is done. */
    public void join(LogicalThread child) {
        // it came when the branch had nothing left to do
        Interruption unheard = child.takePending();
        synchronized (lock) {
            children.remove(child);
            if (unheard != null && unheard.kind() != Interruption.Kind.FAIL_FAST && pending == null) {
                pending = unheard;
            }
        }
    }

    /** Makes the calling Java thread this logical thread while {@code work} runs. */
    public @Nullable Object enter(Work work) throws Throwable {
        LogicalThread before = CURRENT.get();
        CURRENT.set(this);
        CpsCallableInvocation.registerMismatchHandler(new CpsMismatch(this));
        try {
            return work.run();
        } finally {
            CURRENT.set(before);
            if (before == null) {
                CURRENT.remove();
                CpsCallableInvocation.registerMismatchHandler(null);
            }
        }
    }

    /** Something to do in a logical thread. */
    @FunctionalInterface
    public interface Work {
        @Nullable
        Object run() throws Throwable;
    }

    /** Runs a compiled script to its end. */
    @Nullable
    Object runScript(Script script) throws Throwable {
        return advance(new Continuable(script, Envs.empty(tracker)));
    }

    /** Runs a closure of the pipeline to its end, within a context. */
    public @Nullable Object runClosure(Closure<?> closure, StepContext within, @Nullable Object... arguments)
            throws Throwable {
        StepContext before = context;
        context = within;
        try {
            Continuable program;
            run.vm().lock();
            try {
                // what is not transformed, such as a closure of a @NonCPS method, runs at once
                return closure.call(arguments);
            } catch (CpsCallableInvocation call) {
                program = new Continuable(call.invoke(Envs.empty(tracker), null, Continuation.HALT));
            } finally {
                run.vm().unlock();
            }
            return advance(program);
        } finally {
            context = before;
        }
    }

    private @Nullable Object advance(Continuable program) throws Throwable {
        Outcome input = new Outcome(null, null);
        while (true) {
            checkKilled();
            Outcome output;
            run.vm().lock();
            try {
                output = program.run0(input, SerializableIteration.CATEGORIES);
                if (program.isResumable()) {
                    place = run.sources().innermost(program.getStackTrace());
                    output = checked(program, output);
                }
            } catch (CpsCallableInvocation escaped) {
                throw CpsMismatch.escaped(escaped, place());
            } finally {
                run.vm().unlock();
            }
            Throwable thrown = output.getAbnormal();
            if (program.isResumable()) {
                input = thrown == null ? answer(output.getNormal()) : output;
            } else if (thrown == null) {
                return output.getNormal();
            } else {
                throw thrown;
            }
        }
    }

    /** The same, or the reason why the step that the program has called cannot run. */
    private Outcome checked(Continuable program, Outcome yielded) {
        if (yielded.getNormal() instanceof StepRequest request) {
            try {
                SaveCheck.check(program, request.definition().name(), place);
            } catch (UnsavableProgram e) {
                return new Outcome(null, e);
            }
        }
        return yielded;
    }

    private Outcome answer(@Nullable Object yielded) {
        try {
            checkInterrupted();
            if (yielded instanceof StepRequest request) {
                return new Outcome(execute(request.definition(), request.arguments(), body(request.body())), null);
            }
            return new Outcome(null, null);
        } catch (PipelineError e) {
            if (e.isFatal()) {
                throw e;
            }
            return new Outcome(null, e);
        } catch (Throwable e) {
            return new Outcome(null, e);
        }
    }

    /** Calls a step as the pipeline's code does. */
    @Nullable
    Object call(String name, @Nullable Object arguments) {
        StepDefinition definition = run.step(name);
        if (definition == null) {
            if (run.isSymbol(name)) {
                StepArguments parsed = StepArguments.of(name, arguments, "", false, place());
                return new Symbol(name, parsed.named());
            }
            throw PipelineError.of(run.unknownStep(name, place()));
        }
        StepArguments parsed = StepArguments.of(
                name, arguments, definition.sole(), definition.body() != StepDefinition.Body.NONE, place());
        parsed.check(definition, place(), parsed.body() != null);
        if (definition.synchronous()) {
            try {
                checkInterrupted();
                return execute(definition, parsed.named(), body(parsed.body()));
            } catch (Throwable e) {
                throw sneak(e);
            }
        }
        return Continuable.suspend(name, new StepRequest(definition, parsed.named(), parsed.body()));
    }

    private StepInvocation.@Nullable Body body(@Nullable Closure<?> closure) {
        return closure == null ? null : within -> runClosure(closure, within);
    }

    /** Executes a step from Java, in a context; arguments as in a pipeline, a single unnamed one included. */
    public @Nullable Object execute(
            String name, List<Object> arguments, StepContext within, SourcePlace at, StepInvocation.@Nullable Body body)
            throws Throwable {
        StepDefinition definition = run.step(name);
        if (definition == null) {
            throw PipelineError.of(run.unknownStep(name, at));
        }
        StepArguments parsed = StepArguments.of(name, arguments.toArray(), definition.sole(), false, at);
        parsed.check(definition, at, body != null);
        StepContext before = context;
        context = within;
        try {
            return execute(definition, parsed.named(), body, at);
        } finally {
            context = before;
        }
    }

    private @Nullable Object execute(
            StepDefinition definition, Map<String, Object> arguments, StepInvocation.@Nullable Body body)
            throws Throwable {
        return execute(definition, arguments, body, place());
    }

    private @Nullable Object execute(
            StepDefinition definition,
            Map<String, Object> arguments,
            StepInvocation.@Nullable Body body,
            SourcePlace where)
            throws Throwable {
        Cancellation own = new Cancellation();
        Cancellation outer;
        String outerStep;
        synchronized (lock) {
            outer = leaf;
            outerStep = step;
            leaf = own;
            step = definition.name();
        }
        try {
            checkInterrupted();
            StepInvocation call = new StepInvocation(this, definition, arguments, body, where, own);
            run.stepStarted(call);
            Object value = definition.implementation().execute(call);
            if (own.isRequested()) {
                checkInterrupted();
            }
            return value;
        } catch (EngineException e) {
            Interruption interruption = takePending();
            if (interruption != null) {
                InterruptedStep interrupted = new InterruptedStep(interruption, definition.name(), where);
                interrupted.addSuppressed(e);
                throw interrupted;
            }
            throw StepFailure.of(e, where);
        } finally {
            place = where;
            synchronized (lock) {
                leaf = outer;
                step = outerStep;
            }
        }
    }

    /** Ends what this thread and its branches do; the pipeline's code may catch it. */
    public void interrupt(Interruption interruption) {
        interrupt(interruption, () -> true);
    }

    /** The same, unless it is no longer wanted by the time it would be heard. */
    public void interrupt(Interruption interruption, BooleanSupplier wanted) {
        List<LogicalThread> branches;
        Cancellation running = null;
        synchronized (lock) {
            branches = List.copyOf(children);
            if (branches.isEmpty()) {
                if (!wanted.getAsBoolean()) {
                    return;
                }
                if (pending == null) {
                    pending = interruption;
                }
                running = leaf;
            }
        }
        if (running != null) {
            running.cancel();
        }
        inParallel(branches, branch -> branch.interrupt(interruption, wanted));
    }

    /** Ends this thread and its branches for good: no more of the pipeline's code runs. */
    public void kill() {
        List<LogicalThread> branches;
        Cancellation running;
        synchronized (lock) {
            killed = true;
            branches = List.copyOf(children);
            running = leaf;
        }
        if (running != null) {
            running.cancel();
        }
        inParallel(branches, LogicalThread::kill);
    }

    /** Ending a program may take seconds: those of several branches end at the same time. */
    private static void inParallel(List<LogicalThread> branches, java.util.function.Consumer<LogicalThread> action) {
        List<Thread> threads = new ArrayList<>();
        for (LogicalThread branch : branches.subList(Math.min(1, branches.size()), branches.size())) {
            Thread thread = new Thread(() -> action.accept(branch), "octavo-interrupt");
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        if (!branches.isEmpty()) {
            action.accept(branches.get(0));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    boolean mustStop() {
        return killed || pending != null;
    }

    /** @throws InterruptedStep where this thread was interrupted and has not heard of it yet */
    public void checkInterrupted() throws InterruptedStep {
        checkKilled();
        Interruption interruption = takePending();
        if (interruption != null) {
            throw new InterruptedStep(interruption, step, place());
        }
    }

    /** Drops an interruption that nothing has heard of yet: what it was for has ended. */
    public void forget(Interruption interruption) {
        synchronized (lock) {
            // the very same one, not one that says the same
            if (pending != null && System.identityHashCode(pending) == System.identityHashCode(interruption)) {
                pending = null;
            }
        }
    }

    private @Nullable Interruption takePending() {
        synchronized (lock) {
            Interruption taken = pending;
            pending = null;
            return taken;
        }
    }

    private void checkKilled() {
        if (killed) {
            throw PipelineError.fatal(new EngineException(
                    ErrorCode.CANCELLED,
                    "The run was ended while its last steps were still at work",
                    place.toString(),
                    "they took longer than they were given after the run had been cancelled",
                    "run it again"));
        }
    }

    /** Waits, unless it is interrupted first. */
    public void pause(long nanos, Cancellation cancellation) throws InterruptedException {
        java.util.concurrent.CountDownLatch latch = new java.util.concurrent.CountDownLatch(1);
        try (Cancellation.Registration registration = cancellation.onCancel(latch::countDown)) {
            boolean cancelled = latch.await(nanos, TimeUnit.NANOSECONDS);
            if (cancelled) {
                cancellation.check();
            }
        }
    }

    /** Notes that something was said, for {@code timeout(activity: true)}. */
    void noteActivity() {
        lastActivity = System.nanoTime();
    }

    /** When something was last said in this thread or its branches, in {@link System#nanoTime()}. */
    public long lastActivity() {
        long last = lastActivity;
        synchronized (lock) {
            for (LogicalThread child : children) {
                long other = child.lastActivity();
                if (other - last > 0) {
                    last = other;
                }
            }
        }
        return last;
    }

    @SuppressWarnings("unchecked")
    static <E extends Throwable> RuntimeException sneak(Throwable e) throws E {
        throw (E) e;
    }
}
