package dev.octavo.engine.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure as its reader needs it: what happened, where, why, and what to do about it.
 *
 * <p>No part of it may hold a secret.
 */
public class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String what;
    private final String where;
    private final String why;
    private final String fix;

    /**
     * @param what one sentence without a full stop
     * @param where a file with line, an address, an object; {@code ""} where there is no place
     * @param why the cause as far as it is known, several lines where that helps
     * @param fix what the reader does next
     */
    public EngineException(
            ErrorCode code, String what, String where, String why, String fix, @Nullable Throwable cause) {
        super(code.id() + "  " + what, cause);
        this.code = code;
        this.what = Objects.requireNonNull(what);
        this.where = Objects.requireNonNull(where);
        this.why = Objects.requireNonNull(why);
        this.fix = Objects.requireNonNull(fix);
    }

    public EngineException(ErrorCode code, String what, String where, String why, String fix) {
        this(code, what, where, why, fix, null);
    }

    public ErrorCode code() {
        return code;
    }

    public String what() {
        return what;
    }

    public String where() {
        return where;
    }

    public String why() {
        return why;
    }

    public String fix() {
        return fix;
    }

    /** The four lines that a person reads, without a line end after the last. */
    public String describe() {
        List<String> lines = new ArrayList<>();
        lines.add(code.id() + "  " + what);
        addLine(lines, "where", where);
        addLine(lines, "why", why);
        addLine(lines, "fix", fix);
        return String.join("\n", lines);
    }

    private static void addLine(List<String> lines, String label, String text) {
        String title = "  " + String.format("%-7s", label);
        for (String line : text.isEmpty() ? List.of("-") : text.lines().toList()) {
            lines.add((title + line).stripTrailing());
            title = " ".repeat(9);
        }
    }
}
