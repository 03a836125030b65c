package dev.octavo.engine.notice;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.api.SecretValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One way to people, with its address from the environment: whoever knows the address of a robot can speak as it does,
 * so it is a secret like its key.
 *
 * @param variable the variables' names start with it, such as {@code NOTIFY_DINGTALK}
 * @param secret for signatures
 * @param login of the mail server
 */
public record Channel(
        ChannelKind kind, String variable, SecretValue address, Optional<SecretValue> secret, Optional<Login> login) {
    /** A mail server's. */
    public record Login(String username, SecretValue password) {}

    /**
     * The one that a text such as {@code dingtalk} or {@code dingtalk:TEAM} means.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_INVALID} where there is no such kind; {@link
     *     ErrorCode#NOTIFY_FAILED} where its address is not given, or is none
     */
    public static Channel of(String text, Map<String, String> environment) {
        String variable = variable(text);
        ChannelKind kind = kind(text);
        String address = environment.getOrDefault(variable + "_URL", "").strip();
        String username = environment.getOrDefault(variable + "_USERNAME", "");
        String secret = environment.getOrDefault(variable + "_SECRET", "").strip();
        Channel channel = new Channel(
                kind,
                variable,
                new SecretValue(address),
                secret.isEmpty() ? Optional.empty() : Optional.of(new SecretValue(secret)),
                username.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Login(
                                username, new SecretValue(environment.getOrDefault(variable + "_PASSWORD", "")))));
        if (address.isEmpty()) {
            throw channel.failed(
                    "the variable " + variable + "_URL is not set", "give the address as " + variable + "_URL");
        }
        if (channel.uri().isEmpty()) {
            String form = kind == ChannelKind.MAIL ? "smtp://mail.example.com:587?from=a@b&to=c@d" : "an https address";
            throw channel.failed(
                    "what " + variable + "_URL holds is no address of such a channel", "it is to be " + form);
        }
        return channel;
    }

    /** @throws EngineException {@link ErrorCode#CONFIG_INVALID} */
    public static ChannelKind kind(String text) {
        String word = text.split(":", 2)[0].strip();
        return ChannelKind.of(word)
                .orElseThrow(() -> new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "There is no channel \"" + word + "\"",
                        "channels",
                        "the channels are " + String.join(", ", ChannelKind.words()),
                        NearestName.hint(word, ChannelKind.words(), "channels")));
    }

    private static String variable(String text) {
        String name = text.substring(text.indexOf(':') + 1).strip();
        return "NOTIFY_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** The address; none where it is not one of the kind. In the open net only what is encrypted. */
    Optional<URI> uri() {
        try {
            URI uri = new URI(address.reveal());
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            boolean fits = kind == ChannelKind.MAIL
                    ? scheme.equals("smtp") || scheme.equals("smtps")
                    : scheme.equals("https") || scheme.equals("http");
            return fits && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty(); // whose message has the address in it
        }
    }

    /** Where it is, without what is secret. */
    public String place() {
        return kind.word() + " at " + uri().map(URI::getHost).orElse("?") + " (" + variable + "_URL)";
    }

    EngineException failed(String why, String fix) {
        return new EngineException(
                ErrorCode.NOTIFY_FAILED, "A notification was not delivered", place(), masked(why), fix);
    }

    /** A text without what is secret in it. */
    String masked(String text) {
        String masked = text.replace(address.reveal().isEmpty() ? "\0" : address.reveal(), "****");
        for (String part : address.reveal().split("[/?&=]")) {
            // tokens; short parts are words such as robot and send
            masked = part.length() >= 16 && !part.equals(uri().map(URI::getHost).orElse(""))
                    ? masked.replace(part, "****")
                    : masked;
        }
        masked = secret.isPresent() ? masked.replace(secret.get().reveal(), "****") : masked;
        String password = login.map(each -> each.password().reveal()).orElse("");
        return password.isEmpty() ? masked : masked.replace(password, "****");
    }
}
