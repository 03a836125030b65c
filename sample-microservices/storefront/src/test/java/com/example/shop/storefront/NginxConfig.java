package com.example.shop.storefront;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads nginx's configuration as nginx does: words that end with a semicolon, or with a block in braces. */
final class NginxConfig {
    private final String text;
    private int position;
    private int line = 1;

    private NginxConfig(String text) {
        this.text = text;
    }

    /**
     * A directive.
     *
     * @param words its name and what follows it
     * @param block the directives between its braces
     */
    record Directive(int line, List<String> words, List<Directive> block) {
        String name() {
            return words.get(0);
        }

        String value() {
            return words.get(words.size() - 1);
        }

        /** This one and all inside it. */
        Stream<Directive> all() {
            return Stream.concat(Stream.of(this), block.stream().flatMap(Directive::all));
        }
    }

    static Directive read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /** @throws IllegalArgumentException with the line, where nginx would refuse to start */
    static Directive parse(String text) {
        NginxConfig config = new NginxConfig(text);
        return new Directive(1, List.of("main"), config.block(true));
    }

    private List<Directive> block(boolean outermost) {
        List<Directive> directives = new ArrayList<>();
        List<String> words = new ArrayList<>();
        int start = line;
        for (String token = next(); token != null; token = next()) {
            if (words.isEmpty()) {
                start = line;
            }
            switch (token) {
                case ";" -> {
                    require(!words.isEmpty(), "a semicolon without a directive");
                    directives.add(new Directive(start, List.copyOf(words), List.of()));
                    words.clear();
                }
                case "{" -> {
                    require(!words.isEmpty(), "a block without a name");
                    List<String> name = List.copyOf(words);
                    words.clear();
                    directives.add(new Directive(start, name, block(false)));
                }
                case "}" -> {
                    require(words.isEmpty(), "no semicolon after " + words);
                    require(!outermost, "a brace too many");
                    return directives;
                }
                default -> {
                    require(words.isEmpty() || start == line, "no semicolon after " + words);
                    words.add(token);
                }
            }
        }
        require(words.isEmpty(), "no semicolon after " + words);
        require(outermost, "a block that is not closed");
        return directives;
    }

    private String next() {
        while (position < text.length()) {
            char c = text.charAt(position);
            if (c == '\n') {
                line++;
                position++;
            } else if (Character.isWhitespace(c)) {
                position++;
            } else if (c == '#') {
                int end = text.indexOf('\n', position);
                position = end < 0 ? text.length() : end;
            } else if (c == ';' || c == '{' || c == '}') {
                position++;
                return String.valueOf(c);
            } else if (c == '"' || c == '\'') {
                int end = text.indexOf(c, position + 1);
                require(end > 0, "a quotation without an end");
                String word = text.substring(position + 1, end);
                position = end + 1;
                return word;
            } else {
                int start = position;
                while (position < text.length() && " \t\r\n;{".indexOf(text.charAt(position)) < 0) {
                    position++;
                }
                return text.substring(start, position);
            }
        }
        return null;
    }

    private void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException("line " + line + ": " + problem);
        }
    }
}
