package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.delivery.ExtractResult.FileState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;
import org.jspecify.annotations.Nullable;

/**
 * Files that {@code octavo extract} writes. Each begins with a line that says so and holds a checksum of the rest, so that
 * one that a person has changed is known and left alone.
 */
final class ExtractedFiles {
    private static final String MARK = "# Written by octavo extract; a file that you change is yours. Checksum ";
    private static final int DIGITS = 16;

    private final Path root;
    private final boolean overwrite;
    private final Map<String, String> wanted = new TreeMap<>();

    ExtractedFiles(Path root, boolean overwrite) {
        this.root = root;
        this.overwrite = overwrite;
    }

    void add(String file, String text) {
        wanted.put(file, MARK + checksum(text) + "\n" + text);
    }

    boolean isEmpty() {
        return wanted.isEmpty();
    }

    List<FileState> states() {
        List<FileState> states = new ArrayList<>();
        wanted.forEach((file, text) -> {
            String there = read(file);
            states.add(new FileState(file, state(there, text)));
        });
        return states;
    }

    private String state(@Nullable String there, String text) {
        if (there == null) {
            return "new";
        }
        if (there.equals(text)) {
            return "same";
        }
        return overwrite || isOwn(there) ? "changed" : "kept";
    }

    /** What would change, as a unified diff. */
    String diff() {
        StringBuilder diff = new StringBuilder();
        wanted.forEach((file, text) -> {
            String there = read(file);
            String state = state(there, text);
            if (state.equals("new") || state.equals("changed")) {
                diff.append("--- ").append(there == null ? "/dev/null" : file).append('\n');
                diff.append("+++ ").append(file).append('\n');
                diff.append(diff(there == null ? "" : there, text));
            }
        });
        return diff.toString();
    }

    private static String diff(String before, String after) {
        RawText a = new RawText(before.getBytes(StandardCharsets.UTF_8));
        RawText b = new RawText(after.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DiffFormatter formatter = new DiffFormatter(out)) {
            formatter.format(new HistogramDiff().diff(RawTextComparator.DEFAULT, a, b), a, b);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    void write() {
        wanted.forEach((file, text) -> {
            String state = state(read(file), text);
            if (state.equals("new") || state.equals("changed")) {
                Path path = root.resolve(file);
                try {
                    Files.createDirectories(path.getParent());
                    Files.writeString(path, text);
                } catch (IOException e) {
                    throw new EngineException(
                            ErrorCode.BUILD_DISK,
                            "A file cannot be written",
                            path.toString(),
                            String.valueOf(e.getMessage()),
                            "check the folder's permissions and the disk's space",
                            e);
                }
            }
        });
    }

    private @Nullable String read(String file) {
        Path path = root.resolve(file);
        if (!Files.exists(path)) {
            return null;
        }
        try {
            return Files.readString(path).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "A file cannot be read",
                    path.toString(),
                    String.valueOf(e.getMessage()),
                    "make it a text file in UTF-8, or move it away",
                    e);
        }
    }

    /** Whether it is as it was written. */
    private static boolean isOwn(String text) {
        int end = text.indexOf('\n');
        return end > 0
                && text.startsWith(MARK)
                && text.substring(MARK.length(), end).equals(checksum(text.substring(end + 1)));
    }

    private static String checksum(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
