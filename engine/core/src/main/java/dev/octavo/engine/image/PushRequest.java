package dev.octavo.engine.image;

import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A built image to push.
 *
 * @param layout the OCI layout folder that the build left; relative to the workspace
 * @param repository where to; its tag, if any, is not used
 * @param tags one at least
 * @param mountFrom repositories of the same registry that may have some of the layers already
 * @param inputs under which a later build is to find it; "" for none
 */
public record PushRequest(
        Path layout,
        ImageReference repository,
        List<String> tags,
        List<String> mountFrom,
        String inputs,
        RegistryAccess access) {
    public PushRequest {
        Objects.requireNonNull(layout);
        Objects.requireNonNull(access);
        tags = List.copyOf(tags);
        mountFrom = List.copyOf(mountFrom);
    }
}
