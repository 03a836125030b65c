package dev.octavo.engine.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A {@code .dockerignore}: which files of a folder are no part of a build. The last rule that fits decides. */
final class IgnoreFile {
    private final List<Rule> rules;

    private record Rule(Pattern pattern, boolean ignored) {}

    private IgnoreFile(List<Rule> rules) {
        this.rules = rules;
    }

    /** That of a Dockerfile where it has its own, else the folder's, else one that ignores nothing. */
    static IgnoreFile of(Path dockerfile, Path folder) throws IOException {
        Path own = dockerfile.resolveSibling(dockerfile.getFileName() + ".dockerignore");
        Path file = Files.isRegularFile(own) ? own : folder.resolve(".dockerignore");
        List<Rule> rules = new ArrayList<>();
        try {
            for (String raw : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                String line = raw.strip();
                boolean ignored = !line.startsWith("!");
                String pattern = (ignored ? line : line.substring(1)).strip().replaceAll("^\\.?/+|/+$", "");
                if (!line.isEmpty() && !line.startsWith("#") && !pattern.isEmpty()) {
                    // what is below an ignored folder is ignored too
                    rules.add(new Rule(Pattern.compile(regex(pattern) + "(?:/.*)?"), ignored));
                }
            }
        } catch (NoSuchFileException e) {
            return new IgnoreFile(List.of());
        }
        return new IgnoreFile(rules);
    }

    /** @param path relative to the folder, with slashes */
    boolean ignores(String path) {
        boolean ignored = false;
        for (Rule rule : rules) {
            if (rule.pattern().matcher(path).matches()) {
                ignored = rule.ignored();
            }
        }
        return ignored;
    }

    /** A pattern with {@code *}, {@code **}, {@code ?} and {@code [a-z]} as a regular expression. */
    static String regex(String pattern) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (pattern.startsWith("**/", i)) {
                out.append("(?:.*/)?");
                i += 2;
            } else if (pattern.startsWith("**", i)) {
                out.append(".*");
                i++;
            } else if (c == '*') {
                out.append("[^/]*");
            } else if (c == '?') {
                out.append("[^/]");
            } else if (c == '[' && pattern.indexOf(']', i) > i + 1) {
                int end = pattern.indexOf(']', i);
                out.append('[')
                        .append(pattern.substring(i + 1, end)
                                .replace("\\", "\\\\")
                                .replace("[", "\\["))
                        .append(']');
                i = end;
            } else if (c == '\\' && i + 1 < pattern.length()) {
                out.append(Pattern.quote(String.valueOf(pattern.charAt(++i))));
            } else {
                out.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return out.toString();
    }
}
