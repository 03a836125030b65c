package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.sf.json.JSONNull;

/**
 * Writes and reads JSON with plain maps and lists, fast enough for the page of a large plan. Jenkins' own net.sf.json
 * takes many times as long, and a library would be one more dependency.
 */
final class PlanJson {
    private static final int MAX_DEPTH = 64;
    private static final String HEX = "0123456789abcdef";

    private final String text;
    private int at;

    private PlanJson(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException where it is nested too deeply, such as in itself */
    static String write(@CheckForNull Object value) {
        StringBuilder json = new StringBuilder();
        write(json, value, 0);
        return json.toString();
    }

    /** @throws IOException where it is no JSON */
    @CheckForNull
    static Object read(String text) throws IOException {
        PlanJson reader = new PlanJson(text);
        Object value = reader.value(0);
        if (reader.next() != 0) {
            throw reader.malformed();
        }
        return value;
    }

    /** The same with the fields of each object in order of their names. */
    @CheckForNull
    static Object sorted(@CheckForNull Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, each) -> sorted.put(String.valueOf(key), sorted(each)));
            return sorted;
        }
        return value instanceof List<?> list
                ? list.stream().map(PlanJson::sorted).collect(Collectors.toList())
                : value;
    }

    private static void write(StringBuilder json, @CheckForNull Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested more than " + MAX_DEPTH + " levels deep");
        }
        if (value == null || value instanceof JSONNull) {
            json.append("null");
        } else if (value instanceof Map<?, ?> map) {
            char separator = '{';
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                quote(json.append(separator), String.valueOf(entry.getKey()));
                write(json.append(':'), entry.getValue(), depth + 1);
                separator = ',';
            }
            json.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> list) {
            json.append('[');
            int start = json.length();
            for (Object element : list) {
                if (json.length() > start) {
                    json.append(',');
                }
                write(json, element, depth + 1);
            }
            json.append(']');
        } else if (value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            json.append(value);
        } else if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            json.append(value);
        } else {
            quote(json, value.toString());
        }
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            switch (character) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (character < ' ') {
                        json.append("\\u00").append(HEX.charAt(character >> 4)).append(HEX.charAt(character & 15));
                    } else {
                        json.append(character);
                    }
                }
            }
        }
        json.append('"');
    }

    @CheckForNull
    private Object value(int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw malformed();
        }
        char first = next();
        return switch (first) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        if (next() == '}') {
            at++;
            return map;
        }
        while (true) {
            if (next() != '"') {
                throw malformed();
            }
            String key = string();
            if (next() != ':') {
                throw malformed();
            }
            at++;
            map.put(key, value(depth + 1));
            if (ends('}')) {
                return map;
            }
        }
    }

    private List<Object> array(int depth) throws IOException {
        List<Object> list = new ArrayList<>();
        at++;
        if (next() == ']') {
            at++;
            return list;
        }
        while (true) {
            list.add(value(depth + 1));
            if (ends(']')) {
                return list;
            }
        }
    }

    private boolean ends(char end) throws IOException {
        char character = next();
        at++;
        if (character != end && character != ',') {
            throw malformed();
        }
        return character == end;
    }

    private String string() throws IOException {
        int start = ++at;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\') {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '"') {
            return text.substring(start, at++);
        }
        StringBuilder string = new StringBuilder(text.substring(start, at));
        while (at < text.length()) {
            char character = text.charAt(at++);
            if (character == '"') {
                return string.toString();
            }
            string.append(character == '\\' ? escaped() : character);
        }
        throw malformed();
    }

    private char escaped() throws IOException {
        if (at >= text.length()) {
            throw malformed();
        }
        char character = text.charAt(at++);
        return switch (character) {
            case '"', '\\', '/' -> character;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length()) {
                    throw malformed();
                }
                try {
                    char unit = (char) Integer.parseInt(text, at, at + 4, 16);
                    at += 4;
                    yield unit;
                } catch (NumberFormatException e) {
                    throw malformed();
                }
            }
            default -> throw malformed();
        };
    }

    @CheckForNull
    private Object word(String word, @CheckForNull Object value) throws IOException {
        if (!text.startsWith(word, at)) {
            throw malformed();
        }
        at += word.length();
        return value;
    }

    private Number number() throws IOException {
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(start, at);
        try {
            if (digits.chars().allMatch(each -> each == '-' || Character.isDigit(each))) {
                return Long.valueOf(digits);
            }
            return Double.valueOf(digits);
        } catch (NumberFormatException e) {
            throw malformed();
        }
    }

    /** The next character that is no space, which stays the next one; 0 at the end. */
    private char next() {
        while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private IOException malformed() {
        return new IOException("not JSON, at character " + at);
    }
}
