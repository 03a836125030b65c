package dev.octavo.engine.catalog;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a Dockerfile tells about the container.
 *
 * @param base the image that its last stage comes from; {@code ""} where it has none
 * @param port the first that it exposes; 0 where it exposes none
 */
record Dockerfile(String base, int port) {
    private static final Pattern FROM =
            Pattern.compile("(?i)\\s*FROM\\s+(?:--\\S+\\s+)*(\\S+)(?:\\s+AS\\s+(\\S+))?\\s*(?:#.*)?");
    private static final Pattern EXPOSE =
            Pattern.compile("(?i)\\s*EXPOSE\\s+(?:([0-9]{1,5})\\b|\\$\\{?(\\w+)(?::-([0-9]{1,5}))?}?).*");
    private static final Pattern VARIABLE =
            Pattern.compile("(?i)\\s*(?:ENV|ARG)\\s+(\\w+)(?:\\s*=\\s*|\\s+)[\"']?([0-9]{1,5})[\"']?(?:\\s.*)?");
    private static final List<String> WEB_SERVERS = List.of("nginx", "openresty", "httpd", "caddy");

    private static final Pattern INSTALL = Pattern.compile(
            "(?i)\\b(?:apt(?:-get)?\\s.*\\binstall|apk\\s.*\\badd|yum\\s.*\\binstall)\\b.*\\b(nginx|apache2|httpd)\\b.*");

    static Dockerfile parse(String text) {
        Map<String, String> stages = new HashMap<>();
        Map<String, String> numbers = new HashMap<>();
        String base = "";
        int port = 0;
        for (String line : text.lines().toList()) {
            Matcher from = FROM.matcher(line);
            Matcher expose = EXPOSE.matcher(line);
            Matcher variable = VARIABLE.matcher(line);
            if (variable.matches()) {
                numbers.put(variable.group(1), variable.group(2));
            }
            if (from.matches()) {
                base = stages.getOrDefault(from.group(1).toLowerCase(Locale.ROOT), from.group(1));
                port = 0;
                if (from.group(2) != null) {
                    stages.put(from.group(2).toLowerCase(Locale.ROOT), base);
                }
            } else if (INSTALL.matcher(line).find()) {
                base = "nginx";
            } else if (port == 0 && expose.matches()) {
                String number = expose.group(1) != null
                        ? expose.group(1)
                        : numbers.getOrDefault(expose.group(2), expose.group(3));
                port = number == null ? 0 : Integer.parseInt(number);
            }
        }
        return new Dockerfile(base, port);
    }

    /** Whether the container is a web server with files. */
    boolean servesFiles() {
        String path = base.replaceFirst("@.*", "");
        String name = SourceTree.name(path).replaceFirst(":.*", "").toLowerCase(Locale.ROOT);
        return WEB_SERVERS.stream().anyMatch(name::contains);
    }

    boolean isUnprivileged() {
        return base.contains("unprivileged");
    }

    /** The Dockerfile of a folder: by its usual name, then by another case, then a variant of it. */
    static Stream<String> candidates(SourceTree tree, String directory) {
        List<String> places = List.of(
                directory, SourceTree.child(directory, "docker"), SourceTree.child(directory, "src/main/docker"));
        return places.stream().flatMap(place -> tree.in(place).stream()
                .filter(file -> SourceTree.name(file).toLowerCase(Locale.ROOT).startsWith("dockerfile"))
                .sorted(Comparator.comparingInt((String file) -> rank(SourceTree.name(file)))));
    }

    private static int rank(String name) {
        if (name.equals("Dockerfile")) {
            return 0;
        }
        return name.equalsIgnoreCase("Dockerfile") ? 1 : 2;
    }
}
