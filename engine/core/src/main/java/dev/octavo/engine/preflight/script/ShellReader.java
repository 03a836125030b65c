package dev.octavo.engine.preflight.script;

import dev.octavo.engine.preflight.script.ShellScript.Variable;
import dev.octavo.engine.preflight.script.ShellScript.Word;
import java.util.ArrayList;
import java.util.List;

/** Reads one shell script, or one that is part of another. */
final class ShellReader {
    private static final int MAX_DEPTH = 20;

    private final String text;
    private final int end;
    private final ShellScript.Builder out;
    private final int depth;
    private int at;

    private List<Word> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private int wordStart = -1;
    private String input = "";
    private String output = "";
    private char redirection;
    private final List<Here> heres = new ArrayList<>();

    /** A text that follows on the next lines, up to a mark. */
    private record Here(String mark, boolean plain) {}

    ShellReader(String text, int start, int end, ShellScript.Builder out) {
        this(text, start, end, out, 0);
    }

    private ShellReader(String text, int start, int end, ShellScript.Builder out, int depth) {
        this.text = text;
        this.at = start;
        this.end = end;
        this.out = out;
        this.depth = depth;
    }

    void read() {
        while (at < end) {
            char c = text.charAt(at);
            switch (c) {
                case '\'' -> single();
                case '"' -> quoted();
                case '\\' -> escape();
                case '$' -> dollar();
                case '`' -> backticks();
                case ' ', '\t', '\r' -> {
                    endWord();
                    at++;
                }
                case '\n' -> {
                    endCommand(false, false);
                    at++;
                    heres.forEach(this::skip);
                    heres.clear();
                }
                case '#' -> comment();
                case ';', '(', ')' -> {
                    endCommand(false, false);
                    at++;
                }
                case '&', '|' -> operator(c);
                case '<', '>' -> redirect(c);
                default -> take(c);
            }
        }
        endCommand(false, false);
    }

    private char next() {
        return at + 1 < end ? text.charAt(at + 1) : 0;
    }

    private void take(char c) {
        begin();
        word.append(c);
        at++;
    }

    private void begin() {
        if (wordStart < 0) {
            wordStart = at;
        }
    }

    private void endWord() {
        if (wordStart < 0) {
            return;
        }
        if (redirection == '<') {
            input = word.toString();
        } else if (redirection == '>') {
            output = word.toString();
        } else {
            words.add(new Word(word.toString(), wordStart, at));
        }
        redirection = 0;
        word.setLength(0);
        wordStart = -1;
    }

    private void endCommand(boolean piped, boolean fallback) {
        endWord();
        if (!words.isEmpty() || !input.isEmpty()) {
            out.command(words, input, output, piped, fallback);
        }
        words = new ArrayList<>();
        input = "";
        output = "";
    }

    private void single() {
        begin();
        int close = text.indexOf('\'', at + 1);
        close = close < 0 || close >= end ? end : close;
        word.append(text, at + 1, close);
        at = Math.min(end, close + 1);
    }

