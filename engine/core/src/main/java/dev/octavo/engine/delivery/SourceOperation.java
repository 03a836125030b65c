package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.release.VersionTag;
import dev.octavo.engine.source.GitCheckout;
import dev.octavo.engine.source.Source;
import dev.octavo.engine.source.SourceState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Stage 1: the one commit of the run. */
final class SourceOperation implements Operation<SourceRequest, SourceResult> {
    static final String PART = "source";

    @Override
    public SourceResult run(SourceRequest request, EngineContext context) {
        Map<String, String> environment = new HashMap<>(context.environment());
        if (!request.branch().isEmpty()) {
            environment.put("BRANCH_NAME", request.branch());
        }
        SourceState state = SourceState.of(context.workspace(), environment);
        if (request.pinned()) {
            RunRecord record = RunRecord.open(context.workspace());
            Branches.join(record, context);
            return goBack(of(record), state, context);
        }
        state.requireClean();
        Source source = state.source();
        String branch = request.branch().isEmpty() ? source.branch() : withoutRemote(request.branch());
        Tagging tagging = new Tagging(request.version(), request.perService(), request.remote());
        if (!tagging.perService()) {
            tagging.check(source.commit(), List.of(), context);
        } else if (!request.version().isEmpty()) {
            VersionTag.shared(request.version()); // a version; which tags that makes, the microservices tell
        }
        SourceResult result = new SourceResult(
                source.repository(),
                branch,
                source.commit(),
                source.shortCommit(),
                source.committedAt(),
                source.author(),
                source.message(),
                Arrays.asList(request.mainBranch().split("\\s*,\\s*")).contains(branch),
                request.version());
        RunRecord record = RunRecord.begin(context.workspace());
        record.put(PART, result);
        record.put(Tagging.PART, tagging);
        record.put(
                "run",
                Map.of(
                        "job", context.environment().getOrDefault("JOB_NAME", ""),
                        "build", context.environment().getOrDefault("BUILD_NUMBER", ""),
                        "url", context.environment().getOrDefault("BUILD_URL", ""),
                        "startedAt", context.clock().instant().toString()));
        return result;
    }

    /** The branch may have moved on since stage 1, and an agent's checkout with it. */
    private static SourceResult goBack(SourceResult pinned, SourceState state, EngineContext context) {
        if (!pinned.commit().equals(state.source().commit())) {
            GitCheckout.moveTo(state.root(), pinned.commit());
            context.listener()
                    .progress("back at commit " + pinned.shortCommit() + ", which this run delivers; the branch is at "
                            + state.source().shortCommit());
        }
        return pinned;
    }

    /** {@code origin/main}, as Jenkins' git plugin has it in GIT_BRANCH, is the branch {@code main}. */
    private static String withoutRemote(String branch) {
        return branch.startsWith("origin/") ? branch.substring("origin/".length()) : branch;
    }

    /** The record's commit; an operation that comes too early says so. */
    static SourceResult of(RunRecord record) {
        return record.get(PART, SourceResult.class)
                .orElseThrow(() -> new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "The run's record names no commit",
                        record.file().toString(),
                        "stage 1 has not run in this folder",
                        "run \"octavo source\" there first"));
    }
}
