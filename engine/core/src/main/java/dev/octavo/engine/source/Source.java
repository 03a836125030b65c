package dev.octavo.engine.source;

import java.time.Instant;
import java.util.List;

/**
 * The one commit that a run works on.
 *
 * @param repository the remote's address, without a login; a path where the remote is a folder
 * @param branch the branch's name without a prefix, {@code ""} where none is known
 * @param commit all 40 digits
 * @param shortCommit its first 8 digits
 * @param author the name of the one who wrote it
 * @param message the first line of its message
 * @param tags names of the tags at this commit, sorted
 */
public record Source(
        String repository,
        String branch,
        String commit,
        String shortCommit,
        Instant committedAt,
        String author,
        String message,
        List<String> tags) {
    public Source {
        tags = List.copyOf(tags);
    }
}
