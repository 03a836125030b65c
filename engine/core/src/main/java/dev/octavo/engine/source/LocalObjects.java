package dev.octavo.engine.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/** Shares the objects of one repository on this machine with another, without packing them anew. */
final class LocalObjects {
    private static final int ATTEMPTS = 3;

    private LocalObjects() {}

    /**
     * Gives {@code gitFolder} the objects of {@code from}: its own by hard links, or, on another disk, where they are.
     * Borrowing is the second choice, since not every tool that reads a repository follows it.
     */
    static void share(Repository from, Path gitFolder) throws IOException {
        Path objects = RepositoryFacts.commonFolder(from).resolve("objects").toRealPath();
        if (Files.getFileStore(objects).equals(Files.getFileStore(gitFolder))) {
            link(from, gitFolder);
        } else {
            writeAlternates(gitFolder, List.of(objects));
            copyShallow(from, gitFolder);
        }
    }

    /** Gives {@code gitFolder} the objects of {@code from} as its own, by hard links where the disk has them. */
    static void link(Repository from, Path gitFolder) throws IOException {
        Path source = RepositoryFacts.commonFolder(from).resolve("objects").toRealPath();
        Path target = gitFolder.resolve("objects");
        for (int attempt = 1; !link(source, target) && attempt < ATTEMPTS; attempt++) {
            // git packed what was listed: see what there is now
        }
        writeAlternates(gitFolder, alternatesOf(source));
        copyShallow(from, gitFolder);
    }

    /** @return whether all were there that were listed */
    private static boolean link(Path source, Path target) throws IOException {
        AtomicBoolean complete = new AtomicBoolean(true);
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(target.resolve(source.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = file.getFileName().toString();
                Path relative = source.relativize(file);
                if (!relative.startsWith("info") && !name.startsWith("tmp_") && !name.endsWith(".lock")) {
                    complete.compareAndSet(true, linkOrCopy(file, target.resolve(relative)));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    complete.set(false);
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        return complete.get();
    }

    /** @return whether the file was there */
    private static boolean linkOrCopy(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return true; // the name of an object's file stands for its content
        } catch (UnsupportedOperationException | IOException e) {
            if (!Files.exists(file)) {
                return false;
            }
            // a name that git ignores first: half an object, left by a kill, must not pass for a whole one
            Path partial = target.resolveSibling("tmp_obj_" + target.getFileName());
            Files.copy(file, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
    }

    private static List<Path> alternatesOf(Path objects) throws IOException {
        Path file = objects.resolve("info/alternates");
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                found.add(objects.resolve(line).normalize());
            }
        }
        return found;
    }

    private static void writeAlternates(Path gitFolder, List<Path> objects) throws IOException {
        Path info = Files.createDirectories(gitFolder.resolve("objects/info"));
        if (objects.isEmpty()) {
            Files.deleteIfExists(info.resolve("alternates"));
            return;
        }
        StringBuilder text = new StringBuilder();
        objects.forEach(path -> text.append(path).append('\n'));
        Files.writeString(info.resolve("alternates"), text, StandardCharsets.UTF_8);
    }

    private static void copyShallow(Repository from, Path gitFolder) throws IOException {
        Path shallow = RepositoryFacts.commonFolder(from).resolve("shallow");
        Path target = gitFolder.resolve("shallow");
        if (Files.isRegularFile(shallow)) {
            Files.write(target, Files.readAllBytes(shallow));
        } else {
            Files.deleteIfExists(target);
        }
    }

    /** Writes all references at once; much faster than one file for each. */
    static void writeReferences(Path gitFolder, SortedMap<String, ObjectId> references) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, ObjectId> reference : references.entrySet()) {
            text.append(reference.getValue().name())
                    .append(' ')
                    .append(reference.getKey())
                    .append('\n');
        }
        Files.writeString(gitFolder.resolve("packed-refs"), text, StandardCharsets.UTF_8);
    }
}
