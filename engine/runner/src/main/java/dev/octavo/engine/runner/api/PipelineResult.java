package dev.octavo.engine.runner.api;

import dev.octavo.engine.api.EngineException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param stages in the order in which they started
 * @param failure what ended the run, intact where a step handler threw it; null where nothing did
 * @param displayName of the build, such as {@code #1}, or what the pipeline made of it
 * @param description of the build, {@code ""} where the pipeline gave none
 * @param artifacts the archived files, relative to {@code artifacts} in the run's folder
 */
public record PipelineResult(
        BuildResult result,
        List<StageResult> stages,
        @Nullable EngineException failure,
        String displayName,
        String description,
        List<Path> artifacts,
        Duration duration) {
    public PipelineResult {
        stages = List.copyOf(stages);
        artifacts = List.copyOf(artifacts);
    }
}
