package dev.octavo.engine.image.registry;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A user's name and password for one registry. */
record Credentials(String username, SecretValue password) {
    /** Docker's own name for its hub in {@code config.json}. */
    private static final String HUB_KEY = "https://index.docker.io/v1/";

    /**
     * Those of the named variables, else those of Docker's configuration.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_CREDENTIALS} where only half of a pair is set
     */
    static Optional<Credentials> find(String registry, RegistryAccess access, EngineContext context) {
        Map<String, String> environment = context.environment();
        String username = environment.getOrDefault(access.usernameVariable(), "");
        String password = environment.getOrDefault(access.passwordVariable(), "");
        if (!username.isEmpty() && !password.isEmpty()) {
            return Optional.of(new Credentials(username, new SecretValue(password)));
        }
        if (username.isEmpty() != password.isEmpty()) {
            String missing = username.isEmpty() ? access.usernameVariable() : access.passwordVariable();
            throw new EngineException(
                    ErrorCode.CONFIG_CREDENTIALS,
                    "The credentials for the registry are incomplete",
                    registry,
                    "the variable " + missing + " is empty and its partner is not",
                    "set both " + access.usernameVariable() + " and " + access.passwordVariable() + ", or neither");
        }
        return fromDocker(registry, environment);
    }

    private static Optional<Credentials> fromDocker(String registry, Map<String, String> environment) {
        Path file = dockerFolder(environment).resolve("config.json");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode config = JsonMapper.shared().readTree(Files.readAllBytes(file));
            for (String key : keys(registry)) {
                JsonNode entry = config.path("auths").path(key);
                Optional<Credentials> found = ofEntry(entry);
                if (found.isPresent()) {
                    return found;
                }
            }
            boolean helper =
                    config.has("credsStore") || keys(registry).stream().anyMatch(config.path("credHelpers")::has);
            return helper ? fromHelper(registry, file) : Optional.empty();
        } catch (JacksonException | java.io.IOException | IllegalArgumentException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "Docker's configuration cannot be read",
                    file.toString(),
                    e instanceof java.io.IOException ? String.valueOf(e.getMessage()) : "it is not what Docker writes",
                    "repair the file, or set REGISTRY_USERNAME and REGISTRY_PASSWORD",
                    // a parser's exception quotes the file, which holds secrets
                    e instanceof java.io.IOException ? e : null);
        }
    }

    /** Where Docker's client has its configuration. */
    static Path dockerFolder(Map<String, String> environment) {
        return environment.containsKey("DOCKER_CONFIG")
                ? Path.of(environment.getOrDefault("DOCKER_CONFIG", ""))
                : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "")), ".docker");
    }

    /** What Docker's client calls a registry. */
    static String key(String registry) {
        return keys(registry).get(0);
    }

    private static List<String> keys(String registry) {
        return registry.equals(ImageReference.DOCKER_HUB)
                ? List.of(HUB_KEY, "docker.io", "index.docker.io", "registry-1.docker.io")
                : List.of(registry, "https://" + registry, "http://" + registry, "https://" + registry + "/v2/");
    }

    private static Optional<Credentials> ofEntry(JsonNode entry) {
        String auth = entry.path("auth").asString("");
        if (!auth.isEmpty()) {
            String pair = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                return Optional.of(
                        new Credentials(pair.substring(0, colon), new SecretValue(pair.substring(colon + 1))));
            }
        }
        String username = entry.path("username").asString("");
        String password = entry.path("password").asString("");
        return username.isEmpty() || password.isEmpty()
                ? Optional.empty()
                : Optional.of(new Credentials(username, new SecretValue(password)));
    }

    /** Jib knows how to ask Docker's credential helpers. */
    private static Optional<Credentials> fromHelper(String registry, Path file) {
        try {
            com.google.cloud.tools.jib.api.ImageReference image =
                    com.google.cloud.tools.jib.api.ImageReference.of(ImageReference.hostOf(registry), "octavo", null);
            Optional<Credential> found = CredentialRetrieverFactory.forImage(image, event -> {})
                    .dockerConfig(file)
                    .retrieve();
            return found.map(each -> new Credentials(each.getUsername(), new SecretValue(each.getPassword())));
        } catch (CredentialRetrievalException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_CREDENTIALS,
                    "Docker's credential helper gives nothing for the registry",
                    file.toString(),
                    "the helper of " + registry + " failed",
                    "log in with docker login, or set REGISTRY_USERNAME and REGISTRY_PASSWORD");
        }
    }

    /** What must not be shown: the password in the forms in which it may come back. */
    List<String> secrets() {
        return List.of(
                basic().substring("Basic ".length()),
                password.reveal(),
                URLEncoder.encode(password.reveal(), StandardCharsets.UTF_8),
                Base64.getEncoder().encodeToString(password.reveal().getBytes(StandardCharsets.UTF_8)));
    }

    /** The value of a Basic authorization header. Never shown. */
    String basic() {
        byte[] pair = (username + ":" + password.reveal()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}
