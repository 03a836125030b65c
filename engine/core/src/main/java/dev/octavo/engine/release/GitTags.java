package dev.octavo.engine.release;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.git.CancelMonitor;
import dev.octavo.engine.git.GitFailure;
import dev.octavo.engine.git.GitRemote;
import dev.octavo.engine.git.GitSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.LsRemoteCommand;
import org.eclipse.jgit.api.PushCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;

/**
 * Makes version tags and pushes them.
 *
 * <p>The context's {@code GIT_USERNAME} and {@code GIT_PASSWORD} log in to the remote.
 */
public final class GitTags {
    /**
     * A tag to make.
     *
     * @param directory the working tree, absolute
     * @param tag the version and its tag's name
     * @param commit the commit that was tested, all 40 digits
     * @param remote the remote's address; {@code ""} for the working tree's {@code origin}
     */
    public record Request(Path directory, VersionTag tag, String commit, String remote) {}

    /**
     * Who makes a tag, and what it says.
     *
     * @param name the tagger's name
     * @param mail the tagger's mail address
     * @param message {@code ""} for "Release" with the tag's name
     */
    public record Tagger(String name, String mail, String message) {
        /** Where nobody is named. */
        public static final Tagger OCTAVO = new Tagger("Octavo", "octavo@localhost", "");
    }

    private GitTags() {}

    /**
     * Finds out, before anything is promoted, whether the tag may be made: it is absent, or at the same commit.
     *
     * @throws EngineException {@link ErrorCode#SOURCE_TAG_EXISTS} where it is at another commit here or at the remote,
     *     {@link ErrorCode#SOURCE_TAG_PUSH} where the remote does not answer or refuses the login
     */
    public static TagState check(Request request, EngineContext context) {
        GitSystem.prepare();
        context.cancellation().check();
        try (Repository repository = open(request)) {
            return check(repository, request, remote(repository, request, context), context);
        } catch (IOException e) {
            throw unreadable(request, e);
        }
    }

    /**
     * Makes an annotated tag on the commit and pushes it; what of this was done before is not done again.
     *
     * @throws EngineException as {@link #check}; {@link ErrorCode#SOURCE_TAG_PUSH} also where the remote refuses the tag
     */
    public static TagState create(Request request, Tagger tagger, EngineContext context) {
        GitSystem.prepare();
        context.cancellation().check();
        try (Repository repository = open(request)) {
            GitRemote remote = remote(repository, request, context);
            TagState state = check(repository, request, remote, context);
            if (!state.remote()) {
                boolean made = !state.local();
                if (made) {
                    tag(repository, request, tagger, context);
                }
                try {
                    push(repository, request, remote, context);
                } catch (EngineException e) {
                    if (made) {
                        // so that the version is free for another commit
                        untag(repository, request);
                    }
                    throw e;
                }
            }
            return new TagState(request.tag().name(), request.commit(), state.local() || !state.remote(), true);
        } catch (IOException | GitAPIException | JGitInternalException e) {
            throw unreadable(request, e);
        }
    }

    /**
     * The address of the remote that a tag is pushed to; it may hold a login.
     *
     * @throws EngineException {@link ErrorCode#SOURCE_TAG_PUSH} where there is none, {@link ErrorCode#SOURCE_NOT_GIT}
     */
    public static String address(Request request) {
        GitSystem.prepare();
        try (Repository repository = open(request)) {
            return address(repository, request);
        } catch (IOException e) {
            throw unreadable(request, e);
        }
    }

