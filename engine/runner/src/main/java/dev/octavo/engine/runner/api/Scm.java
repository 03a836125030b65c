package dev.octavo.engine.runner.api;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The source of the pipeline itself: {@code scm} in a Jenkinsfile. Called by several branches at a time. */
public interface Scm {
    /** There is none: {@code checkout scm} fails. */
    Scm NONE = (into, context) -> {
        throw new EngineException(
                ErrorCode.SOURCE_CHECKOUT,
                "There is nothing to check out",
                into.toString(),
                "the pipeline runs without a repository of its own",
                "run it from a git working tree");
    };

    /**
     * Puts the pipeline's commit into a folder. The folder may not exist yet, or hold an earlier checkout.
     *
     * @return the variables that Jenkins' git plugin sets: {@code GIT_COMMIT}, {@code GIT_BRANCH}, {@code GIT_URL}…
     */
    Map<String, String> checkout(Path into, EngineContext context);

    /** The address that {@code scm.userRemoteConfigs} shows, {@code ""} where there is none. */
    default String url() {
        return "";
    }

    /** The branch that {@code scm.branches} shows, {@code ""} where there is none. */
    default String branch() {
        return "";
    }

    /** The commits since the previous build. */
    default List<Change> changes() {
        return List.of();
    }
}
