package dev.octavo.engine.runner.cps;

import com.cloudbees.groovy.cps.impl.CpsCallableInvocation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.SourcePlace;
import groovy.lang.Closure;
import groovy.lang.GroovyObject;
import java.util.List;
import org.codehaus.groovy.runtime.MethodClosure;
import org.jspecify.annotations.Nullable;

/** Explains that code of the interpreter was called from code that the interpreter does not run. */
final class CpsMismatch implements CpsCallableInvocation.MismatchHandler {
    private static final List<String> CALLED_BY_JAVA =
            List.of("toString", "hashCode", "equals", "compareTo", "compare");
    private static final String REDIRECT = "https://jenkins.io/redirect/pipeline-cps-method-mismatches/";

    private final LogicalThread thread;

    CpsMismatch(LogicalThread thread) {
        this.thread = thread;
    }

    @Override
    public void handle(
            @Nullable Object expectedReceiver,
            String expectedMethod,
            @Nullable Object actualReceiver,
            String actualMethod) {
        // these end in the very call that they announce, so nothing is cut short
        boolean pointer = expectedReceiver instanceof MethodClosure method && actualMethod.equals(method.getMethod());
        if (pointer || "invokeMethod".equals(expectedMethod)) {
            return;
        }
        throw PipelineError.of(failure(expectedReceiver, expectedMethod, actualReceiver, actualMethod, thread.place()));
    }

    /** For what left the interpreter without anybody having noticed. */
    static PipelineError escaped(CpsCallableInvocation call, SourcePlace place) {
        return PipelineError.of(failure(null, "", call.receiver, call.methodName, place));
    }

    private static EngineException failure(
            @Nullable Object expectedReceiver,
            String expectedMethod,
            @Nullable Object actualReceiver,
            String actualMethod,
            SourcePlace place) {
        String called = name(actualReceiver, actualMethod);
        String caller = name(expectedReceiver, expectedMethod);
        String what;
        String why;
        String fix;
        if (CALLED_BY_JAVA.contains(actualMethod)) {
            what = "Method " + called + "() is called by Java code and cannot be one that Jenkins interprets";
            why =
                    "Jenkins runs the pipeline's code through its own interpreter (groovy-cps), which Java code cannot call";
            fix = "annotate " + actualMethod + "() with @NonCPS, and call no steps in it; see " + REDIRECT;
        } else if ("<init>".equals(expectedMethod)) {
            what = "The constructor of " + typeName(expectedReceiver) + " calls " + called + "()";
            why = "constructors cannot call steps, nor methods that Jenkins interprets: Groovy itself runs them";
            fix = "move the call into a method that is called after the object was made; see " + REDIRECT;
        } else if (actualReceiver instanceof Closure && !(expectedReceiver instanceof GroovyObject)) {
            what = "A closure is passed to " + caller + "(), which Jenkins' interpreter does not run";
            why =
                    "the method is compiled Java or Groovy and calls the closure back, which only the interpreter can run;"
                            + "\nin Jenkins the call returns the closure's first value instead of its own";
            fix = "use a for loop, or move it into a method annotated with @NonCPS that calls no steps; see "
                    + REDIRECT;
        } else {
            what = caller.isEmpty()
                    ? "Jenkins' interpreter cannot run " + called + "() where it is called"
                    : called + "() is called from " + caller + "(), which Jenkins' interpreter does not run";
            why =
                    "steps, and methods that are not annotated with @NonCPS, can be called only by code that the interpreter"
                            + " runs;\nin Jenkins the rest of the calling method would be left out";
            fix = "take @NonCPS away from the calling method, or call no step in it; see " + REDIRECT;
        }
        return new EngineException(ErrorCode.PIPELINE_CPS, what, place.toString(), why, fix);
    }

    private static String name(@Nullable Object receiver, String method) {
        if (method.isEmpty()) {
            return "";
        }
        String type = receiver instanceof Closure && "call".equals(method) ? "closure" : typeName(receiver);
        return type.isEmpty() ? method : type + "." + method;
    }

    private static String typeName(@Nullable Object receiver) {
        if (receiver == null) {
            return "";
        }
        return receiver instanceof Class<?> type
                ? type.getName()
                : receiver.getClass().getName();
    }
}
