package dev.octavo.engine.image.registry;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a registry may be talked to. It names secrets and holds none.
 *
 * @param usernameVariable the variable of the context's environment that holds the user's name; "" for none
 * @param passwordVariable the one that holds the password or token; "" for none
 * @param plainHttp whether a registry that is not on this machine may be talked to without TLS, credentials included
 * @param certificates a PEM file of authorities that are trusted beside the JVM's; null for none
 */
public record RegistryAccess(
        String usernameVariable,
        String passwordVariable,
        boolean plainHttp,
        @Nullable Path certificates) {
    /** The variable that holds the user's name unless a request says otherwise. */
    public static final String USERNAME = "REGISTRY_USERNAME";

    /** The variable that holds the password unless a request says otherwise. */
    public static final String PASSWORD = "REGISTRY_PASSWORD";

    /** The variable that names a PEM file of authorities which are trusted beside the JVM's, unless a request does. */
    public static final String CERTIFICATES = "REGISTRY_CA";

    public RegistryAccess {
        Objects.requireNonNull(usernameVariable);
        Objects.requireNonNull(passwordVariable);
    }

    /** {@value #USERNAME} and {@value #PASSWORD}, else what Docker's configuration holds. */
    public static RegistryAccess standard() {
        return new RegistryAccess(USERNAME, PASSWORD, false, null);
    }

    /** What Docker's configuration holds for the registry, else no credentials. */
    public static RegistryAccess dockerConfiguration() {
        return new RegistryAccess("", "", false, null);
    }

    /** The same, with registries elsewhere allowed to have no TLS. */
    public RegistryAccess allowPlainHttp() {
        return new RegistryAccess(usernameVariable, passwordVariable, true, certificates);
    }

    /** The same, trusting the authorities of a PEM file too. */
    public RegistryAccess trusting(Path file) {
        return new RegistryAccess(usernameVariable, passwordVariable, plainHttp, file);
    }
}
