package dev.octavo.engine.runner.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A front end's own step. Called by several branches at a time. */
public interface StepHandler {
    /** The names under which it is called. */
    List<String> names();

    /** The arguments it knows; others are refused before it is called. Null: it looks at them itself. */
    default @Nullable List<String> argumentNames() {
        return null;
    }

    /** The argument that a single unnamed value means, {@code ""} where there is none. */
    default String soleArgument() {
        return "";
    }

    /**
     * Runs it.
     *
     * @return something serializable: null, texts, numbers, booleans, lists, maps
     * @throws dev.octavo.engine.api.EngineException fails the step; it ends the run where the pipeline does not catch
     *     it, and is then in {@link PipelineResult#failure()} as it is
     */
    @Nullable
    Object execute(StepCall call);
}
