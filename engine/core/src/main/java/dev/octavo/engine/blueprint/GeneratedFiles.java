package dev.octavo.engine.blueprint;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.blueprint.GeneratedFile.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.EditList;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;
import org.eclipse.jgit.merge.MergeAlgorithm;
import org.eclipse.jgit.merge.MergeFormatter;
import org.eclipse.jgit.merge.MergeResult;
import org.jspecify.annotations.Nullable;

/**
 * Writes generated files into a folder in which people change them too.
 *
 * <p>What was generated last is kept beside the files, in {@code deploy/.generated}, so that three texts can be compared:
 * that one, what a person made of it, and what is generated now. Nothing that a person wrote is lost: what both changed is
 * in the file with both texts.
 */
public final class GeneratedFiles {
    /** What was generated last, from the folder. */
    public static final String BASE = "deploy/.generated";

    /** The same of what {@code octavo extract} wrote. */
    public static final String EXTRACTED = "deploy/.extracted";

    private static final String BASE_HEADER =
            "# What Octavo wrote last, so that it can tell your changes from its own. Commit it; do not edit it.";
    private static final String MARK = "<<<<<<< yours";
    private static final int MAX_TEXT = 4 << 20;

    private final Path root;
    private final String directory;
    private final String baseFile;
    private final boolean overwrite;
    private final Map<String, String> base;
    private final List<GeneratedFile> files = new ArrayList<>();
    private final Map<String, String> nextBase = new TreeMap<>();

    private GeneratedFiles(Path root, String directory, String baseFile, boolean overwrite) {
        this.root = root.toAbsolutePath().normalize();
        this.directory = directory.equals(".") ? "" : directory;
        this.baseFile = baseFile;
        this.overwrite = overwrite;
        this.base = readBase(read(baseFile));
    }

    /**
     * Compares what is to be there with what is there; writes nothing.
     *
     * @param directory from {@code root}
     * @param wanted texts by path from {@code directory}, with {@code \n} line ends
     * @param overwrite whether what a person has changed, deleted or written is replaced
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where a file cannot be read, {@link
     *     ErrorCode#GENERATE_CONFLICT} where one still has the marks of an earlier conflict
     */
    public static GeneratedFiles compare(Path root, String directory, Map<String, String> wanted, boolean overwrite) {
        return compare(root, directory, BASE, path -> true, wanted, overwrite);
    }

    /**
     * The same for some of the files of a folder.
     *
     * @param baseFile where what was generated last is kept, from {@code directory}
     * @param scope which files are looked at: others stay as they are, also where they are not wanted
     */
    public static GeneratedFiles compare(
            Path root,
            String directory,
            String baseFile,
            Predicate<String> scope,
            Map<String, String> wanted,
            boolean overwrite) {
        GeneratedFiles generated = new GeneratedFiles(root, directory, baseFile, overwrite);
        TreeSet<String> paths = new TreeSet<>(wanted.keySet());
        generated.base.forEach((path, text) -> {
            if (scope.test(path)) {
                paths.add(path);
            } else {
                generated.nextBase.put(path, text);
            }
        });
        paths.forEach(path -> generated.add(path, wanted.get(path)));
        return generated;
    }

    /** The files that Octavo wrote there or is to write. */
    public List<GeneratedFile> files() {
        return List.copyOf(files);
    }

    /** What was generated last in a folder: paths from there. */
    public static List<String> known(Path root, String directory) {
        return known(root, directory, BASE);
    }

    /** @param baseFile where that is kept, from {@code directory} */
    public static List<String> known(Path root, String directory, String baseFile) {
        return List.copyOf(new GeneratedFiles(root, directory, baseFile, false).base.keySet());
    }

    private void add(String path, @Nullable String wanted) {
        String raw = read(path);
        boolean windows = raw != null && raw.contains("\r\n");
        String disk = raw == null ? null : raw.replace("\r\n", "\n");
        String last = base.get(path);
        if (disk != null && disk.contains(MARK) && !overwrite) {
            throw new EngineException(
                    ErrorCode.GENERATE_CONFLICT,
                    "A generated file still has a conflict in it",
                    full(path) + ":"
                            + (disk.substring(0, disk.indexOf(MARK)).lines().count() + 1),
                    "an earlier run found that you and Octavo had changed the same lines, and put both there",
                    "choose between the lines after <<<<<<< and those before >>>>>>>, take the marks away, and run it again");
        }
        GeneratedFile file = wanted == null
                ? without(path, disk, last)
                : last == null ? first(path, disk, wanted) : again(path, disk, last, wanted);
        String after = file.after();
        files.add(
                windows && after != null
                        ? new GeneratedFile(file.path(), file.state(), raw, after.replace("\n", "\r\n"), file.note())
                        : file);
        if (wanted != null && file.state() != State.FOREIGN) {
            nextBase.put(path, wanted);
        }
    }

