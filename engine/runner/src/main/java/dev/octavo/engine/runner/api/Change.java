package dev.octavo.engine.runner.api;

import java.util.List;

/**
 * A commit that came in since the previous build, for {@code when { changelog }} and {@code when { changeset }}.
 *
 * @param message the whole commit message
 * @param paths of the files it changed, relative to the repository, with {@code /}
 */
public record Change(String id, String author, String message, List<String> paths) {
    public Change {
        paths = List.copyOf(paths);
    }
}
