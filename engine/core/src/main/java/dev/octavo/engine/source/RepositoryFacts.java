package dev.octavo.engine.source;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** Reads what a repository says about its commits and names. */
final class RepositoryFacts {
    private static final int SHORT = 8;

    private RepositoryFacts() {}

    /** The repository that {@code directory} is in or is itself, if any. */
    static Optional<Repository> open(Path directory) throws IOException {
        FileRepositoryBuilder builder = new FileRepositoryBuilder().setMustExist(true);
        // a bare repository is its own git folder
        if (Files.isRegularFile(directory.resolve("HEAD")) && Files.isDirectory(directory.resolve("objects"))) {
            builder.setGitDir(directory.toFile());
        } else {
            builder.findGitDir(directory.toFile());
        }
        return builder.getGitDir() == null ? Optional.empty() : Optional.of(builder.build());
    }

    /** The folder that holds the repository's objects and references, for a linked working tree its main one. */
    static Path commonFolder(Repository repository) {
        File common = repository.getCommonDirectory();
        return (common == null ? repository.getDirectory() : common).toPath().toAbsolutePath();
    }

    /** The commit that a name stands for: a branch, a tag, a full reference, a commit's digits or HEAD. */
    static Optional<ObjectId> commitOf(Repository repository, String revision) throws IOException {
        for (String prefix : List.of("", "refs/heads/", "refs/remotes/origin/", "refs/tags/", "refs/remotes/")) {
            boolean whole = prefix.isEmpty();
            if (whole && !revision.startsWith("refs/") && !revision.equals(Constants.HEAD)) {
                continue;
            }
            Ref ref = repository.exactRef(prefix + revision);
            if (ref != null && ref.getObjectId() != null) {
                return peel(repository, ref.getObjectId());
            }
        }
        if (!revision.matches("[0-9a-fA-F]{4,40}")) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(repository.resolve(revision + "^{commit}"));
        } catch (MissingObjectException e) {
            return Optional.empty();
        }
    }

    private static Optional<ObjectId> peel(Repository repository, ObjectId id) throws IOException {
        try (RevWalk walk = new RevWalk(repository)) {
            return Optional.of(walk.parseCommit(id).copy());
        } catch (IncorrectObjectTypeException e) {
            return Optional.empty(); // a tag on a file or a tree
        }
    }

    /** The branch whose tip is {@code commit}: the main one first; for a detached HEAD. */
    static Optional<String> branchAt(Repository repository, ObjectId commit) throws IOException {
        return Stream.concat(
                        repository.getRefDatabase().getRefsByPrefix("refs/remotes/origin/").stream()
                                .filter(ref -> !ref.isSymbolic())
                                .filter(ref -> commit.equals(ref.getObjectId()))
                                .map(ref -> ref.getName().substring("refs/remotes/origin/".length())),
                        repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS).stream()
                                .filter(ref -> commit.equals(ref.getObjectId()))
                                .map(ref -> ref.getName().substring(Constants.R_HEADS.length())))
                .min((a, b) ->
                        Integer.compare(rank(a), rank(b)) != 0 ? Integer.compare(rank(a), rank(b)) : a.compareTo(b));
    }

    private static int rank(String branch) {
        return switch (branch) {
            case "main" -> 0;
            case "master" -> 1;
            default -> 2;
        };
    }

    /** The branch that Jenkins says it builds, if it does. */
    static Optional<String> branchFrom(Map<String, String> environment) {
        for (String name : List.of("BRANCH_NAME", "GIT_BRANCH")) {
            String value = environment.getOrDefault(name, "");
            if (!value.isBlank() && !value.equals("detached")) {
                return Optional.of(value.replaceFirst("^refs/heads/", "").replaceFirst("^(refs/remotes/)?origin/", ""));
            }
        }
        return Optional.empty();
    }

    static Source describe(Repository repository, ObjectId commit, String url, String branch) throws IOException {
        try (RevWalk walk = new RevWalk(repository)) {
            RevCommit parsed = walk.parseCommit(commit);
            List<String> tags = repository.getRefDatabase().getRefsByPrefix(Constants.R_TAGS).stream()
                    .filter(ref -> pointsAt(repository, ref, commit))
                    .map(ref -> ref.getName().substring(Constants.R_TAGS.length()))
                    .sorted()
                    .toList();
            return new Source(
                    url,
                    branch,
                    commit.name(),
                    shorten(commit),
                    parsed.getCommitterIdent().getWhenAsInstant(),
                    parsed.getAuthorIdent().getName(),
                    parsed.getShortMessage(),
                    tags);
        }
    }

    static String shorten(ObjectId commit) {
        return commit.name().substring(0, SHORT);
    }

    private static boolean pointsAt(Repository repository, Ref ref, ObjectId commit) {
        try {
            Ref peeled = repository.getRefDatabase().peel(ref);
            ObjectId target = peeled.getPeeledObjectId() == null ? peeled.getObjectId() : peeled.getPeeledObjectId();
            return commit.equals(target);
        } catch (IOException e) {
            return false; // a tag that points at nothing here does not point at this commit
        }
    }
}
