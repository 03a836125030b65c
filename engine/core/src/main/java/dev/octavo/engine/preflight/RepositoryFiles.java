package dev.octavo.engine.preflight;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The files of a repository: one walk, without what builds have made. Links are not followed. */
final class RepositoryFiles {
    /** More than anybody writes; Groovy and YAML of this size could take minutes. */
    private static final int READ_LIMIT = 2 << 20;

    private static final Pattern TEST_SOURCES =
            Pattern.compile("(?:^|.*/)src/(?:test|it|testFixtures|integrationTest)/.*");

    private static final int MOST_FILES = 500_000;
    private static final Set<String> PRUNED = Set.of(
            "target",
            "node_modules",
            "bower_components",
            ".git",
            ".github",
            ".svn",
            ".hg",
            ".idea",
            ".octavo",
            ".m2",
            ".gradle");

    private final Path root;
    private final Findings findings;
    private final Cancellation cancellation;
    private final NavigableSet<String> files = new TreeSet<>();
    private final NavigableSet<String> directories = new TreeSet<>();
    /** Texts may go where memory gets short; they are read again then. */
    private final TreeMap<String, Optional<SoftReference<SourceFile>>> read = new TreeMap<>();

    private RepositoryFiles(Path root, Findings findings, Cancellation cancellation) {
        this.root = root;
        this.findings = findings;
        this.cancellation = cancellation;
    }

    static RepositoryFiles walk(Path root, Findings findings, Cancellation cancellation) {
        RepositoryFiles all = new RepositoryFiles(root.toAbsolutePath().normalize(), findings, cancellation);
        try {
            if (!Files.isDirectory(root)) {
                throw new IOException("there is no such folder");
            }
            Files.walkFileTree(all.root, all.new Visitor());
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The sources cannot be read",
                    root.toString(),
                    String.valueOf(e.getMessage()),
                    "name a folder that may be read",
                    e);
        }
        return all;
    }

    /** Files by their paths, sorted. */
    NavigableSet<String> all() {
        return files;
    }

    NavigableSet<String> directories() {
        return directories;
    }

    boolean has(String path) {
        return files.contains(path) || directories.contains(path);
    }

    /** Below a folder; {@code ""} is the top. */
    NavigableSet<String> below(String directory) {
        // '0' follows '/' in the alphabet
        return directory.isEmpty() ? files : files.subSet(directory + "/", true, directory + "0", false);
    }

    /** What was read. */
    Set<String> readPaths() {
        return new TreeSet<>(read.keySet());
    }

    /** The text of a file; empty, with a finding, where it has none that can be read. */
    Optional<SourceFile> read(String file) {
        cancellation.check();
        Optional<SoftReference<SourceFile>> known = read.get(file);
        if (known != null && known.isEmpty()) {
            return Optional.empty();
        }
        SourceFile kept = known == null ? null : known.get().get();
        if (kept != null) {
            return Optional.of(kept);
        }
        Optional<SourceFile> loaded = load(file);
        read.put(file, loaded.map(SoftReference::new));
        return loaded;
    }

    private Optional<SourceFile> load(String file) {
        Path path = root.resolve(file);
        try {
            long size = Files.size(path);
            if (size > READ_LIMIT) {
                findings.ofFile(
                        Rule.TOO_LARGE,
                        file,
                        "The file has " + (size >> 20) + " MB and was not checked",
                        "keep what is no configuration elsewhere, or split the file");
                return Optional.empty();
            }
            byte[] bytes = Files.readAllBytes(path);
            Optional<SourceFile> text = isBinary(bytes) ? Optional.empty() : SourceFile.decode(file, bytes);
            if (text.isEmpty()) {
                findings.ofFile(
                        Rule.BINARY,
                        file,
                        "The file is no text",
                        "save it as UTF-8, or give it another name if it is something else");
            } else if (!text.get().isUtf8() && !saysItsEncoding(text.get())) {
                notUtf8(text.get(), bytes);
            }
            return text;
        } catch (IOException e) {
            findings.ofFile(Rule.LINK, file, "The file cannot be read: " + e.getMessage(), "check its permissions");
            return Optional.empty();
        }
    }

    private static boolean isBinary(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, 8_000); i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean saysItsEncoding(SourceFile file) {
        return file.text().startsWith("<?xml") && file.lineText(1).contains("encoding=");
    }

    private void notUtf8(SourceFile file, byte[] bytes) {
        int ascii = 0;
        while (ascii < bytes.length && bytes[ascii] >= 0) {
            ascii++;
        }
        findings.at(Rule.ENCODING, file, ascii, ascii + 1)
                .say(
                        "The file is not UTF-8; from here on it is read as "
                                + file.charset().name(),
                        "save it as UTF-8");
    }

    static boolean isTestSource(String file) {
        return file.contains("src/") && TEST_SOURCES.matcher(file).matches();
    }

    static String name(String file) {
        return file.substring(file.lastIndexOf('/') + 1);
    }

    static String parent(String file) {
        int slash = file.lastIndexOf('/');
        return slash < 0 ? "" : file.substring(0, slash);
    }

    static String child(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            cancellation.check();
            if (directory.equals(root)) {
                return FileVisitResult.CONTINUE;
            }
            String name = directory.getFileName().toString();
            if (PRUNED.contains(name) || (name.equals("build") && isGradleOutput(directory))) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            directories.add(relative(directory));
            return FileVisitResult.CONTINUE;
        }

        private boolean isGradleOutput(Path directory) {
            return Files.exists(directory.resolveSibling("build.gradle"))
                    || Files.exists(directory.resolveSibling("build.gradle.kts"));
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isSymbolicLink()) {
                link(file);
            } else if (attributes.isRegularFile()) {
                files.add(relative(file));
            }
            return files.size() < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        private void link(Path file) {
            String path = relative(file);
            try {
                Path target = file.toRealPath();
                if (Files.isRegularFile(target) && target.startsWith(root.toRealPath())) {
                    files.add(path);
                } else if (file.toAbsolutePath().startsWith(target)) {
                    findings.ofFile(Rule.LINK, path, "The link leads back to a folder that it is in", "take it away");
                }
            } catch (IOException e) {
                findings.ofFile(
                        Rule.LINK, path, "The link leads nowhere, or in a circle", "correct it, or take it away");
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            findings.ofFile(Rule.LINK, relative(file), "It cannot be read: " + e.getMessage(), "check its permissions");
            return FileVisitResult.CONTINUE;
        }

        private String relative(Path path) {
            return root.relativize(path).toString().replace('\\', '/');
        }
    }
}
