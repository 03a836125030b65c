package dev.octavo.engine.runner.cps;

import dev.octavo.engine.api.EngineException;
import java.io.NotSerializableException;

/** What a step throws when Jenkins could not save the program before it; the pipeline's code may catch it, as there. */
public final class UnsavableProgram extends NotSerializableException {
    private static final long serialVersionUID = 1L;

    private final EngineException failure;

    UnsavableProgram(String type, EngineException failure) {
        super(type);
        this.failure = failure;
        initCause(failure);
    }

    public EngineException failure() {
        return failure;
    }
}
