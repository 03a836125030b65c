package dev.octavo.engine.source;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.git.GitFailure;
import dev.octavo.engine.git.GitSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** A bare copy of a repository, which takes pushes in the place of its remote. */
public final class BareMirror {
    private BareMirror() {}

    /**
     * Copies all branches and tags of {@code localRepository} to {@code into}. Where that is a mirror already, it gets
     * what is new, and keeps what was pushed to it.
     *
     * @return {@code into}, absolute
     * @throws EngineException {@link ErrorCode#SOURCE_NOT_GIT}, {@link ErrorCode#SOURCE_CHECKOUT},
     *     {@link ErrorCode#BUILD_DISK}
     */
    public static Path createFrom(Path localRepository, Path into) {
        GitSystem.prepare();
        Path target = into.toAbsolutePath().normalize();
        try (Repository from = RepositoryFacts.open(
                        localRepository.toAbsolutePath().normalize())
                .orElseThrow(() -> new EngineException(
                        ErrorCode.SOURCE_NOT_GIT,
                        "This is not a git working tree",
                        localRepository.toString(),
                        "neither it nor a folder above it has a .git",
                        "go to a clone of the repository, or make it one: git init && git add -A && git commit"))) {
            SortedMap<String, ObjectId> references = new TreeMap<>();
            try (Repository mirror = new FileRepositoryBuilder()
                    .setGitDir(target.toFile())
                    .setBare()
                    .build()) {
                if (!Files.isRegularFile(target.resolve("HEAD"))) {
                    mirror.create(true);
                }
                collect(mirror, references);
            }
            LocalObjects.link(from, target);
            SortedMap<String, ObjectId> newer = new TreeMap<>();
            collect(from, newer);
            for (String name : newer.keySet()) {
                forgetRivals(name, references, target);
            }
            references.putAll(newer);
            LocalObjects.writeReferences(target, references);
            for (String name : references.keySet()) {
                // a reference of its own file would hide the new value
                Files.deleteIfExists(target.resolve(name));
            }
            String branch = from.getFullBranch();
            if (branch != null) {
                boolean named = branch.startsWith(Constants.R_HEADS);
                Files.writeString(target.resolve("HEAD"), (named ? "ref: " + branch : branch) + "\n");
            }
            return target;
        } catch (IOException e) {
            boolean disk = GitFailure.isDisk(e);
            throw new EngineException(
                    disk ? ErrorCode.BUILD_DISK : ErrorCode.SOURCE_CHECKOUT,
                    "The repository cannot be copied",
                    target.toString(),
                    String.valueOf(e.getMessage()),
                    disk ? "free space there, or choose another work folder" : "delete that folder and run again",
                    e);
        }
    }

    /** A branch {@code a} and a branch {@code a/b} cannot both be: what is new wins. */
    private static void forgetRivals(String name, SortedMap<String, ObjectId> references, Path target)
            throws IOException {
        List<String> rivals =
                new ArrayList<>(references.subMap(name + "/", name + "0").keySet());
        for (int end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
            if (references.containsKey(name.substring(0, end))) {
                rivals.add(name.substring(0, end));
            }
        }
        for (String rival : rivals) {
            references.remove(rival);
            Files.deleteIfExists(target.resolve(rival));
        }
    }

    private static void collect(Repository repository, SortedMap<String, ObjectId> references) throws IOException {
        for (Ref ref : repository.getRefDatabase().getRefs()) {
            String name = ref.getName();
            ObjectId id = ref.getObjectId();
            if (id != null && (name.startsWith(Constants.R_HEADS) || name.startsWith(Constants.R_TAGS))) {
                references.put(name, id);
            }
        }
    }
}
