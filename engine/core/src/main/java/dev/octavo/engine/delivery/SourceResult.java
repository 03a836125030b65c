package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import java.time.Instant;

/**
 * The commit that a run delivers.
 *
 * @param repository address of the remote, without a login
 * @param branch {@code ""} where none is known
 * @param commit all 40 digits
 * @param message first line
 * @param mainBranch whether the branch is deployed to dev
 * @param version the version it is to become, {@code ""} for none
 */
public record SourceResult(
        String repository,
        String branch,
        String commit,
        String shortCommit,
        Instant committedAt,
        String author,
        String message,
        boolean mainBranch,
        String version)
        implements Described {
    @Override
    public String text() {
        return "commit " + shortCommit + (branch.isEmpty() ? "" : " on " + branch) + " by " + author + ": " + message;
    }

    @Override
    public String summary() {
        return "commit " + shortCommit + (branch.isEmpty() ? "" : " on " + branch);
    }
}