    private GeneratedFile without(String path, @Nullable String disk, @Nullable String last) {
        if (disk == null) {
            return file(path, State.SAME, null, null, "");
        }
        if (disk.equals(last) || overwrite) {
            return file(path, State.DELETED, disk, null, "");
        }
        return file(path, State.KEPT, disk, disk, "is not generated any more, and is kept because you have changed it");
    }

    private GeneratedFile first(String path, @Nullable String disk, String wanted) {
        if (disk == null) {
            return file(path, State.CREATED, null, wanted, "");
        }
        if (disk.equals(wanted)) {
            return file(path, State.SAME, disk, disk, "");
        }
        if (overwrite) {
            return file(path, State.UPDATED, disk, wanted, "");
        }
        return file(path, State.FOREIGN, disk, disk, "is not Octavo's and is left alone; --overwrite replaces it");
    }

    private GeneratedFile again(String path, @Nullable String disk, String last, String wanted) {
        if (overwrite && !wanted.equals(disk)) {
            return file(path, disk == null ? State.CREATED : State.UPDATED, disk, wanted, "");
        }
        if (disk == null) {
            return file(path, State.KEPT, null, null, "stays away, because you have deleted it");
        }
        if (disk.equals(wanted)) {
            return file(path, State.SAME, disk, disk, "");
        }
        if (disk.equals(last)) {
            return file(path, State.UPDATED, disk, wanted, "");
        }
        if (wanted.equals(last)) {
            return file(path, State.KEPT, disk, disk, "has changes of yours");
        }
        return merge(path, last, disk, wanted);
    }

