package dev.octavo.engine.runner.cps;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.runner.api.SourcePlace;
import hudson.AbortException;

/** How a step's {@link EngineException} goes through a pipeline's code, which may catch it as an exception. */
public final class StepFailure extends AbortException {
    private static final long serialVersionUID = 1L;

    private final EngineException failure;

    private StepFailure(String message, EngineException failure) {
        super(message, failure);
        this.failure = failure;
    }

    /** One whose message is all that is known. */
    public static StepFailure of(EngineException failure, SourcePlace place) {
        StepFailure wrapped = new StepFailure(failure.describe(), failure);
        wrapped.setStackTrace(
                new StackTraceElement[] {new StackTraceElement("step", "execute", place.file(), place.line())});
        return wrapped;
    }

    /** One with the message that Jenkins has for it. */
    public static StepFailure of(String message, EngineException failure) {
        return new StepFailure(message, failure);
    }

    public EngineException failure() {
        return failure;
    }
}
