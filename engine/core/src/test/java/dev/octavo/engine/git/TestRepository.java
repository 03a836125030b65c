package dev.octavo.engine.git;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** A small repository to work with, its branch being {@code main}. */
public final class TestRepository implements AutoCloseable {
    private static final Instant START = Instant.parse("2026-05-04T10:00:00Z");

    private final Git git;
    private int commits;

    private TestRepository(Git git) {
        this.git = git;
    }

    public static TestRepository create(Path directory) {
        GitSystem.prepare();
        try {
            return new TestRepository(Git.init()
                    .setDirectory(directory.toFile())
                    .setInitialBranch("main")
                    .call());
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An empty bare one. */
    public static Path bare(Path directory) {
        GitSystem.prepare();
        try (Git bare = Git.init()
                .setBare(true)
                .setDirectory(directory.toFile())
                .setInitialBranch("main")
                .call()) {
            return bare.getRepository().getDirectory().toPath();
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Repository open(Path gitFolder) {
        try {
            return new FileRepositoryBuilder().setGitDir(gitFolder.toFile()).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static EngineContext context(Path workspace, Map<String, String> environment) {
        return new EngineContext(
                workspace,
                workspace,
                environment,
                EngineListener.SILENT,
                new Cancellation(),
                Clock.fixed(Instant.parse("2026-06-01T12:00:00Z"), ZoneOffset.UTC));
    }

    public Path directory() {
        return git.getRepository().getWorkTree().toPath();
    }

    public Git git() {
        return git;
    }

    public Path write(String name, String text) {
        try {
            Path file = directory().resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the file and commits it. */
    public String commit(String name, String text) {
        write(name, text);
        try {
            git.add().addFilepattern(name).call();
            PersonIdent person = new PersonIdent(
                    "Ada Developer", "ada@example.org", START.plusSeconds(60L * commits++), ZoneOffset.UTC);
            RevCommit commit = git.commit()
                    .setMessage("Change " + name + "\n\nMore of it.")
                    .setAuthor(person)
                    .setCommitter(person)
                    .setSign(false)
                    .setNoVerify(true)
                    .call();
            return commit.name();
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        }
    }

    public void branch(String name) {
        try {
            git.branchCreate().setName(name).call();
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        }
    }

    public void switchTo(String name) {
        try {
            git.checkout().setName(name).call();
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An annotated tag on HEAD. */
    public void tag(String name) {
        try {
            git.tag()
                    .setName(name)
                    .setMessage(name)
                    .setAnnotated(true)
                    .setSigned(false)
                    .call();
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        }
    }

    public void lightTag(String name) {
        try {
            git.tag().setName(name).setAnnotated(false).call();
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        git.close();
    }
}
