package dev.octavo.engine.cluster;

import dev.octavo.engine.api.SecretValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Takes secrets out of texts, also where they are encoded in base64 or for a URL. */
final class Masker {
    static final String MASK = "****";

    /** Shorter ones would be found by chance in every text. */
    private static final int MIN_LENGTH = 4;

    private final List<SecretValue> values;
    private final List<String> secrets;

    Masker(Collection<SecretValue> secrets) {
        this.values = List.copyOf(secrets);
        TreeSet<String> forms = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        for (SecretValue secret : secrets) {
            String value = secret.reveal();
            if (value.strip().length() >= MIN_LENGTH) {
                forms.add(value);
                forms.add(value.strip());
                forms.add(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
                forms.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }
        this.secrets = List.copyOf(forms);
    }

    /** One for what runs with these objects too: programs may tell what is in their Secrets. */
    Masker with(List<ManifestObject> objects) {
        return new Masker(Stream.concat(values.stream(), SecretData.values(objects).stream())
                .toList());
    }

    String mask(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }

    boolean finds(String text) {
        return secrets.stream().anyMatch(text::contains);
    }
}
