package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.blueprint.GeneratedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What was generated.
 *
 * @param written whether files were written; else it was only looked at what would be
 * @param files those that Octavo writes, and those in their place that people wrote
 * @param diff what changes, as {@code git diff} shows it; {@code ""} where that was not asked for
 * @param preflight the mistakes in the repository's files, those of other hands too; {@code null} where they were not looked for
 */
public record GenerateResult(
        boolean written,
        List<Made> files,
        String diff,
        @Nullable PreflightResult preflight) implements Described {
    /**
     * A file.
     *
     * @param state {@code same}, {@code created}, {@code updated}, {@code merged}, {@code conflict}, {@code kept},
     *     {@code deleted}, {@code foreign}
     * @param note what a person should know of it
     */
    public record Made(String path, String state, String note) {
        static Made of(GeneratedFile file) {
            return new Made(file.path(), file.state().name().toLowerCase(Locale.ROOT), file.note());
        }
    }

    public GenerateResult {
        files = List.copyOf(files);
    }

    GenerateResult with(PreflightResult found) {
        return new GenerateResult(written, files, diff, found);
    }

    @Override
    public String text() {
        return text(false);
    }

    @Override
    public String text(boolean colours) {
        List<String> lines = new ArrayList<>();
        if (!diff.isEmpty()) {
            lines.add(diff.stripTrailing());
        }
        lines.addAll(changes(files));
        lines.add(made());
        if (preflight != null) {
            lines.add(preflight.text(colours));
        }
        return String.join("\n", lines);
    }

    /** A line for each file that is not as it was. */
    static List<String> changes(List<Made> files) {
        return files.stream()
                .filter(file -> !file.state().equals("same"))
                .map(file -> String.format("%-9s", file.state())
                        + file.path()
                        + (file.note().isEmpty() ? "" : "  (" + file.note() + ")"))
                .toList();
    }

    @Override
    public String summary() {
        return preflight == null ? made() : made() + "; " + preflight.summary();
    }

    private String made() {
        long changed = files.stream()
                .filter(file -> !List.of("same", "kept", "foreign").contains(file.state()))
                .count();
        return files.size() + " files, " + changed + (written ? " written" : " would be written");
    }
}