    private void quoted() {
        begin();
        at++;
        while (at < end && text.charAt(at) != '"') {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < end) {
                if ("\"\\$`".indexOf(next()) < 0) {
                    word.append(c);
                }
                if (next() != '\n') {
                    word.append(next() == '$' ? "\\$" : String.valueOf(next()));
                }
                at += 2;
            } else if (c == '$') {
                dollar();
            } else if (c == '`') {
                backticks();
            } else {
                word.append(c);
                at++;
            }
        }
        at = Math.min(end, at + 1);
    }

    private void escape() {
        char next = next();
        if (next == '\n' || (next == '\r' && at + 2 < end && text.charAt(at + 2) == '\n')) {
            at += next == '\n' ? 2 : 3;
            return;
        }
        begin();
        if (at + 1 < end) {
            word.append(next == '$' ? "\\$" : String.valueOf(next));
        }
        at = Math.min(end, at + 2);
    }

    private void comment() {
        if (wordStart >= 0) {
            take('#');
            return;
        }
        while (at < end && text.charAt(at) != '\n') {
            at++;
        }
    }

    private void operator(char c) {
        boolean doubled = next() == c;
        if (c == '&' && redirection == '>') {
            take(c); // >&2
            return;
        }
        endCommand(c == '|' && !doubled, c == '|' && doubled);
        at += doubled ? 2 : 1;
    }

    private void redirect(char c) {
        if (c == '<' && next() == '<') {
            here();
            return;
        }
        // 2> is a redirection too, and its number no word
        if (wordStart >= 0 && word.length() == 1 && Character.isDigit(word.charAt(0))) {
            word.setLength(0);
            wordStart = -1;
        }
        endWord();
        redirection = c;
        at += next() == c ? 2 : 1;
    }

    private void here() {
        endWord();
        boolean string = at + 2 < end && text.charAt(at + 2) == '<';
        at += string ? 3 : 2;
        if (string) {
            return; // <<< word
        }
        if (at < end && text.charAt(at) == '-') {
            at++;
        }
        while (at < end && text.charAt(at) == ' ') {
            at++;
        }
        boolean plain = false;
        StringBuilder mark = new StringBuilder();
        while (at < end && " \t\r\n;|&<>)".indexOf(text.charAt(at)) < 0) {
            char c = text.charAt(at++);
            if (c == '\'' || c == '"' || c == '\\') {
                plain = true;
            } else {
                mark.append(c);
            }
        }
        heres.add(new Here(mark.toString(), plain));
    }

    private void skip(Here here) {
        while (at < end) {
            int eol = text.indexOf('\n', at);
            eol = eol < 0 || eol > end ? end : eol;
            boolean last = text.substring(at, eol).strip().equals(here.mark());
            if (!last && !here.plain()) {
                expandLine(eol);
            }
            at = Math.min(end, eol + 1);
            if (last) {
                return;
            }
        }
    }

    private void expandLine(int eol) {
        String kept = word.toString();
        int start = wordStart;
        while (at < eol) {
            char c = text.charAt(at);
            if (c == '\\') {
                at += 2;
            } else if (c == '$') {
                dollar();
            } else {
                at++;
            }
        }
        word.setLength(0);
        word.append(kept);
        wordStart = start;
    }

    private void dollar() {
        begin();
        char next = next();
        if (next == '(') {
            int close = closing(at + 1, '(', ')');
            boolean arithmetic = at + 2 < end && text.charAt(at + 2) == '(';
            nested(at + 2, close, arithmetic);
            word.append("$()");
            at = Math.min(end, close + 1);
        } else if (next == '{') {
            braces();
        } else {
            int i = at + 1;
            while (i < end && isNamePart(text.charAt(i), i == at + 1)) {
                i++;
            }
            if (i == at + 1) {
                // $1, $?, $$ and the like
                boolean special = i < end && "0123456789?#@*!$-".indexOf(text.charAt(i)) >= 0;
                word.append(special ? "$()" : "$");
                at += special ? 2 : 1;
            } else {
                use(text.substring(at + 1, i), at, i, false);
                at = i;
            }
        }
    }

    private void braces() {
        int close = closing(at + 1, '{', '}');
        String inside = text.substring(at + 2, Math.max(at + 2, close));
        int i = inside.startsWith("#") || inside.startsWith("!") ? 1 : 0;
        int from = i;
        while (i < inside.length() && isNamePart(inside.charAt(i), i == from)) {
            i++;
        }
        String name = inside.substring(from, i);
        String rest = inside.substring(i);
        boolean optional = !rest.isEmpty()
                && (rest.startsWith(":") || rest.startsWith("-") || rest.startsWith("=") || rest.startsWith("+"));
        if (rest.startsWith(":=") || rest.startsWith("=")) {
            out.assign(name, "");
        }
        if (name.isEmpty()) {
            word.append("$()");
        } else {
            int before = word.length();
            use(name, at, Math.min(end, close + 1), optional);
            if (!optional && !rest.isEmpty()) {
                word.setLength(before); // a part of it, or another text made of it
                word.append("$()");
            }
        }
        at = Math.min(end, close + 1);
    }

    private void use(String name, int start, int stop, boolean optional) {
        out.variable(new Variable(name, start, stop, optional));
        word.append("${").append(name).append('}');
    }

    private void backticks() {
        begin();
        int close = text.indexOf('`', at + 1);
        close = close < 0 || close > end ? end : close;
        nested(at + 1, close, false);
        word.append("$()");
        at = Math.min(end, close + 1);
    }

    private void nested(int from, int to, boolean arithmetic) {
        if (depth < MAX_DEPTH && !arithmetic && from <= to) {
            new ShellReader(text, from, to, out, depth + 1).read();
        }
    }

    /** The index of the closing character, or the end. */
    private int closing(int open, char opening, char closing) {
        int level = 0;
        for (int i = open; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '\'' && opening == '(') {
                int close = text.indexOf('\'', i + 1);
                i = close < 0 || close >= end ? i : close;
            } else if (c == opening) {
                level++;
            } else if (c == closing && --level == 0) {
                return i;
            }
        }
        return end;
    }

    static boolean isNamePart(char c, boolean first) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (!first && c >= '0' && c <= '9');
    }
}
