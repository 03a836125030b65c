package dev.octavo.engine.sandbox.image;

import dev.octavo.engine.api.SecretValue;
import java.nio.file.Path;

/** Where the images of pods come from. Implementations are thread-safe. */
public interface ImageSource {
    /**
     * Brings an image onto this machine; what is there already is not fetched again.
     *
     * @param reference as a manifest names it: {@code registry:5000/shop/orders:1.0} or {@code …@sha256:…}
     * @param into the folder that unpacked layers and images are shared in
     * @throws ImageException where it cannot be had
     */
    UnpackedImage unpack(String reference, Path into);

    /** The same, as somebody whom the registry knows. */
    default UnpackedImage unpack(String reference, Path into, RegistryLogins logins) {
        return unpack(reference, into);
    }

    /** From now on logs in at that registry wherever a pod brings no login of its own. */
    default void login(String host, String user, SecretValue password) {}
}
