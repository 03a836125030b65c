package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.release.GitTags;
import dev.octavo.engine.release.VersionTag;
import java.util.List;

/**
 * Which tags a version gets.
 *
 * @param version {@code ""} where nothing is released
 * @param perService whether each microservice has its own
 * @param remote where they are pushed to; {@code ""} for the clone's origin
 */
record Tagging(String version, boolean perService, String remote) {
    static final String PART = "tagging";
    static final Tagging NONE = new Tagging("", false, "");

    /** The tags, one for all or one for each of {@code services}. */
    List<VersionTag> tags(List<String> services) {
        if (version.isEmpty()) {
            return List.of();
        }
        return perService
                ? services.stream()
                        .map(service -> VersionTag.of(service, version))
                        .toList()
                : List.of(VersionTag.shared(version));
    }

    GitTags.Request request(VersionTag tag, String commit, EngineContext context) {
        return new GitTags.Request(context.workspace(), tag, commit, remote);
    }

    /** Each of the tags must be absent, or at this commit. */
    void check(String commit, List<String> services, EngineContext context) {
        tags(services).forEach(tag -> GitTags.check(request(tag, commit, context), context));
    }
}
