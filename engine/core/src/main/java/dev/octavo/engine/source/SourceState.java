package dev.octavo.engine.source;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.git.GitRemote;
import dev.octavo.engine.git.GitSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.IndexDiff;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.FileTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * What a git working tree holds beside its commit.
 *
 * @param root the working tree's top folder, absolute
 * @param source the commit that is checked out
 * @param changed files that differ from the commit, or are gone, relative to {@code root}, sorted
 * @param untracked files that git neither knows nor ignores, a whole folder as one, relative to {@code root}, sorted
 */
public record SourceState(Path root, Source source, List<String> changed, List<String> untracked) {
    private static final int SHOWN = 10;
    private static final String OWN_FOLDER = ".octavo";

    public SourceState {
        changed = List.copyOf(changed);
        untracked = List.copyOf(untracked);
    }

    /**
     * Reads the working tree that {@code directory} is in. Octavo's own {@code .octavo} folder does not count.
     *
     * @param environment where a detached commit's branch is looked up: {@code BRANCH_NAME}, {@code GIT_BRANCH}
     * @throws EngineException {@link ErrorCode#SOURCE_NOT_GIT}
     */
    public static SourceState of(Path directory, Map<String, String> environment) {
        GitSystem.prepare();
        Path absolute = directory.toAbsolutePath().normalize();
        try (Repository repository = RepositoryFacts.open(absolute).orElseThrow(() -> notGit(absolute))) {
            if (repository.isBare()) {
                throw notGit(absolute);
            }
            ObjectId head = repository.resolve(Constants.HEAD);
            if (head == null) {
                throw new EngineException(
                        ErrorCode.SOURCE_NOT_GIT,
                        "The repository has no commit yet",
                        absolute.toString(),
                        "its HEAD points at a branch without commits",
                        "commit what is to be delivered: git add -A && git commit");
            }
            IndexDiff difference = new IndexDiff(repository, head, new FileTreeIterator(repository));
            difference.diff();
            SortedSet<String> changed = new TreeSet<>(difference.getModified());
            changed.addAll(difference.getChanged());
            changed.addAll(difference.getAdded());
            changed.addAll(difference.getRemoved());
            changed.addAll(difference.getMissing());
            changed.addAll(difference.getConflicting());
            SortedSet<String> untracked = untracked(difference);
            return new SourceState(
                    repository.getWorkTree().toPath(),
                    RepositoryFacts.describe(repository, head, url(repository), branch(repository, head, environment)),
                    List.copyOf(changed),
                    List.copyOf(untracked));
        } catch (IOException e) {
            throw unreadable(absolute, e);
        }
    }

    /** The name of the remote that the tree's {@code origin} is, else its own folder. */
    private static String url(Repository repository) {
        String origin = repository.getConfig().getString("remote", "origin", "url");
        return origin == null
                ? repository.getWorkTree().getPath()
                : GitRemote.of(origin, Map.of()).url();
    }

    private static String branch(Repository repository, ObjectId head, Map<String, String> environment)
            throws IOException {
        String full = repository.getFullBranch();
        if (full != null && full.startsWith(Constants.R_HEADS)) {
            return full.substring(Constants.R_HEADS.length());
        }
        Optional<String> told = RepositoryFacts.branchFrom(environment);
        return told.isPresent()
                ? told.get()
                : RepositoryFacts.branchAt(repository, head).orElse("");
    }

    private static SortedSet<String> untracked(IndexDiff difference) {
        SortedSet<String> files = new TreeSet<>();
        SortedSet<String> folders = new TreeSet<>(difference.getUntrackedFolders());
        for (String folder : folders) {
            if (!folder.equals(OWN_FOLDER) && folders.stream().noneMatch(other -> folder.startsWith(other + "/"))) {
                files.add(folder + "/");
            }
        }
        for (String file : difference.getUntracked()) {
            if (!file.startsWith(OWN_FOLDER + "/") && files.stream().noneMatch(file::startsWith)) {
                files.add(file);
            }
        }
        return files;
    }

    /** Whether the tree is exactly its commit. */
    public boolean isClean() {
        return changed.isEmpty() && untracked.isEmpty();
    }

    /**
     * Stops a run that would not deliver what its user sees.
     *
     * @throws EngineException {@link ErrorCode#SOURCE_DIRTY} with up to 10 of the files
     */
    public SourceState requireClean() {
        if (isClean()) {
            return this;
        }
        List<String> lines = new ArrayList<>();
        changed.forEach(file -> lines.add("changed    " + file));
        untracked.forEach(file -> lines.add("untracked  " + file));
        int count = lines.size();
        List<String> shown = new ArrayList<>(lines.subList(0, Math.min(SHOWN, count)));
        if (count > SHOWN) {
            shown.add("and " + (count - SHOWN) + " more");
        }
        throw new EngineException(
                ErrorCode.SOURCE_DIRTY,
                count == 1
                        ? "One file is in the working tree that no commit holds"
                        : count + " files are in the working tree that no commit holds",
                root.toString(),
                String.join("\n", shown),
                "commit them, set them aside (git stash -u), or name them in .gitignore: what is delivered is a commit");
    }

    /**
     * Files that differ between two commits, both names of a renamed one, relative to the top folder, sorted.
     *
     * @param base a commit's digits, a branch or a tag
     * @return empty where the repository does not hold {@code base}, as in a shallow clone or after a forced push
     * @throws EngineException {@link ErrorCode#SOURCE_NOT_GIT}, {@link ErrorCode#SOURCE_CHECKOUT} without {@code head}
     */
    public static Optional<List<String>> changedFiles(Path directory, String base, String head) {
        GitSystem.prepare();
        Path absolute = directory.toAbsolutePath().normalize();
        try (Repository repository = RepositoryFacts.open(absolute).orElseThrow(() -> notGit(absolute));
                RevWalk walk = new RevWalk(repository);
                TreeWalk trees = new TreeWalk(repository)) {
            ObjectId newer = RepositoryFacts.commitOf(repository, head)
                    .orElseThrow(() -> new EngineException(
                            ErrorCode.SOURCE_CHECKOUT,
                            "The commit \"" + head + "\" is not in the repository",
                            absolute.toString(),
                            "no branch, tag or commit has that name",
                            "fetch it first"));
            Optional<ObjectId> older = RepositoryFacts.commitOf(repository, base);
            if (older.isEmpty()) {
                return Optional.empty();
            }
            RevCommit from = walk.parseCommit(older.get());
            RevCommit to = walk.parseCommit(newer);
            trees.addTree(from.getTree());
            trees.addTree(to.getTree());
            trees.setRecursive(true);
            trees.setFilter(TreeFilter.ANY_DIFF);
            List<String> files = new ArrayList<>();
            while (trees.next()) {
                files.add(trees.getPathString());
            }
            return Optional.of(List.copyOf(new TreeSet<>(files)));
        } catch (IOException e) {
            throw unreadable(absolute, e);
        }
    }

    private static EngineException notGit(Path directory) {
        return new EngineException(
                ErrorCode.SOURCE_NOT_GIT,
                "This is not a git working tree",
                directory.toString(),
                "neither it nor a folder above it has a .git",
                "go to a clone of the repository, or make it one: git init && git add -A && git commit");
    }

    private static EngineException unreadable(Path directory, IOException failure) {
        return new EngineException(
                ErrorCode.SOURCE_NOT_GIT,
                "The git repository cannot be read",
                directory.toString(),
                String.valueOf(failure.getMessage()),
                "run git fsck there, or make a fresh clone",
                failure);
    }
}
