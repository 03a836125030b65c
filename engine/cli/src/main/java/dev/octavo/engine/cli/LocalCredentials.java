package dev.octavo.engine.cli;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.runner.api.Credential;
import dev.octavo.engine.runner.api.CredentialStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The credentials of a Jenkinsfile on a laptop: each ID is given the names of variables or of a file, so that no
 * secret is on a command line.
 */
final class LocalCredentials implements CredentialStore {
    private final Map<String, Credential> credentials = new LinkedHashMap<>();

    /**
     * @param given {@code ID=VARIABLE} for a secret text, {@code ID=USER_VARIABLE:PASSWORD_VARIABLE} for a login,
     *     {@code ID=@FILE} for a file
     */
    LocalCredentials(List<String> given, Map<String, String> environment) {
        for (String each : given) {
            int equals = each.indexOf('=');
            if (equals <= 0 || equals == each.length() - 1) {
                throw wrong(each, "it is not ID=VARIABLE, ID=USER_VARIABLE:PASSWORD_VARIABLE or ID=@FILE");
            }
            credentials.put(each.substring(0, equals), credential(each, each.substring(equals + 1), environment));
        }
    }

    private static Credential credential(String option, String source, Map<String, String> environment) {
        if (source.startsWith("@")) {
            Path file = Path.of(source.substring(1));
            try {
                return new Credential.SecretFile(
                        String.valueOf(file.getFileName()),
                        new SecretValue(Files.readString(file, StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw wrong(option, "the file cannot be read: " + e.getMessage());
            }
        }
        int colon = source.indexOf(':');
        if (colon < 0) {
            return new Credential.SecretText(new SecretValue(variable(option, source, environment)));
        }
        return new Credential.UsernamePassword(
                variable(option, source.substring(0, colon), environment),
                new SecretValue(variable(option, source.substring(colon + 1), environment)));
    }

    private static String variable(String option, String name, Map<String, String> environment) {
        String value = environment.get(name);
        if (value == null) {
            throw wrong(
                    option,
                    name.matches("[A-Z_][A-Z0-9_]*")
                            ? "the environment has no variable " + name
                            : "the environment has no variable of the name that it gives");
        }
        return value;
    }

    private static EngineException wrong(String option, String why) {
        return new EngineException(
                ErrorCode.CONFIG_CREDENTIALS,
                // not what stands behind the ID: it may be the secret itself, by mistake
                "The credential \"" + option.split("=", 2)[0] + "\" cannot be used",
                "--credential",
                why,
                "name variables of the environment or a file, never the secret itself");
    }

    @Override
    public Optional<Credential> find(String id) {
        return Optional.ofNullable(credentials.get(id));
    }

    @Override
    public String hint() {
        return "give it: --credential ID=VARIABLE, ID=USER_VARIABLE:PASSWORD_VARIABLE or ID=@FILE";
    }

    @Override
    public List<String> ids() {
        return List.copyOf(credentials.keySet());
    }
}
