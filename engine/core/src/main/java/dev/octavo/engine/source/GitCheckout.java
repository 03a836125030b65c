package dev.octavo.engine.source;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.git.CancelMonitor;
import dev.octavo.engine.git.GitFailure;
import dev.octavo.engine.git.GitRemote;
import dev.octavo.engine.git.GitSystem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.api.FetchCommand;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.ResetCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.jspecify.annotations.Nullable;

/** Puts exactly one commit into a folder. */
public final class GitCheckout {
    /** In a folder's {@code .git}: says that its working tree is ours to clean. */
    private static final String MARK = "octavo-checkout";

    private static final String OWN_FOLDER = ".octavo";

    /**
     * What to check out where.
     *
     * @param source a URL or a folder with a repository; {@code GIT_USERNAME} and {@code GIT_PASSWORD} of the context
     *     log in
     * @param revision a branch, a tag, a commit (40 digits or the first of them), or {@code HEAD}
     * @param directory the folder, absolute: absent, empty, or one of an earlier checkout, which is cleaned; a
     *     {@code .octavo} folder in it stays
     * @param remoteUrl the address that becomes {@code origin}; {@code ""} for {@code source}
     * @param branch the branch's name for the result; {@code ""} to find it out
     */
    public record Request(String source, String revision, Path directory, String remoteUrl, String branch) {}

    private GitCheckout() {}

    /**
     * Checks out; a second run with the same request leaves the same. HEAD is detached at the commit.
     *
     * @throws EngineException {@link ErrorCode#SOURCE_CHECKOUT}, {@link ErrorCode#SOURCE_NOT_GIT} where a source
     *     folder holds no repository, {@link ErrorCode#BUILD_DISK}, {@link ErrorCode#CANCELLED}
     */
    public static Source checkout(Request request, EngineContext context) {
        GitSystem.prepare();
        context.cancellation().check();
        GitRemote source = GitRemote.of(request.source(), context.environment());
        try {
            boolean fresh = prepare(request.directory());
            String origin = request.remoteUrl().isEmpty()
                    ? source.url()
                    : GitRemote.of(request.remoteUrl(), context.environment()).url();
            Path gitFolder = request.directory().resolve(Constants.DOT_GIT);
            Optional<Path> folder = source.folder();
            Named named = folder.isPresent()
                    ? share(folder.get(), gitFolder, request.revision())
                    : fetch(source, gitFolder, request.revision(), context);
            context.cancellation().check();
            try (Repository repository = open(gitFolder)) {
                configure(repository, origin);
                checkOut(repository, named.commit(), fresh, context);
                String branch = branch(request, named, repository, context);
                Source result = RepositoryFacts.describe(repository, named.commit(), origin, branch);
                if (Files.isRegularFile(request.directory().resolve(".gitmodules"))) {
                    context.listener().warning("the repository has submodules (.gitmodules): they are not checked out");
                }
                return result;
            }
        } catch (IOException | GitAPIException | JGitInternalException e) {
            context.cancellation().check();
            throw failure(e, source, request);
        }
    }

    /**
     * Moves a working tree, whoever made it, to another commit that its repository holds. Files that git does not
     * know stay; changes to those it knows are lost.
     *
     * @throws EngineException {@link ErrorCode#SOURCE_CHECKOUT} where the repository does not hold the commit
     */
    public static void moveTo(Path directory, String commit) {
        GitSystem.prepare();
        try (Repository repository = RepositoryFacts.open(directory)
                        .orElseThrow(() -> new IOException("it is no git working tree"));
                Git git = new Git(repository)) {
            git.checkout().setName(commit).setForced(true).call();
        } catch (IOException | GitAPIException | JGitInternalException e) {
            throw new EngineException(
                    ErrorCode.SOURCE_CHECKOUT,
                    "The sources cannot go back to the commit that this run delivers",
                    directory.toString(),
                    commit + ": " + e.getMessage(),
                    "let the checkout fetch enough history to hold it, or start a new run",
                    e);
        }
    }

    /** The commit of a revision, and the branch if the revision is one. */
    private record Named(ObjectId commit, String branch) {}

    /** @return whether the folder is new */
    private static boolean prepare(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path gitFolder = directory.resolve(Constants.DOT_GIT);
        boolean ours = Files.isRegularFile(gitFolder.resolve(MARK));
        if (!ours) {
            refuseOthers(directory);
            delete(gitFolder); // what a kill left in the middle of a first checkout
            try (Repository repository = new FileRepositoryBuilder()
                    .setGitDir(gitFolder.toFile())
                    .setWorkTree(directory.toFile())
                    .build()) {
                repository.create();
            }
            Path info = Files.createDirectories(gitFolder.resolve("info"));
            Files.writeString(info.resolve("exclude"), "/" + OWN_FOLDER + "/\n");
            Files.createFile(gitFolder.resolve(MARK));
        }
        Files.deleteIfExists(gitFolder.resolve("index.lock")); // left by a run that was killed
        return !ours;
    }

