package dev.octavo.engine.template;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Goes forward through YAML text and knows, for a position, its line, and whether that is in a comment or in a block
 * scalar. It reads lines, not YAML: the text before substitution need not be YAML yet.
 */
final class LineReader {
    /** A line that begins a block scalar: dashes, a key, perhaps a tag or an anchor, and the indicator with its marks. */
    private static final Pattern BLOCK_HEADER =
            Pattern.compile("^( *)((?:- +)*)(?:(\\S.*?[:?])\\s+)?(?:[!&]\\S*\\s+)*[|>][-+]?[1-9]?[-+]?\\s*(?:#.*)?$");

    private final String text;
    private int lineStart;
    private int lineEnd;
    private int number = 1;
    private int position;
    /** The least indentation of the lines of the block scalar that was begun last; -1 for none. */
    private int blockIndent = -1;

    private boolean inBlock;

    LineReader(String text) {
        this.text = text;
        this.lineEnd = endOfLine(0);
        enterLine();
    }

    /** @param to a position that is not before the last one */
    void moveTo(int to) {
        position = to;
        while (to > lineEnd) {
            lineStart = lineEnd + 1;
            lineEnd = endOfLine(lineStart);
            number++;
            enterLine();
        }
    }

    int line() {
        return number;
    }

    int column() {
        return position - lineStart + 1;
    }

    boolean inBlockScalar() {
        return inBlock;
    }

    /** Whether a comment has begun before the position in its line. */
    boolean inComment() {
        if (inBlock) {
            return false;
        }
        char quote = 0;
        for (int i = lineStart; i < position; i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == '\\' && quote == '"') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '#' && (i == lineStart || Character.isWhitespace(text.charAt(i - 1)))) {
                return true;
            } else if ((c == '"' || c == '\'') && opensQuote(i)) {
                quote = c;
            }
        }
        return false;
    }

    /** A quotation mark opens a quoted text only where a value begins; in {@code it's} it is a letter. */
    private boolean opensQuote(int at) {
        for (int i = at - 1; i >= lineStart; i--) {
            char c = text.charAt(i);
            if (c != ' ' && c != '\t') {
                return (":-,[{?".indexOf(c) >= 0) && (i < at - 1 || "[{,".indexOf(c) >= 0);
            }
        }
        return true;
    }

    private int endOfLine(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private void enterLine() {
        String line = text.substring(lineStart, lineEnd);
        if (line.isBlank()) {
            return;
        }
        int indent = 0;
        while (indent < line.length() && line.charAt(indent) == ' ') {
            indent++;
        }
        inBlock = blockIndent >= 0 && indent >= blockIndent;
        if (inBlock) {
            return;
        }
        blockIndent = -1;
        if (line.charAt(indent) == '#') {
            return;
        }
        Matcher header = BLOCK_HEADER.matcher(line);
        if (header.matches()) {
            int margin = header.group(1).length();
            String dashes = header.group(2);
            // the text is indented more than its key, or than the last dash where the item itself is the text
            blockIndent = header.group(3) != null
                    ? margin + dashes.length() + 1
                    : margin + Math.max(0, dashes.lastIndexOf('-')) + 1;
        }
    }
}
