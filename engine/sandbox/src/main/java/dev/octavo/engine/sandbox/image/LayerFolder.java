package dev.octavo.engine.sandbox.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A layer in a folder, with its markers for deleted files still in it. */
final class LayerFolder {
    private static final int GZIP = 0x1f;

    /** What must hold once the layer was read. */
    @FunctionalInterface
    interface Check {
        void run() throws IOException;
    }

    private final Path root;
    private final Set<Path> checked = new HashSet<>();

    private LayerFolder(Path root) {
        this.root = root;
    }

    /**
     * Unpacks a layer. The folder appears when all of it is there.
     *
     * @param in tar, or tar in gzip
     * @throws ImageException where the layer holds what would leave the image
     */
    static void unpack(InputStream in, Path target, Check check) throws IOException {
        Files.createDirectories(target.getParent());
        Path next = Files.createTempDirectory(target.getParent(), "unpacking-");
        try {
            BufferedInputStream buffered = new BufferedInputStream(in, 64 * 1024);
            buffered.mark(2);
            boolean zipped = buffered.read() == GZIP;
            buffered.reset();
            InputStream plain = zipped ? new GZIPInputStream(buffered, 64 * 1024) : buffered;
            TarArchiveInputStream tar = new TarArchiveInputStream(plain, "UTF-8");
            LayerFolder folder = new LayerFolder(next.toRealPath());
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                folder.add(entry, tar);
            }
            check.run();
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (java.nio.file.FileSystemException e) {
            if (!Files.isDirectory(target)) {
                throw e;
            }
            // another process was faster
        } finally {
            delete(next);
        }
    }

    private void add(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
        Path path = inside(entry.getName());
        if (path.equals(root)) {
            return;
        }
        parent(path, entry.getName());
        if (entry.isDirectory()) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(path);
                Files.createDirectory(path);
            }
            return;
        }
        if (entry.isSymbolicLink()) {
            replace(path);
            Files.createSymbolicLink(path, link(path, entry.getLinkName()));
        } else if (entry.isLink()) {
            Path existing = inside(entry.getLinkName());
            parent(existing, entry.getLinkName());
            if (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
                throw new ImageException(
                        "a layer links " + entry.getName() + " to " + entry.getLinkName() + ", which it does not hold");
            }
            replace(path);
            Files.createLink(path, existing);
        } else if (entry.isFile()) {
            replace(path);
            Files.copy(tar, path);
            if ((entry.getMode() & 0111) != 0) {
                executable(path);
            }
        }
        // devices and pipes are nothing that a process of this machine could use
    }

    private static void executable(Path file) throws IOException {
        try {
            Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
            Files.setPosixFilePermissions(file, permissions);
        } catch (UnsupportedOperationException e) {
            // a file system without such permissions
        }
    }

    private static void replace(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            delete(path);
        } else {
            Files.deleteIfExists(path);
        }
    }

    private Path inside(String name) {
        String relative = name;
        while (relative.startsWith("/")) {
            relative = relative.substring(1);
        }
        for (String step : relative.split("/")) {
            if (step.equals("..")) {
                throw new ImageException("a layer holds a path that leaves the image: " + name);
            }
        }
        return root.resolve(relative).normalize();
    }

    /** Makes the folder of a path, and sees to it that no link leads it out. */
    private void parent(Path path, String name) throws IOException {
        Path parent = path.getParent();
        if (parent == null || checked.contains(parent)) {
            return;
        }
        try {
            Files.createDirectories(parent);
        } catch (FileAlreadyExistsException e) {
            // a link to a folder that a lower layer holds, or a file: the folder takes its place
            Path each = root;
            for (Path step : root.relativize(parent)) {
                each = each.resolve(step);
                if (!Files.isDirectory(each)) {
                    Files.deleteIfExists(each);
                    Files.createDirectory(each);
                }
            }
        }
        if (!parent.toRealPath().startsWith(root)) {
            throw new ImageException("a layer holds a path that leaves the image through a link: " + name);
        }
        checked.add(parent);
    }

    /** A link's target, relative, and within the root as it would be if the root were the system's. */
    private Path link(Path link, String target) {
        Path parent = link.getParent();
        Path base = target.startsWith("/") || parent == null ? root : parent;
        Path resolved = base;
        for (String step : target.split("/")) {
            if (step.equals("..")) {
                Path up = resolved.getParent();
                resolved = resolved.equals(root) || up == null ? root : up;
            } else if (!step.isEmpty() && !step.equals(".")) {
                resolved = resolved.resolve(step);
            }
        }
        Path relative = parent == null ? resolved : parent.relativize(resolved);
        return relative.toString().isEmpty() ? Path.of(".") : relative;
    }

    /** Deletes a folder and all that is in it, never what links lead to. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @org.jspecify.annotations.Nullable IOException failure)
                    throws IOException {
                Files.deleteIfExists(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