    /**
     * All tags, those of the clone and those of the remote, which a build server's clone often lacks.
     *
     * @return the commits that they are on, by the tags' names, sorted; where clone and remote differ, the remote counts
     * @throws EngineException as {@link #check}
     */
    public static SortedMap<String, String> all(Request request, EngineContext context) {
        GitSystem.prepare();
        context.cancellation().check();
        SortedMap<String, String> tags = new TreeMap<>();
        try (Repository repository = open(request)) {
            for (Ref ref : repository.getRefDatabase().getRefsByPrefix(Constants.R_TAGS)) {
                target(repository.getRefDatabase().peel(ref)).ifPresent(commit -> tags.put(name(ref), commit));
            }
            for (Ref ref : remoteTags(request, remote(repository, request, context), context)) {
                target(ref).ifPresent(commit -> tags.put(name(ref), commit));
            }
            return tags;
        } catch (IOException e) {
            throw unreadable(request, e);
        }
    }

    private static String name(Ref ref) {
        return ref.getName().substring(Constants.R_TAGS.length());
    }

    private static TagState check(Repository repository, Request request, GitRemote remote, EngineContext context)
            throws IOException {
        String name = request.tag().name();
        Optional<String> here = localCommit(repository, name);
        Optional<String> there = remoteCommit(request, remote, context);
        if (there.isPresent() && !there.get().equals(request.commit())) {
            throw exists(
                    request,
                    there.get(),
                    remote.url(),
                    "choose the next version; a version that was given out is never moved");
        }
        if (here.isPresent() && !here.get().equals(request.commit())) {
            throw exists(
                    request,
                    here.get(),
                    request.directory() + " (the remote does not have it there)",
                    "choose the next version, or, if the tag was never pushed, delete it: git tag -d " + name);
        }
        return new TagState(name, request.commit(), here.isPresent(), there.isPresent());
    }

    private static Optional<String> localCommit(Repository repository, String name) throws IOException {
        Ref ref = repository.exactRef(Constants.R_TAGS + name);
        return ref == null
                ? Optional.empty()
                : target(repository.getRefDatabase().peel(ref));
    }

    private static Optional<String> target(Ref ref) {
        ObjectId id = ref.getPeeledObjectId() == null ? ref.getObjectId() : ref.getPeeledObjectId();
        return Optional.ofNullable(id).map(ObjectId::name);
    }

    private static Optional<String> remoteCommit(Request request, GitRemote remote, EngineContext context) {
        return remoteTags(request, remote, context).stream()
                .filter(ref -> name(ref).equals(request.tag().name()))
                .findFirst()
                .flatMap(GitTags::target);
    }

    private static List<Ref> remoteTags(Request request, GitRemote remote, EngineContext context) {
        try {
            LsRemoteCommand command =
                    Git.lsRemoteRepository().setRemote(remote.url()).setTags(true);
            return remote.call(command, context.cancellation()).stream()
                    .filter(ref -> ref.getName().startsWith(Constants.R_TAGS))
                    .toList();
        } catch (GitAPIException | JGitInternalException e) {
            context.cancellation().check();
            throw refused(request, remote, GitFailure.of(e, remote));
        }
    }

    private static void tag(Repository repository, Request request, Tagger tagger, EngineContext context)
            throws IOException, GitAPIException {
        PersonIdent person = new PersonIdent(
                tagger.name(),
                tagger.mail(),
                context.clock().instant(),
                context.clock().getZone());
        String message = tagger.message().isEmpty() ? "Release " + request.tag().name() : tagger.message();
        try (Git git = new Git(repository);
                RevWalk walk = new RevWalk(repository)) {
            git.tag()
                    .setName(request.tag().name())
                    .setObjectId(walk.parseCommit(ObjectId.fromString(request.commit())))
                    .setAnnotated(true)
                    // the user's own configuration may want signatures, for which nobody may be there to ask
                    .setSigned(false)
                    .setTagger(person)
                    .setMessage(message)
                    .call();
        }
    }

    private static void untag(Repository repository, Request request) throws IOException {
        RefUpdate update = repository.updateRef(Constants.R_TAGS + request.tag().name());
        update.setForceUpdate(true);
        update.delete();
    }

