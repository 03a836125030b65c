package dev.octavo.engine.preflight;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the edits of findings; all other bytes of a file stay as they are. */
final class Fixes {
    private final Path root;
    private final RepositoryFiles files;

    Fixes(Path root, RepositoryFiles files) {
        this.root = root;
        this.files = files;
    }

    /** Writes the files, and marks the findings that this corrects. */
    List<Finding> apply(List<Finding> findings) {
        Map<String, List<Finding>> byFile = new TreeMap<>();
        for (Finding finding : findings) {
            if (finding.edit() != null) {
                byFile.computeIfAbsent(finding.file(), key -> new ArrayList<>()).add(finding);
            }
        }
        List<Finding> made = new ArrayList<>();
        byFile.forEach((file, all) -> files.read(file).ifPresent(source -> made.addAll(write(source, all))));
        return findings.stream()
                .map(finding -> made.contains(finding) || isMade(finding, made) ? finding.asFixed() : finding)
                .toList();
    }

    /** A text in single quotes has no interpolated secret any more, not this one and not its neighbour. */
    private static boolean isMade(Finding finding, List<Finding> made) {
        return finding.rule() == Rule.SECRET_INTERPOLATED
                && made.stream()
                        .anyMatch(each -> each.rule() == finding.rule()
                                && each.file().equals(finding.file())
                                && each.line() == finding.line());
    }

    private List<Finding> write(SourceFile source, List<Finding> findings) {
        Path path = root.resolve(source.path());
        try {
            byte[] bytes = Files.readAllBytes(path);
            if (!Arrays.equals(bytes, source.text().getBytes(source.charset()))) {
                return List.of(); // the file has changed since it was read, or its bytes are not all characters
            }
            List<Finding> made = new ArrayList<>();
            List<Finding> sorted = new ArrayList<>(findings);
            sorted.sort(
                    Comparator.comparingInt((Finding finding) -> edit(finding).start())
                            .reversed());
            StringBuilder text = new StringBuilder(source.text());
            int before = Integer.MAX_VALUE;
            for (Finding finding : sorted) {
                Edit edit = edit(finding);
                if (edit.end() <= before) {
                    text.replace(edit.start(), edit.end(), edit.text());
                    before = edit.start();
                    made.add(finding);
                }
            }
            Files.write(path, text.toString().getBytes(source.charset()));
            return made;
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "A file cannot be corrected",
                    source.path(),
                    String.valueOf(e.getMessage()),
                    "check that it may be written",
                    e);
        }
    }

    private static Edit edit(Finding finding) {
        Edit edit = finding.edit();
        if (edit == null) {
            throw new IllegalArgumentException(finding.place());
        }
        return edit;
    }
}
