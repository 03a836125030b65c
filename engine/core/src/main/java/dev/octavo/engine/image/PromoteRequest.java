package dev.octavo.engine.image;

import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import java.util.List;
import java.util.Objects;

/**
 * An image in a registry that gets another name.
 *
 * @param source with its digest
 * @param sourceAccess how the source's registry may be talked to
 * @param target the repository it goes to, which may be the source's; its tag, if any, is not used
 * @param targetAccess how the target's registry may be talked to
 * @param tags one at least
 */
public record PromoteRequest(
        ImageReference source,
        RegistryAccess sourceAccess,
        ImageReference target,
        RegistryAccess targetAccess,
        List<String> tags) {
    public PromoteRequest {
        Objects.requireNonNull(source);
        Objects.requireNonNull(target);
        tags = List.copyOf(tags);
    }

    /** Within one repository. */
    public static PromoteRequest within(ImageReference source, List<String> tags, RegistryAccess access) {
        return new PromoteRequest(source, access, source.bare(), access, tags);
    }
}
