package dev.octavo.engine.preflight;

import java.util.List;

/**
 * A finding as others read it.
 *
 * @param rule its stable name, such as {@code PRE-010}
 * @param name its telling name
 * @param severity {@code error} or {@code warning}
 * @param why why it matters
 * @param fix what to do about it
 * @param meant the names that were likeliest meant
 * @param source the line that it is in, secrets covered
 * @param fixable whether {@code --fix} corrects it
 * @param fixed whether it has
 * @param silenced the reason that a comment gives for silencing it; {@code ""} where none does
 */
public record Item(
        String rule,
        String name,
        String severity,
        String file,
        int line,
        int column,
        int endColumn,
        String message,
        String why,
        String fix,
        List<String> meant,
        String source,
        boolean fixable,
        boolean fixed,
        String silenced) {
    public Item {
        meant = List.copyOf(meant);
    }

    public static Item of(Finding finding, String silenced) {
        return new Item(
                finding.rule().id(),
                finding.rule().label(),
                finding.severity().label(),
                finding.file(),
                finding.line(),
                finding.column(),
                finding.endColumn(),
                finding.message(),
                finding.rule().why(),
                finding.fix(),
                finding.meant(),
                finding.source(),
                finding.edit() != null,
                finding.fixed(),
                silenced);
    }

    /** Whether it ends a run. */
    public boolean fails() {
        return severity.equals(Severity.ERROR.label());
    }
}
