package dev.octavo.engine.image.registry;

import dev.octavo.engine.api.EngineContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A configuration for Docker's client with the logins that the run has: a folder that is this user's alone. */
public final class DockerLogin {
    private static final String CONFIG = "config.json";
    private static final String OWNER_FOLDER = "rwx------";
    private static final String OWNER_FILE = "rw-------";

    private DockerLogin() {}

    /**
     * Writes one where the run has a login of its own for one of the images' registries; empty where the user's
     * configuration has all that there is.
     *
     * @param access how a registry may be talked to
     */
    public static Optional<Path> write(
            Path folder, List<ImageReference> images, Function<String, RegistryAccess> access, EngineContext context)
            throws IOException {
        Map<String, Credentials> logins = new LinkedHashMap<>();
        for (ImageReference each : images) {
            RegistryAccess its = access.apply(each.registry());
            if (!context.environment().getOrDefault(its.usernameVariable(), "").isEmpty()) {
                Credentials.find(each.registry(), its, context)
                        .ifPresent(found -> logins.put(Credentials.key(each.registry()), found));
            }
        }
        if (logins.isEmpty()) {
            return Optional.empty();
        }
        Path theirs = Credentials.dockerFolder(context.environment());
        ObjectNode config = read(theirs.resolve(CONFIG));
        ObjectNode auths = config.withObject("/auths");
        logins.forEach(
                (key, login) -> auths.putObject(key).put("auth", login.basic().substring("Basic ".length())));
        // a helper would be asked in the place of what stands here
        config.remove("credsStore");
        if (config.path("credHelpers") instanceof ObjectNode helpers) {
            logins.keySet().forEach(helpers::remove);
        }
        boolean posix = Files.getFileStore(Files.createDirectory(folder)).supportsFileAttributeView("posix");
        if (posix) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(OWNER_FOLDER));
        }
        Path file = Files.createFile(folder.resolve(CONFIG));
        if (posix) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(OWNER_FILE));
        }
        Files.write(file, JsonMapper.shared().writeValueAsBytes(config));
        for (String each : List.of("cli-plugins", "contexts")) {
            if (posix && Files.isDirectory(theirs.resolve(each))) {
                Files.createSymbolicLink(
                        folder.resolve(each), theirs.resolve(each).toAbsolutePath());
            }
        }
        return Optional.of(folder);
    }

    private static ObjectNode read(Path file) throws IOException {
        try {
            JsonNode config = Files.isRegularFile(file)
                    ? JsonMapper.shared().readTree(Files.readAllBytes(file))
                    : JsonMapper.shared().createObjectNode();
            return config instanceof ObjectNode object
                    ? object
                    : JsonMapper.shared().createObjectNode();
        } catch (JacksonException e) {
            return JsonMapper.shared().createObjectNode();
        }
    }
}
