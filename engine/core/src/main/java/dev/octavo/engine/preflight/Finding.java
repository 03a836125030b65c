package dev.octavo.engine.preflight;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mistake.
 *
 * @param severity of this finding; the rule's, or less where less is certain
 * @param file relative, with slashes
 * @param line from 1, as are the columns
 * @param endColumn after the last character that is meant, in the same line
 * @param message what is wrong here, as a sentence without a full stop
 * @param fix what to do about it
 * @param meant the names that were likeliest meant, the nearest first
 * @param edit what {@code --fix} does; null where that is left to a person
 * @param source the line that it is in, secrets covered; {@code ""} where it is about no line
 * @param fixed whether the edit has been made
 */
public record Finding(
        Rule rule,
        Severity severity,
        String file,
        int line,
        int column,
        int endColumn,
        String message,
        String fix,
        List<String> meant,
        @Nullable Edit edit,
        String source,
        boolean fixed) {
    public Finding {
        meant = List.copyOf(meant);
    }

    Finding asFixed() {
        return new Finding(rule, severity, file, line, column, endColumn, message, fix, meant, edit, source, true);
    }

    /** {@code file:line:column}. */
    public String place() {
        return file + ":" + line + ":" + column;
    }
}
