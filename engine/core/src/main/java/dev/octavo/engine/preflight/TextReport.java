package dev.octavo.engine.preflight;

import java.util.ArrayList;
import java.util.List;

/** Findings for a person: each with its line, and marks under what is meant. */
public final class TextReport {
    private static final String RED = "31";
    private static final String YELLOW = "33";
    private static final String GREEN = "32";
    private static final String QUIET = "2";
    private static final int MAX_LINE = 240;

    private final boolean colours;

    /** @param colours whether it is for a terminal that shows them */
    public TextReport(boolean colours) {
        this.colours = colours;
    }

    /** Without a line end after the last line. */
    public String render(List<Item> items, int silenced, int files) {
        List<String> lines = new ArrayList<>();
        for (Item item : items) {
            add(item, lines);
            lines.add("");
        }
        lines.add(summary(items, silenced, files));
        return String.join("\n", lines);
    }

    private void add(Item item, List<String> lines) {
        String kind = item.fixed() ? paint(GREEN, "fixed") : paint(item.fails() ? RED : YELLOW, item.severity());
        lines.add(item.file() + ":" + item.line() + ":" + item.column() + ": " + kind + " " + item.rule() + " "
                + item.name());
        String margin = " ".repeat(String.valueOf(item.line()).length() + 2);
        if (!item.source().isEmpty() && item.source().length() <= MAX_LINE) {
            lines.add(paint(QUIET, "  " + item.line() + " | ") + item.source());
            lines.add(paint(QUIET, margin + " | ") + marks(item));
        }
        lines.add("  what   " + item.message());
        lines.add("  why    " + item.why());
        lines.add("  fix    " + item.fix() + (item.fixable() && !item.fixed() ? " (--fix does it)" : ""));
    }

    /** Tabs stay tabs, and characters of double width get two, so that the marks stand under what they mean. */
    private String marks(Item item) {
        StringBuilder marks = new StringBuilder();
        int end = Math.min(item.endColumn() - 1, Math.max(item.source().length(), item.column()));
        for (int i = 0; i < end; i++) {
            char c = i < item.source().length() ? item.source().charAt(i) : ' ';
            String mark = i < item.column() - 1 ? " " : "^";
            marks.append(c == '\t' && mark.equals(" ") ? "\t" : mark.repeat(width(c)));
        }
        return paint(item.fails() ? RED : YELLOW, marks.toString());
    }

    private static int width(char c) {
        if (Character.isLowSurrogate(c)) {
            return 0;
        }
        boolean wide = Character.isHighSurrogate(c)
                || Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN
                || (c >= 0xFF01 && c <= 0xFF60)
                || (c >= 0x3000 && c <= 0x303F);
        return wide ? 2 : 1;
    }

    private String summary(List<Item> items, int silenced, int files) {
        long fixed = items.stream().filter(Item::fixed).count();
        long errors =
                items.stream().filter(item -> item.fails() && !item.fixed()).count();
        long warnings = items.size() - errors - fixed;
        long fixable =
                items.stream().filter(item -> item.fixable() && !item.fixed()).count();
        StringBuilder text = new StringBuilder();
        text.append(count(errors, "error"))
                .append(", ")
                .append(count(warnings, "warning"))
                .append(" in ")
                .append(count(files, "file"));
        if (fixed > 0) {
            text.append("; ").append(fixed).append(" fixed");
        }
        if (fixable > 0) {
            text.append("; --fix corrects ").append(fixable);
        }
        if (silenced > 0) {
            text.append("; ").append(silenced).append(" silenced with a reason");
        }
        return text.toString();
    }

    static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private String paint(String colour, String text) {
        return colours ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }
}
