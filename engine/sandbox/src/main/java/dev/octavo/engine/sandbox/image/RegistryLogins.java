package dev.octavo.engine.sandbox.image;

import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.sandbox.kube.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Who to be at which registry. */
public final class RegistryLogins {
    /** Nobody, anywhere. */
    public static final RegistryLogins NONE = new RegistryLogins(Map.of());

    private final Map<String, SecretValue> byHost;

    private RegistryLogins(Map<String, SecretValue> byHost) {
        this.byHost = Map.copyOf(byHost);
    }

    /**
     * Reads the contents of pull secrets; what cannot be read in them is left out.
     *
     * @param documents as docker's {@code config.json}
     */
    public static RegistryLogins of(List<byte[]> documents) {
        Map<String, SecretValue> logins = new LinkedHashMap<>();
        for (byte[] document : documents) {
            try {
                JsonNode content = Json.parse(document);
                JsonNode all = content.has("auths") ? content.path("auths") : content;
                all.properties().forEach(each -> {
                    String login = login(each.getValue());
                    if (!login.isEmpty()) {
                        logins.putIfAbsent(host(each.getKey()), new SecretValue(login));
                    }
                });
            } catch (JacksonException e) {
                // the registry will say that it wants a login
            }
        }
        return new RegistryLogins(logins);
    }

    private static String login(JsonNode entry) {
        String user = Json.text(entry, "username");
        if (user.isEmpty()) {
            return Json.text(entry, "auth");
        }
        return encoded(user, Json.text(entry, "password"));
    }

    /** What the header {@code Authorization} holds behind {@code Basic}. */
    static String encoded(String user, String password) {
        return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static String host(String key) {
        String rest = key.contains("://") ? key.substring(key.indexOf("://") + 3) : key;
        String host = rest.contains("/") ? rest.substring(0, rest.indexOf('/')) : rest;
        return host.equals("index.docker.io") || host.equals("registry-1.docker.io") ? "docker.io" : host;
    }

    /** What the header {@code Authorization} holds behind {@code Basic}. */
    Optional<SecretValue> basic(String host) {
        return Optional.ofNullable(byHost.get(host));
    }

    @Override
    public String toString() {
        return "RegistryLogins" + byHost.keySet();
    }
}
