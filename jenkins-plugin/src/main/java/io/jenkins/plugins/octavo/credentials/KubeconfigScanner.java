package io.jenkins.plugins.octavo.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the settings in a kubeconfig: YAML as kubectl and people write it, and JSON.
 *
 * <p>It is no YAML parser. What would let a text mean something else to a real one (anchors, aliases, tags, complex
 * keys, directives, several documents) is refused, so that no setting can hide from it.
 */
final class KubeconfigScanner {
    private static final int MAX_DEPTH = 40;

    private final String text;
    private final int[] lineEnds;
    private final List<Setting> settings = new ArrayList<>();
    private int at;

    KubeconfigScanner(String text) {
        String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
        this.text = unmarked.replace("\r\n", "\n").replace('\r', '\n');
        this.lineEnds = IntStream.range(0, this.text.length())
                .filter(i -> this.text.charAt(i) == '\n')
                .toArray();
    }

    /**
     * A setting.
     *
     * @param value null where it holds other settings or a list
     * @param quoted whether the value is in quotes, so that {@code "null"} is a word
     * @param line from 1 on
     * @param top whether it is one of the whole kubeconfig
     */
    record Setting(String name, @CheckForNull String value, boolean quoted, int line, boolean top) {
        boolean isNull() {
            return value != null && !quoted && (value.equals("~") || value.equalsIgnoreCase("null"));
        }

        boolean isEmpty() {
            return value != null && value.isEmpty();
        }
    }

    /** It cannot be told what a line means. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int line;

        UnreadableException(int line) {
            super("line " + line + " cannot be read");
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    List<Setting> scan() throws UnreadableException {
        refuseControlCharacters();
        boolean started = false;
        boolean ended = false;
        // how far what is on top is indented, which is not at all but in odd texts
        int top = -1;
        while (at < text.length()) {
            int start = at;
            int indent = indentation();
            if (endOfLine()) {
                nextLine();
                continue;
            }
            boolean marker = indent == 0 && (text.startsWith("---", at) || text.startsWith("...", at)) && blank(at + 3);
            if (marker) {
                boolean end = text.charAt(at) == '.';
                if (started && !end) {
                    throw unreadable();
                }
                ended |= end;
                at += 3;
                skipBlanks();
                requireEndOfLine();
                continue;
            }
            if (ended || text.charAt(at) == '%' && indent == 0) {
                throw unreadable();
            }
            started = true;
            while (text.charAt(at) == '-' && blank(at + 1)) {
                at++;
                skipBlanks();
                if (endOfLine()) {
                    break;
                }
                indent = at - start;
            }
            if (endOfLine()) {
                nextLine();
                continue;
            }
            top = top < 0 ? indent : top;
            line(indent, indent == top);
        }
        return settings;
    }

    /** A setting, a word of a list, or something in brackets. */
    private void line(int indent, boolean top) throws UnreadableException {
        refuseCleverness();
        char first = text.charAt(at);
        if (first == '{' || first == '[') {
            flow(top ? 1 : 2);
            skipBlanks();
            requireEndOfLine();
            return;
        }
        int line = lineNumber();
        boolean quoted = first == '"' || first == '\'';
        boolean listed = at > 0 && text.charAt(at - 1) != '\n' && lineStart().contains("-");
        String name = quoted ? quotedWord() : plainName();
        skipBlanks();
        if (at >= text.length() || text.charAt(at) != ':' || !blank(at + 1)) {
            // a word of a list is fine, a word on its own is not
            if (!listed) {
                throw unreadable();
            }
            if (quoted) {
                requireEndOfLine();
            } else {
                plainValue(indent);
            }
            return;
        }
        at++;
        skipBlanks();
        if (endOfLine()) {
            settings.add(new Setting(name, null, false, line, top));
            nextLine();
            return;
        }
        value(name, line, indent, top);
    }

    private void value(String name, int line, int indent, boolean top) throws UnreadableException {
        refuseCleverness();
        char first = text.charAt(at);
        if (first == '{' || first == '[') {
            settings.add(new Setting(name, null, false, line, top));
            flow(2);
        } else if (first == '|' || first == '>') {
            settings.add(new Setting(name, block(indent), true, line, top));
            return;
        } else if (first == '"' || first == '\'') {
            settings.add(new Setting(name, quotedWord(), true, line, top));
        } else {
            settings.add(new Setting(name, plainValue(indent), false, line, top));
            return;
        }
        skipBlanks();
        requireEndOfLine();
    }

