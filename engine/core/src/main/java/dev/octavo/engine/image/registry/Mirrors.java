package dev.octavo.engine.image.registry;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Where images can be read that belong to a registry which is far away. The variable {@value #VARIABLE} names them, such as
 * {@code docker.io=https://mirror.example.com,quay.io=https://cache.example.com/quay}; those of one registry are tried in
 * the order in which they stand, and the registry itself at last.
 */
public final class Mirrors {
    public static final String VARIABLE = "REGISTRY_MIRRORS";

    private final List<Mirror> all;

    private Mirrors(List<Mirror> all) {
        this.all = List.copyOf(all);
    }

    /**
     * One mirror.
     *
     * @param of the registry whose images it has
     * @param host its own
     * @param prefix put before the repository, ending in a slash; "" for none
     * @param plainHttp whether it was named with {@code http://}
     */
    private record Mirror(String of, String host, String prefix, boolean plainHttp) {}

    /**
     * Where an image may be read.
     *
     * @param registry the host to ask
     * @param mirror whether it is not the image's own
     */
    public record Place(String registry, String repository, RegistryAccess access, boolean mirror) {}

    /**
     * Those that the environment names.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_INVALID} where that can't be understood
     */
    public static Mirrors of(EngineContext context) {
        List<Mirror> all = new ArrayList<>();
        for (String each : context.environment().getOrDefault(VARIABLE, "").split("[,\\s]+")) {
            if (!each.isEmpty()) {
                all.add(parse(each));
            }
        }
        return new Mirrors(all);
    }

    private static Mirror parse(String text) {
        int equals = text.indexOf('=');
        try {
            if (equals > 0) {
                URI uri = URI.create(text.substring(equals + 1));
                boolean http = "http".equals(uri.getScheme());
                if ((http || "https".equals(uri.getScheme()))
                        && uri.getHost() != null
                        && uri.getRawUserInfo() == null
                        && uri.getRawQuery() == null) {
                    String path = uri.getPath().replaceAll("^/(?:v2(?:/|$))?|/+$", "");
                    return new Mirror(
                            text.substring(0, equals), uri.getRawAuthority(), path.isEmpty() ? "" : path + "/", http);
                }
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new EngineException(
                ErrorCode.CONFIG_INVALID,
                "A mirror cannot be understood",
                VARIABLE,
                // what stands there may hold a password
                "each is a registry, '=' and the mirror's address, without a login",
                "write it as docker.io=https://mirror.example.com; logins are in Docker's configuration");
    }

    /** Where an image may be read, in the order in which it is to be tried; its own registry is the last. */
    public List<Place> places(ImageReference image, RegistryAccess access) {
        List<Place> places = new ArrayList<>();
        for (Mirror each : all) {
            if (each.of().equals(image.registry())) {
                // the login for the image's registry is nobody else's business
                RegistryAccess own = RegistryAccess.dockerConfiguration();
                RegistryAccess trusted = access.certificates() == null ? own : own.trusting(access.certificates());
                places.add(new Place(
                        each.host(),
                        each.prefix() + image.repository(),
                        each.plainHttp() ? trusted.allowPlainHttp() : trusted,
                        true));
            }
        }
        places.add(new Place(image.registry(), image.repository(), access, false));
        return places;
    }
}
