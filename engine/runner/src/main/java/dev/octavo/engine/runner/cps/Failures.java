package dev.octavo.engine.runner.cps;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.SourcePlace;
import groovy.lang.MissingMethodException;
import groovy.lang.MissingPropertyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.messages.ExceptionMessage;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.codehaus.groovy.syntax.SyntaxException;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jspecify.annotations.Nullable;

/** Turns what ended a pipeline into what its reader needs. */
public final class Failures {
    private Failures() {}

    /** The result that an uncaught throwable gives the build. */
    public static BuildResult result(Throwable thrown) {
        if (thrown instanceof FlowInterruptedException interrupted) {
            return BuildResult.valueOf(interrupted.getResult());
        }
        EngineException failure = engineException(thrown);
        return failure != null && failure.code() == ErrorCode.CANCELLED ? BuildResult.ABORTED : BuildResult.FAILURE;
    }

    /** What it says, in one line. */
    public static String oneLine(Throwable thrown) {
        EngineException failure = engineException(thrown);
        String text = failure == null ? message(thrown) : failure.what();
        return text.lines().findFirst().orElse("");
    }

    /** The engine's own failure in it, if there is one. */
    public static @Nullable EngineException engineException(Throwable thrown) {
        int depth = 0;
        for (Throwable one = thrown; one != null && depth < 20; one = one.getCause(), depth++) {
            if (one instanceof EngineException failure) {
                return failure;
            }
        }
        return null;
    }

    /** The failure that a run reports for an uncaught throwable. */
    static EngineException describe(Throwable thrown, SourceMap sources, SourcePlace last) {
        if (thrown instanceof InterruptedStep interrupted) {
            return describe(interrupted);
        }
        EngineException failure = engineException(thrown);
        if (failure != null) {
            return failure;
        }
        if (thrown instanceof MultipleCompilationErrorsException errors) {
            return syntax(errors, sources);
        }
        SourcePlace place = sources.innermost(Arrays.asList(thrown.getStackTrace()));
        if (place.line() <= 0) {
            place = last;
        }
        String type = thrown.getClass().getName();
        String fix = "correct the code at that line";
        if (thrown instanceof MissingPropertyException missing) {
            fix = "define \"" + missing.getProperty() + "\", or take it from env or params";
        } else if (thrown instanceof MissingMethodException missing) {
            fix = "check the name and the arguments of " + missing.getMethod() + "()";
        } else if (thrown instanceof FlowInterruptedException) {
            fix = "run it again";
        }
        return new EngineException(
                ErrorCode.PIPELINE_FAILED,
                "The pipeline failed: " + message(thrown).lines().findFirst().orElse(type),
                place.toString(),
                type + ": " + message(thrown),
                fix,
                thrown);
    }

    private static EngineException describe(InterruptedStep interrupted) {
        Interruption interruption = interrupted.interruption();
        String step = interrupted.step().isEmpty() ? "the pipeline's code" : "step \"" + interrupted.step() + "\"";
        String where = interrupted.place().toString();
        return switch (interruption.kind()) {
            case TIMEOUT -> {
                boolean gate = interrupted.step().equals("input");
                yield new EngineException(
                        gate ? ErrorCode.GATE_TIMEOUT : ErrorCode.PIPELINE_TIMEOUT,
                        gate
                                ? "A gate was not answered in time"
                                : "The time limit passed while " + step + " was running",
                        where,
                        interruption.message() + " (" + interruption.place() + ")",
                        gate ? "run it again and answer in time" : "give it more time, or find out what it waits for",
                        interrupted);
            }
            case REFUSED ->
                new EngineException(
                        ErrorCode.GATE_REFUSED,
                        "The gate was refused",
                        where,
                        interruption.message(),
                        "run it again when it may go on",
                        interrupted);
            case CANCELLED, FAIL_FAST ->
                new EngineException(
                        ErrorCode.CANCELLED,
                        "The run was stopped during " + step,
                        where,
                        interruption.message(),
                        "run it again to continue",
                        interrupted);
        };
    }

    /** The compiler's errors, the first in front. */
    static EngineException syntax(MultipleCompilationErrorsException errors, SourceMap sources) {
        List<String> places = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        for (Object one : errors.getErrorCollector().getErrors()) {
            if (one instanceof SyntaxErrorMessage message) {
                SyntaxException cause = message.getCause();
                String file = sources.display(String.valueOf(cause.getSourceLocator()));
                places.add(new SourcePlace(file, cause.getLine()).toString());
                messages.add(firstSentence(String.valueOf(cause.getOriginalMessage())));
            } else if (one instanceof ExceptionMessage message) {
                EngineException own = engineException(message.getCause());
                if (own != null) {
                    return own;
                }
                places.add("");
                messages.add(message(message.getCause()));
            }
        }
        if (messages.isEmpty()) {
            places.add("");
            messages.add(message(errors));
        }
        List<String> why = new ArrayList<>();
        for (int i = 1; i < messages.size(); i++) {
            why.add(places.get(i) + ": " + messages.get(i));
        }
        boolean ofJenkins = messages.get(0).matches(".*unable to resolve class (hudson|jenkins|org\\.jenkinsci)\\..*");
        return new EngineException(
                ErrorCode.PIPELINE_SYNTAX,
                "The pipeline's code cannot be compiled: " + messages.get(0),
                places.get(0),
                why.isEmpty() ? "Groovy does not understand that line" : "and " + String.join("\n", why),
                ofJenkins
                        ? "do without that class: Jenkins' own classes are in Jenkins alone"
                        : "correct the code at that line",
                errors);
    }

    private static String firstSentence(String message) {
        return message.lines().findFirst().orElse(message).strip();
    }

    static String message(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null || message.isBlank()
                ? thrown.getClass().getSimpleName().toLowerCase(Locale.ROOT)
                : message;
    }
}
