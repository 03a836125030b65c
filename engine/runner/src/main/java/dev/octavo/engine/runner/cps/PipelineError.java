package dev.octavo.engine.runner.cps;

import dev.octavo.engine.api.EngineException;

/** A mistake in the pipeline itself. An error, so that {@code catch (Exception e)} does not hide it. */
public final class PipelineError extends Error {
    private static final long serialVersionUID = 1L;

    private final EngineException failure;
    private final boolean fatal;

    private PipelineError(EngineException failure, boolean fatal) {
        super(failure.describe(), failure);
        this.failure = failure;
        this.fatal = fatal;
    }

    /** One that goes through the pipeline's code as any error does. */
    public static PipelineError of(EngineException failure) {
        return new PipelineError(failure, false);
    }

    /** One after which no more of the pipeline's code runs, as Jenkins' interpreter ends a build it cannot continue. */
    public static PipelineError fatal(EngineException failure) {
        return new PipelineError(failure, true);
    }

    public EngineException failure() {
        return failure;
    }

    public boolean isFatal() {
        return fatal;
    }
}
