package dev.octavo.engine.image.registry;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry asks for with status 401.
 *
 * @param scheme {@code basic} or {@code bearer}
 * @param parameters by their names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z_]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,]+))");

    static Optional<Challenge> parse(String header) {
        String trimmed = header.strip();
        int space = trimmed.indexOf(' ');
        String scheme = (space < 0 ? trimmed : trimmed.substring(0, space)).toLowerCase(Locale.ROOT);
        if (!scheme.equals("basic") && !scheme.equals("bearer")) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(space < 0 ? "" : trimmed.substring(space));
        while (matcher.find()) {
            String quoted = matcher.group(2);
            String value = quoted != null ? quoted.replaceAll("\\\\(.)", "$1") : matcher.group(3);
            parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), value);
        }
        return Optional.of(new Challenge(scheme, Map.copyOf(parameters)));
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
