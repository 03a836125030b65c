package dev.octavo.engine.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Quotes, escapes and variables, as a Dockerfile has them. */
final class Words {
    private Words() {}

    /** Cuts at blanks that are not quoted; quotes and escapes stay in, since variables are expanded after this. */
    static List<String> split(String text, char escape) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == escape && quote != '\'' && i + 1 < text.length()) {
                word.append(c).append(text.charAt(++i));
            } else if (quote != 0) {
                quote = c == quote ? 0 : quote;
                word.append(c);
            } else if (Character.isWhitespace(c)) {
                add(words, word);
            } else {
                quote = c == '"' || c == '\'' ? c : 0;
                word.append(c);
            }
        }
        add(words, word);
        return words;
    }

    private static void add(List<String> words, StringBuilder word) {
        if (word.length() > 0) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    /** Expands {@code $name}, {@code ${name}}, {@code ${name:-else}}, {@code ${name:+then}} and takes quotes away. */
    static String expand(String text, Map<String, String> variables, char escape) {
        StringBuilder out = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == escape && quote != '\'' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                boolean literal = quote == '"' && next != '"' && next != '$' && next != escape;
                out.append(literal ? String.valueOf(c) : "").append(next);
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            } else if (c == '$' && quote != '\'') {
                i = variable(text, i, variables, escape, out);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** @return the index of the variable's last character */
    private static int variable(
            String text, int dollar, Map<String, String> variables, char escape, StringBuilder out) {
        int i = dollar + 1;
        boolean braces = i < text.length() && text.charAt(i) == '{';
        int begin = braces ? i + 1 : i;
        int end = begin;
        while (end < text.length() && isNamePart(text.charAt(end), end == begin)) {
            end++;
        }
        if (end == begin) {
            out.append('$');
            return dollar;
        }
        String value = variables.getOrDefault(text.substring(begin, end), "");
        if (!braces) {
            out.append(value);
            return end - 1;
        }
        int close = closing(text, end);
        if (close < 0) {
            out.append('$');
            return dollar;
        }
        String modifier = text.substring(end, close);
        if (modifier.startsWith(":-") || modifier.startsWith("-")) {
            boolean set =
                    modifier.startsWith(":") ? !value.isEmpty() : variables.containsKey(text.substring(begin, end));
            out.append(set ? value : expand(modifier.substring(modifier.indexOf('-') + 1), variables, escape));
        } else if (modifier.startsWith(":+") || modifier.startsWith("+")) {
            boolean set =
                    modifier.startsWith(":") ? !value.isEmpty() : variables.containsKey(text.substring(begin, end));
            out.append(set ? expand(modifier.substring(modifier.indexOf('+') + 1), variables, escape) : "");
        } else {
            out.append(value);
        }
        return close;
    }

    private static int closing(String text, int from) {
        int depth = 1;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isNamePart(char c, boolean first) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (!first && c >= '0' && c <= '9');
    }
}