    private static void push(Repository repository, Request request, GitRemote remote, EngineContext context)
            throws IOException {
        String reference = Constants.R_TAGS + request.tag().name();
        try (Git git = new Git(repository)) {
            PushCommand command = git.push()
                    .setRemote(remote.url())
                    .setRefSpecs(new RefSpec(reference + ":" + reference))
                    .setForce(false)
                    .setProgressMonitor(new CancelMonitor(context.cancellation()));
            for (PushResult result : remote.call(command, context.cancellation())) {
                for (RemoteRefUpdate update : result.getRemoteUpdates()) {
                    judge(update, result, repository, request, remote, context);
                }
            }
        } catch (GitAPIException | JGitInternalException e) {
            context.cancellation().check();
            throw refused(request, remote, GitFailure.of(e, remote));
        }
    }

    private static void judge(
            RemoteRefUpdate update,
            PushResult result,
            Repository repository,
            Request request,
            GitRemote remote,
            EngineContext context)
            throws IOException {
        if (update.getStatus() == RemoteRefUpdate.Status.OK
                || update.getStatus() == RemoteRefUpdate.Status.UP_TO_DATE) {
            return;
        }
        // somebody else may have pushed it between our look and our push
        if (check(repository, request, remote, context).remote()) {
            return;
        }
        String said = Optional.ofNullable(update.getMessage()).orElse("").strip();
        String more = result.getMessages().strip();
        StringBuilder why = new StringBuilder("the remote refuses the tag");
        if (!said.isEmpty()) {
            why.append(": ").append(said);
        }
        if (!more.isEmpty()) {
            why.append('\n').append(more);
        }
        throw refused(
                request,
                remote,
                new GitFailure(
                        GitFailure.Kind.FORBIDDEN,
                        remote.withoutLogin(why.toString()),
                        "give the account write access to the repository, and look for rules that protect its tags"));
    }

    private static Repository open(Request request) throws IOException {
        FileRepositoryBuilder builder =
                new FileRepositoryBuilder().findGitDir(request.directory().toFile());
        if (builder.getGitDir() == null) {
            throw new EngineException(
                    ErrorCode.SOURCE_NOT_GIT,
                    "This is not a git working tree",
                    request.directory().toString(),
                    "neither it nor a folder above it has a .git",
                    "go to a clone of the repository");
        }
        return builder.setMustExist(true).build();
    }

    private static GitRemote remote(Repository repository, Request request, EngineContext context) {
        return GitRemote.of(address(repository, request), context.environment());
    }

    private static String address(Repository repository, Request request) {
        String address = request.remote().isEmpty()
                ? repository.getConfig().getString("remote", "origin", "url")
                : request.remote();
        if (address == null) {
            throw new EngineException(
                    ErrorCode.SOURCE_TAG_PUSH,
                    "There is no remote to push the version tag to",
                    request.directory().toString(),
                    "the repository has no remote \"origin\"",
                    "add it: git remote add origin URL");
        }
        return address;
    }

    private static EngineException exists(Request request, String commit, String where, String fix) {
        return new EngineException(
                ErrorCode.SOURCE_TAG_EXISTS,
                "The version tag \"" + request.tag().name() + "\" exists at another commit",
                where,
                "the tag is at    " + commit + "\nthis run is at   " + request.commit(),
                fix);
    }

    private static EngineException refused(Request request, GitRemote remote, GitFailure failure) {
        return new EngineException(
                ErrorCode.SOURCE_TAG_PUSH,
                "The version tag \"" + request.tag().name() + "\" cannot be brought to the remote",
                remote.url(),
                failure.why(),
                failure.fix());
    }

    private static EngineException unreadable(Request request, Exception e) {
        return new EngineException(
                ErrorCode.SOURCE_CHECKOUT,
                "The version tag \"" + request.tag().name() + "\" cannot be made",
                request.directory().toString(),
                String.valueOf(e.getMessage()),
                "check that the commit " + request.commit() + " is in this repository",
                e);
    }
}
