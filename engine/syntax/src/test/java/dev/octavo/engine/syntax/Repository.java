package dev.octavo.engine.syntax;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.preflight.Finding;
import dev.octavo.engine.preflight.Preflight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A repository that a test writes. */
record Repository(Path root) {
    Repository file(String path, String text) {
        return file(path, text.getBytes(StandardCharsets.UTF_8));
    }

    Repository file(String path, byte[] content) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    String read(String path) {
        try {
            return Files.readString(root.resolve(path), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Finding> findings(String... variables) {
        return report(variables).findings();
    }

    Preflight.Report report(String... variables) {
        return new Preflight(root, Set.of(variables), new Cancellation()).check(false);
    }

    List<Finding> fix() {
        return new Preflight(root, Set.of(), new Cancellation()).check(true).findings();
    }

    /** The findings of some rules, as {@code PRE-010 file:line:column}; of all where none is named. */
    List<String> places(String... rules) {
        return findings().stream()
                .filter(finding -> rules.length == 0
                        || List.of(rules).contains(finding.rule().id()))
                .map(finding -> finding.rule().id() + " " + finding.place())
                .toList();
    }
}
