package dev.octavo.engine.release;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.git.GitSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * What has changed since the last version.
 *
 * @param last the last version's tag; {@code ""} where there is none before
 * @param commits those that concern what is released, the newest first, without merges
 * @param complete whether all of them are there: a shallow clone lacks the older ones, and a long list is cut
 */
public record VersionHistory(String last, List<Commit> commits, boolean complete) {
    /** So many are listed. */
    private static final int LISTED = 200;

    /** So many are looked at. */
    private static final int READ = 5000;

    /** @param message all of it */
    public record Commit(String id, String message) {}

    public VersionHistory {
        commits = List.copyOf(commits);
    }

    /**
     * Reads the commits between the last version and this one. The last version is the highest whose tag has the same
     * prefix and is reachable from the commit; before a release's own, only releases count, so that its notes hold what
     * was new in its candidates too.
     *
     * @param directory in the repository's working tree
     * @param tag the new version
     * @param commit the new version's, all 40 digits
     * @param tags all tags that there are, with the commits that they are on
     * @param concerns whether a commit that changed these files, relative to the repository, is of interest
     * @throws EngineException {@link ErrorCode#SOURCE_CHECKOUT} where the repository cannot be read
     */
    public static VersionHistory of(
            Path directory, VersionTag tag, String commit, Map<String, String> tags, Predicate<List<String>> concerns) {
        GitSystem.prepare();
        try (Repository repository = new FileRepositoryBuilder()
                        .findGitDir(directory.toFile())
                        .setMustExist(true)
                        .build();
                RevWalk walk = new RevWalk(repository)) {
            RevCommit head = walk.parseCommit(ObjectId.fromString(commit));
            Optional<Map.Entry<VersionTag, RevCommit>> last = last(walk, head, tag, tags);
            return read(
                    repository,
                    head,
                    last.map(each -> each.getKey().name()).orElse(""),
                    last.map(Map.Entry::getValue),
                    concerns);
        } catch (IOException | IllegalArgumentException e) {
            throw new EngineException(
                    ErrorCode.SOURCE_CHECKOUT,
                    "What has changed since the last version cannot be read",
                    directory.toString(),
                    String.valueOf(e.getMessage()),
                    "check that the commit " + commit + " is in this repository",
                    e);
        }
    }

    private static Optional<Map.Entry<VersionTag, RevCommit>> last(
            RevWalk walk, RevCommit head, VersionTag tag, Map<String, String> tags) throws IOException {
        List<VersionTag> earlier = tags.keySet().stream()
                .filter(name -> !name.equals(tag.name()) && name.startsWith(tag.prefix()))
                .filter(name -> VersionTag.isVersion(name.substring(tag.prefix().length())))
                .map(name -> new VersionTag(name.substring(tag.prefix().length()), name))
                .filter(each -> tag.isPreRelease() || !each.isPreRelease())
                .sorted(VersionTag.PRECEDENCE.reversed().thenComparing(VersionTag::name, Comparator.reverseOrder()))
                .toList();
        for (VersionTag each : earlier) {
            try {
                RevCommit at = walk.parseCommit(ObjectId.fromString(tags.getOrDefault(each.name(), "")));
                if (walk.isMergedInto(at, head)) {
                    return Optional.of(Map.entry(each, at));
                }
            } catch (MissingObjectException | IncorrectObjectTypeException e) {
                // a commit that this clone has never seen, or a tag on a file: not before this one
            }
        }
        return Optional.empty();
    }

    private static VersionHistory read(
            Repository repository,
            RevCommit head,
            String last,
            Optional<RevCommit> since,
            Predicate<List<String>> concerns)
            throws IOException {
        Set<ObjectId> shallow = repository.getObjectDatabase().getShallowCommits();
        List<Commit> commits = new ArrayList<>();
        int read = 0;
        // a walk that has looked for common ancestors cannot begin again
        try (RevWalk walk = new RevWalk(repository)) {
            walk.markStart(walk.parseCommit(head));
            if (since.isPresent()) {
                walk.markUninteresting(walk.parseCommit(since.get()));
            }
            walk.setRevFilter(RevFilter.NO_MERGES);
            walk.sort(RevSort.TOPO);
            walk.sort(RevSort.COMMIT_TIME_DESC, true);
            for (RevCommit commit : walk) {
                if (shallow.contains(commit) || commits.size() == LISTED || ++read > READ) {
                    // what a shallow clone's last commit has changed cannot be told
                    return new VersionHistory(last, commits, false);
                }
                if (concerns.test(files(repository, walk, commit))) {
                    commits.add(new Commit(commit.name(), commit.getFullMessage()));
                }
            }
        }
        return new VersionHistory(last, commits, true);
    }

    private static List<String> files(Repository repository, RevWalk walk, RevCommit commit) throws IOException {
        List<String> files = new ArrayList<>();
        try (TreeWalk trees = new TreeWalk(repository)) {
            if (commit.getParentCount() == 0) {
                trees.addTree(new EmptyTreeIterator());
            } else {
                trees.addTree(walk.parseCommit(commit.getParent(0)).getTree());
            }
            trees.addTree(commit.getTree());
            trees.setRecursive(true);
            trees.setFilter(TreeFilter.ANY_DIFF);
            while (trees.next()) {
                files.add(trees.getPathString());
            }
        }
        return files;
    }
}
