package dev.octavo.engine.quality;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps values of secret variables out of messages that quote what programs and people have written: as they are, as parts of
 * addresses have them, in Base64, alone and with their user as a login, and each line of those that have several.
 */
public final class Redaction {
    private static final List<String> SECRET_NAMES =
            List.of("PASSWORD", "PASSWD", "PSW", "TOKEN", "SECRET", "CREDENTIAL", "PRIVATE", "APIKEY", "API_KEY");
    private static final int SHORTEST = 4;
    /** Shorter lines of a secret, such as the border of a key, are words that others write too. */
    private static final int SHORTEST_LINE = 6;

    private final List<String> secrets;

    /** @param environment variables; those with a name such as {@code FORGE_TOKEN} are secret */
    public Redaction(Map<String, String> environment) {
        Set<String> all = new TreeSet<>();
        environment.forEach((name, value) -> {
            if (isSecret(name) && value.length() >= SHORTEST) {
                add(all, value);
                // as servers want tokens, and logins
                add(all, base64(value + ":"));
                add(all, base64(":" + value));
                String user = environment.getOrDefault(
                        name.replaceFirst("(?i)(?:PASSWORD|PASSWD|PSW|TOKEN)$", "USERNAME"),
                        environment.getOrDefault(name.replaceFirst("(?i)_PSW$", "_USR"), ""));
                if (!user.isEmpty() && !user.equals(value)) {
                    add(all, base64(user + ":" + value));
                }
            }
        });
        secrets = all.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    private static void add(Set<String> all, String value) {
        all.add(value);
        all.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
        all.add(base64(value));
        all.add(base64(value).replaceAll("=+$", ""));
        all.add(Base64.getUrlEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        Base64.getMimeEncoder()
                .encodeToString(value.getBytes(StandardCharsets.UTF_8))
                .lines()
                .filter(line -> line.length() >= SHORTEST_LINE)
                .forEach(all::add);
        value.lines().filter(line -> line.length() >= SHORTEST_LINE).forEach(all::add);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isSecret(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return SECRET_NAMES.stream().anyMatch(upper::contains);
    }

    /** The text with {@code ****} in the place of each secret. */
    public String apply(String text) {
        String result = text;
        for (String secret : secrets) {
            result = result.replace(secret, "****");
        }
        return result;
    }
}
