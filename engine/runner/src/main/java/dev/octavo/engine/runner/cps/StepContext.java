package dev.octavo.engine.runner.cps;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the blocks around a step have set up.
 *
 * @param variables set by the blocks, over those of the build
 * @param workspace of the {@code node} around it; null outside of any
 * @param directory the current folder; null outside of {@code node}
 * @param stage the innermost stage
 * @param agentless whether it is inside of Declarative's {@code agent none} without a {@code node}
 */
public record StepContext(
        Map<String, String> variables,
        @Nullable Path workspace,
        @Nullable Path directory,
        @Nullable StageNode stage,
        boolean agentless) {
    /** Where a pipeline begins. */
    public static final StepContext TOP = new StepContext(Map.of(), null, null, null, false);

    /** The same with further variables, which win over those that are there. */
    public StepContext withVariables(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(variables);
        all.putAll(more);
        return new StepContext(all, workspace, directory, stage, agentless);
    }

    public StepContext withWorkspace(Path folder) {
        return new StepContext(variables, folder, folder, stage, false);
    }

    public StepContext withDirectory(Path folder) {
        return new StepContext(variables, workspace, folder, stage, agentless);
    }

    public StepContext withStage(StageNode node) {
        return new StepContext(variables, workspace, directory, node, agentless);
    }

    public StepContext withoutAgent() {
        return new StepContext(variables, workspace, directory, stage, true);
    }

    /** The path of the innermost stage, {@code ""} outside of all. */
    public String stagePath() {
        return stage == null ? "" : stage.path();
    }
}
