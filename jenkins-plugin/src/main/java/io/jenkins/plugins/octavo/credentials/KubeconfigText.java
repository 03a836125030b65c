package io.jenkins.plugins.octavo.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the text of a kubeconfig without opening, starting or connecting to anything that it names.
 *
 * <p>What is allowed is what the octavo command accepts of a kubeconfig that is given as text: no program that fetches
 * credentials, and no file that whoever wrote the kubeconfig chose and somebody else's machine would read.
 */
public final class KubeconfigText {
    /** A kubeconfig is longer only by mistake; so that checking and masking stay cheap. */
    static final int MAX_BYTES = 256 * 1024;

    private static final Set<String> PROGRAMS = Set.of("exec", "auth-provider");
    private static final Map<String, String> FILES = Map.of(
            "certificate-authority", "certificate-authority-data",
            "client-certificate", "client-certificate-data",
            "client-key", "client-key-data",
            "tokenfile", "token");
    private static final Set<String> SECRETS = Set.of(
            "token", "client-key-data", "password", "id-token", "refresh-token", "access-token", "client-secret");

    private KubeconfigText() {}

    /** What is wrong with a kubeconfig. */
    enum Fault {
        EMPTY,
        TOO_LONG,
        UNREADABLE,
        NOT_A_KUBECONFIG,
        PROGRAM,
        FILE
    }

    /**
     * What is wrong, and where; never what the text holds besides names of settings.
     *
     * @param line from 1 on; 0 for the text as a whole
     * @param setting the setting meant; {@code ""} for none
     */
    record Problem(Fault fault, int line, String setting) {
        /** For a form, in the language of the one who fills it in. */
        String message() {
            return switch (fault) {
                case EMPTY -> Messages.KubeconfigText_empty();
                case TOO_LONG -> Messages.KubeconfigText_tooLong();
                case UNREADABLE -> Messages.KubeconfigText_unreadable(line);
                case NOT_A_KUBECONFIG -> Messages.KubeconfigText_notAKubeconfig();
                case PROGRAM -> Messages.KubeconfigText_program(line, setting);
                case FILE -> Messages.KubeconfigText_file(line, setting, FILES.get(setting.toLowerCase(Locale.ROOT)));
            };
        }

        /** For a log: what is the matter. */
        String why() {
            String at = line == 0 ? "" : "line " + line + ": ";
            return switch (fault) {
                case EMPTY -> "they are empty";
                case TOO_LONG -> "they are longer than 256 KB";
                case UNREADABLE -> at + "this is neither YAML nor JSON as kubeconfigs have it";
                case NOT_A_KUBECONFIG -> "they hold no clusters and users";
                case PROGRAM ->
                    at + setting + " starts a program to fetch credentials, which would run wherever the"
                            + " kubeconfig is used";
                case FILE ->
                    at + setting + " names a file, which would be read from whatever machine uses the" + " kubeconfig";
            };
        }

        /** For a log: what to do about it. */
        String fix() {
            return switch (fault) {
                case EMPTY, NOT_A_KUBECONFIG -> "enter the content of a kubeconfig, such as ~/.kube/config";
                case TOO_LONG -> "enter a kubeconfig of one cluster (kubectl config view --flatten --minify)";
                case UNREADABLE ->
                    "enter what kubectl config view --flatten --raw prints; anchors, tags and several"
                            + " documents are not supported";
                case PROGRAM -> "use a token or a client certificate, such as a service account's";
                case FILE ->
                    "embed the content (kubectl config view --flatten --raw writes "
                            + FILES.get(setting.toLowerCase(Locale.ROOT)) + ")";
            };
        }
    }

    /** The first thing that is wrong with a kubeconfig; empty for one that can be used. */
    static Optional<Problem> check(@CheckForNull String text) {
        if (text == null || text.isBlank()) {
            return Optional.of(new Problem(Fault.EMPTY, 0, ""));
        }
        if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return Optional.of(new Problem(Fault.TOO_LONG, 0, ""));
        }
        List<KubeconfigScanner.Setting> settings;
        try {
            settings = new KubeconfigScanner(text).scan();
        } catch (KubeconfigScanner.UnreadableException e) {
            return Optional.of(new Problem(Fault.UNREADABLE, e.line(), ""));
        }
        for (KubeconfigScanner.Setting setting : settings) {
            String name = setting.name().toLowerCase(Locale.ROOT);
            if (PROGRAMS.contains(name) && !setting.isNull()) {
                return Optional.of(new Problem(Fault.PROGRAM, setting.line(), setting.name()));
            }
            if (FILES.containsKey(name) && !setting.isNull() && !setting.isEmpty()) {
                return Optional.of(new Problem(Fault.FILE, setting.line(), setting.name()));
            }
        }
        boolean complete = has(settings, "clusters") && has(settings, "users");
        return complete ? Optional.empty() : Optional.of(new Problem(Fault.NOT_A_KUBECONFIG, 0, ""));
    }

    private static boolean has(List<KubeconfigScanner.Setting> settings, String name) {
        return settings.stream()
                .anyMatch(setting -> setting.top() && setting.name().equals(name));
    }

    /**
     * The values in a kubeconfig that no log may show: tokens, keys and passwords. Of what cannot be read, each line
     * that is long enough to be one.
     */
    public static Set<String> secrets(String text) {
        Set<String> secrets = new LinkedHashSet<>();
        try {
            for (KubeconfigScanner.Setting setting : new KubeconfigScanner(text).scan()) {
                String value = setting.value();
                if (value == null || value.isBlank() || setting.isNull()) {
                    continue;
                }
                String name = setting.name().toLowerCase(Locale.ROOT);
                if (SECRETS.contains(name)) {
                    value.lines()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty())
                            .forEach(secrets::add);
                } else if (name.equals("proxy-url") && value.indexOf('@') > 0) {
                    String user = value.substring(
                            value.indexOf("//") < 0 ? 0 : value.indexOf("//") + 2, value.lastIndexOf('@'));
                    secrets.add(user.substring(user.indexOf(':') + 1));
                }
            }
        } catch (KubeconfigScanner.UnreadableException e) {
            text.lines().map(String::strip).filter(line -> line.length() >= 20).forEach(secrets::add);
        }
        return secrets;
    }

    /**
     * The values of {@link #secrets}, and the lines of the keys that are in them in Base64: what to mask where a
     * program that prints a key decodes it first.
     */
    public static Set<String> secretsWithKeys(String text) {
        Set<String> all = new LinkedHashSet<>(secrets(text));
        for (String secret : List.copyOf(all)) {
            String pem;
            try {
                pem = new String(Base64.getMimeDecoder().decode(secret), StandardCharsets.ISO_8859_1);
            } catch (IllegalArgumentException e) {
                continue;
            }
            if (pem.contains("-----BEGIN ")) {
                pem.lines()
                        .map(String::strip)
                        .filter(line -> line.length() >= 16 && !line.startsWith("-----"))
                        .forEach(all::add);
            }
        }
        return all;
    }
}
