package dev.octavo.engine.source;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * What one commit changed.
 *
 * @param message all of it
 * @param files that differ from the commit before it, both names of a renamed one, relative to the repository, sorted
 */
public record CommitChange(String commit, String author, String message, List<String> files) {
    public CommitChange {
        files = List.copyOf(files);
    }

    /**
     * Compares a commit with its first parent; the first commit of all has changed every file. A commit whose parent is
     * not in the clone, because that is a shallow one, counts as the first.
     *
     * @param directory in the repository's working tree
     * @param commit 40 digits
     * @throws EngineException {@link ErrorCode#SOURCE_NOT_GIT} where it cannot be read
     */
    public static CommitChange of(Path directory, String commit) {
        try (Repository repository = RepositoryFacts.open(directory)
                        .orElseThrow(() -> new IOException("there is no repository any more"));
                RevWalk walk = new RevWalk(repository);
                TreeWalk trees = new TreeWalk(repository)) {
            RevCommit to = walk.parseCommit(repository.resolve(commit));
            if (to.getParentCount() > 0 && repository.getObjectDatabase().has(to.getParent(0))) {
                trees.addTree(walk.parseCommit(to.getParent(0)).getTree());
            } else {
                trees.addTree(new EmptyTreeIterator());
            }
            trees.addTree(to.getTree());
            trees.setRecursive(true);
            trees.setFilter(TreeFilter.ANY_DIFF);
            List<String> files = new ArrayList<>();
            while (trees.next()) {
                files.add(trees.getPathString());
            }
            return new CommitChange(
                    commit, to.getAuthorIdent().getName(), to.getFullMessage(), List.copyOf(new TreeSet<>(files)));
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.SOURCE_NOT_GIT,
                    "What commit " + commit + " has changed cannot be read",
                    directory.toString(),
                    String.valueOf(e.getMessage()),
                    "run git fsck there, or make a fresh clone",
                    e);
        }
    }
}
