package dev.octavo.engine.notice;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** Sends mail: to {@code smtp://host:port?from=…&to=…}, with TLS where there is a login or {@code smtps}. */
final class Mail {
    private Mail() {}

    static Delivery send(Channel channel, Notice notice, Duration patience) {
        URI uri = channel.uri().orElseThrow();
        Map<String, String> query = query(uri);
        String protocol = String.valueOf(uri.getScheme());
        try {
            Session session = Session.getInstance(properties(channel, protocol, patience));
            MimeMessage message = new MimeMessage(session);
            message.setFrom(new InternetAddress(query.getOrDefault("from", "octavo@" + uri.getHost()), true));
            InternetAddress[] to = InternetAddress.parse(query.getOrDefault("to", ""), true);
            if (to.length == 0) {
                return Delivery.refused("nobody is named: the address has no \"to\"");
            }
            message.setRecipients(Message.RecipientType.TO, to);
            message.setSubject(notice.title(), "UTF-8");
            message.setText(
                    String.join("\n", notice.lines())
                            + (notice.link().isEmpty() ? "" : "\n\n" + notice.linkText() + ": " + notice.link())
                            + "\n",
                    "UTF-8");
            message.setHeader("Auto-Submitted", "auto-generated");
            message.saveChanges();
            try (Transport transport = session.getTransport(protocol)) {
                transport.connect(
                        uri.getHost(),
                        uri.getPort(),
                        channel.login().map(Channel.Login::username).orElse(null),
                        channel.login().map(each -> each.password().reveal()).orElse(null));
                transport.sendMessage(message, to);
            }
            return Delivery.DONE;
        } catch (AuthenticationFailedException e) {
            return Delivery.refused("the mail server refuses the login: " + e.getMessage());
        } catch (AddressException e) {
            return Delivery.refused("\"" + e.getRef() + "\" is no mail address");
        } catch (SendFailedException e) {
            return Delivery.refused("the mail server refuses it: " + e.getMessage());
        } catch (MessagingException e) {
            return Delivery.later("the mail server cannot be used: " + e.getMessage(), null);
        }
    }

    private static Properties properties(Channel channel, String protocol, Duration patience) {
        Properties properties = new Properties();
        String prefix = "mail." + protocol + ".";
        String millis = String.valueOf(patience.toMillis());
        properties.setProperty(prefix + "connectiontimeout", millis);
        properties.setProperty(prefix + "timeout", millis);
        properties.setProperty(prefix + "writetimeout", millis);
        properties.setProperty(prefix + "ssl.checkserveridentity", "true");
        properties.setProperty(prefix + "auth", String.valueOf(channel.login().isPresent()));
        properties.setProperty(prefix + "starttls.enable", "true");
        // no password goes through the net in the open
        properties.setProperty(
                prefix + "starttls.required",
                String.valueOf(protocol.equals("smtp") && channel.login().isPresent()));
        properties.setProperty(prefix + "localhost", "octavo");
        return properties;
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> values = new LinkedHashMap<>();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String one : query.split("&")) {
            String[] parts = one.split("=", 2);
            if (parts.length == 2) {
                values.put(parts[0], URLDecoder.decode(parts[1].replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return values;
    }
}
