package dev.octavo.engine.catalog;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The files of a source tree that tell something about its services: one walk, without what builds have made. */
final class SourceTree {
    static final String ROOT = ".";

    /** More than any build file that a person wrote, and little enough to read many of them. */
    private static final int READ_LIMIT = 4 << 20;

    private static final Set<String> PRUNED = Set.of("target", "build", "node_modules", "bower_components");
    private static final Set<String> TEST_SOURCES =
            Set.of("test", "it", "testFixtures", "integrationTest", "functionalTest", "jmh");
    private static final Set<String> BUILD_FILES =
            Set.of("pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts");
    private static final Set<String> BESIDE_BUILD_FILES =
            Set.of("gradle.properties", "libs.versions.toml", "package.json", "index.html");

    private final Path root;
    private final NavigableSet<String> files;
    private final Set<CatalogProblem> problems = new LinkedHashSet<>();

    private SourceTree(Path root, NavigableSet<String> files) {
        this.root = root;
        this.files = files;
    }

    static SourceTree walk(Path root) {
        if (!Files.isDirectory(root)) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The sources cannot be read",
                    root.toString(),
                    "there is no such folder",
                    "name a folder that holds the microservices");
        }
        SourceTree tree = new SourceTree(root, new TreeSet<>());
        try {
            // links to folders are not followed: what they lead to is in the tree, or not part of it
            Files.walkFileTree(root, tree.new Visitor(root.toRealPath()));
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The sources cannot be read",
                    root.toString(),
                    e.toString(),
                    "check the folder's permissions",
                    e);
        }
        return tree;
    }

    /** The last part of the root's own path. */
    String rootName() {
        Path name = root.toAbsolutePath().normalize().getFileName();
        return name == null ? "service" : name.toString();
    }

    synchronized List<CatalogProblem> problems() {
        return List.copyOf(problems);
    }

    synchronized void problem(String file, int line, String message) {
        problems.add(new CatalogProblem(file, line, message));
    }

    boolean has(String file) {
        return files.contains(file);
    }

    /** All files of this name, the parents' before the children's. */
    List<String> named(String name) {
        return files.stream().filter(file -> name(file).equals(name)).toList();
    }

    NavigableSet<String> all() {
        return files;
    }

    /** The files in a folder and in those below it, sorted. */
    NavigableSet<String> below(String directory) {
        if (directory.equals(ROOT)) {
            return files;
        }
        // '0' follows '/' in the alphabet
        return files.subSet(directory + "/", true, directory + "0", false);
    }

    /** The files of a folder itself, sorted. */
    List<String> in(String directory) {
        return below(directory).stream()
                .filter(file -> parent(file).equals(directory))
                .toList();
    }

    /** The text of a file, {@code null} with a problem noted where it cannot be had. */
    @Nullable
    String read(String file) {
        return read(file, StandardCharsets.UTF_8);
    }

    @Nullable
    String read(String file, Charset charset) {
        byte[] bytes = bytes(file);
        return bytes == null ? null : new String(bytes, charset);
    }

    byte @Nullable [] bytes(String file) {
        Path path = root.resolve(file);
        try {
            if (Files.size(path) > READ_LIMIT) {
                problem(file, 0, "is too large to be read (more than " + (READ_LIMIT >> 20) + " MB)");
                return null;
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            problem(file, 0, "cannot be read: " + e);
            return null;
        }
    }

    /** The beginning of a source file, one character for each byte; {@code ""} where it cannot be had. */
    String head(String file, int limit) {
        try (InputStream in = Files.newInputStream(root.resolve(file))) {
            return new String(in.readNBytes(limit), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    static String name(String file) {
        return file.substring(file.lastIndexOf('/') + 1);
    }

    static String parent(String file) {
        int slash = file.lastIndexOf('/');
        return slash < 0 ? ROOT : file.substring(0, slash);
    }

    static String child(String directory, String name) {
        return directory.equals(ROOT) ? name : directory + "/" + name;
    }

    static boolean contains(String directory, String path) {
        return directory.equals(ROOT) || path.equals(directory) || path.startsWith(directory + "/");
    }

    /** A relative path from a folder of the tree; {@code null} where it leads out of the tree. */
    static @Nullable String resolve(String directory, String relative) {
        try {
            Path path = Path.of(directory)
                    .resolve(relative.strip().replace('\\', '/'))
                    .normalize();
            if (path.isAbsolute() || path.startsWith("..")) {
                return null;
            }
            String text = path.toString().replace('\\', '/');
            return text.isEmpty() ? ROOT : text;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /** The way from a folder of the tree to another one, which is below it mostly. */
    static String relativize(String directory, String other) {
        if (directory.equals(other)) {
            return ROOT;
        }
        Path from = Path.of(directory.equals(ROOT) ? "" : directory);
        return from.relativize(Path.of(other.equals(ROOT) ? "" : other))
                .toString()
                .replace('\\', '/');
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final Path realRoot;

        Visitor(Path realRoot) {
            this.realRoot = realRoot;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (directory.equals(root)) {
                return FileVisitResult.CONTINUE;
            }
            String name = directory.getFileName().toString();
            return name.startsWith(".") || PRUNED.contains(name) || isTestSource(directory, name)
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        private static boolean isTestSource(Path directory, String name) {
            if (!TEST_SOURCES.contains(name)) {
                return false;
            }
            Path sources = directory.getParent();
            Path module = sources == null ? null : sources.getParent();
            return sources != null
                    && module != null
                    && sources.endsWith("src")
                    && BUILD_FILES.stream().anyMatch(file -> Files.exists(module.resolve(file)));
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String path = root.relativize(file).toString().replace('\\', '/');
            if (tells(path) && (attributes.isRegularFile() || leadsToFileInTree(file, attributes))) {
                files.add(path);
            }
            return FileVisitResult.CONTINUE;
        }

        private boolean leadsToFileInTree(Path file, BasicFileAttributes attributes) {
            if (!attributes.isSymbolicLink()) {
                return false;
            }
            try {
                return Files.isRegularFile(file) && file.toRealPath().startsWith(realRoot);
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            problem(root.relativize(file).toString().replace('\\', '/'), 0, "cannot be read: " + e);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }

    /** Whether a file can say something about services. */
    private static boolean tells(String path) {
        String name = name(path);
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("dockerfile")) {
            return true;
        }
        boolean mainSource = path.startsWith("src/main/") || path.contains("/src/main/");
        if (mainSource) {
            return lower.endsWith(".java")
                    || lower.equals("package.json")
                    || lower.endsWith(".kt")
                    || lower.endsWith(".groovy")
                    || isResource(path, lower)
                    || isConfiguration(name);
        }
        return BUILD_FILES.contains(name)
                || BESIDE_BUILD_FILES.contains(name)
                || lower.endsWith(".yaml")
                || lower.endsWith(".yml")
                || lower.endsWith(".conf");
    }

    /** Configuration by any name: a server of configuration has files that are called after services. */
    private static boolean isResource(String path, String lower) {
        return path.contains("src/main/resources/") && (lower.endsWith(".yml") || lower.endsWith(".yaml"));
    }

    private static boolean isConfiguration(String name) {
        return (name.startsWith("application") || name.startsWith("bootstrap"))
                && (name.endsWith(".yml") || name.endsWith(".yaml") || name.endsWith(".properties"));
    }
}
