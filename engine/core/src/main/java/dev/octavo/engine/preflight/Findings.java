package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects findings; the same thing at the same place counts once. */
final class Findings {
    private static final int MOST_OF_A_FILE = 1_000;

    private final Map<String, Finding> all = new LinkedHashMap<>();
    private final Map<String, Integer> perFile = new LinkedHashMap<>();

    /** A finding that is being described. */
    final class Draft {
        private final Rule rule;
        private final SourceFile file;
        private final Span span;
        private Severity severity;
        private List<String> meant = List.of();
        private @Nullable Edit edit;
        private boolean secret;

        private Draft(Rule rule, SourceFile file, Span span) {
            this.rule = rule;
            this.file = file;
            this.span = span;
            this.severity = rule.severity();
        }

        Draft severity(Severity other) {
            severity = other;
            return this;
        }

        Draft meant(List<String> names) {
            meant = names;
            return this;
        }

        Draft edit(int start, int end, String text) {
            edit = new Edit(start, end, text);
            return this;
        }

        /** What is meant is not shown. */
        Draft secret() {
            secret = true;
            return this;
        }

        void say(String message, String fix) {
            int line = file.line(span.start());
            int column = file.column(span.start());
            String source = file.lineText(line);
            int end = Math.max(column + 1, Math.min(column + span.end() - span.start(), source.length() + 1));
            if (secret && column <= source.length()) {
                source = source.substring(0, column - 1)
                        + "*".repeat(Math.min(end, source.length() + 1) - column)
                        + source.substring(Math.min(end - 1, source.length()));
            }
            add(new Finding(rule, severity, file.path(), line, column, end, message, fix, meant, edit, source, false));
        }
    }

    Draft at(Rule rule, SourceFile file, Span span) {
        return new Draft(rule, file, span);
    }

    Draft at(Rule rule, SourceFile file, int start, int end) {
        return new Draft(rule, file, new Span(start, end));
    }

    /** One that is about a file as a whole. */
    void ofFile(Rule rule, String file, String message, String fix) {
        add(new Finding(rule, rule.severity(), file, 1, 1, 1, message, fix, List.of(), null, "", false));
    }

    private void add(Finding finding) {
        if (perFile.merge(finding.file(), 1, Integer::sum) <= MOST_OF_A_FILE) {
            String key = finding.rule() + " " + finding.place();
            Finding known = all.get(key);
            if (known == null || finding.severity().compareTo(known.severity()) < 0) {
                all.put(key, finding);
            }
        }
    }

    List<Finding> list() {
        return new ArrayList<>(all.values());
    }
}