    /** Text over several lines, after | or >. */
    private String block(int indent) throws UnreadableException {
        nextLine();
        StringBuilder block = new StringBuilder();
        while (at < text.length()) {
            int end = text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at);
            String line = text.substring(at, end);
            int spaces = line.length() - line.stripLeading().length();
            if (!line.isBlank() && spaces <= indent) {
                break;
            }
            block.append(line.strip()).append('\n');
            at = Math.min(end + 1, text.length());
        }
        return block.toString().strip();
    }

    /** A word without quotes, with what follows on lines that are indented further. */
    private String plainValue(int indent) throws UnreadableException {
        StringBuilder value = new StringBuilder(restOfLine());
        while (at < text.length()) {
            int start = at;
            int spaces = indentation();
            if (!endOfLine() && spaces > indent) {
                String more = restOfLine();
                if (more.contains(": ") || more.endsWith(":")) {
                    throw unreadable(start);
                }
                value.append(value.length() == 0 ? "" : " ").append(more);
            } else if (endOfLine() && at < text.length()) {
                nextLine();
            } else {
                at = start;
                break;
            }
        }
        return value.toString();
    }

    /** Up to the end of the line or a comment. */
    private String restOfLine() throws UnreadableException {
        int end = text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at);
        String line = text.substring(at, end);
        int comment = line.indexOf(" #") < 0 ? line.indexOf("\t#") : line.indexOf(" #");
        String value = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (value.contains(": ") || value.endsWith(":")) {
            throw unreadable();
        }
        at = Math.min(end + 1, text.length());
        return value;
    }

    private String plainName() {
        int start = at;
        while (at < text.length() && text.charAt(at) != '\n') {
            if (text.charAt(at) == ':' && blank(at + 1) || text.charAt(at) == '#' && blankBefore()) {
                break;
            }
            at++;
        }
        return text.substring(start, at).strip();
    }

    // ---------------------------------------------------------------------------------------------- brackets and JSON

    /** Something in brackets; the settings of depth 1 are those on top. */
    private void flow(int depth) throws UnreadableException {
        if (depth > MAX_DEPTH) {
            throw unreadable();
        }
        boolean map = text.charAt(at++) == '{';
        char close = map ? '}' : ']';
        while (true) {
            skipSpaceAndComments();
            if (peek() == close) {
                at++;
                return;
            }
            if (map) {
                flowSetting(depth);
            } else {
                flowValue("", lineNumber(), depth, false);
            }
            skipSpaceAndComments();
            if (peek() == ',') {
                at++;
            } else if (peek() != close) {
                throw unreadable();
            }
        }
    }

    private void flowSetting(int depth) throws UnreadableException {
        refuseCleverness();
        int line = lineNumber();
        boolean quoted = peek() == '"' || peek() == '\'';
        String name = quoted ? quotedWord() : flowWord();
        skipSpaceAndComments();
        if (peek() != ':' || name.isEmpty()) {
            throw unreadable();
        }
        at++;
        skipSpaceAndComments();
        if (peek() == ',' || peek() == '}') {
            settings.add(new Setting(name, "null", false, line, depth == 1));
            return;
        }
        flowValue(name, line, depth, depth == 1);
    }

    private void flowValue(String name, int line, int depth, boolean top) throws UnreadableException {
        refuseCleverness();
        char first = peek();
        if (first == '{' || first == '[') {
            add(new Setting(name, null, false, line, top));
            flow(depth + 1);
        } else if (first == '"' || first == '\'') {
            add(new Setting(name, quotedWord(), true, line, top));
        } else {
            String word = flowWord();
            if (word.isEmpty()) {
                throw unreadable();
            }
            add(new Setting(name, word, false, line, top));
        }
        skipSpaceAndComments();
        if (peek() == ':') {
            // {"a": "b": …} and [a: b], which is a map in disguise
            throw unreadable();
        }
    }

    private void add(Setting setting) {
        if (!setting.name().isEmpty()) {
            settings.add(setting);
        }
    }

    private String flowWord() {
        int start = at;
        while (at < text.length() && ",[]{}\n".indexOf(text.charAt(at)) < 0) {
            char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
            if (text.charAt(at) == ':' && (Character.isWhitespace(next) || ",[]{}".indexOf(next) >= 0)) {
                break;
            }
            if (text.charAt(at) == '#' && at > start && Character.isWhitespace(text.charAt(at - 1))) {
                break;
            }
            at++;
        }
        return text.substring(start, at).strip();
    }

    // --------------------------------------------------------------------------------------------------------- pieces

    /** A word in quotes, from the opening to behind the closing one. */
    private String quotedWord() throws UnreadableException {
        int start = at;
        char quote = text.charAt(at++);
        StringBuilder word = new StringBuilder();
        while (at < text.length()) {
            char next = text.charAt(at++);
            if (next == quote) {
                if (quote == '\'' && at < text.length() && text.charAt(at) == '\'') {
                    word.append(quote);
                    at++;
                    continue;
                }
                return word.toString();
            }
            if (quote == '"' && next == '\\') {
                escape(word);
            } else if (next == '\n') {
                // a line's end is a space
                int end = word.length();
                while (end > 0 && word.charAt(end - 1) == ' ') {
                    end--;
                }
                word.setLength(end);
                word.append(' ');
                while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                    at++;
                }
            } else {
                word.append(next);
            }
        }
        throw unreadable(start);
    }

    @SuppressFBWarnings(value = "SF_SWITCH_FALLTHROUGH", justification = "arrows do not fall through")
    private void escape(StringBuilder word) throws UnreadableException {
        char kind = at < text.length() ? text.charAt(at++) : ' ';
        int digits =
                switch (kind) {
                    case 'x' -> 2;
                    case 'u' -> 4;
                    case 'U' -> 8;
                    default -> 0;
                };
        if (digits > 0) {
            try {
                word.appendCodePoint(Integer.parseInt(text.substring(at, at + digits), 16));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw unreadable();
            }
            at += digits;
            return;
        }
        switch (kind) {
            case 'n' -> word.append('\n');
            case 't' -> word.append('\t');
            case 'r' -> word.append('\r');
            case '\n' -> {
                while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                    at++;
                }
            }
            case '"', '\\', '/', ' ' -> word.append(kind);
            default -> throw unreadable();
        }
    }

    /** Some parsers take them for the end of a line, and thus of a comment. */
    private void refuseControlCharacters() throws UnreadableException {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            boolean allowed = character == '\n' || character == '\t' || !Character.isISOControl(character);
            if (!allowed || character == '\u2028' || character == '\u2029') {
                throw unreadable(i);
            }
        }
    }

    /** What is found only in texts that want to be read otherwise than they look. */
    private void refuseCleverness() throws UnreadableException {
        char first = peek();
        // in brackets some parsers take a question mark for a complex key without a blank, too
        boolean clever = "&*!@`%?".indexOf(first) >= 0 || text.startsWith("<<", at) || first == '-' && blank(at + 1);
        if (clever) {
            throw unreadable();
        }
    }

    private int indentation() throws UnreadableException {
        int spaces = 0;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
            spaces++;
        }
        if (at < text.length() && text.charAt(at) == '\t') {
            skipBlanks();
            if (!endOfLine()) {
                throw unreadable();
            }
        }
        return spaces;
    }

    private boolean blank(int position) {
        return position >= text.length() || " \t\n".indexOf(text.charAt(position)) >= 0;
    }

    private boolean endOfLine() {
        return at >= text.length() || text.charAt(at) == '\n' || text.charAt(at) == '#' && blankBefore();
    }

    private boolean blankBefore() {
        return at == 0 || " \t\n".indexOf(text.charAt(at - 1)) >= 0;
    }

    private void requireEndOfLine() throws UnreadableException {
        if (!endOfLine()) {
            throw unreadable();
        }
        nextLine();
    }

    private void nextLine() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end + 1;
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private void skipSpaceAndComments() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.charAt(at) == '#' && blankBefore()) {
                nextLine();
            } else {
                return;
            }
        }
    }

    private char peek() throws UnreadableException {
        if (at >= text.length()) {
            throw unreadable();
        }
        return text.charAt(at);
    }

    private String lineStart() {
        return text.substring(text.lastIndexOf('\n', at - 1) + 1, at);
    }

    private int lineNumber() {
        return lineNumber(at);
    }

    private int lineNumber(int position) {
        int line = Arrays.binarySearch(lineEnds, Math.min(position, text.length()));
        return (line < 0 ? -line - 1 : line) + 1;
    }

    private UnreadableException unreadable() {
        return unreadable(Math.max(0, Math.min(at, text.length()) - (at >= text.length() ? 1 : 0)));
    }

    private UnreadableException unreadable(int position) {
        return new UnreadableException(lineNumber(position));
    }
}