    private GeneratedFile merge(String path, String last, String disk, String wanted) {
        MergeResult<RawText> result =
                new MergeAlgorithm().merge(RawTextComparator.DEFAULT, raw(last), raw(disk), raw(wanted));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new MergeFormatter()
                    .formatMerge(
                            out, result, List.of("generated before", "yours", "generated"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        String merged = out.toString(StandardCharsets.UTF_8);
        if (!result.containsConflicts()) {
            return merged.equals(disk)
                    ? file(path, State.KEPT, disk, disk, "has changes of yours")
                    : file(path, State.MERGED, disk, merged, "has changes of yours");
        }
        long line = merged.substring(0, merged.indexOf(MARK)).lines().count() + 1;
        return file(
                path, State.CONFLICT, disk, merged, "line " + line + ": you and Octavo have changed the same lines");
    }

    private GeneratedFile file(String path, State state, @Nullable String before, @Nullable String after, String note) {
        return new GeneratedFile(full(path), state, before, after, note);
    }

    private static RawText raw(String text) {
        return new RawText(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What changes in a file, as {@code git diff} shows it; {@code ""} for nothing. */
    public static String diff(GeneratedFile file) {
        String before = file.before();
        String after = file.after();
        RawText a = raw(before == null ? "" : before);
        RawText b = raw(after == null ? "" : after);
        EditList edits = new HistogramDiff().diff(RawTextComparator.DEFAULT, a, b);
        if (edits.isEmpty()) {
            return "";
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DiffFormatter formatter = new DiffFormatter(out)) {
            formatter.format(edits, a, b);
            formatter.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return "--- " + (before == null ? "/dev/null" : "a/" + file.path()) + "\n+++ "
                + (after == null ? "/dev/null" : "b/" + file.path()) + "\n" + out.toString(StandardCharsets.UTF_8);
    }

    /**
     * Writes what is to be there, and at last what was generated, so that a run that was stopped is finished by the next.
     *
     * @throws EngineException {@link ErrorCode#BUILD_DISK} where a file cannot be written
     */
    public void write() {
        for (GeneratedFile file : files) {
            if (!file.isStale()) {
                continue;
            }
            Path path = root.resolve(file.path());
            String after = file.after();
            if (after == null) {
                delete(path);
            } else {
                write(path, after);
            }
        }
        Path path = root.resolve(full(baseFile));
        if (nextBase.isEmpty()) {
            delete(path);
        } else if (!nextBase.equals(base)) {
            write(path, baseText());
        }
    }

    /** Whether what was generated last is known wrongly, as after a merge of branches. */
    public boolean isBaseStale() {
        return !nextBase.equals(base);
    }

    private void delete(Path path) {
        try {
            Files.deleteIfExists(path);
            Path folder = path.getParent();
            while (folder != null && !folder.equals(root) && Files.isDirectory(folder)) {
                try (var rest = Files.list(folder)) {
                    if (rest.findAny().isPresent()) {
                        return;
                    }
                }
                Files.delete(folder);
                folder = folder.getParent();
            }
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /** Writes a file as a whole or not at all. */
    static void write(Path path, String text) {
        Path folder = java.util.Objects.requireNonNull(path.getParent());
        // a plain new file, with the rights that any file gets there, and nothing asked of the file system
        Path temporary = folder.resolve(
                ".octavo" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
            try {
                Files.writeString(
                        temporary,
                        text,
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
                Files.move(temporary, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                Files.deleteIfExists(temporary);
                throw e;
            }
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /** Writes a file that Octavo leaves to people from then on. */
    public static void writeNew(Path path, String text) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            write(path, text);
        }
    }

    /** Writes what a file is to be. */
    public static void replace(Path root, GeneratedFile file) {
        String after = file.after();
        if (after != null) {
            write(root.resolve(file.path()), after);
        }
    }

    private static EngineException unwritable(Path path, IOException e) {
        return new EngineException(
                ErrorCode.BUILD_DISK,
                "A generated file cannot be written",
                path.toString(),
                e.toString(),
                "check permissions and space",
                e);
    }

    private String full(String path) {
        return directory.isEmpty() ? path : directory + "/" + path;
    }

    private @Nullable String read(String path) {
        Path file = root.resolve(full(path)).normalize();
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        try {
            if (!file.startsWith(root) || !file.toRealPath().startsWith(root.toRealPath())) {
                throw new IOException("it leads out of the sources");
            }
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_TEXT) {
                throw new IOException("it is no file of a usual size");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "A file that is generated cannot be read",
                    full(path),
                    e.toString(),
                    "check what is there, or take it away",
                    e);
        }
    }

    // ------------------------------------------------------------------------------------------- what was generated
    // last

    /** A line for each file, so that branches that generate different services merge. */
    private String baseText() {
        StringBuilder text = new StringBuilder(BASE_HEADER).append('\n');
        nextBase.forEach((path, content) ->
                text.append(path).append(' ').append(packed(content)).append('\n'));
        return text.toString();
    }

    private static String packed(String text) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[4096];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return Base64.getEncoder().withoutPadding().encodeToString(out.toByteArray());
        } finally {
            deflater.end();
        }
    }

    private Map<String, String> readBase(@Nullable String text) {
        Map<String, String> files = new TreeMap<>();
        if (text == null) {
            return files;
        }
        int line = 0;
        for (String each : text.lines().toList()) {
            line++;
            int space = each.lastIndexOf(' ');
            if (each.isBlank() || each.startsWith("#")) {
                continue;
            }
            try {
                if (space <= 0) {
                    throw new DataFormatException("it is no path with a text");
                }
                files.put(each.substring(0, space), unpacked(each.substring(space + 1)));
            } catch (IllegalArgumentException | DataFormatException e) {
                throw new EngineException(
                        ErrorCode.CONFIG_FILE,
                        "What was generated last cannot be read",
                        full(baseFile) + ":" + line,
                        String.valueOf(e.getMessage()),
                        "take the file from git again; where branches were merged, keep the lines of one of them",
                        e);
            }
        }
        return files;
    }

    private static String unpacked(String text) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(Base64.getDecoder().decode(text));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[4096];
            while (!inflater.finished()) {
                int read = inflater.inflate(buffer);
                if (read == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new DataFormatException("it is cut off");
                }
                out.write(buffer, 0, read);
                if (out.size() > MAX_TEXT) {
                    throw new DataFormatException("it is too large");
                }
            }
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            inflater.end();
        }
    }
}
