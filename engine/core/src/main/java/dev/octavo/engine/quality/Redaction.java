package dev.octavo.engine.quality;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Keeps values of secret variables out of messages that quote what programs and people have written. */
public final class Redaction {
    private static final List<String> SECRET_NAMES =
            List.of("PASSWORD", "PASSWD", "PSW", "TOKEN", "SECRET", "CREDENTIAL", "PRIVATE", "APIKEY", "API_KEY");
    private static final int SHORTEST = 4;

    private final List<String> secrets;

    /** @param environment variables; those with a name such as {@code FORGE_TOKEN} are secret */
    public Redaction(Map<String, String> environment) {
        secrets = environment.entrySet().stream()
                .filter(entry -> isSecret(entry.getKey()))
                .map(Map.Entry::getValue)
                .filter(value -> value.length() >= SHORTEST)
                .toList();
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
