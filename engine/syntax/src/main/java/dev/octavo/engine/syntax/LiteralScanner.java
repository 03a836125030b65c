package dev.octavo.engine.syntax;

import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.Offsets;
import dev.octavo.engine.preflight.script.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text in quotes once more, from the source: Groovy's syntax tree has its value, and not where each character
 * of it is written.
 */
final class LiteralScanner {
    private static final String[] QUOTES = {"'''", "\"\"\"", "'", "\"", "$/", "/"};

    private final String source;
    private final int start;
    private final String quote;
    private final List<Code.Piece> pieces = new ArrayList<>();
    private final StringBuilder value = new StringBuilder();
    private final List<Integer> offsets = new ArrayList<>();
    private int at;
    private int insertions;

    private LiteralScanner(String source, int start, String quote) {
        this.source = source;
        this.start = start;
        this.quote = quote;
        this.at = start + quote.length();
    }

    /**
     * Reads the text that begins at an offset.
     *
     * @param values the code of each value that is put in, by its number
     * @return null where no text begins there
     */
    static Code.@Nullable Text scan(String source, int start, IntFunction<@Nullable Code> values) {
        for (String quote : QUOTES) {
            if (source.startsWith(quote, start)) {
                return new LiteralScanner(source, start, quote).scan(values);
            }
        }
        return null;
    }

    private Code.@Nullable Text scan(IntFunction<@Nullable Code> values) {
        String end = quote.equals("$/") ? "/$" : quote;
        boolean single = quote.startsWith("'");
        while (at < source.length() && !source.startsWith(end, at)) {
            char c = source.charAt(at);
            if (c == '\\' && !quote.endsWith("/")) {
                escape();
            } else if (c == '\\' && quote.equals("/") && source.startsWith("\\/", at)) {
                add('/', at);
                at += 2;
            } else if (c == '$' && quote.equals("$/") && (source.startsWith("$$", at) || source.startsWith("$/", at))) {
                add(source.charAt(at + 1), at);
                at += 2;
            } else {
                int length = c == '$' && !single ? insertionLength() : 0;
                if (length == 0) {
                    add(c, at);
                    at++;
                } else if (!insert(values, length)) {
                    return null;
                }
            }
        }
        if (at >= source.length()) {
            return null;
        }
        flush();
        return new Code.Text(new Span(start, at + end.length()), quote, pieces);
    }

    private void add(char c, int offset) {
        value.append(c);
        offsets.add(offset);
    }

    private void flush() {
        if (value.length() > 0) {
            pieces.add(new Code.Written(value.toString(), Offsets.of(offsets)));
            value.setLength(0);
            offsets.clear();
        }
    }

    private void escape() {
        char next = at + 1 < source.length() ? source.charAt(at + 1) : '\\';
        if (next == '\n' || next == '\r') {
            at += source.startsWith("\r\n", at + 1) ? 3 : 2;
            return;
        }
        if (next == 'u'
                && at + 6 <= source.length()
                && source.substring(at + 2, at + 6).matches("[0-9a-fA-F]{4}")) {
            add((char) Integer.parseInt(source.substring(at + 2, at + 6), 16), at);
            at += 6;
            return;
        }
        add(
                switch (next) {
                    case 'n' -> '\n';
                    case 't' -> '\t';
                    case 'r' -> '\r';
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    default -> next;
                },
                at);
        at += 2;
    }

    private boolean insert(IntFunction<@Nullable Code> values, int length) {
        Code code = values.apply(insertions++);
        if (code == null) {
            return false;
        }
        flush();
        pieces.add(new Code.Inserted(new Span(at, at + length), code));
        at += length;
        return true;
    }

    /** The length of the insertion that begins here; 0 where the dollar sign is only that. */
    private int insertionLength() {
        int i = at + 1;
        if (i < source.length() && source.charAt(i) == '{') {
            return closing(i) - at;
        }
        int end = identifier(i);
        if (end == i) {
            return 0;
        }
        while (end + 1 < source.length() && source.charAt(end) == '.' && identifier(end + 1) > end + 1) {
            end = identifier(end + 1);
        }
        return end - at;
    }

    private int identifier(int from) {
        int i = from;
        while (i < source.length()
                && source.charAt(i) != '$'
                && (i == from
                        ? Character.isJavaIdentifierStart(source.charAt(i))
                        : Character.isJavaIdentifierPart(source.charAt(i)))) {
            i++;
        }
        return i;
    }

    /** After the brace that closes the one here; texts in between may hold braces. */
    private int closing(int open) {
        int depth = 0;
        int i = open;
        while (i < source.length()) {
            char c = source.charAt(i);
            if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth--;
                if (depth == 0) {
                    return i + 1;
                }
            } else if (c == '\'' || c == '"') {
                Code.Text nested = LiteralScanner.scan(source, i, number -> new Code.Constant(new Span(0, 0), null));
                i = nested == null ? i : nested.span().end() - 1;
            }
            i++;
        }
        return source.length();
    }
}
