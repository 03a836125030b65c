package dev.octavo.engine.runner.cps;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the secrets that a run has used out of all that it says. */
public final class Secrets {
    private static final String MASK = "****";
    /** What is shorter than this is no secret, and masking it would make a log unreadable. */
    private static final int MIN_LENGTH = 3;

    private static final Pattern SECRET_VALUE = Pattern.compile(
            "(?i)(?:^|[\\w.-])(?:token|password|passphrase|secret|key-data|certificate-data|_auth)\"?\\s*[:=]\\s*[\"']?([^\\s\"',]+)"
                    + "|<(?:\\w*password|passphrase|token|privateKey)>([^<]+)<");

    private volatile List<String> forms = List.of();

    /** From now on, this text and its usual encodings are masked. */
    public synchronized void add(String secret) {
        Set<String> all = new LinkedHashSet<>(forms);
        addForms(all, secret);
        if (secret.lines().count() > 1) {
            secret.lines().forEach(line -> addLine(all, line.strip()));
        }
        List<String> sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparingInt(String::length).reversed());
        forms = List.copyOf(sorted);
    }

    /** Of a file with secrets, what is one: a line of a key, the value of a password; not every line of its YAML. */
    private static void addLine(Set<String> all, String line) {
        Matcher value = SECRET_VALUE.matcher(line);
        if (value.find()) {
            addForms(all, value.group(1) == null ? value.group(2) : value.group(1));
        } else if (line.length() >= 16 && line.chars().noneMatch(Character::isWhitespace) && !line.startsWith("<")) {
            addForms(all, line);
        }
    }

    private static void addForms(Set<String> all, String secret) {
        addForm(all, secret);
        addForm(all, secret.strip());
        if (secret.strip().length() < MIN_LENGTH) {
            return;
        }
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        addBase64(all, Base64.getEncoder().withoutPadding(), bytes);
        addBase64(all, Base64.getUrlEncoder().withoutPadding(), bytes);
        String url = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        addForm(all, url);
        addForm(all, url.replace("+", "%20"));
        // as a shell shows it with set -x, and as it stands in JSON and XML
        addForm(all, secret.replace("'", "'\\''"));
        addForm(all, secret.replace("'", "'\"'\"'"));
        String json = secret.replace("\\", "\\\\").replace("\"", "\\\"");
        addForm(all, json);
        addForm(all, ascii(json));
        addForm(all, json.replace("/", "\\/"));
        addForm(
                all,
                secret.replace("\\", "\\\\")
                        .replace("$", "\\$")
                        .replace("\"", "\\\"")
                        .replace("`", "\\`"));
        addForm(all, secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
    }

    /** The forms of a text within a longer one, such as {@code user:password}: where it begins shifts the encoding. */
    private static void addBase64(Set<String> all, Base64.Encoder encoder, byte[] bytes) {
        addForm(all, encoder.encodeToString(bytes));
        for (int shift = 0; shift < 3; shift++) {
            byte[] shifted = new byte[bytes.length + shift];
            System.arraycopy(bytes, 0, shifted, shift, bytes.length);
            String encoded = encoder.encodeToString(shifted);
            // the characters that depend on the secret alone
            int from = (shift * 8 + 5) / 6;
            int to = (shift + bytes.length) * 8 / 6;
            if (to - from >= 8) {
                addForm(all, encoded.substring(from, to));
            }
        }
    }

    /** With what is not ASCII as JSON may write it. */
    private static String ascii(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            escaped.append(c < 0x80 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return escaped.toString();
    }

    private static void addForm(Set<String> all, String form) {
        if (form.length() >= MIN_LENGTH) {
            all.add(form);
        }
    }

    /** The text without any secret. */
    public String mask(String text) {
        String masked = text;
        for (String form : forms) {
            if (masked.contains(form)) {
                masked = masked.replace(form, MASK);
            }
        }
        return masked;
    }
}
