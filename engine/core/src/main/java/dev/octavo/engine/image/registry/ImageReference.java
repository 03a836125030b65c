package dev.octavo.engine.image.registry;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image: {@code host[:port]/path[:tag][@digest]}.
 *
 * @param registry host with port; {@code docker.io} where none was written
 * @param repository the path; {@code library/} is added to Docker Hub's official images
 * @param tag null where none was written
 * @param digest {@code sha256:…}, null where none was written
 */
public record ImageReference(
        String registry,
        String repository,
        @Nullable String tag,
        @Nullable String digest) {
    /** The registry of references without a host. */
    public static final String DOCKER_HUB = "docker.io";

    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern REGISTRY = Pattern.compile("(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+])(?::[0-9]{1,5})?");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    public ImageReference {
        Objects.requireNonNull(registry);
        Objects.requireNonNull(repository);
    }

    /** @throws EngineException {@link ErrorCode#CONFIG_INVALID} where it is none */
    public static ImageReference parse(String text) {
        String rest = text.strip();
        String digest = null;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
            check(DIGEST.matcher(digest).matches(), text, "\"" + digest + "\" is no sha256 digest");
        }
        String tag = null;
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
            check(TAG.matcher(tag).matches(), text, "\"" + tag + "\" is no tag");
        }
        String registry = DOCKER_HUB;
        int slash = rest.indexOf('/');
        if (slash > 0 && isHost(rest.substring(0, slash))) {
            registry = rest.substring(0, slash);
            rest = rest.substring(slash + 1);
            check(REGISTRY.matcher(registry).matches(), text, "\"" + registry + "\" is no host");
        }
        if (registry.equals("index.docker.io") || registry.equals("registry-1.docker.io")) {
            registry = DOCKER_HUB;
        }
        if (registry.equals(DOCKER_HUB) && rest.indexOf('/') < 0) {
            rest = "library/" + rest;
        }
        check(
                REPOSITORY.matcher(rest).matches(),
                text,
                rest.equals(rest.toLowerCase(Locale.ROOT))
                        ? "\"" + rest + "\" is no repository path"
                        : "\"" + rest + "\" has capital letters, which registries refuse");
        return new ImageReference(registry, rest, tag, digest);
    }

    private static boolean isHost(String first) {
        return first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
    }

    private static void check(boolean ok, String text, String why) {
        if (!ok) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "\"" + text + "\" is not the name of an image",
                    "",
                    why,
                    "write it as host:port/path:tag, in lower case");
        }
    }

    /** The host that answers for {@link #registry()}, with its port. */
    public String host() {
        return hostOf(registry);
    }

    static String hostOf(String registry) {
        return registry.equals(DOCKER_HUB) ? "registry-1.docker.io" : registry;
    }

    /** What is asked for in the repository: the digest, else the tag, else {@code latest}. */
    public String selector() {
        return digest != null ? digest : tag != null ? tag : "latest";
    }

    /** The repository alone: without tag and digest. */
    public ImageReference bare() {
        return new ImageReference(registry, repository, null, null);
    }

    /** @throws EngineException {@link ErrorCode#CONFIG_INVALID} where it is no tag */
    public ImageReference withTag(String other) {
        check(TAG.matcher(other).matches(), registry + "/" + repository + ":" + other, "\"" + other + "\" is no tag");
        return new ImageReference(registry, repository, other, null);
    }

    /** Names the content; a tag is dropped, since it is only a name for people. */
    public ImageReference withDigest(String other) {
        return new ImageReference(registry, repository, null, other);
    }

    @Override
    public String toString() {
        return registry + "/" + repository + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }
}