    private static void refuseOthers(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                boolean halfMade = name.equals(Constants.DOT_GIT)
                        && Files.isDirectory(entry)
                        && !Files.exists(entry.resolve("index"))
                        && !Files.exists(entry.resolve("packed-refs"))
                        && isEmpty(entry.resolve("refs/heads"));
                if (!name.equals(OWN_FOLDER) && !halfMade) {
                    throw new EngineException(
                            ErrorCode.SOURCE_CHECKOUT,
                            "The folder for the checkout holds something else",
                            directory.toString(),
                            "it has \"" + name
                                    + "\" and was not made by an earlier checkout, whose files may be replaced",
                            "choose an empty folder, or delete this one");
                }
            }
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            return !entries.iterator().hasNext();
        }
    }

    private static Repository open(Path gitFolder) throws IOException {
        return new FileRepositoryBuilder()
                .setGitDir(gitFolder.toFile())
                .setMustExist(true)
                .build();
    }

    private static Named share(Path folder, Path gitFolder, String revision) throws IOException {
        try (Repository from = RepositoryFacts.open(folder)
                .orElseThrow(() -> new EngineException(
                        ErrorCode.SOURCE_NOT_GIT,
                        "The folder to check out from is not a git repository",
                        folder.toString(),
                        "neither it nor a folder above it has a .git",
                        "name a clone, or make it one: git init && git add -A && git commit"))) {
            ObjectId commit = RepositoryFacts.commitOf(from, revision)
                    .orElseThrow(() -> unknown(from, revision, folder.toString()));
            LocalObjects.share(from, gitFolder);
            SortedMap<String, ObjectId> references = new TreeMap<>();
            for (Ref ref : from.getRefDatabase().getRefs()) {
                ObjectId id = ref.getObjectId();
                if (id != null && ref.getName().startsWith(Constants.R_HEADS)) {
                    references.put("refs/remotes/origin/" + ref.getName().substring(Constants.R_HEADS.length()), id);
                } else if (id != null && ref.getName().startsWith(Constants.R_TAGS)) {
                    references.put(ref.getName(), id);
                }
            }
            // an earlier run may have made a tag that was never pushed
            delete(gitFolder.resolve("refs/tags"));
            delete(gitFolder.resolve("refs/remotes"));
            LocalObjects.writeReferences(gitFolder, references);
            String branch = from.exactRef(Constants.R_HEADS + revision) != null ? revision : "";
            String current = from.getFullBranch();
            if (branch.isEmpty()
                    && current != null
                    && current.startsWith(Constants.R_HEADS)
                    && commit.equals(from.resolve(Constants.HEAD))) {
                branch = current.substring(Constants.R_HEADS.length());
            }
            return new Named(commit, branch);
        }
    }

    private static Named fetch(GitRemote source, Path gitFolder, String revision, EngineContext context)
            throws IOException, GitAPIException {
        try (Repository repository = open(gitFolder)) {
            FetchResult result = fetch(
                    repository,
                    source,
                    context,
                    new RefSpec("+refs/heads/*:refs/remotes/origin/*"),
                    new RefSpec("+refs/tags/*:refs/tags/*"));
            if (revision.equals(Constants.HEAD)) {
                Ref head = result.getAdvertisedRef(Constants.HEAD);
                if (head == null || head.getObjectId() == null) {
                    throw unknown(repository, revision, source.url());
                }
                String leaf = head.getLeaf().getName();
                return new Named(
                        head.getObjectId().copy(),
                        leaf.startsWith(Constants.R_HEADS) ? leaf.substring(Constants.R_HEADS.length()) : "");
            }
            Optional<ObjectId> commit = RepositoryFacts.commitOf(repository, revision);
            if (commit.isEmpty() && ObjectId.isId(revision)) {
                // in no branch or tag, such as a pull request's: some servers give it when asked
                fetch(repository, source, context, new RefSpec("+" + revision + ":refs/octavo/" + revision));
                commit = RepositoryFacts.commitOf(repository, revision);
            }
            boolean isBranch = repository.exactRef("refs/remotes/origin/" + revision) != null;
            return new Named(
                    commit.orElseThrow(() -> unknown(repository, revision, source.url())), isBranch ? revision : "");
        }
    }

    private static FetchResult fetch(
            Repository repository, GitRemote source, EngineContext context, RefSpec... specifications)
            throws GitAPIException {
        try (Git git = new Git(repository)) {
            FetchCommand command = git.fetch()
                    .setRemote(source.url())
                    .setRefSpecs(specifications)
                    .setTagOpt(TagOpt.NO_TAGS)
                    .setRemoveDeletedRefs(specifications.length > 1)
                    .setProgressMonitor(new CancelMonitor(context.cancellation()));
            return source.call(command, context.cancellation());
        }
    }

    private static void configure(Repository repository, String origin) throws IOException {
        StoredConfig config = repository.getConfig();
        config.setString("remote", "origin", "url", origin);
        config.setString("remote", "origin", "fetch", "+refs/heads/*:refs/remotes/origin/*");
        config.save();
    }

    private static void checkOut(Repository repository, ObjectId commit, boolean fresh, EngineContext context)
            throws IOException, GitAPIException {
        RefUpdate head = repository.updateRef(Constants.HEAD, true);
        head.setNewObjectId(commit);
        head.setRefLogMessage("checkout: moving to " + commit.name(), false);
        head.forceUpdate();
        try (Git git = new Git(repository)) {
            git.reset()
                    .setMode(ResetCommand.ResetType.HARD)
                    .setRef(commit.name())
                    .setProgressMonitor(new CancelMonitor(context.cancellation()))
                    .call();
        }
        context.cancellation().check();
        if (!fresh) {
            clean(repository);
        }
        ObjectId now = repository.resolve(Constants.HEAD);
        if (!commit.equals(now)) {
            throw new IOException("HEAD is " + now + " after checking out " + commit.name());
        }
    }

    /** Deletes what the commit does not hold, whether ignored or not, but for our own folder. */
    private static void clean(Repository repository) throws IOException {
        DirCache index = repository.readDirCache();
        Set<String> kept = new HashSet<>();
        for (int i = 0; i < index.getEntryCount(); i++) {
            String path = index.getEntry(i).getPathString();
            for (int end = path.length(); end > 0 && kept.add(path.substring(0, end)); ) {
                end = path.lastIndexOf('/', end - 1);
            }
        }
        Path root = repository.getWorkTree().toPath();
        List<Path> rest = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = name(folder);
                if (name.equals(Constants.DOT_GIT) || name.equals(OWN_FOLDER)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                if (name.isEmpty() || kept.contains(name)) {
                    return FileVisitResult.CONTINUE;
                }
                rest.add(folder);
                return FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!kept.contains(name(file))) {
                    rest.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            private String name(Path path) {
                return root.relativize(path).toString().replace('\\', '/');
            }
        });
        for (Path path : rest) {
            delete(path);
        }
    }

    /** Follows no symbolic link. */
    private static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static String branch(Request request, Named named, Repository repository, EngineContext context)
            throws IOException {
        if (!request.branch().isEmpty()) {
            return request.branch();
        }
        if (!named.branch().isEmpty()) {
            return named.branch();
        }
        Optional<String> told = RepositoryFacts.branchFrom(context.environment());
        return told.isPresent()
                ? told.get()
                : RepositoryFacts.branchAt(repository, named.commit()).orElse("");
    }

    private static EngineException unknown(Repository repository, String revision, String where) {
        List<String> names = new ArrayList<>();
        try {
            for (Ref ref : repository.getRefDatabase().getRefs()) {
                String name = Repository.shortenRefName(ref.getName());
                names.add(name.startsWith("origin/") ? name.substring("origin/".length()) : name);
            }
        } catch (IOException e) {
            names.clear(); // the suggestion is all that it costs
        }
        names.removeIf(name -> name.equals(Constants.HEAD));
        return new EngineException(
                ErrorCode.SOURCE_CHECKOUT,
                "There is no commit \"" + revision + "\" to check out",
                where,
                "no branch, tag or commit of the repository has that name",
                NearestName.of(revision, names).isEmpty()
                        ? "name a branch, a tag, or a commit that was pushed"
                        : NearestName.hint(revision, names, "branches and tags"));
    }

    private static EngineException failure(Exception e, GitRemote source, Request request) {
        GitFailure failure = GitFailure.of(e, source);
        boolean disk = failure.kind() == GitFailure.Kind.DISK;
        return new EngineException(
                disk ? ErrorCode.BUILD_DISK : ErrorCode.SOURCE_CHECKOUT,
                disk
                        ? "The sources cannot be written to the work folder"
                        : "The commit \"" + request.revision() + "\" cannot be checked out",
                disk ? request.directory().toString() : source.url(),
                failure.why(),
                failure.fix());
    }
}
